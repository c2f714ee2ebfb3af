"""Albums within texts: a paragraph ``[[gallery: u-stations]]`` shows the album of that name."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections.abc import Callable
from typing import Any

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension

from plugins.campaign.addresses import slug_of

STRIP = re.compile(
    r" {0,3}[\u00a0\u3000]*(?:\[\[|【【)\s*(?:gallery|图集)\s*[:：]\s*"
    r"(?P<name>[^\[\]【】\n]*[^\[\]【】\s])\s*(?:\]\]|】】)\s*",
    re.IGNORECASE,
)
"""A line that shows an album, named by its folder or by its address; its brackets may be those of
a Chinese input method.
"""


def show_nothing(slug: str) -> str:
    """Show nothing of the album *slug*."""
    return ""


class AlbumStrips(Extension):
    """Shows albums within texts; its option ``show`` gives the HTML of the album of a slug."""

    def __init__(self, **settings: Any) -> None:
        self.config = {"show": [show_nothing, "gives the HTML of an album, by its slug"]}
        super().__init__(**settings)  # type: ignore[no-untyped-call]

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802, RUF100
        """Join Python-Markdown after its blocks of code, before all others."""
        strips = _Strips(md.parser, self.getConfig("show"))
        md.parser.blockprocessors.register(strips, "album_strips", 75)


class _Strips(BlockProcessor):
    """Puts an album in the place of each block that names one."""

    def __init__(self, parser: BlockParser, show: Callable[[str], str]) -> None:
        super().__init__(parser)
        self.show = show

    def test(self, parent: etree.Element, block: str) -> bool:
        """Tell whether *block* does nothing but name an album."""
        return bool(STRIP.fullmatch(block))

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        """Replace the first of *blocks*."""
        found = STRIP.fullmatch(blocks.pop(0))
        html = self.show(slug_of(found["name"])) if found else ""
        paragraph = etree.SubElement(parent, "p")
        paragraph.text = self.parser.md.htmlStash.store(html)
