"""Former addresses of stories."""

from __future__ import annotations

import html5lib
import pytest

from plugins.discovery.redirects import ABOUT, Redirect, RedirectError, maps, marks, redirects
from tests.plugins.discovery.samples import HOSTILE, make_files, make_story


def test_every_former_address_leads_to_the_story():
    """Each former address leads to where the story is now, not to one between."""
    stories = [make_story("c", formerly=("a", "b")), make_story("x"), make_story("d")]
    assert redirects(stories) == [
        Redirect("/stories/a/", "/stories/c/", "故事c"),
        Redirect("/stories/b/", "/stories/c/", "故事c"),
    ]


@pytest.mark.parametrize(
    ("stories", "message"),
    [
        pytest.param(
            [make_story("a"), make_story("b", formerly=("a",))],
            "stories/b: formerly: “a”已经归报道 a：删去它，或者换一个",
            id="another story's",
        ),
        pytest.param(
            [make_story("a", formerly=("a",))],
            "stories/a: formerly: “a”已经归报道 a：删去它，或者换一个",
            id="its own",
        ),
        pytest.param(
            [make_story("c", formerly=("x",)), make_story("b", formerly=("x",))],
            "stories/c: formerly: “x”已经归报道 b：删去它，或者换一个",
            id="claimed twice",
        ),
        pytest.param(
            [make_story("a", formerly=("../b",))],
            "stories/a: formerly: “../b”读不成地址：删去它，或者换一个",
            id="path",
        ),
    ],
)
def test_address_that_cannot_lead_anywhere(stories, message):
    """A former address that is taken, claimed twice or none is refused, and told."""
    with pytest.raises(RedirectError) as error:
        redirects(stories)
    assert str(error.value) == message


def test_all_mistakes_are_told_at_once():
    """Every mistake has its line."""
    stories = [make_story("a", formerly=("a", "B")), make_story("b", formerly=("a",))]
    with pytest.raises(RedirectError) as error:
        redirects(stories)
    assert len(str(error.value).splitlines()) == 3


def test_map_for_the_web_server():
    """Web servers' maps name both addresses, and Caddy's what is below them too."""
    assert maps([Redirect("/stories/a/", "/stories/b/", "x")]) == {
        "redirects.map": f"{ABOUT}/stories/a /stories/b;\n",
        "redirects.caddy": f"{ABOUT}~^/stories/a(/[a-z0-9./-]*)?$ /stories/b${{1}}\n",
    }
    assert maps([]) == {"redirects.map": ABOUT, "redirects.caddy": ABOUT}


def test_withdrawn_stories_keep_their_addresses():
    """No story can have had the address of a withdrawn one."""
    with pytest.raises(RedirectError, match="“old”已经归报道 gone"):
        redirects([make_story("a", formerly=("old",))], {"old": "gone"})
    assert marks(["gone", "old"]) == {
        "stories/gone/gone.txt": "410 Gone\n",
        "stories/old/gone.txt": "410 Gone\n",
    }


@pytest.mark.parametrize("title", ["认得那件红马甲", *HOSTILE])
def test_page_at_a_former_address(title):
    """The page sends readers on at once, shows a link to those who are not, and is not indexed."""
    (name, text), *others = (
        make_files().redirects([Redirect("/stories/a/", "/stories/b/", title)]).items()
    )
    assert (name, others) == ("stories/a/index.html", [])
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    document = parser.parse(text)
    assert document.get("lang") == "zh-CN"
    metas = {meta.get("name") or meta.get("http-equiv"): meta for meta in document.iter("meta")}
    assert metas["refresh"].get("content") == "0; url=/stories/b/"
    assert metas["robots"].get("content") == "noindex"
    (canonical,) = document.iter("link")
    assert canonical.get("href") == "https://example.org/stories/b/"
    (link,) = document.iter("a")
    assert (link.get("href"), "".join(link.itertext())) == ("/stories/b/", title)
    (heading,) = document.iter("h1")
    assert document.findtext(".//title").startswith(heading.text)


def test_robots():
    """Robots are kept from forms, receipts and the desk, and shown the sitemap."""
    text = make_files().robots()["robots.txt"]
    lines = text.splitlines()
    assert lines[:2] == ["User-agent: *", "Allow: /"]
    assert {"Disallow: /desk", "Disallow: /messages/new", "Disallow: /messages/receipt/"} <= {
        *lines
    }
    assert lines[-1] == "Sitemap: https://example.org/sitemap.xml"
