"""The one place where the service sets response headers."""

from __future__ import annotations

from flask import Flask, Response

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""Content security policy of all pages: they load from their own address only, and run no script
that stands within a page.
"""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}


def install(app: Flask) -> None:
    """Set our headers on every response; a view may ask for a stricter Referrer-Policy."""
    is_https = bool(app.config["SESSION_COOKIE_SECURE"])

    @app.after_request
    def set_headers(response: Response) -> Response:
        response.headers.update(HEADERS)
        response.headers.setdefault("Referrer-Policy", "same-origin")
        if is_https:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response
