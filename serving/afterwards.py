"""What a story's address answers when it was withdrawn (410) or renamed (301), as web servers with
the configurations of deploy/ do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comments_service.web import headers
from plugins.discovery.redirects import GONE, NGINX

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PAGE = re.compile("(?P<page>/(?:stories|galleries)/[a-z0-9-]+)(?P<below>/[a-z0-9./-]*)?")
"""The address of a story or an album, and of what is below it."""
CONDITIONS = frozenset(
    {
        *("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH"),
        *("HTTP_IF_UNMODIFIED_SINCE", "HTTP_RANGE", "HTTP_IF_RANGE"),
    }
)
"""What a request may hang on where there is a page; here there is none."""


@dataclass(frozen=True, slots=True)
class Afterwards:
    """Answers for pages that are not there any more; all else is the *site*'s."""

    site: WSGIApplication
    current: Path
    """The release that readers see."""
    is_https: bool = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Say that it is gone, show the way, or pass on."""
        path = str(environ.get("PATH_INFO", ""))
        found = PAGE.fullmatch(path)
        if found is None or environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return self.site(environ, start_response)
        if (self.current / "public" / found["page"].lstrip("/") / GONE).is_file():
            return self._gone(found["page"], environ, start_response)
        if new := _ways(self.current / "records" / NGINX).get(found["page"]):
            query = environ.get("QUERY_STRING")
            target = f"{new}{found['below'] or '/'}" + (f"?{query}" if query else "")
            ours = headers.of_file(path, is_https=self.is_https).items()
            told = [("Location", target), ("Content-Length", "0"), *ours]
            start_response("301 Moved Permanently", told)
            return []
        return self.site(environ, start_response)

    def _gone(
        self, page: str, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Show the page that tells why."""

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            is_there = status.startswith("200")
            return start_response("410 Gone" if is_there else status, headers, *more)

        plain = {name: value for name, value in environ.items() if name not in CONDITIONS}
        return self.site(plain | {"PATH_INFO": f"{page}/"}, start)


def _ways(path: Path) -> dict[str, str]:
    """Give where former addresses lead."""
    try:
        stamp = path.stat()
    except FileNotFoundError:
        return {}
    return _read_ways(path, stamp.st_ino, stamp.st_mtime_ns)


@lru_cache(maxsize=2)
def _read_ways(path: Path, node: int, changed: int) -> dict[str, str]:
    lines = path.read_text("utf-8").splitlines()
    return dict(line.rstrip(";").split(" ", 1) for line in lines if line.startswith("/"))
