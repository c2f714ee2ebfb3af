"""Turns a visitor's text into safe HTML: the only place where that happens.

Python-Markdown's core makes paragraphs, line breaks, emphasis, quotations and links. What would
change or hide typed text (raw HTML, headings, numbered lists, reference definitions, pictures,
links with a title or to anything but the web) is taken out, so such text stands there as it was
typed. bleach then lets through only :data:`ALLOWED`, whatever came before.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from html import escape
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import bleach
from bleach import html5lib_shim
from markdown import Markdown
from markdown.blockprocessors import BlockQuoteProcessor
from markdown.extensions.nl2br import Nl2BrExtension
from markdown.inlinepatterns import LINK_RE, AutolinkInlineProcessor, LinkInlineProcessor

from comment_archive.records import MarkupError
from comment_archive.text import strip_controls

POLICY = 2
"""Version of the rules below; stored with the HTML they made."""

ALLOWED: dict[str, frozenset[str]] = {
    "p": frozenset(),
    "br": frozenset(),
    "em": frozenset(),
    "strong": frozenset(),
    "blockquote": frozenset(),
    "a": frozenset({"href", "rel"}),
}
PROTOCOLS = frozenset({"http", "https"})
LINK_RELATIONS = "nofollow ugc noopener"
WEB_ADDRESS = re.compile(r"https?://[^/\s]", re.IGNORECASE)
WEB_AUTOLINK = r"<([Hh][Tt][Tt][Pp][Ss]?://[^<>/\s][^<>\s]*)>"
DEEPEST_QUOTE = 5
"""Levels of quotations within quotations."""

MOST_WORK = 13_000
"""Microseconds, as :func:`reckoned` tells them, beyond which a text is not worth its conversion.
Five hundred code points of anything stay below.
"""
COSTS = {"*": 25, "_": 25, "\n": 20, "://": 30, "<": 6, ">": 6, "&": 6, "\\": 6, "[": 4}
"""Microseconds that each of a mark takes at most, on a slow core."""
BRACKET_COST, QUOTE_COST = 0.04, 100
"""Of a bracket for each character of its paragraph, and of a paragraph that begins a quotation."""

BLOCKS = frozenset({"empty", "quote", "paragraph"})
INLINE = frozenset({"escape", "link", "autolink", "linebreak", "em_strong", "not_strong", "nl"})
PREPROCESSORS = frozenset({"normalize_whitespace"})

_local = threading.local()


def render(text: str) -> str:
    """Give the safe HTML of a visitor's *text*; one of thousands of marks, which would take long,
    stands there as it was typed.

    Raises MarkupError when the text cannot be converted; nothing is published then.
    """
    markdown, cleaner = _converters()
    try:
        kept = strip_controls(text)
        if reckoned(kept) > MOST_WORK:
            return _as_typed(kept)
        as_typed = kept.replace("&", "&amp;")
        return str(cleaner.clean(markdown.reset().convert(as_typed)))
    except Exception as error:
        raise MarkupError(
            f"the text could not be turned into HTML ({type(error).__name__})"
        ) from error


def reckoned(text: str) -> float:
    """Reckon how many microseconds the conversion of *text* takes beyond those of plain words.

    Each opening bracket looks for its end in the rest of the paragraph; the other marks cost about
    the same each, wherever they stand.
    """
    blocks = _blocks(text)
    work = float(sum(cost * text.count(mark) for mark, cost in COSTS.items()))
    if "](" in text:
        work += BRACKET_COST * sum(block.count("[") * len(block) for block in blocks)
    return work + QUOTE_COST * sum(block.lstrip().startswith(">") for block in blocks)


def _blocks(text: str) -> list[str]:
    """Give what stands between blank lines, as Python-Markdown cuts it."""
    typed = text.replace("\r\n", "\n").replace("\r", "\n") + "\n\n"
    return re.sub(r"(?<=\n) +\n", "\n", typed.expandtabs(4)).split("\n\n")


def _as_typed(text: str) -> str:
    """Give paragraphs and line breaks alone, as the converters do for a text without marks."""
    blocks = (block.lstrip() for block in _blocks(text))
    return "\n".join(f"<p>{_with_breaks(block)}</p>" for block in blocks if block)


def _with_breaks(block: str) -> str:
    lines = [line if line.strip() else "" for line in escape(block, quote=False).split("\n")]
    return "\n".join([*(line.removesuffix("  ") + "<br>" for line in lines[:-1]), lines[-1]])


class _UgcLinks(html5lib_shim.Filter):
    """Marks every link as a visitor's."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for token in super().__iter__():
            if token["type"] == "StartTag" and token["name"] == "a" and token["data"]:
                token["data"][(None, "rel")] = LINK_RELATIONS
            yield token


class _WebLinks(LinkInlineProcessor):
    """Makes links to full web addresses only, never to a part of our own site.

    Any other, and one with a title that nobody would see, stays as it was typed.
    """

    def handleMatch(  # type: ignore[override]  # the stubs know the old form only
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        if data.find("](", m.end()) < 0:
            return None, None, None  # else each bracket would look through all that follows
        link, start, end = super().handleMatch(m, data)
        if link is None or "title" in link.attrib or not _is_web_address(link.get("href", "")):
            return None, None, None
        return link, start, end


class _ShallowQuotes(BlockQuoteProcessor):
    """Quotes up to :data:`DEEPEST_QUOTE` levels; Python-Markdown's own limit is the stack that the
    caller left, so the same text would come out differently.
    """

    def test(self, parent: Element, block: str) -> bool:
        return len(self.parser.state) < DEEPEST_QUOTE and super().test(parent, block)


def _is_web_address(address: str) -> bool:
    try:
        urlsplit(address)
    except ValueError:
        return False
    return WEB_ADDRESS.match(address) is not None


def _bare_markdown() -> Markdown:
    markdown = Markdown(extensions=[Nl2BrExtension()], output_format="html")
    for registry, kept in (
        (markdown.preprocessors, PREPROCESSORS),
        (markdown.parser.blockprocessors, BLOCKS),
        (markdown.inlinePatterns, INLINE),
    ):
        for item in list(registry._priority):
            if item.name not in kept:
                registry.deregister(item.name)
    markdown.parser.blockprocessors.register(_ShallowQuotes(markdown.parser), "quote", 20)
    markdown.inlinePatterns.register(_WebLinks(LINK_RE, markdown), "link", 160)
    autolinks = AutolinkInlineProcessor(WEB_AUTOLINK, markdown)
    markdown.inlinePatterns.register(autolinks, "autolink", 120)
    return markdown


def _converters() -> tuple[Markdown, bleach.Cleaner]:
    """Give this thread's converters; neither is thread-safe, and making them costs four times a
    message.
    """
    if not hasattr(_local, "converters"):
        cleaner = bleach.Cleaner(
            tags=set(ALLOWED),
            attributes={tag: sorted(names) for tag, names in ALLOWED.items() if names},
            protocols=PROTOCOLS,
            strip=False,
            strip_comments=True,
            filters=[_UgcLinks],
        )
        _local.converters = (_bare_markdown(), cleaner)
    converters: tuple[Markdown, bleach.Cleaner] = _local.converters
    return converters
