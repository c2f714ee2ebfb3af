"""Joins the parts into a Flask application; the only place where that happens."""

from __future__ import annotations

import logging
import os
from datetime import timedelta
from typing import Any

from flask import Flask, request
from flask_wtf.csrf import CSRFProtect

from comments_service.config import Config
from comments_service.db import Database
from comments_service.parts import Parts
from comments_service.request_ids import RequestIds
from comments_service.safety import require_safe
from comments_service.shared_counts import counts_of
from comments_service.web import (
    account,
    auth,
    counting,
    deciding,
    desk,
    failures,
    headers,
    health,
    invitations,
    language,
    mail_actions,
    mail_links,
    origin,
    people,
    proof,
    public,
    receipts,
    reports,
    statistics,
    word_lists,
    words,
)
from comments_service.web.numbers import NumberConverter
from comments_service.web.proxies import OurProxies

log = logging.getLogger(__name__)

FORM_BYTES = 256 * 1024
VISITORS = (public.bp, receipts.bp, reports.bp, proof.bp, mail_links.bp, mail_actions.bp)
"""Their forms carry no token; origin.py looks at where they come from, or the address is secret."""


class Service(Flask):
    """Flask that logs no address: that of a receipt or a mail's link is a secret."""

    def log_exception(self, exc_info: Any) -> None:
        """Log what was raised, and where."""
        extra = {"endpoint": request.endpoint, "method": request.method}
        log.error("request failed", extra=extra, exc_info=exc_info)


def create_app(config: Config | None = None, *, with_commands: bool = True) -> Flask:
    """Make the application; reads the environment unless *config* is given.

    Raises ConfigError where it would not be safe before the public.
    """
    config = config or Config.from_environ(os.environ)
    require_safe(config, os.environ)
    app = Service(__name__, template_folder="web/templates", static_folder=None)
    app.config.from_mapping(
        SECRET_KEY=config.secret_key,
        MAX_CONTENT_LENGTH=FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
        MAX_FORM_PARTS=50,
        SESSION_COOKIE_NAME="__Host-desk" if config.is_https else "desk",
        SESSION_COOKIE_SECURE=config.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=7),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # web/origin.py looks instead
    )
    app.extensions["parts"] = Parts(config, Database.connect(config.database), counts_of(config))
    app.url_map.strict_slashes = False
    app.url_map.converters["number"] = NumberConverter
    csrf = CSRFProtect(app)
    for part in VISITORS:
        csrf.exempt(part)
    origin.install(app, but=frozenset(part.name for part in VISITORS))
    for part in (
        *VISITORS,
        auth.bp,
        account.bp,
        people.bp,
        invitations.bp,
        desk.bp,
        deciding.bp,
        statistics.bp,
        word_lists.bp,
        health.bp,
    ):
        app.register_blueprint(part)
    language.install(app)
    words.install(app)
    headers.install(app)
    failures.install(app)
    counting.install(app, config)
    if with_commands:
        from comments_service import cli  # workers that serve need none

        app.cli.add_command(cli.comments)
    app.wsgi_app = RequestIds(app.wsgi_app, bool(config.proxy_hops))  # type: ignore[method-assign]
    if config.proxy_hops:
        app.wsgi_app = OurProxies(app.wsgi_app, config.proxy_hops)  # type: ignore[method-assign]
    return app
