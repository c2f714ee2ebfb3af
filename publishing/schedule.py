"""Which stories wait for a moment: an input of a build that no file shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from plugins.campaign.states import PUBLISH_AT, State, publish_at
from plugins.editing.handlers import value_of

Moments = Mapping[str, str]
"""By what changes then: a moment, ISO 8601, in UTC."""


def moments_of(stories: Iterable[tuple[str, Any]], now: datetime) -> dict[str, str]:
    """Give the moments at which *stories* become public or did, each by its path; *now* has the
    zone of the site.
    """
    return {
        path: publish_at(value_of(story), now).astimezone(UTC).isoformat()
        for path, story in stories
        if story is not None and is_timed(story)
    }


def is_timed(story: Any) -> bool:
    """Say whether it depends on the moment alone whether readers see *story*."""
    if not story.metadata.get(PUBLISH_AT):
        return False
    return getattr(story, "state", None) in (State.PUBLISHED, State.SCHEDULED)


def waiting(moments: Moments, now: datetime) -> list[str]:
    """Name those of *moments* that have not come."""
    return sorted(name for name, _ in _later(moments, now))


def next_of(moments: Moments, now: datetime) -> str | None:
    """Give the next of *moments*; None when all have come."""
    return min((moment for _, moment in _later(moments, now)), default=None)


def _later(moments: Moments, now: datetime) -> Iterator[tuple[str, str]]:
    for name, moment in moments.items():
        if datetime.fromisoformat(moment) > now:
            yield name, moment
