"""Requests that try to go past the forms: other methods, other headers, other fields, errors."""

from __future__ import annotations

from html import escape

import pytest
from sqlalchemy import select

from comments_service.app import create_app
from comments_service.models import Account, Comment, Role, State
from tests.comments_service.web.people import PASSWORD, enter, send, token_in
from tests.comments_service.web.visiting import FORM, stored
from tests.living_site import make_config

ADDRESSES = (
    "/messages/new",
    "/desk/login",
    "/desk/",
    "/messages/receipt/x",
    "/healthz",
    "/nowhere",
)
OBEYED = {
    "X-HTTP-Method-Override": "POST",
    "X-Method-Override": "DELETE",
    "X-Original-URL": "/desk/",
    "X-Rewrite-URL": "/desk/",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Port": "1",
    "X-Script-Name": "/evil",
    "Host": "evil.example",
    "Forwarded": "host=evil.example;proto=https",
}
"""Headers by which some servers and frameworks let a request be another one."""


def test_other_methods(client):
    """What is neither looking nor sending is refused with a sentence, and echoes nothing."""
    for method in ("TRACE", "TRACK", "CONNECT", "PUT", "DELETE", "PATCH", "DEBUG"):
        for address in ADDRESSES:
            answer = client.open(address, method=method, headers={"X-A": "echo"}, data="echo")
            assert answer.status_code in {404, 405}, (method, address)
            assert "echo" not in answer.text
            assert "<h1>" in answer.text


@pytest.mark.parametrize("hops", [0, 1])
def test_headers_that_other_servers_obey(site, hops):
    """No header changes method, address or host."""
    app = create_app(make_config(site.root, site.database_url, proxy_hops=hops))
    client = app.test_client()
    for address in ("/messages/new", "/desk/", "/desk/login"):
        plain = client.get(address)
        for name, value in OBEYED.items():
            given = client.get(address, headers={name: value})
            assert (given.status_code, given.location) == (plain.status_code, plain.location), name
            assert "evil" not in given.text, name
    assert stored(site) == []
    app.extensions["parts"].database.engine.dispose()


def test_what_is_sent_is_decoded_once(client, site):
    """What is encoded twice stays encoded once: in what is stored, and in what is shown."""
    twice = "%3Cscript%3E &lt;b&gt; %2500 %252e%252e/ &amp;lt; \\u003c"
    client.post("/messages/new", data=FORM | {"text": twice})
    assert [comment.text for comment in stored(site)] == [twice]
    shown = client.get("/messages/new", query_string={"thread": "first", "text": twice}).text
    assert escape(twice) in shown


def test_first_of_doubled_fields_counts(client, site):
    """A field sent twice, in the body or in the address too, has one meaning: the body's first."""
    body = "thread=first&text=one&text=two&name=a&name=b"
    kind = "application/x-www-form-urlencoded"
    client.post("/messages/new?text=three&thread=board", data=body, content_type=kind)
    [comment] = stored(site)
    assert (comment.thread, comment.text, comment.author) == ("first", "one", "a")


def test_fields_of_the_table_are_no_fields_of_the_form(client, site):
    """State, number, place and e-mail's confirmation cannot be sent along."""
    extra = {
        "state": "approved", "id": "77", "number": "77", "position": "1", "pinned_at": "2026-01-01",
        "email_confirmed_at": "2026-01-01", "is_editor": "1", "html": "<b>x</b>", "version": "9",
        "account_id": "1", "address": "1.2.3.4", "submitted_at": "2000-01-01", "receipt_hash": "x",
    }  # fmt: skip
    client.post("/messages/new", data=FORM | extra)
    [comment] = stored(site)
    assert (comment.id, comment.state) == (1, State.PENDING)
    assert comment.version < 9
    assert (comment.html, comment.pinned_at, comment.address) == (None, None, "127.0.0.*")
    assert comment.submitted_at.year > 2000


def test_nobody_gives_himself_a_role(client, site):
    """The forms of one's own account take nothing about rights, nor of another account."""
    person = enter(client, site, "某人")
    extra = {"role": "administrator", "account_id": "1", "id": "1", "is_disabled": "0", "name": "x"}
    fields = {"email": "a@example.org", "present": PASSWORD} | extra
    assert send(client, "/desk/account/email", "/desk/account/", **fields).status_code == 303
    with site.database.reading() as session:
        accounts = {each.name: each for each in session.scalars(select(Account))}
    assert accounts["某人"].role is Role.MODERATOR
    assert accounts["某人"].email == "a@example.org"
    assert accounts["值班"].email is None
    assert accounts.keys() == {"值班", "某人"}
    assert person.id == accounts["某人"].id


def test_failure_tells_nothing_of_the_inside(site, caplog, monkeypatch):
    """An error of ours is one sentence to the visitor; what it was stands in the log."""
    app = create_app(make_config(site.root, site.database_url))
    client = app.test_client()
    monkeypatch.setitem(app.view_functions, "public.new", lambda: 1 / 0)
    answer = client.get("/messages/new?token=secret")
    assert answer.status_code == 500
    assert "服务器出了差错" in answer.text
    for word in ("Traceback", "ZeroDivisionError", "division", ".py", str(site.root), "secret"):
        assert word not in answer.text
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "ZeroDivisionError" in caplog.text
    app.extensions["parts"].database.engine.dispose()


def test_attempts_to_go_past_a_guard_are_logged(client, site, caplog):
    """A form of another site, without its token or without the right leaves a line in the log."""
    enter(client, site, "某人")
    client.post("/messages/new", data=FORM, headers={"Origin": "https://evil.example"})
    client.post("/desk/logout")
    client.get("/desk/people/")
    told = [(record.getMessage(), record.endpoint) for record in caplog.records
            if hasattr(record, "endpoint")]  # fmt: skip
    assert told == [
        ("refused as of another site", "public.send"),
        ("refused for want of a form's token", "auth.log_out"),
        ("refused for want of a right", "people.page"),
    ]
    assert "evil" not in caplog.text


def test_every_answer_tells_its_type_and_charset(client, site):
    """Pages, plain text, JSON, files and refusals are all UTF-8 by their own word."""
    enter(client, site, "管", Role.ADMINISTRATOR)
    paths = (*ADDRESSES, "/desk/numbers/days.csv", "/metrics", "/desk/account/")
    for path in paths:
        answer = client.get(path)
        kind = answer.headers["Content-Type"]
        assert kind.startswith("text/"), path
        assert kind.endswith("charset=utf-8"), path
    assert client.get("/messages/proof").headers["Content-Type"] == "application/json"


def test_comment_needs_its_own_token_not_anothers(client, site):
    """Each address of a receipt leads to its own message only."""
    first, second = site.post(text="第一条的字"), site.post(text="第二条的字")
    pages = [client.get(f"/messages/receipt/{receipt.token}").text for receipt in site.receipts]
    assert ("第一条的字" in pages[0], "第二条的字" in pages[0]) == (True, False)
    assert ("第一条的字" in pages[1], "第二条的字" in pages[1]) == (False, True)
    for number in (first, second):
        assert client.get(f"/messages/receipt/{number}").status_code == 404
    token = token_in(client.get("/desk/login").text)
    assert client.post(f"/messages/receipt/{token}/erase").status_code == 404
    with site.database.reading() as session:
        assert len(session.scalars(select(Comment)).all()) == 2
