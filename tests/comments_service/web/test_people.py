"""Administrators and people: invitations, roles, locking out."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from comments_service.app import create_app
from comments_service.models import Account, Invitation, Login, Role
from tests.comments_service.web.people import SECRET, enter, log_in, make_person, send
from tests.comments_service.web.test_auth import HOSTILE, answers, token_in
from tests.living_site import make_config

PEOPLE = "/desk/people/"


@pytest.fixture
def chief(client, site):
    """Give an administrator who is logged in with this client."""
    return enter(client, site, "管", Role.ADMINISTRATOR)


@pytest.fixture
def other(site):
    """Give another browser."""
    app = create_app(make_config(site.root, site.database_url))
    yield app.test_client()
    app.extensions["parts"].database.engine.dispose()


def stored(site, person):
    """Look an account up."""
    with site.database.reading() as session:
        return session.get_one(Account, person.id)


def act(client, person, action, **fields):
    """Press a button of a person's page."""
    return send(client, f"{PEOPLE}{person.id}", action=action, **fields)


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.CHIEF])
def test_only_administrators_see_people(app, client, site, role):
    """Every page and every form about people answers others with 403 and a sentence."""
    enter(client, site, "某人", role)
    page = client.get("/desk/account/").text
    assert f'href="{PEOPLE}"' not in page
    assert "您的账号没有这项权限" in client.get(PEOPLE).text
    for method, csrf in (("GET", ""), ("POST", token_in(page))):
        got = {e: status for e, status, _ in answers(app, client, method, csrf) if "people." in e}
        assert len(got) >= 2
        assert set(got.values()) == {403}


def test_role_is_asked_for_at_every_request(client, site, chief, caplog):
    """Who is demoted meanwhile is refused at once, and that is on record."""
    assert client.get(PEOPLE).status_code == 200
    with site.database.writing() as session:
        session.get_one(Account, chief.id).role = Role.CHIEF
    assert client.get(PEOPLE).status_code == 403
    refused = [record for record in caplog.records if record.message.startswith("refused for")]
    assert [(record.account_id, record.endpoint) for record in refused] == [
        (chief.id, "people.page")
    ]


def test_people_are_listed(client, site, chief):
    """Name, role, second factor and last sight of everybody."""
    make_person(site, "<b>某人</b>", is_disabled=True)
    page = client.get(PEOPLE).text
    for words in ("值班", "总编", "管理员", "&lt;b&gt;某人&lt;/b&gt;", "已停用", "没有登录"):
        assert words in page
    assert "<b>某人" not in page


def test_invitation_is_shown_once_and_used_once(client, other, site, chief):
    """The link stands on the page after the button only; whoever has it makes an account."""
    page = send(client, PEOPLE, role="chief").text
    (link,) = re.findall(r"http://127\.0\.0\.1:8000(/desk/invitation/[\w-]+)", page)
    assert link not in client.get(PEOPLE).text
    form = other.get(link)
    assert form.headers["Referrer-Policy"] == "no-referrer"
    assert "总编" in form.text
    fields = {"name": "新人", "password": "another long password", "again": "another long password"}
    assert send(other, link, **fields).location == "/desk/login"
    assert log_in(other, "新人", "another long password").status_code == 303
    with site.database.reading() as session:
        account = session.scalars(select(Account).where(Account.name == "新人")).one()
        assert account.role is Role.CHIEF
    again = other.get(link)
    assert again.status_code == 410
    assert "已经用过" in again.text


def test_invitation_is_withdrawn(client, other, site, chief):
    """A withdrawn link leads nowhere; what is not there cannot be withdrawn."""
    page = send(client, PEOPLE, role="moderator").text
    (link,) = re.findall(r"/desk/invitation/[\w-]+", page)
    (path,) = re.findall(r'action="(/desk/people/invitations/\d+)"', page)
    assert send(client, path, page=PEOPLE).location == PEOPLE
    assert other.get(link).status_code == 404
    assert send(client, path, page=PEOPLE).status_code == 404


@pytest.mark.parametrize("role", ["", "editor", "Administrator", "\x00", "x" * 9999])
def test_unknown_roles(client, site, chief, role):
    """Nobody is invited to, or given, a role that there is not."""
    for path in (PEOPLE, f"{PEOPLE}{chief.id}"):
        answer = send(client, path, role=role, action="role")
        assert answer.status_code == 422
        assert "请选择一个角色" in answer.text
    with site.database.reading() as session:
        assert session.scalars(select(Invitation)).all() == []
    assert stored(site, chief).role is Role.ADMINISTRATOR


