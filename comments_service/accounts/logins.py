"""Logging in: the password first, then the second factor where there is one."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from comments_service.accounts import throttle
from comments_service.accounts.passwords import is_password
from comments_service.accounts.people import find_account
from comments_service.accounts.second_factor import is_right_code
from comments_service.accounts.sessions import log_out, open_login, waiting_login
from comments_service.db import Database
from comments_service.models import Account, LoginThrottle

log = logging.getLogger(__name__)


def log_in(
    database: Database, name: str, password: str, *, network: str, now: datetime
) -> str | None:
    """Give a new token if *name* and *password* are right, None if not; where there is a second
    factor, the token opens nothing but :func:`show_second_factor`.

    After :data:`throttle.TRIES_BEFORE_WAIT` wrong tries for a name from one *network* (a masked
    address) each further one doubles a wait of at most 15 minutes there, whether the name exists or
    not; who comes from elsewhere does not wait. Raises LoginRefused while the wait lasts.

    The password is checked outside any transaction: that takes long on purpose, and must not keep
    visitors' messages waiting.
    """
    key = throttle.throttle_key(network, name)
    with database.reading() as session:
        throttle.refuse_while_waiting(session.get(LoginThrottle, key), now)
        account = find_account(session, name)
    is_right = is_password(account.password_hash if account else None, password)
    if not is_right or account is None or account.is_disabled:
        extra = {"account_id": account.id if account is not None else None}
        log.warning("log-in failed", extra=extra)
        throttle.count_failure(database, key, now)
        return None
    with database.writing() as session:
        throttle.forgive(session, key)
        is_verified = not session.get_one(Account, account.id).totp_secret
        token = open_login(session, account, network=network, now=now, is_verified=is_verified)
    words = "moderator logged in" if is_verified else "password accepted"
    log.info(words, extra={"account_id": account.id})
    return token


def show_second_factor(database: Database, token: str, code: str, *, now: datetime) -> str | None:
    """Give the token of an open session if *code* is right for the log-in that waits with *token*,
    None if not; the old token is worth nothing then.

    Wrong codes are slowed down as wrong passwords are, whatever network they come from. Raises
    LoginRefused while the wait lasts.
    """
    with database.reading() as session:
        waiting = waiting_login(session, token, now=now)
    if waiting is None:
        return None
    key = throttle.throttle_key("second factor", waiting.account_id)
    throttle.prepare(database, key, now)
    with database.writing() as session:
        counted = throttle.lock(session, key, now)
        throttle.refuse_while_waiting(counted, now)
        return _open_with(session, token, code, counted, now)


def is_own_password(database: Database, account: Account, password: str, *, now: datetime) -> bool:
    """Say whether one who is logged in shows the right password; wrong ones are slowed down.

    Raises LoginRefused while the wait lasts.
    """
    key = throttle.throttle_key("own password", account.id)
    with database.reading() as session:
        throttle.refuse_while_waiting(session.get(LoginThrottle, key), now)
    if not is_password(account.password_hash, password):
        log.warning("present password wrong", extra={"account_id": account.id})
        throttle.count_failure(database, key, now)
        return False
    with database.writing() as session:
        throttle.forgive(session, key)
    return True


def _open_with(
    session: Session, token: str, code: str, counted: LoginThrottle, now: datetime
) -> str | None:
    """Look at *code* while *counted* is locked, so that of two at the same moment one counts."""
    waiting = waiting_login(session, token, now=now)
    if waiting is None:
        return None
    account, network = waiting.account, waiting.address
    if not is_right_code(session, account, code, now=now):
        throttle.count(session, counted, now)
        log.warning("second factor failed", extra={"account_id": account.id})
        return None
    counted.failures = 0
    log_out(session, token)
    log.info("moderator logged in", extra={"account_id": account.id})
    return open_login(session, account, network=network, now=now, is_verified=True)
