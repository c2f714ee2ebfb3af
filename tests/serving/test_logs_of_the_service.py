"""What a real service logs while it is attacked: whole lines of JSON, and nothing private."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
from contextlib import contextmanager
from urllib.parse import quote, urlencode

import pytest

from serving.processes import server_command
from tests.living_site import SECRET
from tests.site.browserless import ROOT, Visitor, free_port, wait_until

TEXT = "谁也不该在日志里读到这句话"
EVIL = f'{TEXT}\n{{"level": "info", "event": "forged"}}\r\nforged\u2028forged\x1b[31m'
LINES = f'{TEXT}\n{{"level": "info", "event": "forged"}}\r\nforged'
EMAIL, ADDRESS = "someone.private@example.org", "203.0.113.99"
PRIVATE = (TEXT, EMAIL, "someone.private", ADDRESS, "forged", "\x1b", "hunter2hunter2")
REFUSING = {
    "sqlite": (
        "CREATE TRIGGER refusing BEFORE INSERT ON comment BEGIN SELECT RAISE(ABORT, 'no'); END",
        "DROP TRIGGER refusing",
    ),
    "postgresql": (
        "ALTER TABLE comment ADD CONSTRAINT refusing CHECK (length(text) < 3) NOT VALID",
        "ALTER TABLE comment DROP CONSTRAINT refusing",
    ),
}
"""Lets the database refuse a message, and no more; PostgreSQL's error holds the whole row."""
RENAME = ("ALTER TABLE comment RENAME TO gone", "ALTER TABLE gone RENAME TO comment")
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def service(site, tmp_path):
    """Run the service as production does, at its most talkative; gives port, site and log."""
    port, log = free_port(), tmp_path / "service.log"
    environment = os.environ | {
        "COMMENTS_VAR": str(site.root / "var"),
        "COMMENTS_DATABASE_URL": site.database_url,
        "COMMENTS_SECRET_KEY": SECRET,
        "COMMENTS_SITE_URL": f"http://127.0.0.1:{port}",
        "COMMENTS_PROXY_HOPS": "1",
        "COMMENTS_LOG_LEVEL": "DEBUG",
        "COMMENTS_MAIL_URL": "smtp://127.0.0.1:1",
        "COMMENTS_MAIL_FROM": "board@example.org",
    }
    with log.open("wb") as stream:
        process = subprocess.Popen(
            server_command(port), cwd=ROOT, env=environment, stdout=stream, stderr=stream
        )
        try:
            wait_until(lambda: answers(port), seconds=30)
            yield port, site, log
        finally:
            process.terminate()
            process.wait(60)


def answers(port):
    """Say whether the service is there."""
    try:
        return Visitor(port).get("/readyz").status == 200
    except OSError:
        return False


def send(port, path, fields=None, **headers):
    """Send a form, or fetch a page, as a visitor from ADDRESS; gives status and headers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    body = None if fields is None else urlencode(fields)
    given = {"X-Forwarded-For": ADDRESS, "User-Agent": quote(EVIL), "Content-Type": FORM}
    connection.request("GET" if fields is None else "POST", path, body, given | headers)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status, response.headers


@contextmanager
def changed(database, change, back):
    """Change the database meanwhile."""
    with database.engine.begin() as connection:
        connection.exec_driver_sql(change)
    try:
        yield
    finally:
        with database.engine.begin() as connection:
            connection.exec_driver_sql(back)


def attack(port, site):
    """Send what is private and hostile through every door, with the database whole and broken;
    gives the secret of a receipt.
    """
    fields = {"thread": "first", "text": LINES, "name": TEXT, "email": EMAIL}
    secrets = []
    for changes in (
        {},
        {"text": EVIL},
        {"thread": EVIL},
        {"email": EVIL},
        {"nonce": EVIL},
        {"reply_to": EVIL},
    ):
        status, headers = send(port, "/messages/new", fields | changes)
        assert status in {303, 422}, changes
        secrets += [headers["Location"]] * (status == 303)
    token = secrets[0].rpartition("/")[2]
    send(port, f"/messages/{quote(EVIL)}", **{"X-Request-ID": quote(EVIL)})
    send(port, f"/messages/new?thread={quote(EVIL)}", fields, Origin=f"https://{ADDRESS}")
    visitor = Visitor(port, headers={"X-Forwarded-For": ADDRESS})
    login = visitor.get("/desk/").form("/desk/login")
    visitor.post("/desk/login", login | {"name": TEXT, "password": "hunter2hunter2"})
    refuse, accept = REFUSING[site.database.engine.dialect.name]
    with changed(site.database, refuse, accept):
        assert send(port, "/messages/new", fields | {"nonce": "refused by it"})[0] == 500
    with changed(site.database, *RENAME):
        for path in (f"/messages/receipt/{token}", f"/messages/mail/{token}"):
            assert send(port, path)[0] in {404, 500, 503}, path
        assert send(port, "/messages/new", fields)[0] in {500, 503}
    visitor.post("/desk/login", login | {"name": TEXT, "password": "hunter2hunter2"})
    return token


def test_log_holds_nothing_private(service):
    """No line of the log holds a text, an address, a token or a line that a visitor made; each is
    one JSON object with the number of its request.
    """
    port, site, log = service
    token = attack(port, site)
    text = log.read_text("utf-8")
    assert [words for words in (*PRIVATE, token, token[:12]) if words in text] == []
    lines = [json.loads(line) for line in text.splitlines()]
    events = {line["event"] for line in lines}
    assert {"comment received", "request failed"} <= events
    assert {"log-in failed"} <= events
    of_requests = [line for line in lines if line["logger"].startswith("comments_service")]
    assert len(of_requests) >= 5
    assert all(re.fullmatch("[0-9a-f]{32}", line["request"]) for line in of_requests)
    assert len({line["request"] for line in of_requests}) >= 5
