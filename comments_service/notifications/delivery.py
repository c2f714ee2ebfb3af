"""Delivers what is due in the outbox: at least once, each by itself, never in anybody's way.

A notice is claimed by a short transaction, which puts it off; no transaction is open while a mail
server is spoken to. What a crash leaves behind is tried again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from comment_archive.directory import Directory
from comments_service.config import Config
from comments_service.db import Database
from comments_service.models import OutboxMessage
from comments_service.notifications import mail, outbox
from comments_service.notifications.destinations import broadcast
from comments_service.notifications.letters import Announcement, Answer, Around, Letter, compose
from comments_service.tokens import keyed_digest

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=15)
"""How long a claimed notice is nobody else's; longer than a round takes."""
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
GROWTH = 3
MOST_ATTEMPTS = 8
"""Tries of one notice; with the waits between them they fill half a day."""
AT_ONCE = 20
"""Notices of one round."""


def deliver_due(
    database: Database, config: Config, read_directory: Callable[[], Directory], now: datetime
) -> int:
    """Deliver what is due at *now*, up to :data:`AT_ONCE`; gives how many were delivered.

    While the mail server is down, mails wait without being counted as tried. Raises
    FileNotFoundError before the first build.
    """
    delivered = 0
    if not _is_any_due(database, now):
        return delivered
    around = Around(config=config, directory=read_directory(), now=now)
    for _ in range(AT_ONCE):
        notice = _claim(database, now)
        if notice is None:
            break
        try:
            delivered += _deliver(database, notice, around)
        except mail.ServerDown as problem:
            _put_mails_off(database, notice, now)
            log.warning("the mail server is down; mails wait", extra={"problem": str(problem)})
    return delivered


def wait_after(attempts: int) -> timedelta:
    """Say how long to wait after the failure number *attempts*."""
    growth: int = GROWTH ** (attempts - 1)
    return min(FIRST_WAIT * growth, LONGEST_WAIT)


def _is_any_due(database: Database, now: datetime) -> bool:
    with database.reading() as session:
        first = session.scalar(select(func.min(OutboxMessage.due_at)))
    return first is not None and first <= now


def _claim(database: Database, now: datetime) -> OutboxMessage | None:
    """Take the notice that is due longest, so that nobody else does until the lease is over."""
    if not _is_any_due(database, now):
        return None
    query = (
        select(OutboxMessage)
        .where(OutboxMessage.due_at <= now)
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    with database.writing() as session:
        notice = session.scalars(query).first()
        if notice is not None:
            notice.attempts += 1
            notice.due_at = now + LEASE
        return notice


def _deliver(database: Database, notice: OutboxMessage, around: Around) -> bool:
    """Deliver *notice* if it still holds; says whether it was. Raises ServerDown."""
    try:
        with database.writing() as session:
            answer = compose(session, notice, around)
        if isinstance(answer, datetime):
            _put_off(database, notice, answer, attempts=notice.attempts - 1)
            return False
        is_sent = _send(notice, answer, around)
    except mail.ServerDown:
        raise
    except Exception as problem:  # whatever it is, the next notice is not to blame
        _fail(database, notice, problem, around.now)
        return False
    _drop(database, notice)
    return is_sent


def _send(notice: OutboxMessage, answer: Answer, around: Around) -> bool:
    """Send what there is to say; says whether there was anything."""
    if isinstance(answer, Announcement):
        broadcast(around.config, answer)
        return True
    if not isinstance(answer, Letter):
        return False
    name = _name(notice, around.config)
    site = around.directory.site
    message = mail.build(answer, config=around.config, site=site, name=name, now=around.now)
    mail.send(message, around.config)
    return True


def _name(notice: OutboxMessage, config: Config) -> str:
    """Name the mail, the same for each try."""
    digest = keyed_digest(config.secret_key, "message id", notice.id, notice.created_at)
    return f"{notice.kind}.{notice.id}.{digest.hex()[:16]}"


def _fail(database: Database, notice: OutboxMessage, problem: Exception, now: datetime) -> None:
    """Try again later, or give up; the log names neither address nor words."""
    is_hopeless = isinstance(problem, mail.Undeliverable) or notice.attempts >= MOST_ATTEMPTS
    extra = {
        "notice": notice.id,
        "kind": notice.kind,
        "attempts": notice.attempts,
        "problem": type(problem).__name__,
    }
    if is_hopeless:
        _drop(database, notice)
        log.error("a notice was given up", extra=extra)
    else:
        _put_off(database, notice, now + wait_after(notice.attempts), attempts=notice.attempts)
        log.warning("a notice was not delivered; it is tried again", extra=extra)


def _drop(database: Database, notice: OutboxMessage) -> None:
    with database.writing() as session:
        session.execute(delete(OutboxMessage).where(OutboxMessage.id == notice.id))


def _put_off(database: Database, notice: OutboxMessage, due_at: datetime, *, attempts: int) -> None:
    with database.writing() as session:
        _change(session, OutboxMessage.id == notice.id, due_at=due_at, attempts=attempts)


def _put_mails_off(database: Database, notice: OutboxMessage, now: datetime) -> None:
    """Let all mails wait a minute, so that a server that is down is asked once a minute."""
    is_mail = or_(OutboxMessage.kind != outbox.DIGEST, OutboxMessage.account_id.is_not(None))
    due_at = now + FIRST_WAIT
    with database.writing() as session:
        _change(
            session,
            OutboxMessage.id == notice.id,
            due_at=due_at,
            attempts=notice.attempts - 1,
        )
        _change(session, and_(is_mail, OutboxMessage.due_at <= now), due_at=due_at)


def _change(session: Session, which: ColumnElement[bool], **values: object) -> None:
    session.execute(update(OutboxMessage).where(which).values(**values))
