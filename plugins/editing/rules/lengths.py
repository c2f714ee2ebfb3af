"""Titles and summaries that are too long for where they are shown."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from plugins.campaign.figures import NAMED
from plugins.editing.rules.rule import Mark, Prose
from plugins.sharing.layouts import SQUARE, WIDE, Place
from plugins.sharing.lines import GOOD_LINES, fits
from plugins.sharing.targets import LONGEST_SUMMARY

SURELY_SHORT = 26
"""Characters that fit every card."""
FULL, NARROW = 1.0, 0.55
"""How wide a Chinese character is, and about how wide any other is, in em."""
PLACES: tuple[Place, ...] = tuple(
    layout.words.title
    for shape in (WIDE, SQUARE)
    for layout in (shape.pictured, shape.plain)
    if layout.words
)
"""Where titles stand on cards."""


def title_too_long(prose: Prose) -> Iterator[Mark]:
    """Find titles that do not fit the cards with which pages are shared, in four lines."""
    title = _as_read(prose.text).strip()
    if prose.part != "title" or len(title) <= SURELY_SHORT:
        return
    if not all(fits(title, place, width, GOOD_LINES) for place in PLACES):
        what = f"标题有{len(title)}个字，分享卡片上{GOOD_LINES}行排不下"
        yield Mark(0, len(prose.text), what, "改短一些")


def summary_too_long(prose: Prose) -> Iterator[Mark]:
    """Find summaries that are cut off where pages are shared."""
    summary = _as_read(prose.text)
    if prose.part == "summary" and len(summary) > LONGEST_SUMMARY:
        what = f"摘要有{len(summary)}个字，分享时从第{LONGEST_SUMMARY - 1}个字起会被截掉"
        mend = f"改短到{LONGEST_SUMMARY}个字以内"
        yield Mark(LONGEST_SUMMARY, len(prose.text), what, mend)


def _as_read(text: str) -> str:
    """Give *text* about as long as readers see it: with numbers for the names of figures."""
    return NAMED.sub("100万", text)


def width(text: str) -> float:
    """Say about how wide *text* is on a card, in em."""
    return sum(FULL if unicodedata.east_asian_width(sign) in "WFA" else NARROW for sign in text)
