"""Typewriter punctuation becomes Chinese punctuation where the text is Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
"""Chinese characters, as part of a character class."""
CHINESE = HAN + "，。、；：？！…—·《》〈〉「」『』“”‘’（）【】〔〕"
"""Chinese characters and punctuation, as part of a character class."""

IS_CHINESE = re.compile(f"[{CHINESE}]")
DASH = re.compile(f"(?<=[{CHINESE}]) ?(?<!-)-{{2,3}}(?!-) ?(?=[{CHINESE}])")
ELLIPSIS = re.compile(rf"(?<=[{CHINESE}])\.{{3,}}")
SINGLE = re.compile(f"(?<![A-Za-z0-9])'[^'\"\n]*[{CHINESE}][^'\"\n]*'(?![A-Za-z0-9])")
SOFT_BREAK = re.compile(f"(?<=[{CHINESE}])\n(?=[{CHINESE}])")


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """One replacement in a text."""

    start: int
    end: int
    text: str


def quotes(text: str) -> str:
    """Turn straight quotes around or within Chinese into “ ” and ‘ ’; others stay."""
    return apply(text, sorted(quote_edits(text)))


def prose_edits(text: str) -> list[Edit]:
    """Say how the running *text* of one paragraph becomes well set Chinese.

    Straight quotes turn into “ ” and ‘ ’, ``--`` and ``---`` between Chinese into ——, ``...``
    after Chinese into ……, and a line end within Chinese, which a browser would show as a space,
    goes away. The edits come in order and do not overlap.
    """
    edits = sorted(quote_edits(text))
    quoted = apply(text, edits)  # as long as before, so that places stay the same
    for pattern, replacement in ((DASH, "——"), (ELLIPSIS, "……"), (SOFT_BREAK, "")):
        edits += [Edit(*found.span(), replacement) for found in pattern.finditer(quoted)]
    return sorted(edits)


def apply(text: str, edits: list[Edit]) -> str:
    """Carry out *edits*, which are in order and do not overlap."""
    for edit in reversed(edits):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def quote_edits(text: str) -> Iterator[Edit]:
    """Find pairs of straight quotes within a paragraph that hold or touch Chinese.

    After a digit a double quote is a sign for inches or seconds, not the start of a quotation.
    """
    opened: int | None = None
    for found in re.finditer('"|\n[ \t]*\n', text):
        place = found.start()
        if found[0] != '"':
            opened = None
        elif opened is None:
            opened = None if text[place - 1 : place].isdigit() else place
        else:
            if IS_CHINESE.search(text[max(0, opened - 1) : place + 2]):
                yield Edit(opened, opened + 1, "“")
                yield Edit(place, place + 1, "”")
            opened = None
    for found in SINGLE.finditer(text):
        yield Edit(found.start(), found.start() + 1, "‘")
        yield Edit(found.end() - 1, found.end(), "’")
