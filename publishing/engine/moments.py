"""Moments of stories, read and written sooner than Pelican does: it guesses at every form."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from typing import Any

from pelican.utils import SafeDatetime, set_date_tzinfo

DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ T]([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?)?")
MARKS = frozenset("aAbBcdfGHIjmMpSUuVwWxXyYzZ%")
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
        return str(super().strftime(fmt, safe=safe and not is_plain(fmt)))


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
