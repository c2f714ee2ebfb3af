"""The way into the desk: two steps, rotating tokens, guards, language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from werkzeug.routing import AnyConverter

from comments_service.models import Login, Role
from comments_service.web import account, auth
from comments_service.web.failures import SENTENCES
from tests.comments_service.web.people import (
    SECRET,
    code_now,
    enter,
    log_in,
    make_person,
    send,
    token_in,
)

OPEN = {"auth", "invitations", "mail_actions"}
"""The parts below /desk/ that are for people who are not logged in, or who show a link instead."""
HOSTILE = [
    pytest.param("\x00", id="NUL"),
    pytest.param("a\x00b", id="NUL inside"),
    pytest.param("\x1b[2J", id="control"),
    pytest.param("x" * 100_000, id="huge"),
    pytest.param("", id="empty"),
    pytest.param("   ", id="blanks"),
    pytest.param("\u202e", id="bidi"),
    pytest.param("<script>alert(1)</script>", id="markup"),
    pytest.param("' OR 1=1 --", id="SQL"),
    pytest.param("%(name)s %s %n", id="format"),
    pytest.param("１２３", id="wide digits"),
    pytest.param("9" * 400, id="number"),
]


def desk_addresses(app, method):
    """Give endpoint and address of everything at the desk that is behind the log-in."""
    with app.test_request_context():
        return [
            (rule.endpoint, app.url_for(rule.endpoint, **some_values(rule)))
            for rule in app.url_map.iter_rules()
            if rule.rule.startswith("/desk/") and method in rule.methods
            if rule.endpoint.partition(".")[0] not in OPEN
        ]


def some_values(rule):
    """Give values for the places in an address."""
    converters = rule._converters
    return {
        name: min(converters[name].items) if isinstance(converters[name], AnyConverter) else 1
        for name in rule.arguments
    }


def answers(app, client, method, csrf=""):
    """Ask for everything behind the log-in; gives endpoint, status and where it leads."""
    for endpoint, address in desk_addresses(app, method):
        answer = client.open(address, method=method, data={"csrf_token": csrf} if csrf else None)
        yield endpoint, answer.status_code, answer.location


def test_nothing_of_the_desk_is_open_to_strangers(app, client):
    """Every page leads strangers to the log-in, and refuses what they send."""
    csrf = token_in(client.get("/desk/login").text)
    got = list(answers(app, client, "GET"))
    assert len(got) > 5
    assert {answer[1:] for answer in got} == {(303, "/desk/login")}
    assert {answer[1] for answer in answers(app, client, "POST", csrf)} == {403}


def test_password_alone_opens_the_second_step_only(app, client, site):
    """Until the second factor is shown every page leads there, and refuses what is sent."""
    make_person(site, "两步", totp_secret=SECRET)
    assert log_in(client, "两步").location == "/desk/"
    csrf = token_in(client.get("/desk/second-factor").text)
    assert {answer[1:] for answer in answers(app, client, "GET")} == {(303, "/desk/second-factor")}
    assert {answer[1] for answer in answers(app, client, "POST", csrf)} == {403}


def test_administrators_without_a_second_factor_can_only_set_it_up(app, client, site):
    """Every page leads to the set-up, and nothing else can be sent."""
    enter(client, site, "管", Role.ADMINISTRATOR, totp_secret=None)
    set_up = "/desk/account/second-factor/new"
    csrf = token_in(client.get(set_up).text)
    for endpoint, status, place in answers(app, client, "GET"):
        expected = (200, None) if endpoint in auth.SET_UP else (303, set_up)
        assert (endpoint, status, place) == (endpoint, *expected)
    for endpoint, status, _ in answers(app, client, "POST", csrf):
        assert (endpoint, status) == (endpoint, 422 if endpoint in auth.SET_UP else 403)


def test_set_up_pages_exist(app):
    """What the guard lets pass are pages that there are."""
    assert app.view_functions.keys() >= auth.SET_UP
    assert {name.partition(".")[0] for name in auth.SET_UP} == {account.bp.name}


def test_token_changes_with_each_step(client, site):
    """The session of before the log-in, and of before the second step, opens nothing."""
    make_person(site, "两步", totp_secret=SECRET)
    seen = []
    client.get("/desk/login")
    for step in (lambda: log_in(client, "两步"), lambda: second_step(client, code_now())):
        step()
        with client.session_transaction() as session:
            seen.append((session["login"], session.get("csrf_token")))
    assert seen[0][0] != seen[1][0]
    assert client.get("/desk/").status_code == 200
    with client.session_transaction() as session:
        session["login"] = seen[0][0]
    assert client.get("/desk/").location == "/desk/login"


def second_step(client, code="", recovery=""):
    """Show the second factor."""
    return send(client, "/desk/second-factor", code=code, recovery=recovery)


def test_code_cannot_be_replayed(client, site):
    """The same code opens one session."""
    make_person(site, "两步", totp_secret=SECRET)
    log_in(client, "两步")
    code = code_now()
    assert second_step(client, code).status_code == 303
    log_in(client, "两步")
    answer = second_step(client, code)
    assert answer.status_code == 422
    assert "已经用过" in answer.text


def test_wrong_codes_wait(client, site):
    """After five wrong codes the page says how long to wait, with 429."""
    make_person(site, "两步", totp_secret=SECRET)
    log_in(client, "两步")
    for _ in range(5):
        assert second_step(client, "abc").status_code == 422
    answer = second_step(client, code_now())
    assert answer.status_code == 429
    assert "秒后再试" in answer.text


def test_second_step_waits_for_five_minutes(client, site):
    """Later the password is asked again."""
    make_person(site, "两步", totp_secret=SECRET)
    log_in(client, "两步")
    page = client.get("/desk/second-factor").text
    move(site, opened_at=datetime.now(UTC) - timedelta(minutes=6))
    assert client.get("/desk/second-factor").location == "/desk/login"
    data = {"csrf_token": token_in(page), "code": code_now()}
    assert client.post("/desk/second-factor", data=data).status_code == 403


def move(site, **values):
    """Move the times of the one session."""
    with site.database.writing() as session:
        session.execute(update(Login).values(**values))


@pytest.mark.parametrize(
    ("changes", "is_in"),
    [
        pytest.param({"seen_at": timedelta(hours=11)}, True, id="a long shift"),
        pytest.param({"seen_at": timedelta(hours=13)}, False, id="idle too long"),
        pytest.param({"opened_at": timedelta(days=7, minutes=1)}, False, id="open too long"),
    ],
)
def test_sessions_end(client, site, changes, is_in):
    """A session ends after twelve idle hours, and after a week."""
    log_in(client, "值班")
    move(site, **{name: datetime.now(UTC) - age for name, age in changes.items()})
    assert (client.get("/desk/").status_code == 200) is is_in


def test_use_is_written_once_a_minute(client, site):
    """A request within the minute writes nothing."""
    log_in(client, "值班")
    for age, is_written in ((30, False), (90, True)):
        before = datetime.now(UTC) - timedelta(seconds=age)
        move(site, seen_at=before)
        client.get("/desk/")
        with site.database.reading() as session:
            assert (session.scalars(select(Login.seen_at)).one() != before) is is_written


def test_session_keeps_its_masked_network(client, site):
    """The session remembers where it was opened, without the last part."""
    data = {"name": "值班", "password": "long enough password"}
    data["csrf_token"] = token_in(client.get("/desk/login").text)
    client.post("/desk/login", data=data, environ_base={"REMOTE_ADDR": "14.152.94.23"})
    with site.database.reading() as session:
        assert session.scalars(select(Login.address)).one() == "14.152.94.*"


def test_log_out_ends_the_session_on_the_server(client, site):
    """A copied cookie is worth nothing after the log-out; the language stays."""
    log_in(client, "值班")
    send(client, "/desk/language", page="/desk/account/", language="en", next="/desk/")
    with client.session_transaction() as session:
        token = session["login"]
    assert send(client, "/desk/logout", page="/desk/account/").location == "/desk/login"
    with client.session_transaction() as session:
        assert "login" not in session
        assert session["language"] == "en"
        session["login"] = token
    assert client.get("/desk/").location == "/desk/login"


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("page", ["/desk/login", "/desk/?tab=spam"])
def test_language_is_chosen_on_every_page(client, language, page):
    """The choice holds from then on, before the log-in and after it, and leads back."""
    answer = send(client, "/desk/language", page="/desk/login", language=language, next=page)
    assert (answer.status_code, answer.location) == (303, page)
    for _ in range(2):
        shown = client.get("/desk/login").text
        assert ("Log in to the desk" in shown) is (language == "en")
        assert ("审核台登录" in shown) is (language != "en")
        assert f'<html lang="{language}">' in shown
        log_in(client, "值班")


@pytest.mark.parametrize(
    "page",
    [
        "https://evil.example/",
        "//evil.example/desk/",
        "/desk",
        "/messages/",
        "\\desk\\",
        "/desk/\\evil.example",
        "/desk/\r\nLocation: https://evil.example",
        "/desk/\x00",
        "/desk/" + "x" * 3000,
        "javascript:alert(1)",
        "",
    ],
)
def test_language_leads_nowhere_else(client, page):
    """Only pages of the desk are gone back to."""
    answer = send(client, "/desk/language", page="/desk/login", language="en", next=page)
    assert (answer.status_code, answer.location) == (303, "/desk/")


@pytest.mark.parametrize("language", ["", "fr", "EN", "\x00", "x" * 9999])
def test_other_languages_are_refused(client, language):
    """There are two languages."""
    answer = send(client, "/desk/language", page="/desk/login", language=language, next="/desk/")
    assert answer.status_code == 400
    assert SENTENCES[400] in answer.text


@pytest.mark.parametrize("field", ["name", "password"])
@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_log_ins(client, field, value):
    """Whatever stands in a field, the answer is a sentence and no session."""
    fields = {"name": "值班", "password": "long enough password"} | {field: value}
    answer = send(client, "/desk/login", **fields)
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert client.get("/desk/").location == "/desk/login"


@pytest.mark.parametrize("field", ["code", "recovery"])
@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_codes(client, site, field, value):
    """Whatever stands in a field, the answer is a sentence and no session."""
    make_person(site, "两步", totp_secret=SECRET)
    log_in(client, "两步")
    answer = second_step(client, **{field: value})
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert client.get("/desk/").location == "/desk/second-factor"
