"""Codes of the phone, recovery codes, and the second step of the log-in."""

from __future__ import annotations

import threading
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from comments_service import accounts
from comments_service.accounts import second_factor
from comments_service.errors import AccountError, LoginRefused
from comments_service.models import Account, RecoveryCode, Role
from tests.comments_service.accounts.conftest import (
    NOW,
    STEP,
    code_at,
    log_in,
    logged_in,
    make_account,
    set_up,
)

LATER = NOW + timedelta(hours=1)


def show(database, token, code, now=LATER):
    """Show the second factor."""
    return accounts.show_second_factor(database, token, code, now=now)


@pytest.fixture
def secret(database, account):
    """Give the secret that the moderator's phone has."""
    return set_up(database, account)[0]


def test_password_alone_opens_nothing(database, account, secret):
    """With a second factor the password's token opens the second step only, which gives a new
    token.
    """
    token = log_in(database, now=LATER)
    assert logged_in(database, token, LATER) is None
    opened = show(database, token, code_at(secret, LATER))
    assert opened not in {None, token}
    assert logged_in(database, opened, LATER).id == account.id
    assert logged_in(database, token, LATER) is None
    assert show(database, token, code_at(secret, LATER + STEP)) is None


@pytest.mark.parametrize(
    ("offset", "is_right"),
    [(-2, False), (-1, True), (0, True), (1, True), (2, False)],
)
def test_codes_count_one_step_aside(database, account, secret, offset, is_right):
    """A clock may be 30 seconds off, not a minute."""
    token = log_in(database, now=LATER)
    code = code_at(secret, LATER + offset * STEP)
    assert (show(database, token, code) is not None) is is_right


@pytest.mark.parametrize("offset", [-1, 0, 1])
def test_no_code_counts_twice(database, account, secret, offset):
    """A code that was used, and every one before it, is worth nothing."""
    code = code_at(secret, LATER + offset * STEP)
    assert show(database, log_in(database, now=LATER), code) is not None
    token = log_in(database, now=LATER)
    assert show(database, token, code) is None
    assert show(database, token, code_at(secret, LATER - STEP)) is None


def test_code_of_the_set_up_does_not_count_again(database, account, secret):
    """The first code cannot be used to log in."""
    assert show(database, log_in(database), code_at(secret, NOW), NOW) is None


def test_two_at_the_same_moment_use_a_code_once(database, account, secret):
    """The same code sent twice in parallel opens one session."""
    tokens = [log_in(database, now=LATER) for _ in range(3)]
    opened = []
    threads = [
        threading.Thread(
            target=lambda token: opened.append(show(database, token, code_at(secret, LATER))),
            args=(token,),
        )
        for token in tokens
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([token for token in opened if token]) == 1


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("", id="nothing"),
        pytest.param("000000", id="wrong"),
        pytest.param("12345", id="short"),
        pytest.param("1234567", id="long"),
        pytest.param("-12345", id="sign"),
        pytest.param("١٢٣٤٥٦", id="other digits"),
        pytest.param("\ud800\x00", id="no text"),
        pytest.param("9" * 5000, id="huge"),
    ],
)
def test_wrong_codes_open_nothing(database, account, code):
    """Anything but a right code opens nothing."""
    secret, _ = set_up(database, account)
    while code == code_at(secret, LATER):
        secret, _ = set_up(database, account)
    assert show(database, log_in(database, now=LATER), code) is None


def test_code_may_be_typed_as_an_input_method_does(database, account, secret):
    """Full-width digits and blanks are forgiven."""
    code = code_at(secret, LATER)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    assert show(database, log_in(database, now=LATER), f"{wide[:3]} {wide[3:]}") is not None


def test_second_step_has_five_minutes(database, account, secret):
    """After five minutes the password is asked again."""
    late = LATER + timedelta(minutes=5, seconds=1)
    token = log_in(database, now=LATER)
    assert show(database, token, code_at(secret, late), late) is None
    in_time = LATER + timedelta(minutes=5)
    assert show(database, token, code_at(secret, in_time), in_time) is not None


def test_wrong_codes_are_slowed_down_from_everywhere(database, account, secret):
    """After five wrong codes the account waits, whatever log-in or network they come from."""
    for network in "abcde":
        token = log_in(database, now=LATER, network=network)
        assert show(database, token, "x") is None
    with pytest.raises(LoginRefused, match="30秒后再试"):
        show(database, token, code_at(secret, LATER))
    later = LATER + timedelta(seconds=30)
    assert show(database, token, code_at(secret, later), later) is not None
    assert show(database, log_in(database, now=later), "x", later) is None


