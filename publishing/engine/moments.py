"""Moments of stories, read and written sooner than Pelican does: it guesses at every form."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

from pelican.utils import SafeDatetime, set_date_tzinfo

DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ T]([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?)?")
MARKS = frozenset("aAbBcdfGHIjmMpSUuVwWxXyYzZ%")
NUMBERS = {"Y": "year", "m": "month", "d": "day", "H": "hour", "M": "minute", "S": "second"}
"""Marks that are the same in every language, by the part of a moment that they stand for."""
FOUR_DIGITS = 1000
"""The first year of which every system writes the same."""
DATES = frozenset({"date", "modified"})
"""What of a story's head is a moment."""


class QuickDatetime(SafeDatetime):
    """A moment that writes plain forms at once; Pelican takes every form apart."""

    @classmethod
    def of(cls, moment: datetime) -> QuickDatetime:
        """Take over a moment that Pelican made."""
        day, time = moment.timetuple()[:3], moment.timetz()
        own: Any = (*day, time.hour, time.minute, time.second, time.microsecond, time.tzinfo)
        return cls(*own)

    def strftime(self, fmt: str, safe: bool = True) -> str:
        """Write the moment as *fmt* tells."""
        numbers = numbers_of(fmt)
        if numbers is not None and self.year >= FOUR_DIGITS:
            return str(numbers.written % numbers.of(self))
        return str(super().strftime(fmt, safe=safe and not is_plain(fmt)))


class Numbers(NamedTuple):
    """A form of nothing but numbers."""

    written: str
    """As ``%`` wants it."""
    of: Callable[[datetime], Any]
    """Gives the numbers of a moment."""


@cache
def numbers_of(form: str) -> Numbers | None:
    """Take *form* apart if it asks for nothing but numbers, which need no look at the language."""
    marks = re.findall("%(.?)", form)
    if not marks or not form.isascii() or not all(mark in NUMBERS for mark in marks):
        return None
    written = re.sub("%(.)", lambda mark: "%04d" if mark[1] == "Y" else "%02d", form)
    return Numbers(written, attrgetter(*(NUMBERS[mark] for mark in marks)))


@cache
def is_plain(form: str) -> bool:
    """Say whether the system itself writes *form* as Pelican would have it: every mark is of C89,
    none asks for zeros to be left out.
    """
    marks = re.findall("%.?", form)
    return form.isascii() and all(mark[1:] in MARKS for mark in marks)


def quick_date(text: str) -> QuickDatetime | None:
    """Read a day, and perhaps a time, in its ordinary form; None for any other."""
    found = DAY.fullmatch(text)
    try:
        parts: Any = map(int, filter(None, found.groups())) if found else None
        return QuickDatetime(*parts) if parts else None
    except ValueError:
        return None


def in_zone(moment: datetime, zone: str) -> QuickDatetime:
    """Give *moment* in the time zone called *zone*, unless it has one of its own."""
    return QuickDatetime.of(set_date_tzinfo(moment, zone))
