"""What stories tell of themselves, and how they hang together: by theme, before and after,
related.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Protocol, TypeVar

RELATED = 3
CORRECTION = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ ：:]\s*(\S.*)")
YEARS = range(1900, 2101)
"""Years that a story or a correction can be of; what lies outside is a slip of the hand."""


@dataclass(frozen=True, slots=True, order=True)
class Correction:
    """What was mended in a story after it had been published."""

    day: date
    text: str


def read_correction(line: str) -> Correction:
    """Read a correction from its line; raises ValueError when a day that exists in YEARS, or the
    text, is missing.
    """
    found = CORRECTION.fullmatch(line.strip())
    if found is None:
        raise ValueError("a correction is a day and a text")
    day = date.fromisoformat(found[1])
    if day.year not in YEARS:
        raise ValueError("the year of a correction is far away")
    return Correction(day, found[2])


def read_corrections(value: str | Iterable[str]) -> tuple[Correction, ...]:
    """Read the corrections of a head, one line or several; gives them newest first."""
    lines = [value] if isinstance(value, str) else value
    read = [read_correction(line) for line in lines if line]
    return tuple(sorted(read, key=lambda correction: correction.day, reverse=True))


def modified_at(published: datetime, corrections: Sequence[Correction]) -> datetime:
    """Say since when a story reads as it does: since its newest correction, else since it was
    *published*.

    A correction has a day only: it counts from its midnight, in the zone of *published*.
    """
    if not corrections:
        return published
    newest = max(correction.day for correction in corrections)
    return max(published, datetime.combine(newest, time(), published.tzinfo))


class Story(Protocol):
    """What is needed of a story."""

    slug: str
    theme: str
    date: datetime
    tag_names: list[str]


S = TypeVar("S", bound=Story)


def newest_first(stories: Sequence[S]) -> list[S]:
    """Order by date, then slug, so that the order never depends on the file system."""
    return sorted(
        sorted(stories, key=lambda story: story.slug), key=lambda story: story.date, reverse=True
    )


def of_theme(stories: Sequence[S], theme: str) -> list[S]:
    """Give the stories of *theme* in the order they came."""
    return [story for story in stories if story.theme == theme]


def neighbours(stories: Sequence[S], story: S) -> tuple[S | None, S | None]:
    """Give the story before and the one after *story* in time, within *stories* (newest first)."""
    place = list(stories).index(story)
    older = stories[place + 1] if place + 1 < len(stories) else None
    return older, stories[place - 1] if place else None


def related(stories: Sequence[S], story: S) -> list[S]:
    """Give up to three other stories that share most tags with *story*, its own theme and the
    newest first.
    """
    others = [other for other in stories if other is not story]

    def kinship(other: S) -> tuple[int, bool]:
        return len(set(other.tag_names) & set(story.tag_names)), other.theme == story.theme

    return sorted(others, key=kinship, reverse=True)[:RELATED]
