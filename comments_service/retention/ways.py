"""What becomes of data that is past its term: rows go, columns are wiped, messages are emptied.

Each way names the rows by one query and looks again before it writes, so a row that was decided
anew meanwhile stays, and doing it twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, delete, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.roles import ExpressionElementRole

from comments_service.decisions import empty
from comments_service.models import Comment, Decision

Keys = Sequence[Any]
Moment = InstrumentedAttribute[Any] | ColumnElement[Any]


class Way(Protocol):
    """How one kind of data is forgotten."""

    def overdue(self, before: datetime) -> Select[Any] | None:
        """Give the query for the keys of the rows from before *before*; None: no rows."""

    def forget(self, session: Session, keys: Keys, before: datetime) -> int:
        """Forget those of the rows *keys* that are still overdue; gives how many."""


class _Rows:
    """Finds rows of a table by their key."""

    def __init__(
        self,
        key: InstrumentedAttribute[Any],
        since: Moment,
        *which: ExpressionElementRole[bool],
    ) -> None:
        """Take the rows *which*, from the moment *since* on."""
        self.key, self.since, self.which = key, since, which

    def overdue(self, before: datetime) -> Select[Any]:
        """Give the query for the keys."""
        return select(self.key).where(*self._conditions(before)).order_by(self.key)

    def _conditions(self, before: datetime) -> list[Any]:
        return [*self.which, self.since <= before]

    def _still(self, keys: Keys, before: datetime) -> list[Any]:
        return [self.key.in_(keys), *self._conditions(before)]


class Remove(_Rows):
    """Removes rows."""

    def forget(self, session: Session, keys: Keys, before: datetime) -> int:
        """Remove them."""
        query = delete(self.key.class_).where(*self._still(keys, before)).returning(self.key)
        return len(session.scalars(query.execution_options(synchronize_session=False)).all())


class Wipe(_Rows):
    """Gives columns a value that says nothing."""

    def __init__(
        self,
        key: InstrumentedAttribute[Any],
        since: Moment,
        values: Mapping[str, Any],
        *which: ExpressionElementRole[bool],
    ) -> None:
        """Write *values* into the rows *which*."""
        super().__init__(key, since, *which)
        self.values = values

    def forget(self, session: Session, keys: Keys, before: datetime) -> int:
        """Wipe them."""
        query = update(self.key.class_).where(*self._still(keys, before)).values(self.values)
        returned = query.returning(self.key).execution_options(synchronize_session=False)
        return len(session.scalars(returned).all())


class Empty(_Rows):
    """Leaves nothing of a message but its number, its place and its decisions."""

    def __init__(self, *which: ExpressionElementRole[bool], since: Moment) -> None:
        """Take the messages *which*, from the moment *since* on."""
        super().__init__(Comment.id, since, Comment.text != "", *which)

    def forget(self, session: Session, keys: Keys, before: datetime) -> int:
        """Empty them, each with a new version: who looks at it at this moment is told."""
        query = select(Comment).where(*self._still(keys, before)).order_by(Comment.id)
        comments = session.scalars(query.with_for_update()).all()
        for comment in comments:
            empty(session, comment)
        return len(comments)


class Rotate:
    """Backups are files: :func:`comments_service.recovery.backups.rotate` removes them."""

    def overdue(self, before: datetime) -> None:
        """No rows."""

    def forget(self, session: Session, keys: Keys, before: datetime) -> int:
        """Nothing in the database."""
        return 0


def last_dealt_with() -> ColumnElement[Any]:
    """Give when a message was decided last, or when it came where nobody ever did."""
    decided = select(func.max(Decision.decided_at)).where(Decision.comment_id == Comment.id)
    return func.coalesce(decided.correlate(Comment).scalar_subquery(), Comment.submitted_at)
