"""The people who decide: accounts, passwords, log-ins. There is no account until somebody makes
one.
"""

from __future__ import annotations

import logging
import math
import secrets
import threading
from contextlib import suppress
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from comments_service.db import Database
from comments_service.errors import AccountError, LoginRefused
from comments_service.models import Account, Login, LoginThrottle
from comments_service.tokens import hash_token

log = logging.getLogger(__name__)

LEAST_PASSWORD = 12
MOST_PASSWORD = 1000
TRIES_BEFORE_WAIT = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
FORGET_AFTER = timedelta(days=1)
IDLE_LIMIT = timedelta(hours=12)
ABSOLUTE_LIMIT = timedelta(days=7)

_hasher = PasswordHasher()
_few_at_a_time = threading.BoundedSemaphore(2)
"""A hash costs 64 MiB and some 50 ms; a flood of log-ins must leave room for the rest."""
_NOBODY = _hasher.hash(secrets.token_hex(16))
"""Checked for names that do not exist, so that the time taken tells nothing."""


def create_account(session: Session, name: str, password: str) -> Account:
    """Make an account; raises AccountError for a taken name or a weak password."""
    if not name.strip() or len(name) > 80:
        raise AccountError("An account needs a name of 1 to 80 characters.")
    if find_account(session, name) is not None:
        raise AccountError(f"There is an account {name!r} already; choose another name.")
    account = Account(name=name, password_hash=_hash(password))
    session.add(account)
    session.flush()
    return account


def set_password(session: Session, account: Account, password: str) -> None:
    """Change the password and end every log-in of *account*; a disabled one may log in again."""
    account.password_hash = _hash(password)
    account.is_disabled = False
    end_logins(session, account)


def end_logins(session: Session, account: Account) -> None:
    """End every log-in of *account*."""
    session.execute(delete(Login).where(Login.account_id == account.id))


def disable(session: Session, account: Account) -> None:
    """Lock *account* out at once."""
    account.is_disabled = True
    end_logins(session, account)


def find_account(session: Session, name: str) -> Account | None:
    """Give the account of that name."""
    return session.scalars(select(Account).where(Account.name == name)).first()


def log_in(
    database: Database, name: str, password: str, *, network: str, now: datetime
) -> str | None:
    """Give a new token if *name* and *password* are right, None if not.

    After :data:`TRIES_BEFORE_WAIT` wrong tries for a name from one *network* (a masked address)
    each further one doubles a wait of at most 15 minutes there, whether the name exists or not; who
    comes from elsewhere does not wait. Raises LoginRefused while the wait lasts.

    The password is checked outside any transaction: that takes long on purpose, and must not keep
    visitors' messages waiting.
    """
    key = hash_token(f"{network}\0{name}")
    with database.reading() as session:
        _refuse_while_waiting(session.get(LoginThrottle, key), now)
        account = find_account(session, name)
    if not _is_right(account, password) or account is None or account.is_disabled:
        _count_failure(database, key, now)
        return None
    token = secrets.token_urlsafe(32)
    with database.writing() as session:
        session.execute(delete(LoginThrottle).where(LoginThrottle.key == key))
        login = Login(
            account_id=account.id, token_hash=hash_token(token), opened_at=now, seen_at=now
        )
        session.add(login)
    log.info("moderator logged in", extra={"account_id": account.id})
    return token


def logged_in(session: Session, token: str, *, now: datetime) -> Account | None:
    """Give the account whose log-in has *token*, unless it is over."""
    login = _login(session, token)
    if login is None or login.account.is_disabled:
        return None
    if now - login.seen_at > IDLE_LIMIT or now - login.opened_at > ABSOLUTE_LIMIT:
        return None
    return login.account


def touch_login(session: Session, token: str, *, now: datetime) -> None:
    """Note that the moderator is still there."""
    is_it = Login.token_hash == hash_token(token)
    session.execute(update(Login).where(is_it).values(seen_at=now))


def log_out(session: Session, token: str) -> None:
    """End the log-in with *token*."""
    session.execute(delete(Login).where(Login.token_hash == hash_token(token)))


def _login(session: Session, token: str) -> Login | None:
    return session.scalars(select(Login).where(Login.token_hash == hash_token(token))).first()


def _hash(password: str) -> str:
    if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
        span = f"{LEAST_PASSWORD} to {MOST_PASSWORD}"
        raise AccountError(f"A password needs {span} characters; a few words are good.")
    return _hasher.hash(password)


def _is_right(account: Account | None, password: str) -> bool:
    try:
        with _few_at_a_time:
            expected = account.password_hash if account else _NOBODY
            return _hasher.verify(expected, password[:MOST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False


def _refuse_while_waiting(throttle: LoginThrottle | None, now: datetime) -> None:
    if throttle is not None and now < throttle.retry_at:
        seconds = math.ceil((throttle.retry_at - now).total_seconds())
        raise LoginRefused(f"密码错误次数过多，请{seconds}秒后再试。")


def _count_failure(database: Database, key: str, now: datetime) -> None:
    """Count one more wrong try; tries at the same moment all count."""
    log.warning("log-in failed")
    with suppress(IntegrityError), database.writing() as session:  # there already
        session.add(LoginThrottle(key=key, failures=0, retry_at=now))
    with database.writing() as session:
        throttle = session.get_one(LoginThrottle, key, with_for_update=True)
        throttle.failures += 1
        over = throttle.failures - TRIES_BEFORE_WAIT
        wait = min(FIRST_WAIT * 2 ** min(over, 10), LONGEST_WAIT) if over >= 0 else timedelta()
        throttle.retry_at = now + wait
        session.execute(delete(LoginThrottle).where(LoginThrottle.retry_at < now - FORGET_AFTER))
