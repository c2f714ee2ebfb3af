"""The tables: comments, the decisions about them, the people who decide, and what they need."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    BindParameter,
    ColumnElement,
    Enum,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
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

CALM = 3
"""The attention of a comment in which screening found nothing."""


class State(StrEnum):
    """Where a comment stands."""

    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"
    SPAM = "spam"
    APPEALED = "appealed"
    """Refused, and its visitor asks for a second reading."""
    WITHDRAWN = "withdrawn"
    ERASED = "erased"
    """Nothing of it is left but its number and its decisions."""


class Action(StrEnum):
    """What can be done to a comment."""

    APPROVE = "approve"
    REFUSE = "refuse"
    SPAM = "spam"
    REOPEN = "reopen"
    EDIT = "edit"
    PIN = "pin"
    UNPIN = "unpin"
    SETTLE = "settle"
    """Its open reports were looked at, and nothing else is to be done."""
    REVISE = "revise"
    APPEAL = "appeal"
    WITHDRAW = "withdraw"
    ERASE = "erase"


class Role(StrEnum):
    """What a person is at the desk; :mod:`comments_service.rights` says what that allows."""

    MODERATOR = "moderator"
    CHIEF = "chief"
    ADMINISTRATOR = "administrator"


class Strength(StrEnum):
    """What a listed word does to a message."""

    REFUSE = "refuse"
    """Puts it aside as spam, where people still see it."""
    HOLD = "hold"
    MARK = "mark"


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
    """As typed; only its visitor changes it, while it is pending."""
    edited_text: Mapped[str | None] = mapped_column(Text)
    """What a moderator made of it, if anything."""
    by_account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Who of the editors wrote it; empty for visitors."""
    email: Mapped[str | None] = mapped_column(String(320))
    email_confirmed_at: Mapped[Moment | None]
    """Before it no notice is sent to that address."""
    address: Mapped[str] = mapped_column(String(64))
    """Masked; the full one is not kept."""
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    attention: Mapped[int] = mapped_column(SmallInteger, default=CALM)
    """How urgently the findings ask for a person: 0 spam, 1 hold, 2 mark, 3 nothing found."""
    text_digest: Mapped[str | None] = mapped_column(String(32))
    """Digest of the folded text, by which the same words are found again."""
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
    pinned_at: Mapped[Moment | None]
    reported_at: Mapped[Moment | None]
    """When the oldest report came that nobody has settled."""
    appealed_at: Mapped[Moment | None]
    """When its one appeal was made, whatever became of it."""
    appeal_text: Mapped[str | None] = mapped_column(Text)

    reply_to: Mapped[Comment | None] = relationship(remote_side="Comment.id")
    by_account: Mapped[Account | None] = relationship()
    decisions: Mapped[list[Decision]] = relationship(
        back_populates="comment", order_by="Decision.id"
    )
    notes: Mapped[list[Note]] = relationship(order_by="Note.id")
    reports: Mapped[list[Report]] = relationship(order_by="Report.id")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 -- two moderators: the second is told, not obeyed
    __table_args__ = (
        Index("comment_by_position", "thread", "position", unique=True),
        Index("comment_queue", "state", "submitted_at", "id"),
        Index("comment_queue_by_thread", "state", "thread", "submitted_at", "id"),
        Index("comment_queue_by_attention", "state", "attention", "submitted_at", "id"),
        Index("comment_by_network", "address", "submitted_at", "id"),
        Index("comment_by_text_digest", "text_digest", "submitted_at"),
        Index(
            "comment_reported",
            "reported_at",
            "id",
            sqlite_where=sql("reported_at IS NOT NULL"),
            postgresql_where=sql("reported_at IS NOT NULL"),
        ),
        Index(
            "comment_pinned",
            "thread",
            sqlite_where=sql("pinned_at IS NOT NULL"),
            postgresql_where=sql("pinned_at IS NOT NULL"),
        ),
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

    @property
    def is_emptied(self) -> bool:
        """Whether its words are gone, since it was erased or their term is over; nobody can send a
        message without any.
        """
        return not self.text

    @property
    def is_by_editor(self) -> bool:
        """Whether one of the editors wrote it."""
        return self.by_account_id is not None


def public_comments(
    now: datetime | BindParameter[datetime], of: type[Comment] = Comment
) -> ColumnElement[bool]:
    """Give the condition of :meth:`Comment.is_public` for a query; *of* is the table, where the
    query has it under another name.
    """
    is_settled = or_(of.hidden_until.is_(None), of.hidden_until <= now)
    return and_(of.state == State.APPROVED, of.position.is_not(None), is_settled)


class SealedAddress(Base):
    """The full address that a message came from, encrypted for the operator's private key; only
    where the operator has to keep it (``COMMENTS_ADDRESS_LOG_DAYS``).
    """

    __tablename__ = "sealed_address"

    comment_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("comment.id"), primary_key=True, autoincrement=False
    )
    sealed: Mapped[str] = mapped_column(Text)
    """An age file in base64."""
    stored_at: Mapped[Moment] = mapped_column(UTCDateTime, index=True)


