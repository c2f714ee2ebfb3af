"""Accounts: making them, roles, locking out."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from comments_service import accounts
from comments_service.accounts import invitations
from comments_service.errors import AccountError
from comments_service.models import Account, Invitation, Role
from tests.comments_service.accounts.conftest import (
    NOW,
    PASSWORD,
    log_in,
    logged_in,
    make_account,
)


@pytest.mark.parametrize(
    ("name", "password", "words"),
    [
        pytest.param("新人", "short", "12至1000", id="short password"),
        pytest.param("新人", "password1234", "太常见", id="well-known password"),
        pytest.param("  ", PASSWORD, "看得见", id="no name"),
        pytest.param("", PASSWORD, "看得见", id="empty name"),
        pytest.param("x" * 81, PASSWORD, "看得见", id="long name"),
        pytest.param("a\x00b", PASSWORD, "看得见", id="NUL"),
        pytest.param("a\u202eb", PASSWORD, "看得见", id="bidi control"),
        pytest.param("a\u200bb", PASSWORD, "看得见", id="invisible"),
        pytest.param(" 新人", PASSWORD, "看得见", id="blank before"),
        pytest.param("\ud800", PASSWORD, "看得见", id="lone surrogate"),
        pytest.param("值班", PASSWORD, "已经有叫“值班”的账号", id="taken name"),
    ],
)
def test_bad_accounts_are_refused(database, account, name, password, words):
    """An account needs a name of its own and a password of some length."""
    with pytest.raises(AccountError, match=words), database.writing() as session:
        accounts.create_account(session, name, password)


def test_role_is_moderator_unless_given(database, account):
    """Nobody gets rights by default."""
    assert account.role is Role.MODERATOR
    with database.writing() as session:
        chief = accounts.create_account(session, "总编", PASSWORD, Role.CHIEF)
    assert chief.role is Role.CHIEF


def test_changing_the_password_keeps_this_session_only(database, account):
    """The other sessions end, and the present one gets a new token."""
    token, other = log_in(database), log_in(database)
    with database.reading() as session:
        login = accounts.find_login(session, token, now=NOW)
    new = accounts.change_password(database, login, "another long password")
    assert logged_in(database, new).id == account.id
    assert logged_in(database, token) is None
    assert logged_in(database, other) is None
    assert log_in(database) is None
    assert log_in(database, "another long password") is not None


def test_enabled_account_logs_in_again(database, account):
    """A disabled account cannot log in until it is enabled."""
    with database.writing() as session:
        accounts.disable(session, session.get_one(Account, account.id))
    assert log_in(database) is None
    with database.writing() as session:
        accounts.enable(session, session.get_one(Account, account.id))
    assert log_in(database) is not None


def demote(session, account):
    """Make a moderator of an administrator."""
    accounts.set_role(session, account, Role.MODERATOR)


@pytest.mark.parametrize("remove", [accounts.disable, demote])
def test_last_administrator_stays(database, remove):
    """The last administrator who can log in can be neither demoted nor disabled."""
    first = make_account(database, "甲", Role.ADMINISTRATOR)
    second = make_account(database, "乙", Role.ADMINISTRATOR)
    with database.writing() as session:
        remove(session, session.get_one(Account, second.id))
    with pytest.raises(AccountError, match="最后一位管理员"), database.writing() as session:
        remove(session, session.get_one(Account, first.id))
    with database.writing() as session:
        accounts.set_role(session, session.get_one(Account, first.id), Role.ADMINISTRATOR)


def test_two_administrators_cannot_remove_each_other(database):
    """Of two who demote each other at the same moment one is refused."""
    people = [make_account(database, name, Role.ADMINISTRATOR) for name in "甲乙"]
    refused = []

    def remove(account):
        try:
            with database.writing() as session:
                demote(session, session.get_one(Account, account.id))
        except AccountError as error:
            refused.append(error)

    threads = [threading.Thread(target=remove, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    with database.reading() as session:
        roles = session.scalars(select(Account.role).order_by(Account.id)).all()
        assert sorted(roles) == [Role.ADMINISTRATOR, Role.MODERATOR]


@pytest.mark.parametrize("remove", [accounts.disable, demote])
def test_invitations_end_with_the_right_to_invite(database, remove):
    """What one who may no longer invite has sent out is worth nothing."""
    make_account(database, "甲", Role.ADMINISTRATOR)
    person = make_account(database, "乙", Role.ADMINISTRATOR)
    with database.writing() as session:
        stored = session.get_one(Account, person.id)
        invitations.invite(session, Role.ADMINISTRATOR, by=stored, now=NOW)
        invitations.invite(session, Role.CHIEF, by=None, now=NOW)
        remove(session, stored)
    with database.reading() as session:
        assert session.scalars(select(Invitation.role)).all() == [Role.CHIEF]


def test_everybody_is_listed_with_the_last_sight(database, account):
    """All accounts are listed, and when each was seen, disabled ones last."""
    other = make_account(database, "别人")
    former = make_account(database, "旧人")
    with database.writing() as session:
        accounts.disable(session, session.get_one(Account, former.id))
    log_in(database)
    with database.reading() as session:
        listed = [(person.name, seen) for person, seen in accounts.everybody(session)]
    assert sorted(listed[:2]) == sorted([(account.name, NOW), (other.name, None)])
    assert listed[2] == ("旧人", None)


def test_changes_are_logged_with_who_made_them(database, account, caplog):
    """Roles and locking out are on record by number."""
    chief = make_account(database, "管", Role.ADMINISTRATOR)
    caplog.set_level("INFO")
    with database.writing() as session:
        stored = session.get_one(Account, account.id)
        accounts.set_role(session, stored, Role.CHIEF, by=chief)
        accounts.disable(session, stored, by=chief)
    told = [(record.message, record.account_id, record.by) for record in caplog.records]
    assert told == [
        ("role changed", account.id, chief.id),
        ("account disabled", account.id, chief.id),
    ]
