"""A shortcut past Python-Markdown: the same bytes, for texts as editors write them, much sooner.

Whatever is not sure is declined as a whole text, and Python-Markdown converts it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from markdown.extensions.fenced_code import FencedBlockPreprocessor
from markdown.extensions.meta import BEGIN_RE, END_RE, META_MORE_RE, META_RE
from markdown.util import ETX, STX

from plugins.campaign.figures import NAMED, may_name
from plugins.typography.headings import Heading
from publishing.engine.blocks import Blocks
from publishing.engine.dialect import Dialect, dialect_of
from publishing.engine.inline import Unsure
from publishing.engine.one_markdown import OneMarkdown

TAB = 4
"""Columns of a tab, Python-Markdown's default."""
BLANK = re.compile(r"(?<=\n) +\n")
UNUSUAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ue000-\uf8ff]")
"""Characters that editors do not write and that may mean something on the way."""
TAG = re.compile("<(?![ \n=0-9])")
"""Where raw HTML or an address between angle brackets may begin."""
OPEN_NUMBER = re.compile(r"&#(?!(?:[0-9]+|[xX][0-9a-fA-F]+);)")
"""A character by its number that is not closed; Python-Markdown closes it."""
DEFINITION = re.compile(r"(?:^|\n)[ >*+\-\d.]*: ")
"""Where a list of definitions may begin, also within a quotation or an item."""
FIRST_FENCE, LAST_FENCE = 0xE000, 0xEFFF


class Converted(NamedTuple):
    """What a text is converted to."""

    html: str
    meta: dict[str, list[str]]
    """What stands in the text's head, as Python-Markdown's ``Meta``."""
    headings: tuple[Heading, ...]
    """What ``headings_of`` would give, empty without ``ChineseMarkdown``."""


class Shortcut:
    """Converts texts of one set of options."""

    def __init__(self, dialect: Dialect, options: Mapping[str, Any]) -> None:
        self.dialect = dialect
        self._markdown = OneMarkdown(options, has_head=False)

    @classmethod
    def of(cls, settings_markdown: Mapping[str, Any]) -> Shortcut | None:
        """Give the shortcut for the options of Python-Markdown; None when one is unknown."""
        dialect = dialect_of(settings_markdown)
        return cls(dialect, settings_markdown) if dialect else None

    def convert(self, text: str) -> tuple[str, dict[str, list[str]]] | None:
        """Give the HTML that a new ``Markdown(**options).convert(text)`` gives, and its ``Meta``
        (empty without that extension); None when that is not sure.
        """
        converted = self.converted(text)
        return converted and (converted.html, converted.meta)

    def converted(self, text: str) -> Converted | None:
        """Give all that :meth:`convert` gives, with the headings of a Chinese text."""
        if not text.strip():
            return Converted("", {}, ())
        if self._names_something(text):
            return None
        meta, body = self._parted(_normal(text))
        body_converted = self._body(body)
        return body_converted and Converted(body_converted[0], meta, body_converted[1])

    def _names_something(self, text: str) -> bool:
        """Tell whether *text* names figures, or anything in the brackets of an input method."""
        if self.dialect.album and "【【" in text:
            return True
        return self.dialect.has_figures and may_name(text) and bool(NAMED.search(text))

    def _parted(self, text: str) -> tuple[dict[str, list[str]], str]:
        return parted(text) if self.dialect.has_head else ({}, text)

    def _body(self, body: str) -> tuple[str, tuple[Heading, ...]] | None:
        if self._is_declined(body):
            return None
        fences: list[str] = []
        try:
            if "```" in body or "~~~" in body:
                body = self._fenced(body, fences)
            if "<" in body and ("@" in body or TAG.search(body)):
                return None
            return Blocks(self.dialect, self._markdown.ready, fences).html_of(body)
        except Unsure:
            return None

    def _is_declined(self, body: str) -> bool:
        """Tell whether anything in *body* may change what stands elsewhere."""
        if not body.replace("\n", "").isprintable() and UNUSUAL.search(body):
            return True
        if "]:" in body or ("&#" in body and OPEN_NUMBER.search(body)):
            return True
        return self.dialect.has_extra and (
            "{" in body or "] :" in body or bool(": " in body and DEFINITION.search(body))
        )

    def _fenced(self, body: str, fences: list[str]) -> str:
        """Put a character in the place of each block of code between fences; raises Unsure."""

        def kept(found: re.Match[str]) -> str:
            is_simple = found["attrs"] is None and found["hl_lines"] is None
            if self.dialect.has_colours or not is_simple or len(fences) > LAST_FENCE - FIRST_FENCE:
                raise Unsure
            fences.append(_code(found["lang"], found["code"]))
            return f"\n{chr(FIRST_FENCE + len(fences) - 1)}\n"

        if not self.dialect.has_fences:
            return body
        return FencedBlockPreprocessor.FENCED_BLOCK_RE.sub(kept, body).rstrip("\n")


def parted(text: str) -> tuple[dict[str, list[str]], str]:
    """Part the head from a normal *text*, as Python-Markdown's extension for metadata does."""
    meta: dict[str, list[str]] = {}
    key = ""
    head, _, body = text.partition("\n\n")
    lines = head.split("\n")
    first = 1 if BEGIN_RE.match(lines[0]) else 0
    for number, line in enumerate(lines[first:], first):
        if found := META_RE.match(line):
            key = found[1].lower()
            meta.setdefault(key, []).append(found[2].strip())
        elif not line.strip() or END_RE.match(line):
            return meta, _after(lines[number + 1 :], body)
        elif key and (more := META_MORE_RE.match(line)):
            meta[key].append(more[1].strip())
        else:
            return meta, _after(lines[number:], body)
    return meta, body


def _after(lines: list[str], body: str) -> str:
    return "\n".join(lines) + "\n\n" + body


def _normal(text: str) -> str:
    """Make line ends, tabs and empty lines of *text* what Python-Markdown makes them first."""
    if STX in text or ETX in text:
        text = text.replace(STX, "").replace(ETX, "")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\t" in text:
        text = text.expandtabs(TAB)
    if " \n" in text or text.endswith(" "):
        text = BLANK.sub("\n", text + "\n\n")
    return text.rstrip("\n")


def _code(language: str | None, code: str) -> str:
    told = f' class="language-{language}"' if language else ""
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        code = code.replace(sign, entity)
    return f"<pre><code{told}>{code}</code></pre>"