class Decision(Base):
    """Who did what to a comment, when and why; the database refuses to change it.

    Each row carries the hash of the one before (:mod:`comments_service.chain`).
    """

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
    """For colleagues."""
    sentence: Mapped[str] = mapped_column(Text, default="")
    """For the visitor, who reads it on the receipt."""
    text_hash: Mapped[str | None] = mapped_column(String(64))
    """Salted digest of the words that an edit gave; they stand in :class:`Revision`."""
    batch: Mapped[str | None] = mapped_column(String(24), index=True)
    """The same for all that was decided by one press of a button."""
    decided_at: Mapped[Moment] = mapped_column(UTCDateTime, index=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    comment: Mapped[Comment] = relationship(back_populates="decisions")
    account: Mapped[Account | None] = relationship()
    revision: Mapped[Revision | None] = relationship(back_populates="decision")

    __table_args__ = ({"sqlite_autoincrement": True},)


class Revision(Base):
    """The words that a moderator's edit gave; apart from the decision, so that they can be erased.

    The decision holds their digest with *salt*, so that they cannot be changed and, once erased,
    not be guessed.
    """

    __tablename__ = "revision"

    id: Mapped[PrimaryKey]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), unique=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    salt: Mapped[str] = mapped_column(String(32))

    decision: Mapped[Decision] = relationship(back_populates="revision")


class ChainHead(Base):
    """The hash of the newest decision: one row, whose lock puts decisions into one order."""

    __tablename__ = "chain_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(String(64))


class Note(Base):
    """What one moderator tells the others about a comment."""

    __tablename__ = "note"

    id: Mapped[PrimaryKey]
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[Moment]

    account: Mapped[Account] = relationship()


class Report(Base):
    """A reader's report of a published comment, or a visitor's problem with his own."""

    __tablename__ = "report"

    id: Mapped[PrimaryKey]
    """The number that the reader is given."""
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), index=True)
    reason: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text, default="")
    address: Mapped[str] = mapped_column(String(64))
    """Masked."""
    reported_at: Mapped[Moment]
    settled_at: Mapped[Moment | None]

    __table_args__ = (
        Index("report_by_network", "address", "reported_at"),
        {"sqlite_autoincrement": True},
    )


class Opened(Base):
    """Who has a comment open at the desk, so that nobody reads the same one twice."""

    __tablename__ = "opened"

    comment_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("comment.id"), primary_key=True, autoincrement=False
    )
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    opened_at: Mapped[Moment]

    account: Mapped[Account] = relationship()


class Tally(Base):
    """How many comments there are of a kind (a state, or ``reported``), kept by triggers.

    The thread is empty for all threads together. Several shards keep transactions out of each
    other's way on PostgreSQL; their sum counts.
    """

    __tablename__ = "tally"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    thread: Mapped[str] = mapped_column(String(80), primary_key=True)
    shard: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    n: Mapped[int] = mapped_column(BigInteger)


