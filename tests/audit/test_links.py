"""The audit sees links that lead nowhere, and pages that contradict themselves."""

from __future__ import annotations

import pytest

from audit.links import Linked, addresses_in_css, addresses_in_text
from audit.markup import parse
from audit.sources import inline_parts

SITE = "http://127.0.0.1:8000"
FILES = {"/picture.svg", "/picture-2.svg", "/messages/new?thread=board"}


def linked(**pages):
    """Give a small site of *pages* by name, with a few files beside them."""
    trees = {f"/{name}/": parse(text) for name, text in pages.items()}
    return Linked(SITE, trees, FILES.__contains__)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("<a href='/here/'>", [], id="a page"),
        pytest.param("<a href='#top'><p id=top>", [], id="an anchor of the page"),
        pytest.param("<a href='/other/#part'>", [], id="an anchor of another page"),
        pytest.param(f"<link rel=canonical href='{SITE}/here/'>", [], id="a full address"),
        pytest.param("<form action='/messages/new?thread=board'>", [], id="the service"),
        pytest.param("<img alt='' srcset='/picture.svg 1x, /picture-2.svg 2x'>", [], id="pictures"),
        pytest.param("<a href='https://example.org/'>", [], id="another site is not asked"),
        pytest.param("<a href='tel:12355'><a href='mailto:a@example.org'>", [], id="no address"),
        pytest.param("<a href='/gone/'>", ["/gone/ leads nowhere"], id="no page"),
        pytest.param("<a href='../gone/'>", ["../gone/ leads nowhere"], id="no neighbour"),
        pytest.param("<img alt='' src='/no.svg'>", ["/no.svg leads nowhere"], id="no picture"),
        pytest.param(
            "<img alt='' srcset='/picture.svg 1x, /no.svg 2x'>",
            ["/no.svg leads nowhere"],
            id="no larger picture",
        ),
        pytest.param(
            f"<meta property='og:image' content='{SITE}/no.png'>",
            [f"{SITE}/no.png leads nowhere"],
            id="no card",
        ),
        pytest.param("<a href='#gone'>", ["#gone has no such anchor"], id="no anchor"),
        pytest.param(
            "<a href='/other/#gone'>", ["/other/#gone has no such anchor"], id="no anchor there"
        ),
        pytest.param("<p id=a><p id=a>", ["id 'a' stands 2 times"], id="an id twice"),
        pytest.param(
            "<label for=b>", ["<label for='b'> names no element"], id="a label of nothing"
        ),
        pytest.param(
            "<img src='/picture.svg'>", ["<img src='/picture.svg'> has no alt"], id="no alt"
        ),
    ],
)
def test_faults(body, expected):
    """Each kind of fault is told with its page, and what is right is not."""
    site = linked(here=body, other="<p id=part>")
    assert list(site.faults()) == [f"/here/: {line}" for line in expected]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            "<script src=a.js></script><script type='application/ld+json'>{}", [], id="ok"
        ),
        pytest.param("<script>1</script>", ["<script> without src"], id="script"),
        pytest.param("<style>p{}</style>", ["<style>"], id="style"),
        pytest.param("<p style='color:red'>", ["<p style>"], id="style of an element"),
        pytest.param("<p onclick='a()'>", ["<p onclick>"], id="handler"),
        pytest.param("<a href=' JavaScript:a()'>", ["<a href=javascript:>"], id="address"),
    ],
)
def test_inline_parts(body, expected):
    """Whatever a strict policy stops is seen in the source."""
    assert list(inline_parts(parse(body))) == expected


def test_addresses_in_css():
    """Style sheets are read for the files they name."""
    css = "a{background:url(/a.svg)} b{background:url( 'b.svg' )} c{background:url(data:x)}"
    assert addresses_in_css(css) == ["/a.svg", "b.svg"]


def test_addresses_in_text():
    """Feeds and site maps are read for our addresses; an entry's id is a name, no address."""
    text = (
        f'<id>{SITE}/1</id><loc>{SITE}/a/</loc> {{"id": "{SITE}/2", "url": "{SITE}/b/"}} '
        f"&lt;img src=&#34;{SITE}/c.svg&#34;&gt;"
    )
    assert addresses_in_text(text, SITE) == [f"{SITE}/a/", f"{SITE}/b/", f"{SITE}/c.svg"]
