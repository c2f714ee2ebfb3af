"""The sets of options that the shortcut knows, and what Python-Markdown itself makes of a text."""

from __future__ import annotations

from markdown import Markdown

from plugins.campaign.figures import Figure, Figures
from plugins.typography.blocks import Shown, headings_of

STANDARD = "markdown.extensions."
CHINESE = "plugins.typography.blocks:ChineseMarkdown"
ALBUMS = "plugins.galleries.blocks:AlbumStrips"
FIGURES = "plugins.campaign.marks:FigureMarkdown"
KNOWN = Figures.of([Figure(id="红马甲", value="120", unit="万", label="红马甲")])


def show(address, words):
    """Show pictures whose addresses begin with /p, with an id that a heading may want too."""
    if not address.startswith("/p"):
        return None
    picture = f'<picture id="shen-zhen"><img src="{address}" alt="x"></picture>\n'
    return Shown(picture, '图注"来自"照片' if "8" in words or len(words) % 2 else "")


def show_album(slug):
    """Show albums of which the slug has an x."""
    return f'<div class="album">{slug}</div>\n' if "x" in slug else ""


CHINESE_OPTIONS = {
    CHINESE: {"show": show, "table_label": '表"{number}"'},
    ALBUMS: {"show": show_album},
    FIGURES: {"figures": KNOWN, "note": lambda figures, *told: f"{len(figures)}个数字"},
}
DIALECTS = {
    "none": {"extensions": []},
    "meta and tables": {"extensions": ["meta", f"{STANDARD}tables"], "output_format": "html5"},
    "fences": {"extensions": [f"{STANDARD}fenced_code"], "output_format": "xhtml"},
    "Pelican's": {
        "extensions": [f"{STANDARD}codehilite", f"{STANDARD}extra", f"{STANDARD}meta"],
        "extension_configs": {f"{STANDARD}codehilite": {"css_class": "highlight"}},
        "output_format": "html5",
    },
    "ours": {
        "extensions": [
            *(STANDARD + name for name in ("meta", "fenced_code", "tables")),
            *CHINESE_OPTIONS,
        ],
        "extension_configs": CHINESE_OPTIONS,
        "output_format": "html5",
    },
}


def plain(options, text, markdown=None):
    """Give what a new Python-Markdown, or that given, makes of *text*: HTML, head, headings."""
    markdown = markdown or Markdown(**options)
    html = markdown.convert(text)
    headings = headings_of(markdown) if CHINESE in options["extensions"] else ()
    return html, getattr(markdown, "Meta", {}), headings
