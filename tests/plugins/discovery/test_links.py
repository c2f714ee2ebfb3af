"""A story's HTML for readers elsewhere."""

from __future__ import annotations

import pytest

from plugins.discovery.links import absolute, pictures

BASE = "https://example.org/stories/first/"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param(
            '<a href="/about/">x</a>',
            '<a href="https://example.org/about/">x</a>',
            id="from the root",
        ),
        pytest.param('<a href="#top">x</a>', f'<a href="{BASE}#top">x</a>', id="on the page"),
        pytest.param(
            "<a href='../second/'>x</a>",
            '<a href="https://example.org/stories/second/">x</a>',
            id="relative",
        ),
        pytest.param('<a href="mailto:a@b.cn">x</a>', '<a href="mailto:a@b.cn">x</a>', id="mail"),
        pytest.param(
            '<a href="https://b.org/?a=1&amp;b=2">x</a>',
            '<a href="https://b.org/?a=1&amp;b=2">x</a>',
            id="absolute stays to the letter",
        ),
        pytest.param(
            '<a href="/?a=1&amp;b=2" title="&quot;">x</a>',
            '<a href="https://example.org/?a=1&amp;b=2" title="&quot;">x</a>',
            id="escaped again",
        ),
        pytest.param(
            '<img src="/a.jpg" alt="" loading=lazy hidden>',
            '<img src="https://example.org/a.jpg" alt="" loading="lazy" hidden>',
            id="other attributes stay",
        ),
        pytest.param(
            '<img srcset="/a.jpg 1x, /b,c.jpg 2x" alt="">',
            '<img srcset="https://example.org/a.jpg 1x, https://example.org/b,c.jpg 2x" alt="">',
            id="several pictures",
        ),
        pytest.param(
            '<a href="http://[">x</a>', '<a href="http://[">x</a>', id="no address at all"
        ),
        pytest.param(
            '<svg><use href="#a"/></svg>', f'<svg><use href="{BASE}#a"/></svg>', id="closed at once"
        ),
        pytest.param(
            "<br /><p>1 &lt; 2 &#8212; &copy;</p>",
            "<br /><p>1 &lt; 2 &#8212; &copy;</p>",
            id="characters stay as written",
        ),
        pytest.param(
            '<code>&lt;a href="/x"&gt;</code> href="/y"',
            '<code>&lt;a href="/x"&gt;</code> href="/y"',
            id="text that looks like a link",
        ),
        pytest.param("a<!-- /x -->b", "ab", id="comments are left out"),
        pytest.param("{字|zì}<wbr>", "{字|zì}<wbr>", id="what is none of our business"),
    ],
)
def test_absolute(html, expected):
    """Addresses become absolute; all else stays as it was written."""
    assert absolute(html, BASE) == expected
    assert absolute(expected, BASE) == expected


def test_pictures():
    """The pictures of a text are told in their order."""
    html = (
        '<p><img src="/b.jpg" alt=""><a href="/c.jpg">x</a><img alt=""><img src="a.jpg" alt=""></p>'
    )
    assert pictures(html, BASE) == ["https://example.org/b.jpg", f"{BASE}a.jpg"]
