"""Invitations: once, within a week."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from comments_service import accounts
from comments_service.accounts import invitations
from comments_service.errors import AccountError, LinkOver, NotFound
from comments_service.models import Account, Invitation, Role
from tests.comments_service.accounts.conftest import NOW, PASSWORD, log_in, make_account


def invite(database, role=Role.CHIEF, by=None, now=NOW):
    """Make an invitation; gives its token."""
    with database.writing() as session:
        return invitations.invite(session, role, by=by, now=now)


def accept(database, token, name="新人", password=PASSWORD, now=NOW):
    """Make the account."""
    return invitations.accept(database, token, name, password, now=now)


def test_invitation_makes_an_account_of_its_role(database):
    """The account has the role that was invited, and its password; the token is not kept."""
    token = invite(database)
    with database.reading() as session:
        assert token not in vars(session.scalars(select(Invitation)).one()).values()
    assert accept(database, token).role is Role.CHIEF
    assert log_in(database, name="新人") is not None


def test_invitation_works_once(database):
    """Who comes second is told; no second account is made."""
    token = invite(database)
    accept(database, token)
    with pytest.raises(LinkOver, match="已经用过"):
        accept(database, token, "第二个")
    with database.reading() as session:
        assert accounts.find_account(session, "第二个") is None


def test_invitation_works_once_at_the_same_moment(database):
    """Of several at once one gets the account."""
    token = invite(database)
    made, refused = [], []

    def try_it(name):
        try:
            made.append(accept(database, token, name))
        except LinkOver as error:
            refused.append(error)

    threads = [threading.Thread(target=try_it, args=(name,)) for name in "甲乙丙"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), len(refused)) == (1, 2)


def test_invitation_holds_for_a_week(database):
    """After seven days the link says that it has expired."""
    token = invite(database)
    week = timedelta(days=7)
    with database.reading() as session:
        assert invitations.find_invitation(session, token, now=NOW + week - timedelta(seconds=1))
        assert invitations.open_invitations(session, now=NOW + week) == []
    with pytest.raises(LinkOver, match="已经过期"):
        accept(database, token, now=NOW + week)


@pytest.mark.parametrize("token", ["", "x", "\x00", "\ud800", "长" * 5000])
def test_unknown_links(database, token):
    """A link that was never made leads nowhere."""
    invite(database)
    with pytest.raises(NotFound):
        accept(database, token)


def test_withdrawn_invitation_is_gone(database):
    """An administrator takes an unused invitation back, not one that was used."""
    chief = make_account(database, "管", Role.ADMINISTRATOR)
    token, used = invite(database, by=chief), invite(database, by=chief)
    accept(database, used)
    with database.writing() as session:
        (open_one,) = invitations.open_invitations(session, now=NOW)
        (used_one,) = session.scalars(select(Invitation).where(Invitation.used_at.is_not(None)))
        assert invitations.withdraw(session, open_one.id, by=chief)
        assert not invitations.withdraw(session, open_one.id, by=chief)
        assert not invitations.withdraw(session, used_one.id, by=chief)
    with pytest.raises(NotFound):
        accept(database, token, "别人")


@pytest.mark.parametrize(
    ("name", "password"),
    [("管", PASSWORD), ("", PASSWORD), ("新人", "short"), ("新人", "password1234")],
)
def test_bad_name_or_password_keeps_the_invitation(database, name, password):
    """A refused try does not use the link up."""
    make_account(database, "管")
    token = invite(database)
    with pytest.raises(AccountError):
        accept(database, token, name, password)
    assert accept(database, token)


def test_invitations_are_logged_without_their_link(database, caplog):
    """Made and used invitations are on record."""
    caplog.set_level("INFO")
    token = invite(database)
    account = accept(database, token)
    assert [record.message for record in caplog.records] == ["invitation made", "invitation used"]
    assert caplog.records[1].account_id == account.id
    assert token not in caplog.text
    with database.reading() as session:
        assert session.get_one(Account, account.id).totp_secret is None
