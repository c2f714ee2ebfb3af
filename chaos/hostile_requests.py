"""Sends requests that no browser makes: huge, broken, of the wrong kind. Each gets a page that a
person can read, and the service grows by nothing.
"""

from __future__ import annotations

import os
import re
import secrets
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from benchmarks.parts.runs import family, proportional_memory
from chaos.rows import Row, at_least, at_most, none_of
from chaos.servers import Nginx
from chaos.stage import FORM, Service, make_site
from chaos.work_bombs import texts
from serving import HOST
from tests.site.browserless import free_port

MEGABYTES = 10
MOST_GROWTH = 1.0
CHINESE = re.compile(r"[一-龥]{4}")
ROUNDS, SHORT_ROUNDS = 45, 6
MOST_GROWTH_SHORT = 10.0
"""A short form sees no more than whether bodies stay."""
PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Request:
    """One request, and what it must be answered with."""

    name: str
    body: bytes
    kind: str = FORM

    has_length: bool = True
    statuses: frozenset[int] = frozenset({400, 413, 415, 422})


def requests() -> Iterator[Request]:
    """Give every request once."""
    text = b"thread=first&text="
    huge = text + b"a" * (MEGABYTES * 1_000_000)
    yield Request(f"{MEGABYTES} MB", huge, statuses=frozenset({413}))
    yield Request(f"{MEGABYTES} MB in pieces", huge, has_length=False, statuses=frozenset({413}))
    for kind in ("text/plain", "application/json", "multipart/form-data; boundary=x", "", "a\tb/c"):
        yield Request(f"content type {kind!r}", text + b"abc", kind=kind)
    yield Request(
        "multipart without an end", b"--x\r\n" * 9000, kind="multipart/form-data; boundary=x"
    )
    yield Request("UTF-8 broken, escaped", text + b"%ff%fe%e4%bd")
    yield Request("UTF-8 broken, as it is", text + b"\xff\xfe\xe4\xbd")
    yield Request("another character set", text + "你好".encode("gbk"), kind=f"{FORM}; charset=gbk")
    yield Request("50,000 fields", b"&".join(b"f%d=1" % number for number in range(50_000)))
    yield Request("50,000 times the same field", b"text=a&" * 35_000)
    yield Request("NUL", text + b"a%00b")
    yield Request("controls", text + b"a%01%02%1bb")
    yield Request("lone surrogate", text + b"%ed%a0%80")
    yield Request("nothing", b"")
    yield Request("only separators", b"&=" * 20_000)
    yield Request("heap of marks", text + b"abc&name=" + quote("Z" + "\u0301" * 30_000).encode())
    yield Request("endless thread", b"text=abc&thread=" + b"a" * 100_000)
    yield Request("a number too large", text + b"abc&reply_to=" + b"9" * 5000)


def run(folder: Path, quick: bool) -> list[Row]:
    """Send each request once, and again and again; to the service and through nginx."""
    site = make_site(folder / "site")
    public = site.releases / "current" / "public"
    try:
        with Service.of(site, COMMENTS_MAX_LENGTH="10000") as service:
            nginx = Nginx.make(
                folder / "nginx", port=free_port(), public=public, services=[service.port]
            )
            with nginx:
                return [
                    *_answers("own server", service.port),
                    *_answers("nginx", nginx.port),
                    _growth(service, quick),
                    *_work(service, quick),
                ]
    finally:
        site.close()


def _answers(where: str, port: int) -> list[Row]:
    """Look at the answer to each request."""
    wrong, unreadable, tried = [], [], 0
    for request in requests():
        tried += 1
        status, text = send(port, request)
        if status not in request.statuses:
            wrong.append(f"{request.name}: {status}")
        elif not CHINESE.search(text):
            unreadable.append(request.name)
    return [
        _none_wrong(f"{where}: requests not refused with 4xx", wrong, tried),
        _none_wrong(f"{where}: refusals without a Chinese sentence", unreadable, tried),
    ]


def _none_wrong(what: str, wrong: list[str], tried: int) -> Row:
    row = none_of(what, len(wrong), tried, "requests")
    return Row(row.what, row.asked, "; ".join([row.measured, *wrong]), row.is_met)


def _growth(service: Service, quick: bool) -> Row:
    """Say by how many megabytes the service grows while all is sent again and again: the least of
    the last rounds, against the least of those after it has loaded what it needs.
    """
    looks = []
    for _ in range(SHORT_ROUNDS if quick else ROUNDS):
        for request in requests():
            send(service.port, request)
        looks.append(_memory(service))
    third = len(looks) // 3
    grown = max(min(looks[-third:]) - min(looks[third : 2 * third]), 0.0)
    most = MOST_GROWTH_SHORT if quick else MOST_GROWTH
    what = f"memory of the service that stays of {len(looks)} rounds"
    return at_most(what, most, grown, " MB")


def _memory(service: Service) -> float:
    return sum(map(proportional_memory, family(service.pid)))


def _work(service: Service, quick: bool) -> list[Row]:
    """Post texts that were made to keep the service busy; gives what each takes of a processor."""
    chosen = list(texts())[:: 8 if quick else 1]
    before, answered = processor_seconds(service), 0
    for text in chosen:
        fields = {"thread": "first", "text": text, "nonce": secrets.token_hex(8)}
        status, _ = send(service.port, Request("text", urlencode(fields).encode()))
        answered += status in {303, 422}
    each = (processor_seconds(service) - before) / len(chosen) * 1000
    return [
        at_least("hostile texts of 10 kB posted and answered", len(chosen), answered),
        at_most("processor time of each, form to answer, mean", 25, each, " ms"),
    ]


def send(port: int, request: Request) -> tuple[int, str]:
    """Send *request* and read the answer, also where it comes before all was sent."""
    with socket.create_connection((HOST, port), PATIENCE) as connection:
        try:
            connection.sendall(_head(request, port))
            if request.has_length:
                connection.sendall(request.body)
            else:
                connection.sendall(b"%x\r\n%s\r\n0\r\n\r\n" % (len(request.body), request.body))
        except (BrokenPipeError, ConnectionResetError):
            pass  # it heard enough
        return _answer(connection)


def _head(request: Request, port: int) -> bytes:
    lines = [
        "POST /messages/new HTTP/1.1",
        f"Host: {HOST}:{port}",
        "Connection: close",
        *([f"Content-Type: {request.kind}"] if request.kind else []),
        f"Content-Length: {len(request.body)}"
        if request.has_length
        else "Transfer-Encoding: chunked",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _answer(connection: socket.socket) -> tuple[int, str]:
    """Give status and text; 0 where no answer came."""
    got = b""
    try:
        while chunk := connection.recv(1 << 16):
            got += chunk
    except ConnectionResetError:
        pass  # after what it said
    found = re.match(rb"HTTP/1\.1 (\d+)", got)
    return int(found[1]) if found else 0, got.partition(b"\r\n\r\n")[2].decode("utf-8", "replace")


def processor_seconds(service: Service) -> float:
    """Give what all processes of *service* took of the processors until now."""
    ticks = 0
    for pid in family(service.pid):
        fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])  # user and system (proc(5))
    return ticks / os.sysconf("SC_CLK_TCK")
