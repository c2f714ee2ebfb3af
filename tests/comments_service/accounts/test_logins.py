"""Logging in, being slowed down, sessions and their ends."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from comments_service import accounts
from comments_service.accounts import logins
from comments_service.errors import LoginRefused
from comments_service.models import Account, Login
from tests.comments_service.accounts.conftest import NOW, PASSWORD, log_in, logged_in


def test_password_is_kept_as_argon2id_only(database, account):
    """The password is nowhere in the database, its Argon2id hash is."""
    with database.reading() as session:
        stored = session.scalars(select(Account)).one()
        assert stored.password_hash.startswith("$argon2id$")
        assert PASSWORD not in str(vars(stored))


def test_right_password_opens_a_session(database, account):
    """A right pair gives a token; only its digest is stored; each log-in has its own."""
    token, other = log_in(database), log_in(database)
    assert token != other
    assert logged_in(database, token).id == account.id
    with database.reading() as session:
        assert token not in {login.token_hash for login in session.scalars(select(Login))}


@pytest.mark.parametrize(
    ("name", "password"),
    [
        pytest.param("值班", PASSWORD + " ", id="wrong password"),
        pytest.param("值班", "", id="no password"),
        pytest.param("别人", PASSWORD, id="unknown name"),
        pytest.param("", "", id="nothing"),
        pytest.param("值班", "x" * 5000, id="very long"),
    ],
)
def test_wrong_pair_opens_nothing(database, account, name, password):
    """Anything but the right pair gives nothing."""
    assert log_in(database, password, name) is None
    assert logged_in(database, "") is None


@pytest.mark.parametrize("name", ["值班", "没有这个人"])
def test_wrong_tries_are_slowed_down(database, account, name):
    """After five wrong tries one waits, at most fifteen minutes, whether the name exists or not."""
    for _ in range(5):
        assert log_in(database, "wrong", name) is None
    with pytest.raises(LoginRefused, match="30秒后再试"):
        log_in(database, name=name)
    now = NOW
    for _ in range(20):
        now += timedelta(minutes=15)
        assert log_in(database, "wrong", name, now=now) is None
    with pytest.raises(LoginRefused, match="900秒后再试"):
        log_in(database, name=name, now=now)


def test_clock_that_was_ahead_locks_nobody_out(database, account):
    """Wrong tries by a clock that was a day ahead do not count once it is set right."""
    tomorrow = NOW + timedelta(days=1)
    for _ in range(5):
        assert log_in(database, "wrong", now=tomorrow) is None
    with pytest.raises(LoginRefused):
        log_in(database, now=tomorrow)
    assert log_in(database) is not None


def test_stranger_cannot_lock_a_moderator_out(database, account):
    """Wrong tries from elsewhere do not make the moderator wait; the right pair clears his own."""
    for _ in range(5):
        assert log_in(database, "wrong", network="203.0.113.*") is None
    with pytest.raises(LoginRefused):
        log_in(database, network="203.0.113.*")
    for _ in range(4):
        assert log_in(database, "wrong") is None
    assert log_in(database) is not None
    for _ in range(4):
        assert log_in(database, "wrong") is None
    assert log_in(database) is not None


def test_wrong_tries_at_the_same_moment_all_count(database, account):
    """Guessing in parallel gains nothing."""
    threads = [threading.Thread(target=log_in, args=(database, "wrong")) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with pytest.raises(LoginRefused):
        log_in(database)


def test_password_is_checked_without_holding_the_database(database, account, monkeypatch):
    """While a password is being checked, others can write."""

    def check(*_):
        with database.writing() as session:
            session.get_one(Account, account.id).name = "值夜班"
        return False

    monkeypatch.setattr(logins, "is_password", check)
    assert log_in(database) is None


@pytest.mark.parametrize(
    ("later", "is_in"),
    [
        pytest.param(timedelta(hours=11), True, id="a long shift"),
        pytest.param(timedelta(hours=13), False, id="idle too long"),
    ],
)
def test_idle_sessions_end(database, account, later, is_in):
    """A session ends after twelve hours without a request."""
    token = log_in(database)
    assert (logged_in(database, token, NOW + later) is not None) is is_in


def test_sessions_end_after_a_week_whatever_happens(database, account):
    """A session that is always used ends after seven days."""
    token = log_in(database)
    for hour in range(0, 7 * 24, 10):
        with database.writing() as session:
            accounts.touch_login(session, token, now=NOW + timedelta(hours=hour))
    assert logged_in(database, token, NOW + timedelta(days=7)) is not None
    assert logged_in(database, token, NOW + timedelta(days=7, seconds=1)) is None


def test_log_out_ends_one_session(database, account):
    """Logging out ends this session on the server, not the others."""
    token, other = log_in(database), log_in(database)
    with database.writing() as session:
        accounts.log_out(session, token)
    assert logged_in(database, token) is None
    assert logged_in(database, other) is not None


@pytest.mark.parametrize("how", ["disable", "set_password"])
def test_disabling_or_a_new_password_ends_all_sessions(database, account, how):
    """A disabled account is out at once; a new password ends the old sessions."""
    token = log_in(database)
    with database.writing() as session:
        stored = session.scalars(select(Account)).one()
        if how == "disable":
            accounts.disable(session, stored)
        else:
            accounts.set_password(session, stored, "another long password")
    assert logged_in(database, token) is None
    assert log_in(database) is None


def test_use_is_noted_once_a_minute(database, account):
    """A session that was just used is not written again; a minute later it is."""
    token = log_in(database)
    for seconds, seen in ((59, 0), (60, 60), (100, 60), (120, 120)):
        with database.writing() as session:
            accounts.touch_login(session, token, now=NOW + timedelta(seconds=seconds))
        with database.reading() as session:
            assert session.scalars(select(Login.seen_at)).one() == NOW + timedelta(seconds=seen)


def test_sessions_are_listed_and_ended_one_by_one(database, account):
    """Open sessions are listed with their network, the last used first; each can be ended alone, by
    its own account only.
    """
    first, second = log_in(database), log_in(database, network="203.0.113.*")
    with database.writing() as session:
        stranger = accounts.create_account(session, "同事", "another long password")
        accounts.touch_login(session, first, now=NOW + timedelta(hours=1))
        listed = accounts.open_logins(session, account, now=NOW + timedelta(hours=1))
        assert [login.address for login in listed] == ["14.152.94.*", "203.0.113.*"]
        assert accounts.open_logins(session, stranger, now=NOW) == []
        assert not accounts.end_login(session, stranger, listed[1].id)
        assert accounts.end_login(session, account, listed[1].id)
        assert not accounts.end_login(session, account, listed[1].id)
    assert logged_in(database, first) is not None
    assert logged_in(database, second) is None


def test_sessions_of_long_ago_are_forgotten(database, account):
    """A new log-in clears away what is over for good; idle ones are not listed."""
    log_in(database)
    log_in(database, now=NOW + timedelta(days=8))
    later = NOW + timedelta(days=8, hours=13)
    log_in(database, now=later)
    with database.reading() as session:
        assert len(session.scalars(select(Login)).all()) == 2
        assert len(accounts.open_logins(session, account, now=later)) == 1


def test_own_password_is_asked_for_with_the_same_patience(database, account):
    """Who is logged in and guesses at the password is slowed down too."""

    def ask(password, now=NOW):
        return accounts.is_own_password(database, account, password, now=now)

    assert ask(PASSWORD)
    for _ in range(5):
        assert not ask("wrong")
    with pytest.raises(LoginRefused):
        ask(PASSWORD)
    assert ask(PASSWORD, NOW + timedelta(seconds=31))


def test_log_ins_are_logged_without_secrets(database, account, caplog):
    """Right and wrong log-ins are on record, by number of the account."""
    caplog.set_level("INFO")
    token = log_in(database)
    log_in(database, "wrong password here")
    told = [(record.message, record.account_id) for record in caplog.records]
    assert told == [("moderator logged in", account.id), ("log-in failed", account.id)]
    for secret in (token, PASSWORD, "wrong password here", "14.152.94"):
        assert secret not in caplog.text
