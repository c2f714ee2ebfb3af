"""The sitemap: which pages are in it, how old they are, and their pictures."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree

import pytest

from plugins.discovery.sitemap import (
    MOST_PICTURES,
    contents_of,
    locations,
    parts,
    story_pictures,
)
from tests.plugins.discovery.samples import (
    MOMENT,
    make_album,
    make_files,
    make_photo,
    make_publication,
    make_story,
    make_theme,
)

SITE = make_publication()
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
IMAGE = "{http://www.google.com/schemas/sitemap-image/1.1}"
LATER = MOMENT + timedelta(days=1)


def made(*pages, stories=(), themes=(), albums=()):
    """Give address, age and pictures of each of *pages* in the sitemap."""
    contents = contents_of(SITE, stories, themes, albums)
    (text,) = make_files().sitemap(locations(SITE, pages, contents)).values()
    root = ElementTree.fromstring(text.encode())
    assert root.tag == f"{MAP}urlset"
    return [
        (
            url.findtext(f"{MAP}loc"),
            url.findtext(f"{MAP}lastmod"),
            [image.text for image in url.iter(f"{IMAGE}loc")],
        )
        for url in root
    ]


def test_ages():
    """Stories are as old as their last change, lists as their newest one; others do not say."""
    old, new = make_story("old"), make_story("new", modified=LATER, tag_addresses=("/tags/a/",))
    themes = [make_theme(stories=(old,)), make_theme("empty")]
    pages = [
        "/", "/about/", "/messages/", "/stories/", "/stories/new/", "/stories/old/",
        "/stories/page/2/", "/tags/a/", "/tags/a/page/3/", "/themes/culture/", "/themes/empty/",
    ]  # fmt: skip
    found = {url: age for url, age, _ in made(*pages, stories=[new, old], themes=themes)}
    assert list(found) == [f"https://example.org{page}" for page in pages]
    assert list(found.values()) == [
        LATER.isoformat(), None, None, LATER.isoformat(), LATER.isoformat(), MOMENT.isoformat(),
        LATER.isoformat(), LATER.isoformat(), LATER.isoformat(), MOMENT.isoformat(), None,
    ]  # fmt: skip


def test_pictures():
    """A story has its own pictures, each once, and none of another site."""
    html = (
        '<img src="/pictures/b.svg" alt=""><img src="/pictures/a.svg" alt="">'
        '<img src="https://other.example/c.svg" alt=""><img src="/pictures/g &amp; h.svg" alt="">'
        '<img src="/d-640.jpg" srcset="/d-640.jpg 640w, /d-1280.jpg 1280w, /d-1920.jpg 1920w">'
    )
    story = make_story(picture="a.svg", html=html)
    shown = {url: images for url, _, images in made("/", "/stories/first/", stories=[story])}
    base = "https://example.org"
    own = [f"{base}/pictures/{name}" for name in ("a.svg", "b.svg", "g & h.svg")]
    assert shown == {
        "https://example.org/": [],
        "https://example.org/stories/first/": [*own, f"{base}/d-1280.jpg"],
    }
    assert story_pictures(SITE, make_story()) == ()
    assert story_pictures(SITE, make_story(picture="broken.jpg")) == ()


def test_albums():
    """Albums and their photos are as old as the album and have their pictures; the list of albums
    is as old as the newest one and has the covers.
    """
    new = make_album(make_photo("01", "new"), make_photo("02", "new"), slug="new", date=LATER)
    old = make_album(slug="old")
    pages = ["/", "/galleries/", "/galleries/new/", "/galleries/new/02/", "/galleries/old/"]
    first, second = (f"https://example.org/pictures/0{n}-bbbbbbbbbb-1280.jpg" for n in (1, 2))
    found = made(*pages, stories=[make_story()], albums=[new, old])
    assert [(url.removeprefix(SITE.url), age, images) for url, age, images in found] == [
        ("/", LATER.isoformat(), []),
        ("/galleries/", LATER.isoformat(), [first]),
        ("/galleries/new/", LATER.isoformat(), [first, second]),
        ("/galleries/new/02/", LATER.isoformat(), [second]),
        ("/galleries/old/", MOMENT.isoformat(), []),
    ]


def test_home_page_is_as_old_as_what_is_newest():
    """An older album does not make the home page older than its newest story."""
    stories = [make_story(modified=LATER)]
    assert made("/", stories=stories, albums=[make_album()])[0][1] == LATER.isoformat()
    assert made("/", albums=[make_album()])[0][1] == MOMENT.isoformat()


def test_album_of_more_pictures_than_a_page_may_have():
    """Of a very large album the page tells as many pictures as search engines take."""
    album = make_album(*(make_photo(str(number)) for number in range(MOST_PICTURES + 1)))
    ((_, _, images),) = made("/galleries/stations/", albums=[album])
    assert len(images) == MOST_PICTURES


def test_order_does_not_depend_on_the_file_system():
    """However the pages are found, the sitemap is the same."""
    assert made("/b/", "/", "/a/") == made("/a/", "/b/", "/")


@pytest.mark.parametrize(
    ("number", "shares"),
    [
        pytest.param(0, [0], id="none"),
        pytest.param(3, [3], id="as many as one takes"),
        pytest.param(7, [3, 3, 1], id="more"),
    ],
)
def test_large_site(number, shares):
    """A site of more pages than one sitemap may hold has several, and an index of them."""
    pages = locations(SITE, [f"/{n}/" for n in range(number)], contents_of(SITE, [], []))
    assert [len(part) for part in parts(pages, 3)] == shares
    files = make_files().sitemap(pages, 3)
    roots = {name: ElementTree.fromstring(text.encode()) for name, text in files.items()}
    listed = [loc.text for root in roots.values() for loc in root.iter(f"{MAP}loc")]
    if len(shares) == 1:
        assert list(files) == ["sitemap.xml"]
        assert listed == [page.url for page in pages]
    else:
        names = [f"sitemap-{n}.xml" for n in range(1, len(shares) + 1)]
        assert sorted(files) == sorted(["sitemap.xml", *names])
        assert roots["sitemap.xml"].tag == f"{MAP}sitemapindex"
        assert [loc.text for loc in roots["sitemap.xml"].iter(f"{MAP}loc")] == [
            f"https://example.org/{name}" for name in names
        ]
        assert sorted(listed) == sorted(
            [*(page.url for page in pages), *(f"https://example.org/{name}" for name in names)]
        )
