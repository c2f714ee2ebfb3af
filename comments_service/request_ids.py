"""Gives every request a name, by which its lines in the logs of web server and service and the page
that a visitor saw are found together.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HEADER = "X-Request-ID"
WELL_FORMED = re.compile(r"[A-Za-z0-9_-]{16,64}")
"""What may stand in a log line as it is: nginx's $request_id, UUIDs."""
_NAME: ContextVar[str] = ContextVar("request_id", default="")


def request_id() -> str:
    """Give the name of the request that is answered now; empty where none is."""
    return _NAME.get()


@dataclass(frozen=True, slots=True)
class RequestIds:
    """Names each request of *application*, and tells the name in the answer's header."""

    application: WSGIApplication
    is_behind_proxy: bool
    """Whether a proxy of ours stands before, whose names are taken; nobody else's are."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer; log lines written meanwhile carry the name."""
        name = self._given(environ) or secrets.token_hex(16)

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            return start_response(status, [*headers, (HEADER, name)], *error)

        token = _NAME.set(name)
        try:
            return self.application(environ, start)
        finally:
            _NAME.reset(token)

    def _given(self, environ: WSGIEnvironment) -> str:
        name = str(environ.get("HTTP_X_REQUEST_ID", "")) if self.is_behind_proxy else ""
        return name if WELL_FORMED.fullmatch(name) else ""
