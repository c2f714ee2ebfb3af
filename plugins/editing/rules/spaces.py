"""Spaces that do not belong in Chinese: beside punctuation, between characters, beside Latin words
and numbers, at the beginning of a paragraph.

Full-width punctuation has its own room; the gap between Chinese and Latin is set by the theme
(``text-autospace``), as are indents (CLREQ, on punctuation, on mixed text, on paragraphs).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from plugins.editing.rules.rule import Mark, Prose
from plugins.typography.punctuation import CHINESE, HAN

BLANKS = re.compile("[ \u00a0\u3000]+")
STOPS, OPENS, CLOSES = "，。、；：？！", "（《〈「『【〔", "）》〉」』】〕"
HAN_STOPS = HAN + STOPS
BESIDE = tuple(
    (re.compile(f"[{before}]"), re.compile(f"[{after}]"))
    for before, after in (
        (f"A-Za-z0-9%{CHINESE}", STOPS + CLOSES + OPENS),
        (STOPS + OPENS, f"A-Za-z0-9%{CHINESE}"),
        (CLOSES, HAN),
        (HAN_STOPS, "“‘"),
        ("”’", HAN_STOPS),
        ("“‘", HAN),
        (HAN_STOPS, "”’"),
    )
)
"""What stands before and behind a space that does not belong there; around quotation marks, which
other languages have as well, it must be Chinese.
"""
LATIN = re.compile(f"[{HAN}][ \u00a0][A-Za-z0-9]|[A-Za-z0-9%][ \u00a0][{HAN}]")
INDENT = re.compile(f"^[\u3000\u00a0]+(?=[{CHINESE}A-Za-z0-9])", re.M)
ENDS = re.compile(f"[{STOPS}]")
IS_HAN, WORDS = re.compile(f"[{HAN}]"), re.compile("[A-Za-z]+")
NOT_HAN = re.compile(f"[^{HAN}]")
NAME, VERSE = 4, 12
"""Characters up to which words with a space between may be names in a row, or parts of a verse."""


def space_beside_punctuation(prose: Prose) -> Iterator[Mark]:
    """Find spaces before and behind Chinese punctuation; dashes and dots aside."""
    for start, end in _gaps(prose.shown):
        before, after = prose.shown[start - 1], prose.shown[end]
        if any(first.match(before) and second.match(after) for first, second in BESIDE):
            is_wide = end - start > 1 and before not in STOPS and after not in STOPS
            is_kept = is_wide or (prose.part == "title" and before in CLOSES + "”’")
            yield Mark(start, end, "标点旁边有空格", "把空格去掉", None if is_kept else "")


def space_between_han(prose: Prose) -> Iterator[Mark]:
    """Find spaces between Chinese characters, but in links, quotations and titles of works.

    Names in a row, verses and parts of a title may be meant, so that ``--fix`` takes away only a
    single space within a sentence of a paragraph, with a longer piece on one side.
    """
    for start, end in _gaps(prose.open):
        if IS_HAN.match(prose.open, start - 1) and IS_HAN.match(prose.open, end):
            replacement = "" if _is_slip(prose, start, end) else None
            mend = "去掉空格，或者写上该用的标点"
            yield Mark(start, end, "汉字之间有空格", mend, replacement)


def _is_slip(prose: Prose, start: int, end: int) -> bool:
    """Tell whether nobody can have meant the space from *start* to *end*."""
    line = _line(prose.open, start)
    if prose.part != "body" or prose.text[start:end] != " " or not ENDS.search(line):
        return False
    before = len(NOT_HAN.split(prose.open[max(start - VERSE, 0) : start])[-1])
    after = len(NOT_HAN.split(prose.open[end : end + VERSE], maxsplit=1)[0])
    return before != after and max(before, after) > NAME and not prose.is_in_heading(start)


def space_beside_latin(prose: Prose) -> Iterator[Mark]:
    """Find spaces between Chinese and Latin letters or digits; kept where the line is mostly in
    another language.
    """
    for start, end in _gaps(prose.shown):
        if end - start == 1 and LATIN.match(prose.shown, start - 1):
            line = _line(prose.shown, start)
            is_chinese = len(IS_HAN.findall(line)) >= len(WORDS.findall(line))
            mend = "把空格去掉，网站会自己留出间隔"
            yield Mark(start, end, "汉字与字母、数字之间有空格", mend, "" if is_chinese else None)


def indent(prose: Prose) -> Iterator[Mark]:
    """Find ideographic spaces at the beginning of a paragraph; of a line within one, where there
    should be an empty line, they are told alone.
    """
    if "\u3000" not in prose.shown and "\u00a0" not in prose.shown:
        return
    for found in INDENT.finditer(prose.shown):
        before = prose.text[: found.start()].rpartition("\n")[0].rpartition("\n")[2]
        if before.strip():
            mend = "在上一行后面加一个空行，不然两行会排成一段"
            yield Mark(*found.span(), "这一行像是新的一段", mend)
        else:
            yield Mark(*found.span(), "段首有空格", "把空格去掉，缩进由网站来排", "")


def _gaps(text: str) -> Iterator[tuple[int, int]]:
    """Give where spaces of *text* begin and end that have something on either side."""
    for found in BLANKS.finditer(text):
        start, end = found.span()
        if start > 0 and end < len(text):
            yield start, end


def _line(text: str, place: int) -> str:
    """Give the line of *text* with the character at *place*."""
    return text[text.rfind("\n", 0, place) + 1 :].partition("\n")[0]
