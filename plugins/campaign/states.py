"""Where a story or an album stands between being written and being read: told by its head and the
moment, and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum

PUBLISH_AT = "publish_at"
"""The line of a head that tells from when on a page is public."""
STATUSES = ("draft", "published", "withdrawn")
"""What the line ``status`` of a story may say."""
FORM = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)(?: ?(Z|[+-]\d\d:\d\d))?", re.ASCII)

ALWAYS = datetime.min.replace(tzinfo=UTC)
NEVER = datetime.max.replace(tzinfo=UTC)

Value = Callable[[str], str]
"""Gives the value of a key of a head, empty for one that is not there."""


class State(Enum):
    """Where a story stands."""

    DRAFT = "draft"
    """Nobody is to read it yet."""
    SCHEDULED = "scheduled"
    """Nobody is to read it before a moment that it tells."""
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    """It was public, and is not to be read any more."""


def state_of(value: Value, now: datetime) -> State:
    """Give the state at *now* (aware, in the site's time zone) of what has a head with *value*.

    Fails closed: a moment that cannot be read does not come, and an unknown status is a draft; the
    checks tell of both.
    """
    status = value("status") or State.PUBLISHED.value
    if status not in STATUSES:
        return State.DRAFT
    if status != State.PUBLISHED.value or not value(PUBLISH_AT):
        return State(status)
    try:
        is_due = publish_at(value, now) <= now
    except ValueError:
        return State.DRAFT
    return State.PUBLISHED if is_due else State.SCHEDULED


def opens_at(value: Value, now: datetime) -> datetime:
    """Say from when on readers see what has a head with *value*, in the zone of *now*: ALWAYS for
    what they see now, NEVER for what no moment brings.
    """
    state = state_of(value, now)
    if state is State.SCHEDULED:
        return publish_at(value, now).astimezone(now.tzinfo)
    return ALWAYS if state is State.PUBLISHED else NEVER


def publish_at(value: Value, now: datetime) -> datetime:
    """Give the moment that the line ``publish_at`` tells, aware: in the zone that it names itself,
    else in that of *now*. Raises ValueError for another form, and for a moment that does not exist.
    """
    found = FORM.fullmatch(value(PUBLISH_AT))
    if found is None:
        raise ValueError("publish_at is a day and a time")
    day, time, zone = found.groups()
    told = datetime.fromisoformat(f"{day} {time}{zone or ''}")
    return told if zone else told.replace(tzinfo=now.tzinfo)
