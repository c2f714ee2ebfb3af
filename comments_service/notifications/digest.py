"""Decides when moderators are told what waits: when something came, once an interval at most."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from comments_service import rights
from comments_service.config import Config
from comments_service.db import Database
from comments_service.models import Account, LastTime, OutboxMessage
from comments_service.notifications import outbox
from comments_service.notifications.waiting import has_come
from comments_service.rights import Right

NAME = "digest"
"""The name of the moment up to which all that came was told."""
SETTLING = timedelta(seconds=15)
"""How old a message must be to count: one that is checked elsewhere is stored a while after its own
time, and would else be passed over.
"""


def announce_due(database: Database, config: Config, now: datetime) -> bool:
    """Write down a digest if one is due; says whether. Looking takes no lock."""
    with database.reading() as session:
        if not _is_due(session, config, now):
            return False
    with database.writing() as session:
        return digest_due(session, config, now)


def digest_due(session: Session, config: Config, now: datetime) -> bool:
    """Write down a digest for everybody who is to have one, if it is due; says whether.

    Of several processes that do so at once, one does.
    """
    last = session.get(LastTime, NAME, with_for_update=True, populate_existing=True)
    if not _is_due(session, config, now) or (last is None and not _begin(session, now)):
        return False
    if last is not None:
        last.at = now - SETTLING
    waits = set(session.scalars(select(OutboxMessage.account_id).where(*_OF_DIGESTS)))
    for account_id in _readers(session, config):
        if account_id not in waits:
            outbox.put(session, outbox.DIGEST, now=now, due_at=now, account_id=account_id)
    return True


_OF_DIGESTS = (OutboxMessage.kind == outbox.DIGEST,)


def _is_due(session: Session, config: Config, now: datetime) -> bool:
    """Say whether somebody would read a digest, the interval is over and something came."""
    if not config.notify_urls and not config.sends_mail:
        return False
    told = session.scalar(select(LastTime.at).where(LastTime.name == NAME))
    interval = timedelta(minutes=config.notify_minutes)
    if told is not None and now < told + SETTLING + interval:
        return False
    return has_come(session, after=told, until=now - SETTLING) and bool(_readers(session, config))


def _begin(session: Session, now: datetime) -> bool:
    """Note the first digest ever; says whether nobody else did in this moment."""
    try:
        with session.begin_nested():
            session.add(LastTime(name=NAME, at=now - SETTLING))
    except IntegrityError:
        return False
    return True


def _readers(session: Session, config: Config) -> list[int | None]:
    """Give the accounts that get a mail; None stands for the place where all look."""
    accounts: list[Account] = []
    if config.sends_mail:
        with_mail = select(Account).where(Account.email.is_not(None)).order_by(Account.id)
        accounts = [
            account for account in session.scalars(with_mail) if rights.may(account, Right.DECIDE)
        ]
    return [*([None] if config.notify_urls else []), *(account.id for account in accounts)]
