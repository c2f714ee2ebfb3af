"""Punctuation written too often, and dots and dashes written otherwise than in Chinese.

The build sets ``--`` and ``...`` by itself; these rules ask for the same, by the same patterns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from plugins.editing.rules.rule import Mark, Prose
from plugins.typography.punctuation import CHINESE, DASH, ELLIPSIS

ROW = re.compile("[，。、；：？！]{2,}")
ONCE = frozenset("，；：")
"""Marks of which two in a row certainly stand for one."""
ENDS = frozenset("？！")
MOST_ENDS = 3
"""GB/T 15834-2011, 4.2 and 4.3: ？ and ！ may be written up to three times."""
FULL_STOPS = re.compile("。{3,}")
DOTS = re.compile(f"(?<=[{CHINESE}])(?<!…)(?:…|…{{3}})(?!…)|(?<!…)…(?=[{CHINESE}])(?!…)")
"""GB/T 15834-2011, 4.11: six dots, ``……``; twelve where a whole passage is left out."""
LINES = re.compile(f"(?<=[{CHINESE}])(?:－{{2,3}}|―{{2,3}}|─{{2,3}})(?=[{CHINESE}])")
"""GB/T 15834-2011, 4.10: ``——``; these are full-width hyphens, bars and parts of frames."""


def repeated(prose: Prose) -> Iterator[Mark]:
    """Find marks that stand twice, and two different ones in a row."""
    for found in ROW.finditer(prose.shown):
        row, sign = found[0], found[0][0]
        if set(row) <= ENDS:
            yield from _ends(found)
        elif set(row) != {sign}:
            yield Mark(*found.span(), f"“{row}”几个标点连在一起", "只留该用的那一个")
        elif sign in ONCE:
            yield Mark(*found.span(), f"“{sign}”重复了", f"只写一个“{sign}”", sign)
        elif not FULL_STOPS.fullmatch(row):
            mend = f"只写一个“{sign}”；想写省略号，就写“……”"
            yield Mark(*found.span(), f"“{sign}”重复了", mend)


def _ends(found: re.Match[str]) -> Iterator[Mark]:
    """Find more than three ？ or ！ in a row."""
    row, sign = found[0], found[0][0]
    if len(row) > MOST_ENDS:
        shorter = sign * MOST_ENDS if set(row) == {sign} else None
        yield Mark(*found.span(), f"“{row}”有{len(row)}个标点", "最多连写三个", shorter)


def ellipsis(prose: Prose) -> Iterator[Mark]:
    """Find dots that are no ``……``."""
    shown = prose.shown
    patterns = ((ELLIPSIS, "..."), (FULL_STOPS, "。。。"), (DOTS, "…"))
    for pattern in (pattern for pattern, sign in patterns if sign in shown):
        for found in pattern.finditer(prose.shown):
            what = f"省略号写成了“{found[0]}”"
            yield Mark(*found.span(), what, "写成“……”", "……")


def dash(prose: Prose) -> Iterator[Mark]:
    """Find dashes that are no ``——``."""
    shown = prose.shown
    patterns = ((DASH, "--"), (LINES, "－"), (LINES, "―"), (LINES, "─"))
    for pattern in dict.fromkeys(pattern for pattern, sign in patterns if sign in shown):
        for found in pattern.finditer(prose.shown):
            what = f"破折号写成了“{found[0].strip()}”"
            yield Mark(*found.span(), what, "写成“——”，前后不空格", "——")
