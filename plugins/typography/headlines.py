"""Headlines that break between words and nowhere else, with ``<wbr>`` and CSS's ``keep-all``."""

from __future__ import annotations

import re
from functools import lru_cache

from markupsafe import Markup, escape

from plugins.typography.punctuation import quotes
from plugins.typography.words import segment

LONGEST = 8
"""Characters up to which a quotation stays whole and small words are joined to the next: on the
narrowest phone a line of a headline holds about nine."""

OPENING = "《〈「『“‘（【〔([{"
CLOSING = "》〉」』”’）】〕)]}，。、；：？！…—·～,.;:?!%％‰℃"
"""What must not end, and what must not begin a line (GB/T 15834-2011, 5.1)."""

TRAILING = frozenset("的地得了着过们之等吗呢吧啊呀嘛里上下中内外前后时间完起者性化")
"""Words of one character that belong to the word before."""
LEADING = frozenset(
    "在从与和跟同把被将给向往到为由对以让请就都也还又再更最很太不没未要这那每各第一两几"
)
"""Words of one character that belong to the word after."""

_QUOTED = "|".join(
    f"{opens}[^{opens}{closes}]{{1,{LONGEST}}}{closes}"
    for opens, closes in ("《》", "〈〉", "「」", "『』", "“”", "‘’", "（）")
)
_UNITS = (
    "平方公里|平方米|公里|小时|分钟|周岁|周年|人次|年代|世纪|"
    "[个名人位次年岁天日月周元件家站座条支届项米所场篇张处点本份辆间只双步代万亿]"
)
WHOLE = re.compile(
    f"{_QUOTED}"
    r"|(?P<verb>[\u4e00-\u9fff])一(?P=verb)"
    r"|[0-9]{2,4}年[0-9]{1,2}月(?:[0-9]{1,2}[日号])?|[0-9]{1,2}月[0-9]{1,2}[日号]"
    rf"|第?[0-9]+(?:[.,:/][0-9]+)*[%％‰℃+]?[多余]?[百千万亿]{{0,2}}[多余]?(?:{_UNITS})?"
    r"|[A-Za-z\u00c0-\u024f][A-Za-z0-9\u00c0-\u024f'’.+&-]*"
)
"""What stays on one line: short quotations and titles, 量一量, numbers with their units, Latin
words."""


def breakable(text: object, whole: tuple[str, ...] = ()) -> Markup:
    """Escape *text*, turn its straight quotes and put ``<wbr>`` where a line may end; text that is
    escaped already is not escaped twice.

    *whole* are names that must stay whole although the segmenter's dictionary lacks them.
    """
    return _breakable(text.unescape() if isinstance(text, Markup) else str(text), whole)


@lru_cache(maxsize=4096)
def _breakable(text: str, whole: tuple[str, ...]) -> Markup:
    return Markup("<wbr>").join(escape(piece) for piece in pieces(quotes(text), whole))


def pieces(text: str, whole: tuple[str, ...] = ()) -> list[str]:
    """Cut the plain *text* into what must stay on one line each."""
    closed = {
        place for found in WHOLE.finditer(text) for place in range(found.start() + 1, found.end())
    }
    cut: list[str] = []
    place, before = 0, ""
    for word in segment(text, whole):
        if cut and (place in closed or not _may_break(cut[-1], before, word)):
            cut[-1] += word
        else:
            cut.append(word)
        place += len(word)
        before = word
    return cut


def _may_break(line: str, before: str, after: str) -> bool:
    """Tell whether a line that ends in the word *before* may end here, with *after* to follow."""
    if before[-1].isspace() or after[0].isspace():
        return False  # a space lets the line end by itself
    if before[-1] in OPENING or after[0] in CLOSING or (before[-1] + after[0]).isascii():
        return False
    if len(before) == len(after) == 1 and before.isascii() and before.isalpha():
        return False  # U站
    if after in TRAILING:
        return False
    return before not in LEADING or len(line) + len(after) > LONGEST
