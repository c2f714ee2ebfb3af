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
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import bleach
from bleach import html5lib_shim
from markdown import Markdown
from markdown.blockprocessors import BlockQuoteProcessor
from markdown.extensions.nl2br import Nl2BrExtension
from markdown.inlinepatterns import LINK_RE, AutolinkInlineProcessor, LinkInlineProcessor

from comment_archive.text import strip_controls

POLICY = 1
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

BLOCKS = frozenset({"empty", "quote", "paragraph"})
INLINE = frozenset({"escape", "link", "autolink", "linebreak", "em_strong", "not_strong", "nl"})
PREPROCESSORS = frozenset({"normalize_whitespace"})

_local = threading.local()


class MarkupError(ValueError):
    """A text could not be turned into HTML."""


def render(text: str) -> str:
    """Give the safe HTML of a visitor's *text*.

    Raises MarkupError when the text cannot be converted; nothing is published then.
    """
    markdown, cleaner = _converters()
    try:
        as_typed = strip_controls(text).replace("&", "&amp;")
        return str(cleaner.clean(markdown.reset().convert(as_typed)))
    except Exception as error:
        raise MarkupError(
            f"the text could not be turned into HTML ({type(error).__name__})"
        ) from error


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
