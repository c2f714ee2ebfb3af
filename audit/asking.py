"""Asks a server on this machine as a plain visitor."""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

SECONDS = 20
KEPT = "/?=&%#+:,;~@!$'()*"
"""Signs of an address that stay as they are; others, such as Han, are escaped."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    location: str

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8")


def ask(address: str, path: str, fields: dict[str, str] | None = None) -> Answer:
    """Ask *address* for *path* as a browser that takes no compression; *fields* are sent as a form.

    Raises OSError when nobody answers.
    """
    headers = {"Origin": address, "Content-Type": "application/x-www-form-urlencoded"}
    body = None if fields is None else urlencode(fields)
    return _send(address, path, body, headers if fields is not None else {})


def wire_size(address: str, path: str) -> int:
    """Give the bytes of the answer's body for a browser that takes gzip."""
    return len(_send(address, path, None, {"Accept-Encoding": "gzip"}).body)


def _send(address: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
    server = http.client.HTTPConnection(urlsplit(address).netloc, timeout=SECONDS)
    try:
        server.request("POST" if body is not None else "GET", quote(path, safe=KEPT), body, headers)
        response = server.getresponse()
        return Answer(response.status, response.read(), response.headers.get("Location", ""))
    finally:
        server.close()
