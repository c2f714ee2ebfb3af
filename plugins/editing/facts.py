"""What a story or an album tells beside its words: where its figures are from and of what time they
are, who took its photographs, and a day that is still to come.

None of it stops anything: it is told by the checks alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from plugins.campaign.states import PUBLISH_AT
from plugins.editing.heads import moment_of
from plugins.editing.pictures import images_in, is_photo, split_title
from plugins.editing.sources import Source
from plugins.problems import Problem, Severity

FIGURE = re.compile(
    r"(?<![0-9.,])[0-9][0-9.,]*(?:[多余]?[万亿]|[%％‰])"
    r"|(?<![0-9.,])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])"
)
"""A figure of which readers ask who counted: 120万, 11.2%, 9,464. Years, days and small numbers are
none.
"""
COUNTED = re.compile(r"来源[:：]|据[^，。！？\n]{2,40}(?:统计|报道|介绍|公布|数据|资料|显示|披露)")
"""How a text itself tells where its figures are from."""
DATED = re.compile(
    r"[12][0-9]{3}年|[0-9]{1,2}月|截至|截止|今年|去年|前年|目前|当年|年底|年初|本月|上月|同期|近[一两二三五十]年"
)
"""How a text tells of what time it speaks."""


def check_facts(source: Source, today: date, *, is_album: bool = False) -> Iterator[Problem]:
    """Find figures of a story without their source or time, photographs without credit, and a day
    after *today* of a story that is not scheduled.
    """
    if not is_album:
        yield from _figures(source)
    yield from _credit(source, is_album=is_album)
    yield from _date(source, today)


def _figures(source: Source) -> Iterator[Problem]:
    """Tell of the first figure only: one line in the head mends them all."""
    found = FIGURE.search(source.body)
    if found is None:
        return
    if not source.value("source") and not COUNTED.search(source.body):
        what = f"文中有数字“{found[0]}”，没有写来源"
        mend = "开头加一行 source: 来源，或者在文中写明据谁统计"
        yield _at(source, found.start(), "figure-source", what, mend)
    if not DATED.search(source.body):
        what = f"文中有数字“{found[0]}”，没有写是什么时候的"
        yield _at(source, found.start(), "figure-date", what, "写明时间，如“截至2015年底”")


def _at(source: Source, place: int, rule: str, what: str, mend: str) -> Problem:
    """Make a problem at the character *place* of the body."""
    line = source.body_line + source.body.count("\n", 0, place)
    column = place - source.body.rfind("\n", 0, place)
    return Problem(source.path, line, what, mend, Severity.STYLE, column, rule)


def _credit(source: Source, *, is_album: bool) -> Iterator[Problem]:
    """Tell of the first photograph that neither the head nor its own caption gives a credit."""
    if source.value("credit"):
        return
    if is_photo(source.value("picture")):
        what, mend = "题图是照片，没有署名", "开头加一行 credit: 摄影：某某"
        yield source.problem("credit-missing", "picture", what, mend, Severity.STYLE)
        return
    for image in images_in(source.body) if "![" in source.body else ():
        if (is_album or is_photo(image.address)) and not split_title(image.title)[1]:
            mend = '开头加一行 credit: 摄影：某某，或者写进图说，如 "图说 · 摄影：某某"'
            yield _at(source, image.start, "credit-missing", "照片没有署名", mend)
            return


def _date(source: Source, today: date) -> Iterator[Problem]:
    moment = moment_of(source.value("date"))
    if moment is None or moment.date() <= today:
        return
    if source.value(PUBLISH_AT) or source.value("status") in ("draft", "withdrawn"):
        return
    what = f"日期 {moment.date()} 还没有到，报道却会马上发布"
    mend = f"想定时发布，就加一行 {PUBLISH_AT}: {moment.date()} 08:00；不是的话，改 date"
    yield source.problem("date-ahead", "date", what, mend, Severity.STYLE)