def test_recovery_code_counts_once(database, account):
    """Each of ten codes stands in for the phone once, in whatever case it is typed."""
    _, codes = set_up(database, account)
    assert len(set(codes)) == 10
    assert show(database, log_in(database, now=LATER), codes[0].upper().replace("-", " "))
    assert show(database, log_in(database, now=LATER), codes[0]) is None
    assert show(database, log_in(database, now=LATER), codes[1])
    with database.reading() as session:
        assert second_factor.recovery_codes_left(session, account) == 8
        kept = session.scalars(select(RecoveryCode.code_hash)).all()
        assert not any(code in kept or code.replace("-", "") in kept for code in codes)


def test_new_recovery_codes_replace_the_old(database, account):
    """Codes of before are worth nothing once there are new ones; others' never were."""
    _, codes = set_up(database, account)
    other = make_account(database, "别人")
    with database.writing() as session:
        theirs = second_factor.renew_recovery_codes(session, session.get_one(Account, other.id))
        new = second_factor.renew_recovery_codes(session, session.get_one(Account, account.id))
    for wrong in (codes[0], theirs[0]):
        assert show(database, log_in(database, now=LATER), wrong) is None
    assert show(database, log_in(database, now=LATER), new[0]) is not None


def test_set_up_takes_a_right_code(database, account):
    """Without a right code nothing is switched on; with one all other sessions end."""
    token, other = log_in(database), log_in(database)
    with database.writing() as session:
        stored = session.get_one(Account, account.id)
        login = accounts.find_login(session, token, now=NOW)
        secret = second_factor.new_secret()
        assert second_factor.set_up(session, stored, secret, "x", login=login, now=NOW) is None
        assert stored.totp_secret is None
    set_up(database, account, login_token=token)
    assert logged_in(database, token) is not None
    assert logged_in(database, other) is None


def test_phone_reads_name_and_site(database):
    """The address has what an authenticator shows."""
    address = second_factor.secret_address("ABCD" * 8, name="值班", site="回声")
    fields = parse_qs(urlsplit(address).query)
    assert urlsplit(address).scheme == "otpauth"
    assert fields["secret"] == ["ABCD" * 8]
    assert fields["issuer"] == ["回声"]


def test_switching_off_is_not_for_administrators(database, account):
    """A moderator can do without again, an administrator cannot."""
    set_up(database, account)
    with database.writing() as session:
        second_factor.switch_off(session, session.get_one(Account, account.id))
    assert logged_in(database, log_in(database, now=LATER), LATER) is not None
    chief = make_account(database, "管", Role.ADMINISTRATOR)
    with pytest.raises(AccountError, match="不能关闭"), database.writing() as session:
        second_factor.switch_off(session, chief)


def test_reset_ends_sessions_and_waiting_log_ins(database, account, secret):
    """After a reset the password is asked again, and no second factor; nobody resets his own."""
    waiting = log_in(database, now=LATER)
    chief = make_account(database, "管", Role.ADMINISTRATOR)
    with database.writing() as session:
        stored = session.get_one(Account, account.id)
        with pytest.raises(AccountError, match="自己"):
            second_factor.reset(session, stored, by=stored)
        second_factor.reset(session, stored, by=chief)
        assert second_factor.recovery_codes_left(session, stored) == 0
    assert show(database, waiting, code_at(secret, LATER)) is None
    assert logged_in(database, log_in(database, now=LATER), LATER) is not None


@pytest.mark.parametrize("role", Role)
def test_only_administrators_must_have_one(role):
    """An administrator without a second factor is told so."""
    is_it = role is Role.ADMINISTRATOR
    assert second_factor.is_missing(Account(role=role, totp_secret=None)) is is_it
    assert not second_factor.is_missing(Account(role=role, totp_secret="x"))


def test_failures_are_logged(database, account, secret, caplog):
    """Wrong codes and used recovery codes are on record, without the codes."""
    caplog.set_level("WARNING")
    show(database, log_in(database, now=LATER), "123-wrong")
    assert [(r.message, r.account_id) for r in caplog.records] == [
        ("second factor failed", account.id)
    ]
    assert "123-wrong" not in caplog.text
