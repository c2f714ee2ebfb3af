"""A story's HTML for readers elsewhere."""

from __future__ import annotations

import pytest

from plugins.discovery.links import absolute, pictures
from plugins.galleries.placeholders import placeholder_svg

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
        pytest.param(
            '<ul class="wall" data-enhance="lightbox" data-close="x"><li>a</ul>',
            '<ul class="wall"><li>a</ul>',
            id="what is for scripts is left out",
        ),
        pytest.param(
            f"a{placeholder_svg('a98cb8/543765')}<b>c</b>",
            "a<b>c</b>",
            id="what stands in for a picture is left out",
        ),
        pytest.param(
            'a<svg class="x photo__cells">1 &lt; &#50;<svg></svg><br/></svg>b<svg><a/></svg>',
            "ab<svg><a/></svg>",
            id="other drawings stay",
        ),
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
    assert pictures(html) == ("/b.jpg", "a.jpg")


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        pytest.param(
            '<img src="/a-640.jpg" srcset="/a-640.jpg 640w, /a-1280.jpg 1280w, /a-1920.jpg 1920w">',
            "/a-1280.jpg",
            id="the file for sharing",
        ),
        pytest.param(
            '<img src="/a-500.jpg" srcset="/a-500.jpg 500w">',
            "/a-500.jpg",
            id="a small picture",
        ),
        pytest.param(
            '<img src="/a.jpg" srcset="/a.jpg 1x, /b.jpg 2x">',
            "/a.jpg",
            id="no widths",
        ),
        pytest.param('<img src="/a.jpg" srcset="/b.jpg 1920w">', "/a.jpg", id="too wide"),
    ],
)
def test_picture_in_several_widths(image, expected):
    """Of a picture that comes in several widths one is told."""
    assert pictures(f'<picture><source srcset="/a.avif 640w">{image}</picture>') == (expected,)
