"""Slows guessing down: after some wrong tries in a row, each further one doubles a wait."""

from __future__ import annotations

import math
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from comments_service.db import Database
from comments_service.errors import LoginRefused
from comments_service.models import LoginThrottle
from comments_service.tokens import hash_token

TRIES_BEFORE_WAIT = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
FORGET_AFTER = timedelta(days=1)


def throttle_key(kind: str, whose: str | int) -> str:
    """Give the key under which wrong tries are counted."""
    return hash_token(f"{kind}\0{whose}")


def refuse_while_waiting(throttle: LoginThrottle | None, now: datetime) -> None:
    """Let nothing be tried while the wait lasts; raises LoginRefused. One that is longer than any
    comes from a clock that was wrong, and does not count.
    """
    if throttle is not None and now < throttle.retry_at <= now + LONGEST_WAIT:
        seconds = math.ceil((throttle.retry_at - now).total_seconds())
        raise LoginRefused("输错的次数太多，请%(seconds)d秒后再试。", seconds=seconds)


def prepare(database: Database, key: str, now: datetime) -> None:
    """Make sure that there is a row to count in."""
    with suppress(IntegrityError), database.writing() as session:  # there already
        session.add(LoginThrottle(key=key, failures=0, retry_at=now))


def lock(session: Session, key: str, now: datetime) -> LoginThrottle:
    """Give the row of *key*, made by :func:`prepare`; whoever tries at the same moment waits."""
    throttle = session.get(LoginThrottle, key, with_for_update=True)
    if throttle is None:  # forgotten at this very moment
        throttle = LoginThrottle(key=key, failures=0, retry_at=now)
        session.add(throttle)
    return throttle


def count(session: Session, throttle: LoginThrottle, now: datetime) -> None:
    """Count one more wrong try, and forget those of long ago."""
    throttle.failures += 1
    over = throttle.failures - TRIES_BEFORE_WAIT
    wait = min(FIRST_WAIT * 2 ** min(over, 10), LONGEST_WAIT) if over >= 0 else timedelta()
    throttle.retry_at = now + wait
    session.execute(delete(LoginThrottle).where(LoginThrottle.retry_at < now - FORGET_AFTER))


def forgive(session: Session, key: str) -> None:
    """Start from nothing after a right try."""
    session.execute(delete(LoginThrottle).where(LoginThrottle.key == key))


def count_failure(database: Database, key: str, now: datetime) -> None:
    """Count one more wrong try; tries at the same moment all count."""
    prepare(database, key, now)
    with database.writing() as session:
        count(session, lock(session, key, now), now)
