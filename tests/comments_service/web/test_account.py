"""The page of one's own account."""

from __future__ import annotations

import re

import pytest

from comments_service.app import create_app
from comments_service.models import Account, Role
from tests.comments_service.web.people import (
    PASSWORD,
    SECRET,
    code_now,
    enter,
    log_in,
    send,
)
from tests.comments_service.web.test_auth import HOSTILE
from tests.living_site import make_config

SET_UP = "/desk/account/second-factor/new"
NEW = "another long password"


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


def secret_on(page):
    """Read the secret that stands on the set-up page."""
    found = re.search(r'second-factor__secret">([A-Z2-7 ]+)<', page)
    assert found is not None
    return found[1].replace(" ", "")


def set_up(client, **changes):
    """Set the second factor up, as on a phone."""
    secret = secret_on(client.get(SET_UP).text)
    fields = {"present": PASSWORD, "code": code_now(secret)} | changes
    return secret, send(client, SET_UP, **fields)


@pytest.mark.parametrize("role", Role)
def test_everybody_has_the_page(client, site, role):
    """People of every role see their account."""
    enter(client, site, "某人", role)
    page = client.get("/desk/account/")
    assert page.status_code == 200
    assert "某人" in page.text
    assert "就是这里" in page.text


def test_second_factor_is_set_up_with_a_code(client, site):
    """The page shows secret and QR code; a right code switches it on and gives ten codes, once."""
    person = enter(client, site, "某人")
    page = client.get(SET_UP)
    assert "otpauth://totp/" in page.text
    assert "<svg" in page.text
    assert "style=" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert secret_on(page.text) == secret_on(client.get(SET_UP).text)
    with client.session_transaction() as session:
        before = session["login"]
    secret, answer = set_up(client)
    codes = re.findall(r"<code>([a-z0-9-]+)</code>", answer.text)
    assert len(codes) == 10
    assert stored(site, person).totp_secret == secret
    with client.session_transaction() as session:
        assert session["login"] != before
        assert "totp" not in session
    assert not any(code in client.get("/desk/account/second-factor").text for code in codes)
    assert send(client, "/desk/logout", page="/desk/account/").status_code == 303
    log_in(client, "某人")
    assert send(client, "/desk/second-factor", recovery=codes[3]).location == "/desk/"
    log_in(client, "某人")
    assert send(client, "/desk/second-factor", recovery=codes[3]).status_code == 422


def test_page_with_the_codes_can_log_out(client, site):
    """The forms of the page after the token's change are good."""
    enter(client, site, "某人")
    _, answer = set_up(client)
    token = re.search(r'id="logout-token"[^>]*value="([^"]+)"', answer.text)
    assert token is not None
    assert client.post("/desk/logout", data={"csrf_token": token[1]}).location == "/desk/login"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": "000"}, "验证码不对"),
        ({"code": ""}, "6位验证码"),
        ({"present": "wrong"}, "现在的密码不对"),
        ({"present": ""}, "请填写现在的密码"),
    ],
)
def test_set_up_takes_password_and_code(client, site, changes, words):
    """Without either nothing is switched on."""
    person = enter(client, site, "某人")
    answer = set_up(client, **changes)[1]
    assert answer.status_code == 422
    assert words in answer.text
    assert stored(site, person).totp_secret is None


def test_set_up_that_was_never_begun_begins(client, site):
    """A code for no secret leads to the page with one."""
    enter(client, site, "某人")
    answer = send(client, SET_UP, page="/desk/account/", present=PASSWORD, code="123456")
    assert answer.location == SET_UP


def test_another_phone_takes_the_place_of_the_first(client, site):
    """The code of the phone before is worth nothing then."""
    person = enter(client, site, "某人", totp_secret=SECRET)
    secret, answer = set_up(client)
    assert answer.status_code == 200
    assert stored(site, person).totp_secret == secret != SECRET


def test_administrator_sets_up_and_goes_on(client, site):
    """After the set-up the desk is open."""
    enter(client, site, "管", Role.ADMINISTRATOR, totp_secret=None)
    assert "先设置两步验证" in client.get(SET_UP).text
    assert set_up(client)[1].status_code == 200
    assert client.get("/desk/people/").status_code == 200


@pytest.mark.parametrize("role", Role)
def test_second_factor_is_switched_off_with_the_password(client, site, role):
    """Everybody but administrators can switch it off; it takes the password."""
    person = enter(client, site, "某人", role, totp_secret=SECRET)
    path = "/desk/account/second-factor"
    assert ('value="off"' in client.get(path).text) is (role is not Role.ADMINISTRATOR)
    assert send(client, path, action="off", present="wrong").status_code == 422
    assert stored(site, person).totp_secret == SECRET
    answer = send(client, path, action="off", present=PASSWORD)
    is_off = role is not Role.ADMINISTRATOR
    assert answer.status_code == (303 if is_off else 422)
    assert (stored(site, person).totp_secret is None) is is_off


def test_new_recovery_codes(client, site):
    """Ten new ones are shown for the password; unknown actions and missing ones do nothing."""
    enter(client, site, "某人", totp_secret=SECRET)
    path = "/desk/account/second-factor"
    answer = send(client, path, action="codes", present=PASSWORD)
    assert len(re.findall(r"<code>[a-z0-9-]+</code>", answer.text)) == 10
    assert "还有10个恢复码" in client.get(path).text
    for action in ("", "both", "\x00", "x" * 9999):
        assert send(client, path, action=action, present=PASSWORD).status_code == 422


