"""Forged addresses and forged ends of messages, sent through the real nginx to the real service."""

from __future__ import annotations

import socket
import ssl

import pytest
from sqlalchemy import func, select

from comments_service.config import Config
from comments_service.models import Comment
from tests.comments_service.web.test_proxies import FORGED, OTHERS
from tests.deploy.test_nginx import NGINX, web  # noqa: F401 -- the fixture

pytestmark = pytest.mark.skipif(NGINX is None, reason="needs nginx")

HOLD_AFTER = Config.__dataclass_fields__["hold_after"].default
NAMES = (
    "X-Forwarded-For",
    "x-forwarded-for",
    "X_Forwarded_For",
    "X-Forwarded_For",
    "X_FORWARDED-FOR",
    "X-Forwarded-For ",
)
BOUNDARIES = {
    "length and chunks": "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks and length": "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
    "two lengths": "Content-Length: 0\r\nContent-Length: 90\r\n\r\n",
    "lengths in one": "Content-Length: 0, 90\r\n\r\n",
    "negative length": "Content-Length: -1\r\n\r\n",
    "length with a sign": "Content-Length: +0\r\n\r\n",
    "odd chunks": "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunks twice": "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "chunks after identity": "Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n",
    "blank before the colon": "Transfer-Encoding : chunked\r\nContent-Length: 0\r\n\r\n",
    "folded line": "Transfer-Encoding:\r\n chunked\r\nContent-Length: 0\r\n\r\n",
    "vertical tab": "Transfer-Encoding: \x0bchunked\r\nContent-Length: 0\r\n\r\n",
    "underscores": "Transfer_Encoding: chunked\r\nContent-Length: 0\r\n\r\n",
    "chunk too large": "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
    "chunk with a sign": "Transfer-Encoding: chunked\r\n\r\n-1\r\n",
    "NUL in a header": "X: a\x00b\r\nContent-Length: 0\r\n\r\n",
}


def raw(port, request):
    """Send bytes over TLS, give all that comes back."""
    context = ssl._create_unverified_context()
    plain = socket.create_connection(("localhost", port), timeout=20)
    with context.wrap_socket(plain, server_hostname="localhost") as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def message(text, *headers):
    """Write a visitor's message as bytes."""
    body = f"thread=first&text={text}".encode()
    lines = [
        "POST /messages/new HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *headers,
    ]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def statuses(answer):
    """Read the status of each answer in a row of them."""
    lines = answer.split(b"HTTP/1.1 ")[1:]
    return [int(line[:3]) for line in lines]


def test_no_claim_becomes_an_address(web):  # noqa: F811
    """Whatever header claims another address, in whatever spelling: the real one is kept, and all
    messages count for it (of one that everybody may share, none is refused, but marked).
    """
    site, _, tls = web
    claims = [value for value in FORGED.values() if "\x00" not in value]
    sent = [(f"{name}: {claims[n % len(claims)]}",) for n, name in enumerate(NAMES * 4)]
    sent += [(f"X-Forwarded-For: {claim}",) for claim in claims]
    sent += [("X-Forwarded-For: 9.9.9.9", "X-Forwarded-For: 8.8.8.8", "X_Forwarded_For: 7.7.7.7")]
    sent += [tuple(f"{name}: {value}" for name, value in OTHERS.items())]
    taken = 0
    for number, headers in enumerate(sent):
        [status] = statuses(raw(tls, message(f"word{chr(97 + number % 26)}{number}", *headers)))
        assert status in {303, 400}, headers
        taken += status == 303
    assert taken >= len(sent) - len(NAMES)
    comments = [site.comment(number) for number in range(1, taken + 1)]
    assert {comment.address for comment in comments} == {"127.0.0.*"}
    held = {"rule": "many", "verdict": "hold"}
    marked = [any(held.items() <= found.items() for found in each.findings) for each in comments]
    assert marked == [number >= HOLD_AFTER for number in range(taken)]


def test_nginx_and_service_agree_where_a_message_ends(web):  # noqa: F811
    """No form of length or chunks makes the service see a request that nginx did not."""
    site, _, tls = web
    start = b"POST /messages/new HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    for name, end in BOUNDARIES.items():
        answers = statuses(raw(tls, start + end.encode("latin-1") + message("hidden")))
        assert len(answers) == 1, name
        assert 400 <= answers[0] < 502, name
    with site.database.reading() as session:
        assert session.scalar(select(func.count(Comment.id))) == 0
