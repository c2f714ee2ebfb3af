"""What operators do about people from the command line."""

from __future__ import annotations

import re

import pytest

from comments_service import accounts
from comments_service.accounts import second_factor
from comments_service.app import create_app
from comments_service.models import Account, Role
from tests.comments_service.web.people import SECRET, make_person
from tests.living_site import make_config


@pytest.fixture
def comments(app):
    """Give the command line."""
    return lambda *words, **more: app.test_cli_runner().invoke(args=["comments", *words], **more)


def find(site, name):
    """Look an account up by name."""
    with site.database.reading() as session:
        return accounts.find_account(session, name)


@pytest.mark.parametrize("role", Role)
def test_account_is_made_with_a_role(comments, site, role):
    """The role is a moderator's unless another is given."""
    words = [] if role is Role.MODERATOR else ["--role", role.value]
    result = comments("add-account", "新人", "--generate", *words)
    assert result.exit_code == 0
    assert find(site, "新人").role is role
    password = re.search(r"Password: (\S+)", result.output)[1]
    assert len(password) >= 12


@pytest.mark.parametrize(
    ("name", "password", "words"),
    [
        pytest.param("新人", "short", "A password needs 12 to 1000 characters", id="short"),
        pytest.param("新人", "password1234", "This password is well known", id="well known"),
        pytest.param("值班", "long enough password", "an account “值班” already", id="taken"),
        pytest.param(" ", "long enough password", "1 to 80 visible characters", id="no name"),
    ],
)
def test_refusals_are_told_in_english(comments, name, password, words):
    """The operator reads what is wrong, and the exit code says so."""
    result = comments("add-account", name, input=f"{password}\n{password}\n")
    assert result.exit_code == 1
    assert words in result.output


def test_made_password_is_told_once_it_counts(comments, site):
    """A password that no account got is not printed; names that differ by capitals are one."""
    assert comments("add-account", "Lin", "--generate").exit_code == 0
    for name in ("Lin", "LIN", "值班"):
        result = comments("add-account", name, "--generate")
        assert result.exit_code == 1
        assert "Password:" not in result.output


def test_commands_before_the_tables(tmp_path):
    """Before the tables are made, every command says what to run first; that one makes them."""
    app = create_app(make_config(tmp_path, f"sqlite:///{tmp_path / 'empty.db'}"))
    runner = app.test_cli_runner()
    for words in (["add-account", "a", "--generate"], ["verify"], ["rebuild-archive"]):
        result = runner.invoke(args=["comments", *words])
        assert result.exit_code == 1
        assert "run ./run comments upgrade first" in result.output
    assert runner.invoke(args=["comments", "upgrade"]).exit_code == 0
    assert runner.invoke(args=["comments", "verify"]).exit_code == 0
    app.extensions["parts"].database.engine.dispose()


def test_roles_are_set(comments, site):
    """An account gets another role; unknown names and roles are told."""
    assert comments("set-role", "值班", "administrator").exit_code == 0
    assert find(site, "值班").role is Role.ADMINISTRATOR
    assert comments("set-role", "值班", "boss").exit_code == 2
    assert "There is no account 'who'" in comments("set-role", "who", "chief").output
    for words in (("set-role", "值班", "chief"), ("disable-account", "值班")):
        result = comments(*words)
        assert result.exit_code == 1
        assert "This is the last administrator" in result.output
    assert find(site, "值班").role is Role.ADMINISTRATOR


def test_second_factor_is_reset(comments, site):
    """Who lost phone and codes is let in by password again."""
    person = make_person(site, "某人", Role.ADMINISTRATOR, totp_secret=SECRET)
    with site.database.writing() as session:
        second_factor.renew_recovery_codes(session, session.get_one(Account, person.id))
    assert comments("reset-second-factor", "某人").exit_code == 0
    with site.database.reading() as session:
        assert second_factor.recovery_codes_left(session, person) == 0
    assert find(site, "某人").totp_secret is None
    assert comments("reset-second-factor", "who").exit_code == 1


def test_invitation_is_printed(comments, client):
    """The link leads to the form for that role."""
    result = comments("invite", "--role", "administrator")
    found = re.fullmatch(r"http://127\.0\.0\.1:8000(/desk/invitation/\S+)\n", result.output)
    assert found is not None
    assert "管理员" in client.get(found[1]).text
    assert comments("invite", "--role", "boss").exit_code == 2
