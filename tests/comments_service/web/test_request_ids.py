"""Every request has a name that visitor, web server and log share."""

from __future__ import annotations

import pytest

from comments_service.app import create_app
from comments_service.request_ids import WELL_FORMED, request_id
from tests.living_site import make_config

GIVEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def open_client(sqlite_site):
    """Give a client of the service behind so many proxies."""

    def open_client(hops):
        changes = {"proxy_hops": hops}
        app = create_app(make_config(sqlite_site.root, sqlite_site.database_url, **changes))
        return app.test_client()

    return open_client


def name_of(client, **headers):
    """Give the name that an answer tells; each tells exactly one."""
    (name,) = client.get("/healthz", headers=headers).headers.getlist("X-Request-ID")
    assert WELL_FORMED.fullmatch(name)
    return name


def test_name_of_our_proxy_is_taken(open_client):
    """Behind our proxy its name for the request is used, else each request gets one of its own."""
    assert name_of(open_client(1), **{"X-Request-ID": GIVEN}) == GIVEN
    client = open_client(0)
    names = {name_of(client, **{"X-Request-ID": GIVEN}) for _ in range(3)}
    assert len(names - {GIVEN}) == 3
    assert request_id() == ""


@pytest.mark.parametrize(
    "given",
    ["", "short", "x" * 65, f"{GIVEN},{GIVEN}", f"{GIVEN} level=info", '"}{"' + GIVEN, "编" * 20],
)
def test_name_that_could_harm_a_log_is_not_taken(open_client, given):
    """What is not well-formed is replaced, whoever sent it."""
    told = name_of(open_client(1), **{"X-Request-ID": given.encode().decode("latin-1")})
    assert told not in given
    assert len(told) == 32


def test_failure_page_shows_the_name(open_client):
    """The page of a failure shows the number by which it is found in the log."""
    answer = open_client(1).get("/messages/nowhere/x", headers={"X-Request-ID": GIVEN})
    assert answer.status_code == 404
    assert f"请求编号 <code>{GIVEN}</code>" in answer.text
