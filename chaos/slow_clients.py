"""Holds thousands of connections half open: a good visitor is answered all the same, and the slow
ones are cut off.
"""

from __future__ import annotations

import http.client
import secrets
import socket
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from chaos.rows import Row, at_most
from chaos.servers import Nginx
from chaos.stage import Answer, Service, ask, make_site, send_form
from serving import HOST
from serving.server import allow_files
from tests.site.browserless import free_port

MOST_SECONDS = 30.0
MEDIAN_MILLISECONDS, MOST_MILLISECONDS = 35.0, 500.0
HEAD = (
    b"POST /messages/new HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
)
LARGE = b"GET /pagefind/wasm.unknown.pagefind HTTP/1.1\r\nHost: x\r\n\r\n" * 150
"""More than the system keeps for a reader: 10 MB."""
PAGE = b"GET /stories/first/ HTTP/1.1\r\nHost: x\r\n\r\n"
PATIENCE = 10.0
"""Seconds for which a good visitor waits."""
ELSEWHERE = "127.0.0.2"
"""Where good visitors come from: what one address may open at a time is limited."""
ESTABLISHED = "01"
"""The state of a connection that goes on."""
ADDRESSES = 100
"""From so many addresses slow clients come: nginx lets one address have so many requests only."""
FILES = 8192
"""Open files that this process needs at most."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to be slow."""

    name: str
    many: int
    few: int
    """In the short form."""
    said: bytes
    """What each says, and then nothing more."""
    reads: bool = True
    """Whether it takes what comes."""


KINDS = (
    Kind("requests that end within their head", 1000, 200, HEAD + b"Content-Le"),
    Kind("requests that end within their body", 1000, 200, HEAD + b"Content-Length: 99\r\n\r\nte"),
    Kind("readers who read nothing", 100, 50, LARGE, reads=False),
    Kind("connections held after a request", 150, 150, PAGE),
)


def run(folder: Path, quick: bool) -> list[Row]:
    """Be slow in every way, to nginx before the service, and to the service alone."""
    allow_files(FILES)
    site = make_site(folder / "site")
    public = site.releases / "current" / "public"
    try:
        with Service.of(site) as service:
            rows = _all_kinds("own server", service.port, quick)
            nginx = Nginx.make(
                folder / "nginx", port=free_port(), public=public, services=[service.port]
            )
            with nginx:
                return [*rows, *_all_kinds("nginx", nginx.port, quick)]
    finally:
        site.close()


def _all_kinds(where: str, port: int, quick: bool) -> list[Row]:
    rows = []
    for kind in KINDS:
        many, began = kind.few if quick else kind.many, time.monotonic()
        name = f"{where}, {many:,} {kind.name}"
        with _held(port, kind, many) as connections:
            rows += _good_visitor(name, port, 12 if quick else 100)
            if not quick:
                seconds = _until_cut(port, connections, began)
                rows.append(at_most(f"{name}: all cut off within", MOST_SECONDS, seconds, " s"))
    return rows


def _good_visitor(name: str, port: int, rounds: int) -> list[Row]:
    """Let one visitor read, open the form and write, each time with a connection of its own."""
    seconds = [second for number in range(rounds) for second in _visit(port, f"{name} {number}")]
    many = rounds * len(STEPS)
    took = [1000 * second for second in seconds] or [float("inf")]
    return [
        Row(f"{name}: a good visitor answered", f"{many}", f"{len(seconds)}", len(seconds) == many),
        at_most(f"{name}: median", MEDIAN_MILLISECONDS, statistics.median(took), " ms"),
        at_most(f"{name}: longest", MOST_MILLISECONDS, max(took), " ms"),
    ]


def _visit(port: int, words: str) -> Iterator[float]:
    """Give the seconds of each step that was answered as it should be."""
    for step, status in STEPS.items():
        with suppress(OSError, http.client.HTTPException):
            answer = step(port, words)
            if answer.status == status:
                yield answer.seconds


def _read(port: int, words: str) -> Answer:
    return ask(port, "/stories/first/", patience=PATIENCE, source=ELSEWHERE)


def _open_form(port: int, words: str) -> Answer:
    return ask(port, "/messages/new", patience=PATIENCE, source=ELSEWHERE)


def _write(port: int, words: str) -> Answer:
    fields = {"thread": "first", "text": words, "nonce": secrets.token_hex(8)}
    return send_form(port, "/messages/new", fields, patience=PATIENCE, source=ELSEWHERE)


STEPS: dict[Callable[[int, str], Answer], int] = {_read: 200, _open_form: 200, _write: 303}
"""What a good visitor does, and how it is answered."""


@contextmanager
def _held(port: int, kind: Kind, many: int) -> Iterator[list[socket.socket]]:
    """Open *many* connections that are slow in the way of *kind*, until the block ends."""
    connections: list[socket.socket] = []
    try:
        for number in range(many):
            connections.append(_slow(port, kind, f"127.0.1.{1 + number % ADDRESSES}"))
        yield connections
    finally:
        for connection in connections:
            connection.close()


def _slow(port: int, kind: Kind, address: str) -> socket.socket:
    connection = socket.socket()
    connection.bind((address, 0))
    if not kind.reads:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    connection.settimeout(PATIENCE)
    connection.connect((HOST, port))
    connection.sendall(kind.said)
    connection.setblocking(False)
    return connection


def _until_cut(port: int, connections: list[socket.socket], began: float) -> float:
    """Wait until the server at *port* holds none of *connections* any more; gives the seconds from
    *began* on, or infinity when it takes too long.
    """
    ours = {connection.getsockname()[1] for connection in connections}
    while ours & _open_at(port):
        if time.monotonic() - began > 2 * MOST_SECONDS:
            return float("inf")
        time.sleep(0.1)
    return time.monotonic() - began


def _open_at(port: int) -> set[int]:
    """Give the other ends' ports of all connections that go on at *port* (proc_net_tcp.txt)."""
    lines = (line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:])
    here = f":{port:04X}"
    return {
        int(there.rpartition(":")[2], 16)
        for _, local, there, state, *_ in lines
        if local.endswith(here) and state == ESTABLISHED
    }
