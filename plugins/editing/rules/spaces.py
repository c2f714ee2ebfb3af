"""Spaces that do not belong in Chinese: beside punctuation, between characters, beside Latin words
and numbers, at the beginning of a paragraph.

Full-width punctuation has its own room (CLREQ 3.1.6), the gap between Chinese and Latin is set by
the theme (``text-autospace``, CLREQ 3.2.4), as are indents (CLREQ 4.2.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from plugins.editing.rules.rule import Mark, Prose
from plugins.typography.punctuation import CHINESE, HAN

BLANK = "[ \u00a0\u3000]"
STOPS, OPENS, CLOSES = "，。、；：？！", "（《〈「『【〔", "）》〉」』】〕"
WORD = f"A-Za-z0-9%{CHINESE}"
BESIDE = re.compile(
    f"(?<=[{WORD}]){BLANK}+(?=[{STOPS}{CLOSES}])"
    f"|(?<=[{STOPS}{OPENS}]){BLANK}+(?=[{WORD}])"
    f"|(?<=[{WORD}]){BLANK}+(?=[{OPENS}])"
    f"|(?<=[{CLOSES}]){BLANK}+(?=[{HAN}])"
    f"|(?<=[{HAN}{STOPS}]){BLANK}+(?=[“‘])"
    f"|(?<=[”’]){BLANK}+(?=[{HAN}{STOPS}])"
    f"|(?<=[“‘]){BLANK}+(?=[{HAN}])"
    f"|(?<=[{HAN}{STOPS}]){BLANK}+(?=[”’])"
)
CHARACTERS = re.compile(f"(?P<before>[{HAN}]+)(?P<blank>{BLANK}+)(?=(?P<after>[{HAN}]+))")
LATIN = re.compile(f"(?<=[{HAN}])[ \u00a0](?=[A-Za-z0-9])|(?<=[A-Za-z0-9%])[ \u00a0](?=[{HAN}])")
INDENT = re.compile(f"^[\u3000\u00a0]+(?=[{CHINESE}A-Za-z0-9])", re.M)
ENDS = re.compile(f"[{STOPS}]")
IS_HAN, WORDS = re.compile(f"[{HAN}]"), re.compile("[A-Za-z]+")
NAME = 4
"""Characters up to which words with a space between may be names in a row."""


def space_beside_punctuation(prose: Prose) -> Iterator[Mark]:
    """Find spaces before and behind Chinese punctuation; dashes and dots aside."""
    if not _has_blank(prose):
        return
    for found in BESIDE.finditer(prose.shown):
        is_kept = prose.part == "title" and prose.text[found.start() - 1] in CLOSES + "”’"
        replacement = None if is_kept else ""
        yield Mark(*found.span(), "标点旁边有空格", "把空格去掉", replacement)


def space_between_han(prose: Prose) -> Iterator[Mark]:
    """Find spaces between Chinese characters, but in links, quotations and titles of works.

    Names in a row, verses and parts of a title may be meant, so that ``--fix`` takes away only a
    single space within a sentence of a paragraph, with a longer piece on one side.
    """
    if not _has_blank(prose):
        return
    for found in CHARACTERS.finditer(prose.open):
        span = found.span("blank")
        is_certain = (
            prose.part == "body"
            and found["blank"] == " "
            and len(found["before"]) != len(found["after"])
            and max(len(found["before"]), len(found["after"])) > NAME
            and not prose.is_in_heading(span[0])
            and bool(ENDS.search(_line(prose.shown, span[0])))
        )
        mend = "去掉空格，或者写上该用的标点"
        yield Mark(*span, "汉字之间有空格", mend, "" if is_certain else None)


def space_beside_latin(prose: Prose) -> Iterator[Mark]:
    """Find spaces between Chinese and Latin letters or digits; kept where the line is mostly in
    another language.
    """
    if not _has_blank(prose):
        return
    for found in LATIN.finditer(prose.shown):
        line = _line(prose.shown, found.start())
        is_chinese = len(IS_HAN.findall(line)) >= len(WORDS.findall(line))
        mend = "把空格去掉，网站会自己留出间隔"
        yield Mark(*found.span(), "汉字与字母、数字之间有空格", mend, "" if is_chinese else None)


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


def _has_blank(prose: Prose) -> bool:
    return any(blank in prose.shown for blank in " \u00a0\u3000")


def _line(text: str, place: int) -> str:
    """Give the line of *text* with the character at *place*."""
    return text[text.rfind("\n", 0, place) + 1 :].partition("\n")[0]
