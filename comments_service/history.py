"""What is known of the time before a message: plain facts for the rules, each from an index and
never from more rows than it needs.

Every message asks, so the statements are made once, and two of them answer everything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, case, func, null, select

from comments_service.limits import WINDOW
from comments_service.models import Account, Comment, LastTime, State
from comments_service.screening.loading import VERSION
from comments_service.shared_counts import Arrivals

REFUSALS = timedelta(days=30)
REPEATS = timedelta(days=7)
LATELY = timedelta(days=1)
MOST_LOOKED_AT = 200
"""Messages of a network that are looked at, newest first."""
MOST_TEXTS = 20
PUT_ASIDE = frozenset({State.REFUSED, State.SPAM})
LINE = "\n"
"""Stands between names in one answer; no name holds it."""

_COMMENT = Comment.__table__.c
_NETWORK = (
    select(
        _COMMENT.submitted_at,
        _COMMENT.state,
        case((_COMMENT.submitted_at > bindparam("lately"), _COMMENT.text), else_=null()),
    )
    .where(_COMMENT.address == bindparam("network"))
    .where(
        _COMMENT.submitted_at > bindparam("refusals"), _COMMENT.submitted_at <= bindparam("soon")
    )
    .where(_COMMENT.id != bindparam("but"))
    .order_by(_COMMENT.submitted_at.desc(), _COMMENT.id.desc())
    .limit(bindparam("most"))
)
_SAME = (
    select(_COMMENT.id)
    .where(
        _COMMENT.text_digest == bindparam("digest"), _COMMENT.submitted_at > bindparam("repeats")
    )
    .where(_COMMENT.id != bindparam("but"))
    .limit(MOST_TEXTS)
    .subquery()
)
_OF_KEY = _COMMENT.submission_key == bindparam("key")
_FACTS = select(
    select(_COMMENT.id).where(_OF_KEY).scalar_subquery(),
    select(_COMMENT.submitted_at).where(_OF_KEY).scalar_subquery(),
    select(func.count()).select_from(_SAME).scalar_subquery(),
    select(func.aggregate_strings(Account.__table__.c.name, LINE)).scalar_subquery(),
    select(LastTime.__table__.c.at).where(LastTime.__table__.c.name == VERSION).scalar_subquery(),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPast:
    """What one masked network did."""

    sent: int = 0
    """Messages within :data:`~comments_service.limits.WINDOW`."""
    oldest: datetime | None = None
    """When the first of them came."""
    refused: int = 0
    """Messages that were refused or spam within 30 days."""
    texts: tuple[str, ...] = ()
    """Its newest texts within a day, up to :data:`MOST_TEXTS`."""

    def joined_by(self, arrivals: Arrivals | None) -> NetworkPast:
        """Give this with what was counted elsewhere, where that is ahead: messages that are being
        stored right now.
        """
        if arrivals is None or arrivals.count <= self.sent:
            return self
        return replace(self, sent=arrivals.count, oldest=arrivals.oldest)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A comment that was stored before under the same key."""

    id: int
    submitted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the rules want to know besides the network."""

    earlier: Earlier | None
    same_text: int
    """Messages with the same folded text within a week, up to :data:`MOST_TEXTS`."""
    names: frozenset[str]
    """Of the people who work at the desk."""
    words_version: datetime | None
    """Of the word lists."""


def network_past(
    connection: Connection, network: str, *, now: datetime, most: int = 0, but: int = 0
) -> NetworkPast:
    """Tell what *network* did, up to *most* messages; without a network nothing is known.

    The comment *but* does not count, nor do those that a clock dated far ahead before it was set
    right: they would hold the network for as long.
    """
    if not network:
        return NetworkPast()
    asked = {
        "network": network,
        "refusals": now - REFUSALS,
        "soon": now + WINDOW,
        "lately": now - LATELY,
        "but": but,
        "most": max(most, MOST_LOOKED_AT),
    }
    rows = connection.execute(_NETWORK, asked).all()
    recent = [at for at, _, _ in rows if at > now - WINDOW]
    return NetworkPast(
        sent=len(recent),
        oldest=recent[-1] if recent else None,
        refused=sum(state in PUT_ASIDE for _, state, _ in rows),
        texts=tuple(text for _, _, text in rows[:MOST_TEXTS] if text is not None),
    )


def known_facts(
    connection: Connection, *, key: str, digest: str, now: datetime, but: int = 0
) -> Facts:
    """Tell what is stored under *key*, how often the text of *digest* came, and what the rules
    compare with.

    The comment *but* does not count; without a digest no text is the same.
    """
    asked = {"key": key, "digest": digest or None, "repeats": now - REPEATS, "but": but}
    number, at, same, names, version = connection.execute(_FACTS, asked).one()
    return Facts(
        earlier=Earlier(number, at) if number is not None else None,
        same_text=same,
        names=frozenset((names or "").split(LINE)) - {""},
        words_version=version,
    )
