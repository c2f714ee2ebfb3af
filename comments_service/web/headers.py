"""The one place where response headers are written: of the service's answers and of all files.

deploy/nginx.conf and deploy/Caddyfile say the same of the files that they send; tests/deploy holds
all equal.
"""

from __future__ import annotations

from flask import Flask, Response

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""Content security policy of all pages: they load from their own address only, and run no script
that stands within a page. What scanners ask for by name is named, though the first part implies it.
"""
SEARCH = "/search/"
"""The page that needs more than others: the program that searches is WebAssembly."""
SEARCH_POLICY = POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")

UNUSED = (
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen"),
    *("geolocation", "gyroscope", "magnetometer", "microphone", "midi", "payment"),
    *("picture-in-picture", "publickey-credentials-get", "screen-wake-lock", "usb"),
    "xr-spatial-tracking",
)
"""What browsers can do and our pages never ask for; they share and copy an address, no more."""

EVERYWHERE = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED),
}
OF_FILES = EVERYWHERE | {"Referrer-Policy": "strict-origin-when-cross-origin"}
OF_SERVICE = EVERYWHERE | {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
PICTURES = "/pictures/"
"""The feeds name these, and feed readers on the web show them on their own pages."""
DRAFTS = "/preview/"
"""Below it stand drafts for those who know their address, which nothing may keep or pass on."""
OF_DRAFTS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}
TRANSPORT = "max-age=31536000"
"""Browsers come back by https only, for a year; sent where the site's address is an https one."""


def of_file(url: str, *, is_https: bool) -> dict[str, str]:
    """Give the headers of the site's file at the path *url*."""
    headers = dict(OF_FILES)
    if url.startswith(SEARCH):
        headers["Content-Security-Policy"] = SEARCH_POLICY
    if url.startswith(PICTURES):
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if url.startswith(DRAFTS):
        headers |= OF_DRAFTS
    if is_https:
        headers["Strict-Transport-Security"] = TRANSPORT
    return headers


def install(app: Flask) -> None:
    """Set our headers on every response; a view may ask for a stricter Referrer-Policy."""
    is_https = bool(app.config["SESSION_COOKIE_SECURE"])

    @app.after_request
    def set_headers(response: Response) -> Response:
        response.headers.update(OF_SERVICE)
        response.headers.setdefault("Referrer-Policy", "same-origin")
        if is_https:
            response.headers["Strict-Transport-Security"] = TRANSPORT
        return response