def test_password_is_changed_with_the_present_one(client, other, site):
    """The new one holds; other browsers are logged out, this one stays."""
    enter(client, site, "某人")
    log_in(other, "某人")
    answer = send(client, "/desk/account/password", present=PASSWORD, password=NEW, again=NEW)
    assert answer.location == "/desk/account/"
    assert "密码已更换" in client.get("/desk/account/").text
    assert other.get("/desk/").location == "/desk/login"
    assert log_in(other, "某人").status_code == 422
    assert log_in(other, "某人", NEW).status_code == 303


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"present": "wrong"}, "现在的密码不对", id="wrong"),
        pytest.param({"present": ""}, "请填写现在的密码", id="none"),
        pytest.param({"password": "short", "again": "short"}, "12至1000", id="short"),
        pytest.param({"again": "different"}, "两次输入的密码不一样", id="differs"),
        pytest.param({"password": "password1234", "again": "password1234"}, "太常见", id="known"),
        pytest.param(
            {"password": "样本专题样本专题样本专题", "again": "样本专题样本专题样本专题"},
            "太常见",
            id="site",
        ),
    ],
)
def test_refused_changes_of_the_password(client, site, changes, words):
    """A wrong or weak password changes nothing, and none is shown again."""
    enter(client, site, "某人")
    fields = {"present": PASSWORD, "password": NEW, "again": NEW} | changes
    answer = send(client, "/desk/account/password", **fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert PASSWORD not in answer.text
    assert NEW not in answer.text
    assert log_in(client, "某人").status_code == 303


def test_guessing_the_present_password_is_slowed_down(client, site):
    """After five wrong ones the page says how long to wait."""
    enter(client, site, "某人")
    fields = {"password": NEW, "again": NEW}
    for _ in range(5):
        send(client, "/desk/account/password", present="wrong", **fields)
    answer = send(client, "/desk/account/password", present=PASSWORD, **fields)
    assert answer.status_code == 429
    assert "秒后再试" in answer.text


def test_sessions_are_listed_and_ended(client, other, site):
    """One's sessions are listed; one or all others are ended, never somebody else's."""
    enter(client, site, "某人")
    for path in ("one", "all"):
        log_in(other, "某人")
        page = client.get("/desk/account/").text
        (number,) = re.findall(r'action="/desk/account/logins/(\d+)"', page)
        target = "/desk/account/logins" + (f"/{number}" if path == "one" else "")
        assert send(client, target, page="/desk/account/").location == "/desk/account/"
        assert other.get("/desk/").location == "/desk/login"
        assert client.get("/desk/").status_code == 200
    log_in(other, "值班")
    with site.database.reading() as session:
        theirs = max(session.scalars(_numbers()))
    for unknown in (theirs, 0, 2**63):
        answer = send(client, f"/desk/account/logins/{unknown}", page="/desk/account/")
        assert answer.status_code == 404
    assert other.get("/desk/").status_code == 200


def _numbers():
    from sqlalchemy import select

    from comments_service.models import Login

    return select(Login.id)


def test_address_for_the_digest(client, site):
    """An address is kept, an empty one is none."""
    person = enter(client, site, "某人")
    for email, kept in (("who@example.cn", "who@example.cn"), ("", None), ("  ", None)):
        answer = send(
            client, "/desk/account/email", page="/desk/account/", email=email, present=PASSWORD
        )
        assert answer.location == "/desk/account/"
        assert stored(site, person).email == kept


@pytest.mark.parametrize(
    "email", ["who", "@", "a@b", "a b@c.de", "a@b.c\x00d", "a@" + "b" * 400 + ".cn", "\x00"]
)
def test_wrong_addresses(client, site, email):
    """What is no address is refused and shown again, and nothing is kept."""
    person = enter(client, site, "某人")
    fields = {"email": email, "present": PASSWORD}
    answer = send(client, "/desk/account/email", page="/desk/account/", **fields)
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert stored(site, person).email is None


@pytest.mark.parametrize("present", ["", "wrong password, long"])
def test_address_needs_the_password(client, site, present):
    """Mails decide without a log-in, so a borrowed session cannot send them elsewhere."""
    person = enter(client, site, "某人")
    fields = {"email": "who@example.cn", "present": present}
    answer = send(client, "/desk/account/email", page="/desk/account/", **fields)
    assert answer.status_code == 422
    assert stored(site, person).email is None


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("password", "present"),
        ("password", "password"),
        ("password", "again"),
        ("second-factor/new", "present"),
        ("second-factor/new", "code"),
    ],
)
@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_fields(client, site, path, field, value):
    """Whatever stands in a field, the answer is a sentence."""
    enter(client, site, "某人")
    fields = {"present": PASSWORD, "password": NEW, "again": NEW, "code": "1"} | {field: value}
    answer = send(client, f"/desk/account/{path}", **fields)
    assert answer.status_code == 422
    assert "error-summary" in answer.text


def test_forms_need_their_token(client, site):
    """A form from elsewhere changes nothing."""
    enter(client, site, "某人")
    for path in ("email", "password", "second-factor", "second-factor/new", "logins", "logins/1"):
        assert client.post(f"/desk/account/{path}").status_code == 400


def test_pages_speak_english(client, site):
    """No Chinese sentence of ours is left on the account's pages in English."""
    enter(client, site, "somebody", totp_secret=SECRET)
    send(client, "/desk/language", page="/desk/account/", language="en", next="/desk/account/")
    for path in ("", "password", "second-factor", "second-factor/new"):
        page = client.get(f"/desk/account/{path}").text
        main = page.partition("<main")[2].partition("</main>")[0]
        assert re.findall(r"[\u4e00-\u9fff]+", main.replace("样本专题", "")) == []
