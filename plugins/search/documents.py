"""What Pagefind reads of a story: a page of ours with its words only, so that the index knows no
message and no part of the theme.

Pagefind cuts Chinese into words by one dictionary when it indexes and by the browser's when it
searches; where the two differ, nothing is found. Here each Han character becomes a word of its own,
and the search page (theme/static/js/pages/search.js) asks for them as phrases.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

GAP = "\u200b"
"""Zero width space: Pagefind takes it for a break between words and drops it from what it shows."""
HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
BREAKS = re.compile(rf"(?<=[{HAN}])(?=\w)|(?<=\w)(?=[{HAN}])|(?<=\d)(?=[^\W\d])|(?<=[^\W\d])(?=\d)")
"""Between two Han characters, and where letters and digits meet each other or them."""
SILENT = frozenset({"script", "style", "template", "rt", "rp", "svg"})
"""Elements whose text is not the story's; a reading above a character would tear its word apart."""
VOID = frozenset({"area", "br", "col", "embed", "hr", "img", "input", "link", "source", "wbr"})
INLINE = re.compile(
    "a|abbr|b|bdi|bdo|cite|code|data|del|dfn|em|i|ins|kbd|mark|q|r[pt]|ruby|s|samp|small|span"
    "|strong|su[bp]|time|u|var|wbr"
)
TITLE, TAGS, LEAD = 9, 6, 4
"""How many times more a word counts here than in the text (10 is Pagefind's most)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A story as it is indexed."""

    url: str
    """From the site's root, such as stories/red-vest/."""
    language: str
    title: str
    lead: str
    about: str
    """What stands below the title in the list of hits."""
    tags: tuple[str, ...]
    content_digest: str
    """Of its text."""
    read: Callable[[], str] = field(repr=False, compare=False)
    """Gives its text as HTML, which may stand on the disk."""

    @property
    def digest(self) -> str:
        """A digest of all that is told to Pagefind."""
        told = (self.url, self.language, self.title, self.lead, self.about, self.tags)
        text = json.dumps([*told, self.content_digest])
        return hashlib.sha256(text.encode()).hexdigest()

    def page(self) -> str:
        """Write the page that Pagefind reads; the search page shows its texts from the lead on."""
        tags = "".join(f"<p>{apart(tag)}</p>" for tag in self.tags)
        text = "".join(f"<p>{apart(paragraph)}</p>" for paragraph in paragraphs(self.read()))
        return (
            f'<!DOCTYPE html>\n<html lang="{escape(self.language)}"><body data-pagefind-body>'
            f'<h1 data-pagefind-weight="{TITLE}" data-pagefind-meta="title">'
            f"{apart(self.title)}</h1>"
            f'<div data-pagefind-weight="{TAGS}">{tags}</div>'
            f'<p data-pagefind-weight="{LEAD}" data-pagefind-meta="lead">{apart(self.lead)}</p>'
            f"{text}"
            f'<p data-pagefind-ignore data-pagefind-meta="about">{apart(self.about)}</p>'
            "</body></html>\n"
        )


def apart(text: str) -> str:
    """Make each Han character of *text* a word for Pagefind; gives HTML."""
    return escape(BREAKS.sub(GAP, text))


def paragraphs(content: str) -> list[str]:
    """Give the texts of the blocks in some HTML, without what is hidden or said by no letter."""
    reader = _Reader()
    reader.feed(content)
    reader.close()
    texts = (" ".join("".join(pieces).split()) for pieces in reader.blocks)
    return [text for text in texts if text]


class _Reader(HTMLParser):
    """Collects the text of each block."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[list[str]] = [[]]
        self.silent: list[str] = []
        """The elements that are open within a silent one, it included."""

    def handle_starttag(self, tag: str, attrs: Iterable[tuple[str, str | None]]) -> None:
        if not INLINE.fullmatch(tag):
            self.blocks.append([])
        is_silent = tag in SILENT or ("aria-hidden", "true") in attrs or "hidden" in dict(attrs)
        if tag not in VOID and (self.silent or is_silent):
            self.silent.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not INLINE.fullmatch(tag):
            self.blocks.append([])
        if tag in self.silent:
            while self.silent.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.blocks[-1].append(data)
