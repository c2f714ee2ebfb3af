"""Looks at where a form comes from: all that guards those on baked pages, where no session token
can be, and a second guard of those at the desk, which have one.
"""

from __future__ import annotations

import logging
from urllib.parse import unquote_to_bytes

from flask import Flask, Request, abort, request

from comments_service.config import Config
from comments_service.parts import parts

log = logging.getLogger(__name__)

OURS = frozenset({"same-origin", "none"})
FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 50


def install(app: Flask, *, but: frozenset[str]) -> None:
    """Refuse what other sites' pages send to any part but those named, which have their own guard.

    It stands in the place of Flask-WTF's look at the Referer, which pages whose address is a secret
    ask browsers to leave out.
    """

    @app.before_request
    def look() -> None:
        if request.method == "POST" and request.blueprint not in but:
            refuse_foreign_pages(hides_origin=True)


def refuse_foreign_forms() -> None:
    """Take forms from our own pages and in UTF-8 only."""
    if request.method != "POST":
        return
    refuse_foreign_pages()
    if not is_readable_form(request):
        abort(400)


def refuse_foreign_pages(*, hides_origin: bool = False) -> None:
    """Take nothing that another site's page sends; *hides_origin* as in :func:`comes_from_us`."""
    if not comes_from_us(request, parts().config, hides_origin=hides_origin):
        log.warning("refused as of another site", extra={"endpoint": request.endpoint})
        abort(403)


def refuse_unreadable_forms() -> None:
    """Take forms in UTF-8, wherever they come from: where the address itself is a secret, it is
    proof enough, and such pages send browsers away without an Origin.
    """
    if request.method == "POST" and request.get_data() and not is_readable_form(request):
        abort(400)


def comes_from_us(request: Request, config: Config, *, hides_origin: bool = False) -> bool:
    """Say whether a form was sent from our own pages.

    *hides_origin*: the page asks for no referrer, so browsers name its origin ``null``
    (https://fetch.spec.whatwg.org/#append-a-request-origin-header).

    Browsers since 2023 say so in Sec-Fetch-Site (https://www.w3.org/TR/fetch-metadata/); older
    ones, and those on a site without TLS, in Origin. One that sends neither is believed: no cookie
    counts here, so a forged request gains nothing but a pending message.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in OURS
    origin = request.headers.get("Origin")
    ours = {config.site_url, request.host_url.rstrip("/"), *(["null"] if hides_origin else [])}
    return origin is None or origin in ours


def is_readable_form(request: Request) -> bool:
    """Say whether the body is a form in UTF-8; werkzeug would otherwise give an empty or a changed
    one.
    """
    body = request.get_data()
    if request.mimetype != FORM or body.count(b"&") >= MOST_FIELDS:
        return False
    try:
        body.decode("ascii")
        unquote_to_bytes(body).decode()
    except ValueError:
        return False
    return True