class ListedWord(Base):
    """A word that screening looks for."""

    __tablename__ = "listed_word"

    word: Mapped[str] = mapped_column(String(100), primary_key=True)
    strength: Mapped[Strength] = mapped_column(_by_value(Strength))
    added_at: Mapped[Moment]


class WordHit(Base):
    """A listed word that was found in a comment."""

    __tablename__ = "word_hit"

    word: Mapped[str] = mapped_column(String(100), primary_key=True)
    comment_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("comment.id"), primary_key=True, index=True, autoincrement=False
    )


class UsedProof(Base):
    """A proof of work that was handed in, so that it counts once."""

    __tablename__ = "used_proof"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[Moment] = mapped_column(UTCDateTime, index=True)


class LastTime(Base):
    """When something that happens now and then happened last, by its name."""

    __tablename__ = "last_time"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[Moment]


class PublisherState(Base):
    """What the publisher does: one row, written with what it publishes."""

    __tablename__ = "publisher_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    term: Mapped[int] = mapped_column(BigInteger, default=0)
    """How often a publisher began to lead; one of an earlier term writes nothing any more."""
    place: Mapped[str] = mapped_column(String(64), default="")
    """Of which archive what was published last is true; another one is made anew first."""
    leader: Mapped[str] = mapped_column(String(120), default="")
    """Machine and process."""
    seen_at: Mapped[Moment | None]
    """When the leader last told that it works; empty after it stopped in good order."""
    stand_by_seen_at: Mapped[Moment | None]
    """The same of a publisher that waits to take over."""
    published_at: Mapped[Moment | None]
    release: Mapped[str] = mapped_column(String(40), default="")
    """Where to."""
    problem: Mapped[str | None] = mapped_column(Text)
    """Why something could not be published; empty once it was."""
    problem_at: Mapped[Moment | None]
    figures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What was done so far (:class:`comments_service.publication.Figures`)."""


class OutboxMessage(Base):
    """A notice that is to be delivered; it leaves this table when it was."""

    __tablename__ = "outbox_message"

    id: Mapped[PrimaryKey]
    kind: Mapped[str] = mapped_column(String(40))
    """What it tells: a key of ``notifications.letters.KINDS``."""
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """The moderator it goes to; empty for a visitor's."""
    due_at: Mapped[Moment] = mapped_column(UTCDateTime, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Moment]

    __table_args__ = ({"sqlite_autoincrement": True},)


class ActionLink(Base):
    """A link in a moderator's mail: one action, once, until it expires."""

    __tablename__ = "action_link"

    id: Mapped[PrimaryKey]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), index=True)
    action: Mapped[Action] = mapped_column(_by_value(Action))
    seen_version: Mapped[int]
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]


class Account(Base):
    """A person who decides."""

    __tablename__ = "account"

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    role: Mapped[Role] = mapped_column(_by_value(Role), default=Role.MODERATOR)
    password_hash: Mapped[str] = mapped_column(String(255))
    is_disabled: Mapped[bool] = mapped_column(default=False)
    email: Mapped[str | None] = mapped_column(String(320))
    """Where the digest goes, if it is wanted."""
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    """The seed of the second factor, once it was confirmed."""
    totp_step: Mapped[int] = mapped_column(BigInteger, default=0)
    """The last time step whose code was taken; no code counts twice (RFC 6238, 5.2)."""


class RecoveryCode(Base):
    """A code that stands in for the second factor once; only its hash is kept."""

    __tablename__ = "recovery_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)


class Invitation(Base):
    """A link by which somebody makes an account of a role; only its token's hash is kept."""

    __tablename__ = "invitation"

    id: Mapped[PrimaryKey]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[Role] = mapped_column(_by_value(Role))
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Empty: the operator, from the command line."""
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]


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
    address: Mapped[str] = mapped_column(String(64), default="")
    """Masked."""
    is_verified: Mapped[bool] = mapped_column(default=False)
    """Whether the second factor was shown too."""

    account: Mapped[Account] = relationship()
