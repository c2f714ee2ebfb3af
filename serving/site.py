"""Site and service at one address, as one WSGI application, for the demonstration and for `./run
serve`.

In production a web server serves the static tree and passes on only what it does not find; see
docs/operators.md.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from whitenoise import WhiteNoise

from comments_service.app import create_app
from comments_service.config import Config
from comments_service.web import headers
from publishing.targets.files import HASHED
from serving.afterwards import Afterwards
from serving.logs import configure

if TYPE_CHECKING:
    from wsgiref.headers import Headers

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from whitenoise.responders import StaticFile

SERVICE = ("/messages/", "/desk", "/healthz", "/readyz", "/metrics")
"""Where addresses that are no file belong to the service."""
IMMUTABLE = rf"^/(?:{HASHED.pattern})$"
"""Files whose name changes with their content: browsers may keep them; pages they must ask for."""


def make_site() -> WSGIApplication:
    """Make the application from the environment; looks at the published tree on each request."""
    config = Config.from_environ(os.environ)
    configure(config.log_level)
    public = config.releases / "current" / "public"
    others = ServiceOrNotFound(
        create_app(config, with_commands=False), public / "404.html", config.is_https
    )
    site: WSGIApplication = WholeFiles(
        others,
        root=public.absolute(),
        index_file=True,
        autorefresh=True,
        allow_all_origins=False,
        max_age=0,
        immutable_file_test=IMMUTABLE,
        add_headers_function=headers_setter(config.is_https),
    )
    return Afterwards(site, config.releases / "current", config.is_https)


class WholeFiles(WhiteNoise):  # type: ignore[misc,unused-ignore]
    """Serves a file as it was opened, even when it is replaced between look and opening."""

    @staticmethod
    def serve(
        static_file: StaticFile, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer with all of the file that is there now; the length told is that of its bytes.

        A compressed twin goes before its page is replaced: then the page itself is sent.
        """
        try:
            response = static_file.get_response(environ["REQUEST_METHOD"], environ)
        except FileNotFoundError:
            plain = environ | {"HTTP_ACCEPT_ENCODING": ""}
            response = static_file.get_response(environ["REQUEST_METHOD"], plain)
        sent = dict(response.headers)
        body = b""
        if response.file is not None:
            with response.file as opened:
                body = opened.read()
            sent["Content-Length"] = str(len(body))
        start_response(f"{response.status} {response.status.phrase}", list(sent.items()))
        return [body]


def headers_setter(is_https: bool) -> Callable[[Headers, str, str], None]:
    """Give the function that sets the headers of a file of the site."""

    def set_headers(given: Headers, path: str, url: str) -> None:
        for name, value in headers.of_file(url, is_https=is_https).items():
            given[name] = value
        kind = given.get("Content-Type", "")
        if kind.endswith("xml"):
            given["Content-Type"] = f"{kind}; charset=utf-8"

    return set_headers


@dataclass(frozen=True, slots=True)
class ServiceOrNotFound:
    """Answers what is no file of the site."""

    service: WSGIApplication
    not_found: Path
    is_https: bool = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass on to the service, or show the site's own page for addresses that lead nowhere."""
        if str(environ.get("PATH_INFO", "")).startswith(SERVICE):
            return self.service(environ, start_response)
        page = self.not_found.read_bytes() if self.not_found.is_file() else b"Not found\n"
        kind = ("Content-Type", "text/html; charset=utf-8")
        ours = headers.of_file("/404.html", is_https=self.is_https)
        start_response("404 Not Found", [kind, *ours.items()])
        return [page]
