"""Sessions at the desk: rows of :class:`Login`, found by the digest of a random token."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, joinedload

from comments_service.models import Account, Login
from comments_service.tokens import hash_token

IDLE_LIMIT = timedelta(hours=12)
ABSOLUTE_LIMIT = timedelta(days=7)
SECOND_STEP_LIMIT = timedelta(minutes=5)
"""How long one has between the password and the second factor."""
TOUCH_EVERY = timedelta(minutes=1)
"""A session that was used is noted no more often than that."""


def open_login(
    session: Session, account: Account, *, network: str, now: datetime, is_verified: bool
) -> str:
    """Open a session of *account*; gives its token, of which only the digest is kept."""
    session.execute(delete(Login).where(Login.opened_at < now - ABSOLUTE_LIMIT))
    token = _new_token()
    login = Login(
        account_id=account.id,
        token_hash=hash_token(token),
        opened_at=now,
        seen_at=now,
        address=network,
        is_verified=is_verified,
    )
    session.add(login)
    return token


def find_login(session: Session, token: str, *, now: datetime) -> Login | None:
    """Give the open session with *token*, its account loaded; None when it is over, or still waits
    for the second factor.
    """
    login = _with_token(session, token)
    if login is None or not login.is_verified or login.account.is_disabled:
        return None
    return login if _is_open(login, now) else None


def waiting_login(session: Session, token: str, *, now: datetime) -> Login | None:
    """Give the session with *token* for which the password was right and the second factor is still
    to be shown.
    """
    login = _with_token(session, token)
    if login is None or login.is_verified or login.account.is_disabled:
        return None
    is_in_time = now - login.opened_at <= SECOND_STEP_LIMIT
    return login if is_in_time and login.account.totp_secret else None


def logged_in(session: Session, token: str, *, now: datetime) -> Account | None:
    """Give the account whose log-in has *token*, unless it is over."""
    login = find_login(session, token, now=now)
    return login.account if login is not None else None


def touch_login(session: Session, token: str, *, now: datetime) -> None:
    """Note that the moderator is still there."""
    is_due = (Login.token_hash == hash_token(token)) & (Login.seen_at <= now - TOUCH_EVERY)
    session.execute(update(Login).where(is_due).values(seen_at=now))


def renew_token(session: Session, login: Login) -> str:
    """Give *login* a new token; the one before opens nothing any more."""
    token = _new_token()
    is_it = Login.id == login.id
    session.execute(update(Login).where(is_it).values(token_hash=hash_token(token)))
    return token


def log_out(session: Session, token: str) -> None:
    """End the log-in with *token*."""
    session.execute(delete(Login).where(Login.token_hash == hash_token(token)))


def open_logins(session: Session, account: Account, *, now: datetime) -> Sequence[Login]:
    """Give the open sessions of *account*, the last used first."""
    query = select(Login).where(Login.account_id == account.id, Login.is_verified)
    logins = session.scalars(query.order_by(Login.seen_at.desc(), Login.id.desc()))
    return [login for login in logins if _is_open(login, now)]


def end_login(session: Session, account: Account, number: int) -> bool:
    """End one session of *account*; says whether there was one."""
    is_it = (Login.id == number) & (Login.account_id == account.id)
    return bool(session.scalar(delete(Login).where(is_it).returning(Login.id)))


def end_logins(session: Session, account: Account, *, but: Login | None = None) -> None:
    """End every log-in of *account*, except one."""
    are_its = Login.account_id == account.id
    if but is not None:
        are_its &= Login.id != but.id
    session.execute(delete(Login).where(are_its))


def _with_token(session: Session, token: str) -> Login | None:
    query = select(Login).where(Login.token_hash == hash_token(token))
    return session.scalars(query.options(joinedload(Login.account))).first()


def _is_open(login: Login, now: datetime) -> bool:
    return now - login.seen_at <= IDLE_LIMIT and now - login.opened_at <= ABSOLUTE_LIMIT


def _new_token() -> str:
    return secrets.token_urlsafe(32)
