"""Stores screened messages: as many as come at the same time in one transaction."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, bindparam, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from comments_service.address_log import KEEP, seal_address
from comments_service.db import Database, vouch
from comments_service.errors import AnswerGone
from comments_service.group_commit import GroupCommit
from comments_service.history import Earlier
from comments_service.models import Comment, State, WordHit
from comments_service.notifications import outbox
from comments_service.screening import Screening, Submission
from comments_service.tokens import BY_NONCE, hash_token, keyed_digest

RESEND = timedelta(hours=1)
"""How long a sending without a number of its own is taken for the same one."""

_COMMENT = Comment.__table__.c
_BY_KEY = select(_COMMENT.submission_key, _COMMENT.id, _COMMENT.submitted_at).where(
    _COMMENT.submission_key.in_(bindparam("keys", expanding=True))
)
_FREE_KEYS = (
    update(Comment.__table__)  # type: ignore[arg-type]
    .where(_COMMENT.id.in_(bindparam("ids", expanding=True)))
    .values(submission_key=None)
)
_INSERT = insert(Comment.__table__)  # type: ignore[arg-type]
_INSERT_HITS = insert(WordHit.__table__)  # type: ignore[arg-type]
_LAST_NUMBER = select(func.max(_COMMENT.id))
_NEXT_NUMBERS = text(
    "SELECT nextval(pg_get_serial_sequence('comment', 'id')) FROM generate_series(1, :count)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """A message that is ready to be stored."""

    submission: Submission
    key: str
    """By which the same sending is known again."""
    network: str
    """Its masked address."""
    screening: Screening
    secret: str = field(repr=False)
    """Of which the receipt's is derived."""
    now: datetime
    address_log_key: str = ""
    """Whom its full address is sealed for; empty: it is not kept."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the visitor keeps: the number to name, and the secret end of the address to come back
    to.
    """

    number: int
    token: str


def is_same_sending(earlier: Earlier, key: str, now: datetime) -> bool:
    """Say whether the comment stored with *key* is this very sending; one known by its address
    alone is for an hour.
    """
    return key.startswith(BY_NONCE) or now - earlier.submitted_at < RESEND


def receipt_of(number: int, key: str, secret: str) -> Receipt:
    """Derive the receipt of the comment *number*, so that a repeated sending gets the same one."""
    token = urlsafe_b64encode(keyed_digest(secret, "receipt", number, key)[:24]).decode()
    return Receipt(number, token)


def known_receipt(database: Database, number: int, key: str, secret: str) -> Receipt:
    """Give the receipt of a comment that was seen, when it is surely safe."""
    with database.storing() as connection:
        vouch(connection)
    return receipt_of(number, key, secret)


def store(database: Database, message: Screened) -> Receipt:
    """Store *message*, once; when this returns, it is safely on disk.

    Gives the receipt of the earlier one where the same sending was stored in this very moment.
    Raises AnswerGone.
    """
    writer = _writer(database)
    try:
        return writer(message)
    except IntegrityError:  # another process stored one of the batch meanwhile: now it is seen
        return writer(message)


def coming(database: Database) -> AbstractContextManager[None]:
    """Announce that a message will soon be stored."""
    return _writer(database).coming()


_Writer = GroupCommit[Connection, Screened, Receipt]
_writers: WeakKeyDictionary[Engine, _Writer] = WeakKeyDictionary()


def _writer(database: Database) -> _Writer:
    writer = _writers.get(database.engine)
    if writer is None:
        made = GroupCommit(database.storing, _store_all)
        writer = _writers.setdefault(database.engine, made)
    return writer


def _store_all(connection: Connection, messages: Sequence[Screened]) -> list[Receipt | Exception]:
    """Store those that are new, the first of equal ones; give a receipt or an error for each."""
    outcomes: dict[str, Receipt | Exception] = {}
    new: dict[str, Screened] = {}
    earlier = _earlier(connection, [each.key for each in messages])
    for message in messages:
        known = earlier.get(message.key)
        if known and is_same_sending(known, message.key, message.now):
            vouch(connection)
            outcomes[message.key] = receipt_of(known.id, message.key, message.secret)
        elif gone := _answer_gone(connection, message):
            outcomes[message.key] = gone
        else:
            new.setdefault(message.key, message)
    if old := [earlier[key].id for key in new if key in earlier]:
        connection.execute(_FREE_KEYS, {"ids": old})
    outcomes |= _insert(connection, list(new.values()))
    return [outcomes[each.key] for each in messages]


def _earlier(connection: Connection, keys: Sequence[str]) -> dict[str, Earlier]:
    rows = connection.execute(_BY_KEY, {"keys": keys})
    return {key: Earlier(number, at) for key, number, at in rows}


def _answer_gone(connection: Connection, message: Screened) -> AnswerGone | None:
    """Look whether the message that is answered is one of this thread's published ones."""
    number, thread = message.submission.reply_to, message.submission.thread
    if number is None:
        return None
    parent = Session(connection).get(Comment, number)
    if parent is not None and parent.thread == thread and parent.is_public(message.now):
        return None
    return AnswerGone("您要回复的留言已经撤下。您可以把这段话作为新留言提交。")


def _insert(connection: Connection, messages: Sequence[Screened]) -> dict[str, Receipt]:
    receipts: dict[str, Receipt] = {}
    rows: list[dict[str, Any]] = []
    hits: list[dict[str, Any]] = []
    sealed: list[dict[str, Any]] = []
    for number, message in zip(_numbers(connection, len(messages)), messages, strict=True):
        receipts[message.key] = receipt_of(number, message.key, message.secret)
        rows.append(_row(message, receipts[message.key]))
        hits.extend({"word": word, "comment_id": number} for word in message.screening.words)
        if message.address_log_key:
            sealed.append(
                seal_address(
                    message.address_log_key, number, message.submission.address, message.now
                )
            )
    for statement, values in ((_INSERT, rows), (_INSERT_HITS, hits), (KEEP, sealed)):
        if values:
            connection.execute(statement, values)
    _ask_to_confirm(connection, messages, receipts)
    return receipts


def _numbers(connection: Connection, count: int) -> Sequence[int]:
    """Give the numbers of the next *count* comments; on SQLite nobody else writes now, and no
    comment is ever deleted.
    """
    if connection.dialect.name == "sqlite":
        last: int = connection.scalar(_LAST_NUMBER) or 0
        return range(last + 1, last + 1 + count)
    return connection.scalars(_NEXT_NUMBERS, {"count": count}).all()


def _ask_to_confirm(
    connection: Connection, messages: Sequence[Screened], receipts: dict[str, Receipt]
) -> None:
    """Write down which visitors are to be asked whether the address they left is theirs."""
    asked = [
        (receipts[each.key].number, each.now)
        for each in messages
        if each.submission.email is not None and not each.screening.is_spam
    ]
    if asked:
        with Session(connection) as session:
            for number, now in asked:
                outbox.ask_to_confirm(session, number, now=now)
            session.flush()


def _row(message: Screened, receipt: Receipt) -> dict[str, Any]:
    submission, screening = message.submission, message.screening
    return {
        "id": receipt.number,
        "thread": submission.thread,
        "reply_to_id": submission.reply_to,
        "author": submission.author,
        "text": submission.text,
        "email": submission.email,
        "address": message.network,
        "findings": screening.told,
        "attention": screening.attention,
        "text_digest": screening.text_digest,
        "submitted_at": message.now,
        "submission_key": message.key,
        "receipt_hash": hash_token(receipt.token),
        "state": State.SPAM if screening.is_spam else State.PENDING,
    }
