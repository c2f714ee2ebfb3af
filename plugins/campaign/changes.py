"""What happened to a story after it was published, as lines of its head tell it: it was corrected,
updated, or withdrawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
TOLD = re.compile(rf"({DAY})[ ：:]\s*(\S.*)")
UPDATED = re.compile(rf"({DAY})(?: ([0-9]{{2}}:[0-9]{{2}}))?(?:[ ：:]\s*(\S.*)?)?")
YEARS = range(1900, 2101)
"""Years that a story or a change of it can be of; what lies outside is a slip of the hand."""


@dataclass(frozen=True, slots=True, order=True)
class Correction:
    """What was mended in a story after it had been published."""

    day: date
    text: str


@dataclass(frozen=True, slots=True)
class Update:
    """That a story went on after it had been published."""

    moment: datetime
    """Naive, as the head has it; midnight for a day alone."""
    text: str = ""
    """What is new, if the head tells."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """That a story is not to be read any more, and why."""

    day: date
    text: str
    """What readers are told."""


def read_correction(line: str) -> Correction:
    """Read a correction from its line; raises ValueError when a day that exists in YEARS, or the
    text, is missing.
    """
    return Correction(*_told(line))


def read_withdrawal(line: str) -> Withdrawal:
    """Read a withdrawal from its line; raises ValueError as :func:`read_correction` does."""
    return Withdrawal(*_told(line))


def read_update(line: str) -> Update:
    """Read an update from its line: a day, perhaps a time, perhaps words; raises ValueError when a
    day that exists in YEARS is missing.
    """
    found = UPDATED.fullmatch(line.strip())
    if found is None:
        raise ValueError("an update is a day, a time if need be, and words if need be")
    moment = datetime.combine(_day(found[1]), time.fromisoformat(found[2] or "00:00"))
    return Update(moment, found[3] or "")


def read_corrections(value: str | Iterable[str]) -> tuple[Correction, ...]:
    """Read the corrections of a head, one line or several; gives them newest first."""
    lines = [value] if isinstance(value, str) else value
    read = [read_correction(line) for line in lines if line]
    return tuple(sorted(read, key=lambda correction: correction.day, reverse=True))


def modified_at(
    published: datetime, corrections: Sequence[Correction], update: Update | None = None
) -> datetime:
    """Say since when a story reads as it does: since its newest correction or its *update*, else
    since it was *published*.

    A day alone counts from its midnight, in the zone of *published*.
    """
    zone = published.tzinfo
    changed = [datetime.combine(each.day, time(), zone) for each in corrections]
    changed += [update.moment.replace(tzinfo=zone)] if update else []
    return max([published, *changed])


def _told(line: str) -> tuple[date, str]:
    found = TOLD.fullmatch(line.strip())
    if found is None:
        raise ValueError("a day and words are wanted")
    return _day(found[1]), found[2]


def _day(text: str) -> date:
    day = date.fromisoformat(text)
    if day.year not in YEARS:
        raise ValueError("the year is far away")
    return day
