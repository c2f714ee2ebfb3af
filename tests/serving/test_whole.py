"""What the application sees of a request that was taken in whole."""

from __future__ import annotations

import http.client
from types import SimpleNamespace

from serving.whole import environ_of
from tests.serving.test_server import FORM, is_ready, started, stored
from tests.site.browserless import free_port, wait_until


def scope(**changes):
    """Give what granian tells of a request."""
    values = {
        "method": "POST",
        "path": "/a/你",
        "query_string": "x=%20y",
        "server": "127.0.0.1:8000",
        "client": "127.0.0.1:5000",
        "scheme": "http",
        "http_version": "1.1",
        "headers": {},
    }
    return SimpleNamespace(**(values | changes))


def test_environment():
    """Path and query are those that were asked, headers of the same name are joined, and one that
    only looks like another's is left out.
    """
    headers = SimpleNamespace(
        items=lambda: [
            ("content-type", "text/plain"),
            ("content-length", "3"),
            ("cookie", "a=1"),
            ("cookie", "b=2"),
            ("x-forwarded-for", "14.152.94.23"),
            ("x_forwarded_for", "1.2.3.4"),
        ]
    )
    environ = environ_of(scope(headers=headers), b"abc")
    assert environ["PATH_INFO"] == "/a/你".encode().decode("latin-1")
    assert (environ["QUERY_STRING"], environ["REMOTE_ADDR"]) == ("x=%20y", "127.0.0.1")
    assert (environ["CONTENT_TYPE"], environ["CONTENT_LENGTH"]) == ("text/plain", "3")
    assert environ["HTTP_COOKIE"] == "a=1;b=2"
    assert environ["HTTP_X_FORWARDED_FOR"] == "14.152.94.23"
    assert environ["wsgi.input"].read() == b"abc"


def test_bodies_without_a_length(sqlite_site):
    """A form that comes in pieces is taken like any other; one that never ends is too long."""
    port = free_port()
    with started(sqlite_site, port, workers=1):
        wait_until(lambda: is_ready(port), seconds=30)
        status, _ = send(port, [b"thread=first&", b"text=ab"])
        assert (status, stored(sqlite_site)) == (303, 1)
        status, text = send(port, [b"thread=first&text=" + b"a" * 300_000])
        assert (status, "内容太长" in text, stored(sqlite_site)) == (413, True, 1)
        status, text = ask(port, "HEAD")
        assert (status, text) == (200, "")


def send(port, pieces):
    """Send a form in *pieces*."""
    return ask(port, "POST", iter(pieces))


def ask(port, method, body=None):
    """Ask for the form; gives status and text."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, "/messages/new", body, FORM, encode_chunked=body is not None)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, text
