"""What waits for the moderators: read from the tally and along an index, whatever the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from comments_service.models import Comment, State, Tally

REPORTED = "reported"
"""The tally's kind of messages with open reports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How much waits, and since when."""

    pending: int
    reported: int
    appealed: int
    oldest: datetime | None

    @property
    def is_anything(self) -> bool:
        """Whether there is something to do."""
        return bool(self.pending or self.reported or self.appealed)


def count_waiting(session: Session) -> Waiting:
    """Count what waits now."""
    kinds = (State.PENDING.value, State.APPEALED.value, REPORTED)
    asked = (Tally.kind.in_(kinds), Tally.thread == "")
    query = select(Tally.kind, func.sum(Tally.n)).where(*asked).group_by(Tally.kind)
    counts: dict[str, int] = {kind: int(n) for kind, n in session.execute(query)}
    oldest = select(func.min(Comment.submitted_at)).where(Comment.state == State.PENDING)
    return Waiting(
        pending=counts.get(State.PENDING.value, 0),
        reported=counts.get(REPORTED, 0),
        appealed=counts.get(State.APPEALED.value, 0),
        oldest=session.scalar(oldest),
    )


def has_come(session: Session, *, after: datetime | None, until: datetime) -> bool:
    """Say whether something that came after *after* and by *until* still waits."""

    def within(moment: Any) -> ColumnElement[bool]:
        condition: ColumnElement[bool] = moment <= until
        return condition if after is None else condition & (moment > after)

    questions = (
        (Comment.state == State.PENDING, within(Comment.submitted_at)),
        (Comment.state == State.APPEALED, within(Comment.appealed_at)),
        (Comment.reported_at.is_not(None), within(Comment.reported_at)),
    )
    queries = (select(Comment.id).where(*question).limit(1) for question in questions)
    return any(session.scalar(query) is not None for query in queries)


def oldest_waiting(session: Session, *, most: int) -> Sequence[Row[Any]]:
    """Give the messages that wait longest: number, version, thread, name, words."""
    columns: tuple[Any, ...] = (
        Comment.id,
        Comment.version,
        Comment.thread,
        Comment.author,
        func.coalesce(Comment.edited_text, Comment.text).label("words"),
    )
    query = (
        select(*columns)
        .where(Comment.state == State.PENDING)
        .order_by(Comment.submitted_at, Comment.id)
        .limit(most)
    )
    return session.execute(query).all()
