"""What the archive's files are to hold, as the database has it.

Each statement is made once and then given its values: SQLAlchemy takes longer to put one together
than the database to answer it. Messages are read by columns, for the same reason.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from comment_archive.directory import BOARD
from comment_archive.files import PAGE_LENGTH
from comment_archive.records import ApprovedComment, Head, Parent
from comments_service.db import UTCDateTime
from comments_service.models import Comment, State, public_comments

ANONYMOUS = "网友"
APPROVED: ColumnElement[str] = literal_column("'approved'")
"""Written into the statement: with a value in its place, SQLite passes by the index of the gaps."""
NOW, THREAD = bindparam("now", type_=UTCDateTime()), bindparam("thread", type_=String())
IS_PUBLIC = case((public_comments(NOW), 1), else_=0) == 1
"""Said so that SQLite takes the index of the places, or that of the pins, and does not go through
all comments that are approved.
"""


def page_of_series(
    session: Session, page: int, thread: str | None, now: datetime
) -> list[tuple[int, ApprovedComment]]:
    """Give what stands on one archive page of a thread, or for None of the wall, by its place."""
    first = (page - 1) * PAGE_LENGTH + 1
    values = {"first": first, "last": first + PAGE_LENGTH - 1, "now": now, "thread": thread}
    rows = session.execute(_messages(on_wall=thread is None), values)
    return [(row.place, _approved(row)) for row in rows]


def head_of_series(session: Session, thread: str | None, now: datetime) -> Head:
    """Give the size of a thread, or for None of the wall, and where its pinned comments stand: the
    newest pin first; on the wall those of the board.
    """
    values = {"now": now, "thread": thread}
    last, gaps, waiting = session.execute(_size(on_wall=thread is None), values).one()
    values["thread"] = thread or BOARD
    pinned = session.scalars(_pinned(on_wall=thread is None), values)
    last = last or 0
    return Head(last=last, count=last - gaps - waiting, pinned=tuple(pinned))


def last_places(session: Session, thread: str) -> tuple[int, int]:
    """Give the last places of *thread* and of the wall that are taken; 0 before the first."""
    last, wall_last = session.execute(_lasts(), {"thread": thread}).one()
    return last or 0, wall_last or 0


@cache
def _messages(*, on_wall: bool) -> Select[*tuple[Any, ...]]:
    place, parent = _place(on_wall), aliased(Comment)
    query = (
        select(
            place.label("place"),
            Comment.id,
            Comment.thread,
            Comment.position,
            Comment.wall_position,
            Comment.author,
            Comment.address,
            Comment.html,
            Comment.policy,
            Comment.submitted_at,
            Comment.edited_text.is_not(None).label("edited"),
            Comment.by_account_id.is_not(None).label("by_editor"),
            parent.id.label("parent"),
            parent.position.label("parent_position"),
            parent.author.label("parent_author"),
            public_comments(NOW, parent).label("parent_is_public"),
        )
        .outerjoin(parent, Comment.reply_to_id == parent.id)
        .where(place.between(bindparam("first"), bindparam("last")), IS_PUBLIC)
        .order_by(place)
    )
    return query.where(*_in_series(on_wall))


@cache
def _size(*, on_wall: bool) -> Select[*tuple[Any, ...]]:
    """Ask for the last place, and for the numbers of places that show nothing: they are few on the
    whole site, so each is looked at whether it is in the series, whatever that holds.
    """
    numbered, in_series = Comment.position.is_not(None), _in_series(on_wall)
    hidden = and_(Comment.state == State.APPROVED, numbered, *in_series)
    return select(
        select(func.max(_place(on_wall))).where(*in_series).scalar_subquery(),
        select(_number(and_(true(), *in_series)))
        .where(numbered, Comment.state != APPROVED)
        .scalar_subquery(),
        select(_number(hidden)).where(Comment.hidden_until > NOW).scalar_subquery(),
    )


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


@cache
def _pinned(*, on_wall: bool) -> Select[*tuple[Any, ...]]:
    query = select(_place(on_wall)).where(
        Comment.thread == THREAD, Comment.pinned_at.is_not(None), IS_PUBLIC
    )
    return query.order_by(Comment.pinned_at.desc(), Comment.id.desc())


@cache
def _lasts() -> Select[*tuple[Any, ...]]:
    return select(
        select(func.max(Comment.position)).where(Comment.thread == THREAD).scalar_subquery(),
        select(func.max(Comment.wall_position)).scalar_subquery(),
    )


def _place(on_wall: bool) -> InstrumentedAttribute[int | None]:
    return Comment.wall_position if on_wall else Comment.position


def _in_series(on_wall: bool) -> list[ColumnElement[bool]]:
    return [] if on_wall else [Comment.thread == THREAD]


def _approved(row: Row[Any]) -> ApprovedComment:
    if row.wall_position is None or row.html is None or row.policy is None:
        raise ValueError(f"comment {row.id} is public without a place or its HTML")
    return ApprovedComment(
        number=row.id,
        thread=row.thread,
        position=row.position,
        wall_position=row.wall_position,
        author=row.author or ANONYMOUS,
        address="" if row.by_editor else row.address,
        html=row.html,
        policy=row.policy,
        submitted_at=row.submitted_at,
        edited=row.edited,
        by_editor=row.by_editor,
        reply_to=_parent(row),
    )


def _parent(row: Row[Any]) -> Parent | None:
    """Give what a message answers, unless that was never published."""
    if row.parent_position is None:
        return None
    author = (row.parent_author or ANONYMOUS) if row.parent_is_public else None
    return Parent(number=row.parent, position=row.parent_position, author=author)
