"""The tables: comments, the decisions about them, and the people who decide."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Enum,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    and_,
    or_,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from comments_service.db import Base, UTCDateTime

BigId = BigInteger().with_variant(Integer, "sqlite")
PrimaryKey = Annotated[int, mapped_column(BigId, primary_key=True)]
Moment = Annotated[datetime, mapped_column(UTCDateTime)]


class State(StrEnum):
    """Where a comment stands."""

    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"
    SPAM = "spam"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What can be done to a comment."""

    APPROVE = "approve"
    REFUSE = "refuse"
    SPAM = "spam"
    REOPEN = "reopen"
    EDIT = "edit"
    WITHDRAW = "withdraw"


def _by_value(enum: type[StrEnum]) -> Enum:
    return Enum(
        enum,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        length=20,
    )


class Comment(Base):
    """A visitor's message as it was submitted, in any state."""

    __tablename__ = "comment"

    id: Mapped[PrimaryKey]
    """The number on the receipt."""
    thread: Mapped[str] = mapped_column(String(80))
    reply_to_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"), index=True)
    author: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    """As typed; never changed."""
    edited_text: Mapped[str | None] = mapped_column(Text)
    """What a moderator made of it, if anything."""
    email: Mapped[str | None] = mapped_column(String(320))
    address: Mapped[str] = mapped_column(String(64))
    """Masked; the full one is not kept."""
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    submitted_at: Mapped[Moment]
    submission_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Digest of what was sent, so that the same sending is stored once; freed on withdrawal."""
    receipt_hash: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[State] = mapped_column(_by_value(State))
    version: Mapped[int] = mapped_column(default=1)
    html: Mapped[str | None] = mapped_column(Text)
    policy: Mapped[int | None]
    position: Mapped[int | None]
    """Place in the thread, given at the first publication, never used again."""
    wall_position: Mapped[int | None] = mapped_column(unique=True)
    publish_at: Mapped[Moment | None] = mapped_column(index=True)
    """When the publisher is to bring this comment's newest state to the site; empty when there is
    nothing to do.
    """
    hidden_until: Mapped[Moment | None] = mapped_column(index=True)
    """The end of the undo window of the last approval; before it the site does not show it."""
    live_at: Mapped[Moment | None]
    """Since when the site shows the comment as it is; empty while it does not."""

    reply_to: Mapped[Comment | None] = relationship(remote_side="Comment.id")
    decisions: Mapped[list[Decision]] = relationship(
        back_populates="comment", order_by="Decision.id"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 -- two moderators: the second is told, not obeyed
    __table_args__ = (
        Index("comment_by_position", "thread", "position", unique=True),
        Index("comment_queue", "state", "submitted_at", "id"),
        Index(
            "comment_gaps",
            "thread",
            sqlite_where=sql("position IS NOT NULL AND state != 'approved'"),
            postgresql_where=sql("position IS NOT NULL AND state != 'approved'"),
        ),
        {"sqlite_autoincrement": True},
    )

    def is_public(self, now: datetime) -> bool:
        """Say whether the site shows it at *now*: approved, numbered, past the undo window."""
        is_settled = self.hidden_until is None or self.hidden_until <= now
        return self.state is State.APPROVED and self.position is not None and is_settled

    @property
    def words(self) -> str:
        """The text that stands on the site: a moderator's version before the typed one."""
        return self.text if self.edited_text is None else self.edited_text


def public_comments(now: datetime) -> ColumnElement[bool]:
    """Give the condition of :meth:`Comment.is_public` for a query."""
    is_settled = or_(Comment.hidden_until.is_(None), Comment.hidden_until <= now)
    return and_(Comment.state == State.APPROVED, Comment.position.is_not(None), is_settled)


class Decision(Base):
    """Who did what to a comment, when and why; the database refuses to change it."""

    __tablename__ = "decision"

    id: Mapped[PrimaryKey]
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Empty: the visitor himself."""
    action: Mapped[Action] = mapped_column(_by_value(Action))
    from_state: Mapped[State] = mapped_column(_by_value(State))
    to_state: Mapped[State] = mapped_column(_by_value(State))
    reason: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str | None] = mapped_column(Text)
    """The words that an edit gave."""
    decided_at: Mapped[Moment]

    comment: Mapped[Comment] = relationship(back_populates="decisions")
    account: Mapped[Account | None] = relationship()

    __table_args__ = ({"sqlite_autoincrement": True},)


class Account(Base):
    """A person who decides."""

    __tablename__ = "account"

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    is_disabled: Mapped[bool] = mapped_column(default=False)


class LoginThrottle(Base):
    """Wrong passwords in a row for one name from one network; the name need not exist."""

    __tablename__ = "login_throttle"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Digest of name and masked network."""
    failures: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[Moment]
    """Before this moment no password is looked at."""


class Login(Base):
    """A moderator's session at the desk; only the hash of its token is kept."""

    __tablename__ = "login"

    id: Mapped[PrimaryKey]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    opened_at: Mapped[Moment]
    seen_at: Mapped[Moment]

    account: Mapped[Account] = relationship()
