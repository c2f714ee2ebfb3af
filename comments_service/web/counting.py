"""Counts what became of the messages that were sent, and the failures, by the answers given."""

from __future__ import annotations

from typing import cast

from flask import Flask, Response, current_app, request

from comments_service.config import Config
from comments_service.counters import ERRORS, Counters

OUTCOMES = {303: "accepted", 403: "foreign", 429: "limited"}
"""What the status of an answer to a sent message means; others below 500 refuse it."""


def install(app: Flask, config: Config) -> None:
    """Count every answer that is worth it."""
    app.extensions["counters"] = counters = Counters(config.var / "counters")

    @app.after_request
    def count(response: Response) -> Response:
        status = response.status_code
        if request.endpoint == "public.send":
            counters.add(f"posts {OUTCOMES.get(status, 'refused' if status < 500 else 'failed')}")
        if str(status) in ERRORS and request.blueprint != "health":
            counters.add(f"errors {status}")
        return response


def counters() -> Counters:
    """Give the counters of the running application."""
    return cast(Counters, current_app.extensions["counters"])
