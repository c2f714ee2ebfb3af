"""The people who decide: accounts, passwords, log-ins. There is no account until somebody makes
one.
"""

from __future__ import annotations

import logging
import math
import secrets
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from comments_service.errors import AccountError, LoginRefused
from comments_service.models import Account, Login
from comments_service.tokens import hash_token

log = logging.getLogger(__name__)

LEAST_PASSWORD = 12
MOST_PASSWORD = 1000
TRIES_BEFORE_WAIT = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
IDLE_LIMIT = timedelta(hours=12)
ABSOLUTE_LIMIT = timedelta(days=7)

_hasher = PasswordHasher()
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
    account.failures, account.retry_at = 0, None
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


def log_in(session: Session, name: str, password: str, *, now: datetime) -> str | None:
    """Give a new token if *name* and *password* are right, None if not; a wrong try is counted in
    *session*.

    After :data:`TRIES_BEFORE_WAIT` wrong tries each further one doubles a wait of at most 15
    minutes, so a stranger can slow a moderator down but never lock him out. Raises LoginRefused
    while the wait lasts.
    """
    account = find_account(session, name)
    if account is not None and account.retry_at is not None and now < account.retry_at:
        seconds = math.ceil((account.retry_at - now).total_seconds())
        raise LoginRefused(f"密码错误次数过多，请{seconds}秒后再试。")
    if not _is_right(account, password) or account is None or account.is_disabled:
        _count_failure(account, now)
        return None
    account.failures, account.retry_at = 0, None
    token = secrets.token_urlsafe(32)
    session.add(Login(account=account, token_hash=hash_token(token), opened_at=now, seen_at=now))
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
    login = _login(session, token)
    if login is not None:
        login.seen_at = now


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
        return _hasher.verify(
            account.password_hash if account else _NOBODY, password[:MOST_PASSWORD]
        )
    except (VerificationError, InvalidHashError):
        return False


def _count_failure(account: Account | None, now: datetime) -> None:
    log.warning("log-in failed", extra={"account_id": account.id if account else None})
    if account is None:
        return
    account.failures += 1
    over = account.failures - TRIES_BEFORE_WAIT
    if over >= 0:
        account.retry_at = now + min(FIRST_WAIT * 2 ** min(over, 10), LONGEST_WAIT)
