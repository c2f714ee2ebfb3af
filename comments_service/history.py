"""What is known of the time before a message: plain facts for the rules, each from an index and
never from more rows than it needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from comments_service.limits import WINDOW
from comments_service.models import Comment, State

REFUSALS = timedelta(days=30)
REPEATS = timedelta(days=7)
LATELY = timedelta(days=1)
MOST_LOOKED_AT = 200
"""Messages of a network that are looked at, newest first."""
MOST_TEXTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPast:
    """What one masked network did."""

    sent: int = 0
    """Messages within :data:`~comments_service.limits.WINDOW`."""
    oldest: datetime | None = None
    """When the first of them came."""
    refused: int = 0
    """Messages that were refused or spam within 30 days."""


def network_past(
    session: Session, network: str, *, now: datetime, most: int = 0, but: int | None = None
) -> NetworkPast:
    """Count what *network* did, up to *most* messages; without a network nothing is known.

    The comment *but* does not count.
    """
    if not network:
        return NetworkPast()
    newest = (
        select(Comment.submitted_at, Comment.state)
        .where(Comment.address == network, Comment.submitted_at > now - REFUSALS)
        .where(Comment.id != (but or 0))
        .order_by(Comment.submitted_at.desc(), Comment.id.desc())
        .limit(max(most, MOST_LOOKED_AT))
        .subquery()
    )
    is_recent = newest.c.submitted_at > now - WINDOW
    was_refused = newest.c.state.in_([State.REFUSED, State.SPAM])
    query = select(
        func.count(case((is_recent, 1))),
        func.min(case((is_recent, newest.c.submitted_at))),
        func.count(case((was_refused, 1))),
    )
    sent, oldest, refused = session.execute(query).one()
    return NetworkPast(sent=sent, oldest=oldest, refused=refused)


def network_texts(
    session: Session, network: str, *, now: datetime, but: int | None = None
) -> tuple[str, ...]:
    """Give the newest texts of *network* within a day."""
    if not network:
        return ()
    query = (
        select(Comment.text)
        .where(Comment.address == network, Comment.submitted_at > now - LATELY)
        .where(Comment.id != (but or 0))
        .order_by(Comment.submitted_at.desc(), Comment.id.desc())
        .limit(MOST_TEXTS)
    )
    return tuple(session.scalars(query))


def same_texts(session: Session, digest: str, *, now: datetime, but: int | None = None) -> int:
    """Count the messages with the same folded text within a week, up to :data:`MOST_TEXTS`."""
    if not digest:
        return 0
    found = (
        select(Comment.id)
        .where(Comment.text_digest == digest, Comment.submitted_at > now - REPEATS)
        .where(Comment.id != (but or 0))
        .limit(MOST_TEXTS)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(found)) or 0