def test_roles_are_changed(client, site, chief):
    """An administrator gives and takes roles."""
    person = make_person(site, "某人")
    for role in (Role.CHIEF, Role.ADMINISTRATOR, Role.MODERATOR):
        assert act(client, person, "role", role=role.value).location == f"{PEOPLE}{person.id}"
        assert stored(site, person).role is role


def test_disabling_ends_everything_at_once(client, other, site, chief):
    """A disabled account is out at its next request, until it is enabled."""
    person = enter(other, site, "某人")
    act(client, person, "disable")
    assert other.get("/desk/").location == "/desk/login"
    assert log_in(other, "某人").status_code == 422
    act(client, person, "enable")
    assert log_in(other, "某人").status_code == 303


def test_second_factor_is_reset_for_others(client, other, site, chief):
    """The one who lost the phone logs in by password, and sets up a new one; not oneself."""
    person = enter(other, site, "某人", Role.ADMINISTRATOR)
    act(client, person, "reset-second-factor")
    assert stored(site, person).totp_secret is None
    assert other.get("/desk/").location == "/desk/login"
    log_in(other, "某人")
    assert other.get("/desk/").location == "/desk/account/second-factor/new"
    assert act(client, chief, "reset-second-factor").status_code == 422
    assert stored(site, chief).totp_secret == SECRET


def test_sessions_of_others_are_ended(client, other, site, chief):
    """An administrator ends all log-ins of an account."""
    person = enter(other, site, "某人")
    assert "最近使用" in client.get(f"{PEOPLE}{person.id}").text
    act(client, person, "end-logins")
    assert other.get("/desk/").location == "/desk/login"
    with site.database.reading() as session:
        assert session.scalars(select(Login.account_id)).all() == [chief.id]


@pytest.mark.parametrize(("action", "role"), [("disable", ""), ("role", "chief")])
def test_last_administrator_stays(client, site, chief, action, role):
    """The last one can be neither demoted nor disabled, and is told why; with a second he can."""
    answer = act(client, chief, action, role=role)
    assert answer.status_code == 422
    assert "最后一位管理员" in answer.text
    assert stored(site, chief).role is Role.ADMINISTRATOR
    make_person(site, "第二位", Role.ADMINISTRATOR)
    assert act(client, chief, action, role=role).status_code == 303


@pytest.mark.parametrize("action", ["", "delete", "\x00", "x" * 9999, "ROLE"])
def test_unknown_actions(client, site, chief, action):
    """What is not on the page cannot be done."""
    assert act(client, chief, action, role="moderator").status_code == 422
    assert stored(site, chief).role is Role.ADMINISTRATOR


@pytest.mark.parametrize("number", ["0", "999", str(2**63), "9" * 19, "-1", "１", "x", "%00"])
def test_unknown_people(client, chief, number):
    """A number that nobody has leads nowhere, in addresses and forms."""
    for path in (f"{PEOPLE}{number}", f"{PEOPLE}invitations/{number}"):
        answer = send(client, path, page=PEOPLE, action="disable", role="moderator")
        assert answer.status_code == 404
    assert client.get(f"{PEOPLE}{number}").status_code == 404


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("field", ["action", "role"])
def test_hostile_fields(client, chief, field, value):
    """Whatever stands in a field, the answer is a sentence."""
    fields = {"action": "role", "role": "moderator"} | {field: value}
    answer = send(client, f"{PEOPLE}{chief.id}", **fields)
    assert answer.status_code == 422


def test_forms_need_their_token(client, chief):
    """A form from elsewhere changes nothing."""
    for path in ("", str(chief.id), "invitations/1"):
        assert client.post(PEOPLE + path, data={"action": "disable"}).status_code == 400


def test_pages_speak_english(client, site, chief):
    """No Chinese sentence of ours is left on the pages in English."""
    with site.database.writing() as session:
        for account in session.scalars(select(Account)):
            account.name = f"somebody {account.id}"
    send(client, "/desk/language", page=PEOPLE, language="en", next=PEOPLE)
    send(client, PEOPLE, role="chief")
    for path in (PEOPLE, f"{PEOPLE}{chief.id}"):
        main = client.get(path).text.partition("<main")[2].partition("</main>")[0]
        assert re.findall(r"[\u4e00-\u9fff]+", main) == []
