"""Takes each request in whole before a thread works on it, so that whoever sends slowly keeps no
thread waiting.

Granian's own WSGI reads a request's body within the thread that answers it, for as long as its
sender likes: ten forms that are half sent would hold all threads. Here the server's loop reads it,
within limits of time and size, and hands it over (the interface is RSGI,
https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md).
"""

from __future__ import annotations

import asyncio
import logging
import sys
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

BODY_SECONDS = 15.0
"""How long a sender may take for all of it."""
BODILESS = frozenset({"GET", "HEAD"})
"""Methods of which no body is read."""
Answer = tuple[int, list[tuple[str, str]], bytes]


class WholeRequests:
    """A WSGI *application* in *threads* threads; of a body longer than *most_bytes* it sees the
    length only.
    """

    def __init__(self, application: WSGIApplication, *, threads: int, most_bytes: int) -> None:
        self.application = application
        self.most_bytes = most_bytes
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="request")

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Read one request, let a thread answer it, and send that."""
        try:
            body = await asyncio.wait_for(self._body(scope, protocol), BODY_SECONDS)
        except TimeoutError:
            protocol.response_empty(408, [("connection", "close")])
            return
        environ = environ_of(scope, body)
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(self._threads, self._answer, environ)
        protocol.response_bytes(*answer)

    async def _body(self, scope: Any, protocol: Any) -> bytes:
        """Read the body; of one that is too long no more than shows that it is."""
        if scope.method in BODILESS or _length(scope) > self.most_bytes:
            return b""
        chunks, size = [], 0
        async for chunk in protocol:
            chunks.append(chunk)
            size += len(chunk)
            if size > self.most_bytes:
                break
        return b"".join(chunks)

    def _answer(self, environ: WSGIEnvironment) -> Answer:
        """Call the application (PEP 3333), with all of its answer at once."""
        told: list[Any] = []
        written: list[bytes] = []

        def start_response(status: str, headers: Any, exc_info: Any = None) -> Any:
            told[:] = [int(status.split(" ", 1)[0]), [(n.lower(), v) for n, v in headers]]
            return written.append

        try:
            parts = self.application(environ, start_response)
            try:
                written.extend(parts)
            finally:
                if hasattr(parts, "close"):
                    parts.close()
            return told[0], told[1], b"".join(written)
        except Exception:
            log.exception("a request failed outside the application")
            return 500, [], b""


def environ_of(scope: Any, body: bytes) -> WSGIEnvironment:
    """Give what WSGI tells of a request.

    A header whose name has an underscore is left out: WSGI could not tell it from the one with a
    hyphen, which a web server before us sets.
    """
    host, _, port = scope.server.rpartition(":")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if "_" not in name:
            key = f"HTTP_{name.upper().replace('-', '_')}"
            between = ";" if name == "cookie" else ","
            environ[key] = f"{environ[key]}{between}{value}" if key in environ else value
    for key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if (told := environ.pop(f"HTTP_{key}", None)) is not None:
            environ[key] = told
    if environ.pop("HTTP_TRANSFER_ENCODING", None):  # its pieces are together now
        environ["CONTENT_LENGTH"] = str(len(body))
    return environ


def _length(scope: Any) -> int:
    """Give the length that the sender tells of the body; 0 where it tells none."""
    told = scope.headers.get("content-length") or ""
    return int(told) if told.isascii() and told.isdigit() else 0
