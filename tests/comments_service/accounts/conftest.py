"""A moderator, and what one does with him."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from comments_service import accounts
from comments_service.accounts import second_factor
from comments_service.models import Account, Role

NOW = datetime(2026, 3, 1, 4, 30, tzinfo=UTC)
PASSWORD = "four words 够长 enough"
STEP = timedelta(seconds=30)


@pytest.fixture
def account(database):
    """Give a moderator."""
    with database.writing() as session:
        return accounts.create_account(session, "值班", PASSWORD)


def make_account(database, name, role=Role.MODERATOR):
    """Make an account without the cost of a password."""
    with database.writing() as session:
        account = Account(name=name, role=role, password_hash="none")
        session.add(account)
        session.flush()
        return account


def log_in(database, password=PASSWORD, name="值班", now=NOW, network="14.152.94.*"):
    """Try to log in."""
    return accounts.log_in(database, name, password, network=network, now=now)


def logged_in(database, token, now=NOW):
    """Look a token up."""
    with database.reading() as session:
        return accounts.logged_in(session, token, now=now)


def set_up(database, account, now=NOW, login_token=None):
    """Set up a second factor; gives its secret and the recovery codes."""
    secret = second_factor.new_secret()
    token = login_token or log_in(database, now=now)
    with database.writing() as session:
        login = accounts.find_login(session, token, now=now)
        stored = session.get_one(Account, account.id)
        code = code_at(secret, now)
        codes = second_factor.set_up(session, stored, secret, code, login=login, now=now)
    return secret, codes


def code_at(secret, now):
    """Give what the phone shows."""
    return pyotp.TOTP(secret).at(now)
