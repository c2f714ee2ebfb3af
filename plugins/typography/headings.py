"""Headings of a text: their ids in pinyin, and the table of contents they make."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as etree
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from markdown import Markdown
from markdown.util import AMP_SUBSTITUTE

from plugins.typography.pinyin import unique_ids
from plugins.typography.prose import PLACEHOLDER, UNSEEN, raw_html

LEVELS = {"h2": 2, "h3": 3, "h4": 4}
ESCAPED = re.compile("\x02([0-9]+)\x03")
RAW_ID = re.compile(r"""\sid\s*=\s*["']?([^\s"'>]+)""", re.I)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a text."""

    id: str
    level: int
    text: str
    """Plain text, to be escaped."""


def number_headings(
    root: etree.Element, md: Markdown, taken: Collection[str]
) -> tuple[Heading, ...]:
    """Give every heading of the levels 2 to 4 below *root* its id; gives them all in order.

    No id is in *taken* or stands in the text's own raw HTML.
    """
    elements = [element for element in root.iter() if element.tag in LEVELS]
    texts = [plain_text(element, md) for element in elements]
    ids = unique_ids(texts, {*taken, *_raw_ids(md)})
    for element, id_ in zip(elements, ids, strict=True):
        element.set("id", id_)
    return tuple(
        Heading(id_, LEVELS[element.tag], text)
        for element, id_, text in zip(elements, ids, texts, strict=True)
    )


def plain_text(element: etree.Element, md: Markdown) -> str:
    """Give the words of *element*: no tags, no ruby, entities and escapes resolved."""
    shown = "".join(
        _resolved(part, md) for text in _texts(element) for part in PLACEHOLDER.split(text)
    )
    return " ".join(html.unescape(shown).split())


def _texts(element: etree.Element) -> Iterator[str]:
    if element.tag == "img":
        yield element.get("alt", "")
    elif element.tag not in UNSEEN:
        yield element.text or ""
        for child in element:
            yield from _texts(child)
            yield child.tail or ""


def _resolved(part: str, md: Markdown) -> str:
    if part == AMP_SUBSTITUTE:
        return "&"
    if escaped := ESCAPED.fullmatch(part):
        return chr(int(escaped[1]))
    if PLACEHOLDER.fullmatch(part):
        raw = raw_html(part, md)
        return "" if raw.startswith("<") else raw
    return part


def _raw_ids(md: Markdown) -> Iterator[str]:
    for raw in md.htmlStash.rawHtmlBlocks:
        yield from RAW_ID.findall(str(raw))
