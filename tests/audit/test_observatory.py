"""The Observatory's rules as we apply them: each one adds or takes away what its table says."""

from __future__ import annotations

import re
from email.message import Message

import pytest

from audit.observatory import Visit, modifiers, score
from comments_service.web.headers import OF_SERVICE, POLICY, SEARCH_POLICY, TRANSPORT

GOOD = OF_SERVICE | {
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": TRANSPORT,
    "Content-Type": "text/html; charset=utf-8",
}
CSP, COOKIE, HSTS = "Content-Security-Policy", "Set-Cookie", "Strict-Transport-Security"
REFERRER, CORP = "Referrer-Policy", "Cross-Origin-Resource-Policy"
PAGE = "<!DOCTYPE html><title>x</title>{}"


def visit(changes=None, text="", hops=("http://e.org/", "https://e.org/")):
    """Make a visit of a page that has our headers, with *changes*; None takes one away."""
    headers = Message()
    for name, value in (GOOD | (changes or {})).items():
        if value is not None:
            headers[name] = value
    return Visit(url=hops[-1], headers=headers, text=PAGE.format(text), hops=hops)


def of(directive):
    """Give our policy with another directive in the place of ours."""
    name = directive.split()[0]
    return re.sub(rf"{name} [^;]*", directive, POLICY)


def test_our_headers_reach_an_a_plus():
    """All penalties away, and the bonuses that need no list of the browsers' makers."""
    assert score(visit()) == 130
    assert score(visit({COOKIE: "__Host-desk=x; Secure; HttpOnly; Path=/; SameSite=Lax"})) == 135


def test_bonuses_count_only_from_ninety_on():
    """A page with a great fault is not saved by small merits."""
    assert score(visit({HSTS: None})) == 80
    assert score(visit({"X-Content-Type-Options": None})) == 125


@pytest.mark.parametrize(
    ("rule", "changes", "worth"),
    [
        ("content security policy", {CSP: None}, -25),
        ("content security policy", {CSP: SEARCH_POLICY}, 10),
        ("content security policy", {CSP: POLICY.replace("'none'", "'self'")}, 5),
        ("content security policy", {CSP: "script-src 'self'"}, -20),
        ("content security policy", {CSP: POLICY + " http://e.org"}, -20),
        ("content security policy", {CSP: POLICY.replace("img-src 'self'", "img-src http:")}, -10),
        ("content security policy", {CSP: f"script-src 'self'; {POLICY}"}, -25),
        ("content security policy", {CSP: of("script-src 'self' 'unsafe-eval'")}, -10),
        ("content security policy", {CSP: of("script-src 'unsafe-inline'")}, -20),
        ("content security policy", {CSP: of("style-src 'unsafe-inline'")}, 0),
        ("content security policy", {CSP: of("object-src https:")}, -20),
        ("cookies", {COOKIE: "a=b; Secure; HttpOnly"}, 0),
        ("cookies", {COOKIE: "a=b; HttpOnly; SameSite=Lax"}, -5),
        ("cookies", {COOKIE: "a=b; SameSite=Lax", HSTS: None}, -20),
        ("cookies", {COOKIE: "a=b; SameSite=None"}, -20),
        ("cookies", {COOKIE: "a=b; Secure; SameSite=often"}, -20),
        ("cookies", {COOKIE: "sess=b; HttpOnly; SameSite=Lax", HSTS: None}, -40),
        ("cookies", {COOKIE: "login=b; Secure; SameSite=Lax"}, -30),
        ("cookies", {COOKIE: "csrf=b; Secure"}, -20),
        ("referrer policy", {REFERRER: None}, 0),
        ("referrer policy", {REFERRER: "unsafe-url"}, -5),
        ("referrer policy", {REFERRER: "nonsense"}, -5),
        ("referrer policy", {REFERRER: "origin, no-referrer"}, 5),
        ("strict transport security", {HSTS: None}, -20),
        ("strict transport security", {HSTS: "max-age=86400"}, -10),
        ("strict transport security", {HSTS: "includeSubDomains"}, -20),
        ("frame options", {CSP: None}, -20),
        ("frame options", {CSP: None, "X-Frame-Options": "DENY"}, 0),
        ("cross-origin resource policy", {CORP: None}, 0),
        ("cross-origin resource policy", {CORP: "cross-origin"}, 0),
        ("cross-origin resource policy", {CORP: "mine"}, -5),
        ("cross-origin resource sharing", {"Access-Control-Allow-Origin": "*"}, 0),
        (
            "cross-origin resource sharing",
            {
                "Access-Control-Allow-Origin": "https://http-observatory.example",
                "Access-Control-Allow-Credentials": "true",
            },
            -50,
        ),
    ],
)
def test_headers(rule, changes, worth):
    """Each rule looks at its own header."""
    assert modifiers(visit(changes))[rule] == worth


@pytest.mark.parametrize(
    ("script", "worth"),
    [
        ("", 0),
        ("<script src=/a.js></script>", 0),
        ("<script src=/a.js integrity=sha256-x></script>", 5),
        ("<script src=https://f.org/a.js></script>", -5),
        ("<script src=https://f.org/a.js integrity=sha256-x></script>", 5),
        ("<script src=http://f.org/a.js integrity=sha256-x></script>", -20),
        ("<script src=//f.org/a.js></script><script src=/a.js></script>", -50),
    ],
)
def test_scripts(script, worth):
    """A script of another host needs a digest, and https."""
    assert modifiers(visit(text=script))["subresource integrity"] == worth


@pytest.mark.parametrize(
    ("hops", "worth"),
    [
        (("https://e.org/",), 0),
        (("http://e.org/",), -20),
        (("http://e.org/", "http://e.org/a", "https://e.org/a"), -10),
        (("http://e.org/", "https://f.org/"), -5),
        (("http://e.org/", "https://e.org/", "http://e.org/a"), -20),
    ],
)
def test_ways(hops, worth):
    """Who comes by http is sent to https on the same host first."""
    assert modifiers(visit(hops=hops))["redirection"] == worth
