"""Serves the last whole build with the panel, to this machine and to whom else it lets in.

Reads only: files below the preview's own release, the list, and what the panel asks for.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import MimeTypes
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from comments_service.web import headers
from publishing.release import Releases
from serving.preview import pages
from serving.preview.access import Access
from serving.preview.state import Shown, State

STATIC = Path(__file__).parent / "static"
IDLE_SECONDS = 60
"""For so long a browser may keep a connection that it does not use."""
BEAT_SECONDS = 15.0
"""After which a silent stream of events says that it is still there."""
MANY = 500
"""Changed addresses from which on a browser is told that all may have changed."""
KINDS = MimeTypes()
for ending, kind in {
    ".avif": "image/avif",
    ".js": "text/javascript",
    ".json": "application/json",
    ".wasm": "application/wasm",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}.items():
    KINDS.add_type(kind, ending)

ONLY_LOOK = "这是预览，只能看，留言不会送出。"
UNKNOWN_HOST = "请用 ./run write 打印出来的地址打开。"
NOT_LET_IN = "请用 ./run write --lan 打印出来的完整地址打开，问号后面那一段不能少。"


@dataclass(frozen=True, slots=True)
class Site:
    """What is served."""

    state: State
    access: Access
    releases: Releases
    """Those of the preview."""

    def file(self, path: str) -> Path | None:
        """Give the file at the *path* of an address; None when there is none."""
        parts = [part for part in unquote(path).split("/") if part]
        if any(part == ".." or set(part) & {"\\", ":", "\0"} for part in parts):
            return None
        current = self.releases.current()
        if current is None:
            return None
        found = current.public.joinpath(*parts)
        try:
            return found / "index.html" if found.is_dir() else found if found.is_file() else None
        except (OSError, ValueError):  # a name that this system cannot have
            return None


class PreviewServer(ThreadingHTTPServer):
    """Listens on *address*, and answers each connection in a thread of its own."""

    daemon_threads = True
    allow_reuse_address = os.name == "posix"  # elsewhere two programs could share the port

    def __init__(self, address: str, port: int, site: Site) -> None:
        super().__init__((address, port), Handler)
        self.site = site

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of browsers that go away in the middle."""


class Handler(BaseHTTPRequestHandler):
    """Answers the requests of one connection."""

    server: PreviewServer
    protocol_version = "HTTP/1.1"
    server_version = "huisheng"
    sys_version = ""
    timeout = IDLE_SECONDS

    def do_GET(self) -> None:
        """Answer."""
        if self._is_let_in():
            self._answer(urlsplit(self.path))

    do_HEAD = do_GET

    def _refuse_method(self) -> None:
        self.close_connection = True  # what is sent along is not read
        allowed = {"Allow": "GET, HEAD", "Connection": "close"}
        self._page(pages.refusal(ONLY_LOOK), HTTPStatus.METHOD_NOT_ALLOWED, allowed)

    do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _refuse_method

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of each request."""

    def _is_let_in(self) -> bool:
        """Say whether the request may be answered; else it was refused, or sent on."""
        access = self.server.site.access
        if not access.is_known_host(self.headers.get("Host", "")):
            self._page(pages.refusal(UNKNOWN_HOST), HTTPStatus.MISDIRECTED_REQUEST)
        elif target := access.admitted(self.path):
            self._send(b"", HTTPStatus.SEE_OTHER, {"Location": target, "Set-Cookie": access.cookie})
        elif not access.is_allowed(str(self.client_address[0]), self.headers.get("Cookie", "")):
            self._page(pages.refusal(NOT_LET_IN), HTTPStatus.FORBIDDEN)
        else:
            return True
        return False

    def _answer(self, asked: Any) -> None:
        path, shown = asked.path, self.server.site.state.shown
        if path in (f"{pages.BASE}{name}" for name in ("panel.js", "panel.css", "list.css")):
            self._file(STATIC / path.rpartition("/")[2], path)
        elif shown is None:
            told = {"Retry-After": "1", "Refresh": "1"}
            self._page(
                pages.waiting(self.server.site.state.stage), HTTPStatus.SERVICE_UNAVAILABLE, told
            )
        elif path == f"{pages.BASE}events":
            self._events(shown, parse_qs(asked.query).get("since", [""])[0])
        elif path == f"{pages.BASE}facts.json":
            page = parse_qs(asked.query).get("page", ["/"])[0]
            self._send(
                pages.facts(shown, unquote(page)), given={"Content-Type": "application/json"}
            )
        elif path == pages.BASE or not shown.report.public:
            self._page(pages.listing(shown))
        else:
            self._site(path, shown)

    def _site(self, path: str, shown: Shown) -> None:
        """Send a page or another file of the site, as the site itself would."""
        site = self.server.site
        found = site.file(path)
        if found is None:
            lost = site.file("/404.html")
            page = lost.read_bytes() if lost else pages.refusal("没有这个地址。")
            self._page(pages.with_panel(page, shown.edition), HTTPStatus.NOT_FOUND)
        elif found.name == "index.html" and not path.endswith(("/", "/index.html")):
            self._send(b"", HTTPStatus.MOVED_PERMANENTLY, {"Location": f"{path}/"})
        else:
            self._file(found, path, shown)

    def _file(self, path: Path, address: str, shown: Shown | None = None) -> None:
        try:
            content = path.read_bytes()
        except OSError:  # it went away just now, with the release before
            self._page(pages.refusal("这个文件刚刚换掉，请刷新。"), HTTPStatus.NOT_FOUND)
            return
        kind = KINDS.guess_type(path.name)[0] or "application/octet-stream"
        if shown and kind == "text/html":
            content = pages.with_panel(content, shown.edition)
        is_text = kind.startswith("text/") or kind.endswith(("xml", "json", "javascript"))
        charset = "; charset=utf-8" if is_text else ""
        ours = headers.of_file(address, is_https=False)
        self._send(content, given={**ours, "Content-Type": f"{kind}{charset}"})

    def _page(
        self,
        page: bytes,
        status: HTTPStatus = HTTPStatus.OK,
        given: Mapping[str, str] | None = None,
    ) -> None:
        ours = headers.of_file("/", is_https=False)
        kind = {"Content-Type": "text/html; charset=utf-8"}
        self._send(page, status, {**ours, **kind, **(given or {})})

    def _send(
        self,
        body: bytes,
        status: HTTPStatus = HTTPStatus.OK,
        given: Mapping[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        told = {"Cache-Control": "no-store", "Content-Length": str(len(body)), **(given or {})}
        for name, value in told.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _events(self, shown: Shown, since: str) -> None:
        """Tell of each build from now on, and first of those that a page shown *since* missed."""
        self.close_connection = True
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        state = self.server.site.state
        self.wfile.write(b"retry: 500\n\n")
        if self.headers.get("Last-Event-ID", since) != shown.edition:
            self.wfile.write(_event(shown, None))
        while not state.is_ending:
            newer = state.wait(shown.number, BEAT_SECONDS)
            if newer is None:
                self.wfile.write(b": \n\n")
                continue
            is_next = newer.number == shown.number + 1 and len(newer.report.changed) <= MANY
            self.wfile.write(_event(newer, newer.report.changed if is_next else None))
            shown = newer


def _event(shown: Shown, changed: list[str] | None) -> bytes:
    """Write one event; None for what *changed* says that everything may have."""
    told = {"edition": shown.edition, "built": shown.report.is_built, "changed": changed}
    return f"id: {shown.edition}\nevent: built\ndata: {json.dumps(told)}\n\n".encode()
