"""Scores an answer by the rules of Mozilla's HTTP Observatory, version 1.4.8.

The rules and what each is worth: https://developer.mozilla.org/observatory/docs/tests_and_scoring,
and the scanner's own table (@mdn/mdn-http-observatory). Preload lists are left out: they are the
browsers' makers' to fill.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import Message
from http.cookies import Morsel, SimpleCookie
from urllib.parse import urlsplit

from audit.markup import parse

FULL = 100
BONUS_FROM = 90
"""What is worth more than nothing counts only from this score on."""
BROAD = frozenset(
    {"ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"}
)
INLINE = frozenset({"'unsafe-inline'", "data:"})
PRIVATE = frozenset(
    {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
)
OTHERS = frozenset(
    {"origin", "origin-when-cross-origin", "unsafe-url", "no-referrer-when-downgrade"}
)
SIX_MONTHS = 15552000
RESOURCE = {"": 0, "same-origin": 10, "same-site": 10, "cross-origin": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What the scanner sees of one page: where it ended, with what, and how it got there."""

    url: str
    headers: Message
    text: str
    hops: Sequence[str]
    """The addresses passed through, from the http one on."""
    others_origin: str = "https://http-observatory.example"
    """The Origin that was named when the page was asked for."""


def score(visit: Visit) -> int:
    """Give the score; 100 and more is A+."""
    found = modifiers(visit).values()
    reached = FULL + sum(value for value in found if value < 0)
    if reached >= BONUS_FROM:
        reached += sum(value for value in found if value > 0)
    return max(0, reached)


def modifiers(visit: Visit) -> dict[str, int]:
    """Say what each rule adds or takes away."""
    headers = visit.headers
    return {
        "content security policy": _policy(headers),
        "cookies": _cookies(headers),
        "cross-origin resource sharing": _sharing(visit),
        "redirection": _redirection(visit.hops),
        "referrer policy": _referrer(headers.get("Referrer-Policy")),
        "strict transport security": _transport(headers),
        "subresource integrity": _integrity(visit),
        "content type options": _value(headers, "X-Content-Type-Options", {"nosniff": 0}, -5),
        "frame options": _frames(headers),
        "cross-origin resource policy": _value(
            headers, "Cross-Origin-Resource-Policy", RESOURCE, -5
        ),
    }


def directives(header: str) -> dict[str, set[str]]:
    """Read a policy; one with a directive that is there twice is none."""
    parts = [part.lower().split() for part in header.split(";") if part.strip()]
    read = {name: set(sources) for name, *sources in parts}
    return read if len(read) == len(parts) else {}


def _policy(headers: Message) -> int:
    read = directives(headers.get("Content-Security-Policy", ""))
    if not read:
        return -25
    usual = read.get("default-src", {"*"})
    scripts, objects, styles = (
        read.get(name, usual) for name in ("script-src", "object-src", "style-src")
    )
    active = set[str]().union(
        *(read[name] for name in read if name not in {"img-src", "media-src"})
    )
    passive = read.get("img-src", usual) | read.get("media-src", usual)
    for is_so, worth in (
        (bool(scripts & (BROAD | INLINE)) or bool(objects & BROAD), -20),
        (_is_insecure(active), -20),
        ("'unsafe-eval'" in scripts | styles, -10),
        (_is_insecure(passive), -10),
        (bool(styles & (BROAD | INLINE)), 0),
        (usual == {"'none'"}, 10),
    ):
        if is_so:
            return worth
    return 5


def _is_insecure(sources: set[str]) -> bool:
    return any(source.startswith(("http:", "ftp:")) for source in sources)


def _cookies(headers: Message) -> int:
    cookies = [
        morsel
        for header in headers.get_all("Set-Cookie") or []
        for morsel in SimpleCookie(header).values()
    ]
    if not cookies:
        return 0
    is_kept = _transport(headers) >= 0
    worst = min(worth for cookie in cookies for worth in _faults(cookie, is_kept))
    return worst if worst < 0 else 5 * all(cookie["samesite"] for cookie in cookies)


def _faults(cookie: Morsel[str], is_kept: bool) -> Iterator[int]:
    yield 0
    name, is_plain = cookie.key.lower(), not cookie["secure"]
    is_session = "login" in name or "sess" in name
    if cookie["samesite"] and cookie["samesite"].lower() not in {"lax", "strict", "none"}:
        yield -20
    if is_plain and cookie["samesite"].lower() == "none":
        yield -20
    if is_plain:
        yield {True: -10 if is_session else -5, False: -40 if is_session else -20}[is_kept]
    if "csrf" in name and not cookie["samesite"]:
        yield -20
    if is_session and not cookie["httponly"]:
        yield -30


def _sharing(visit: Visit) -> int:
    allowed = visit.headers.get("Access-Control-Allow-Origin", "").strip().lower()
    with_cookies = visit.headers.get("Access-Control-Allow-Credentials", "").strip().lower()
    return -50 if allowed == visit.others_origin and with_cookies == "true" else 0


def _redirection(hops: Sequence[str]) -> int:
    route = [urlsplit(hop) for hop in hops]
    if not route or route[0].scheme == "https":
        return 0  # not to be reached by http
    if len(route) == 1 or route[-1].scheme != "https":
        return -20
    if route[1].scheme == "http":
        return -10
    return 0 if route[0].hostname == route[1].hostname else -5


def _referrer(header: str | None) -> int:
    if header is None:
        return 0
    known = [
        part for part in re.split(r"\s*,\s*", header.strip().lower()) if part in PRIVATE | OTHERS
    ]
    return 5 if known and known[-1] in PRIVATE else -5


def _transport(headers: Message) -> int:
    header = headers.get("Strict-Transport-Security", "").lower()
    found = re.search(r"(?:^|;)\s*max-age=(\d+)", header)
    if not found or "," in header:
        return -20
    return 0 if int(found[1]) >= SIX_MONTHS else -10


def _integrity(visit: Visit) -> int:
    if visit.headers.get_content_type() not in {"text/html", "application/xhtml+xml"}:
        return 0
    page = parse(visit.text)
    scripts = [(script.get("src"), script.get("integrity")) for script in page.iter("script")]
    worths = [_script(source, bool(digest)) for source, digest in scripts if source]
    return min(worths) if worths and min(worths) < 0 else max(worths, default=0)


def _script(source: str, has_digest: bool) -> int:
    """Say what one script is worth; another host is one that is named, were it our own."""
    parts = urlsplit(source)
    if not (parts.scheme or parts.netloc):
        return 5 * has_digest
    if parts.scheme == "https":
        return 5 if has_digest else -5
    return -20 if has_digest else -50


def _frames(headers: Message) -> int:
    if "frame-ancestors" in directives(headers.get("Content-Security-Policy", "")):
        return 5
    option = headers.get("X-Frame-Options", "").strip().lower()
    is_known = option in {"deny", "sameorigin"} or option.startswith("allow-from")
    return 0 if is_known else -20


def _value(headers: Message, name: str, worths: dict[str, int], otherwise: int) -> int:
    return worths.get(headers.get(name, "").strip().lower(), otherwise)
