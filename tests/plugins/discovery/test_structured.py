"""Structured data: what schema.org and search engines ask for, safe within a page."""

from __future__ import annotations

import json
from datetime import date, datetime

import html5lib
import pytest

from plugins.campaign.changes import Correction
from plugins.discovery.structured import (
    headline,
    structured_album,
    structured_albums,
    structured_photo,
    structured_site,
    structured_story,
    structured_theme,
)
from tests.plugins.discovery.samples import (
    HOSTILE,
    MOMENT,
    SHENZHEN,
    UNSPEAKABLE,
    check_schema,
    make_album,
    make_photo,
    make_publication,
    make_story,
    make_theme,
)

SITE = make_publication()


def nodes_of(markup, *schemas):
    """Give the nodes of structured data, each held to its schema."""
    data = json.loads(markup)
    assert data["@context"] == "https://schema.org"
    for schema, node in zip(schemas, data["@graph"], strict=True):
        check_schema(schema, node)
    return data["@graph"]


def names_of(trail):
    """Give the names and addresses along the way to a page."""
    items = trail["itemListElement"]
    assert [item["position"] for item in items] == list(range(1, len(items) + 1))
    return [(item["name"], item["item"]) for item in items]


def test_story():
    """A story tells all that it has; its way leads over its theme."""
    story = make_story(
        picture="a.svg",
        section="文化",
        section_address="/themes/culture/",
        tags=("红马甲",),
        credit="编辑部 · 插画：版式组",
        source_url="https://other.example/1",
        corrections=(Correction(date(2015, 12, 9), "改了一个字。"),),
        modified=datetime(2015, 12, 9, tzinfo=SHENZHEN),
    )
    cards = ["/assets/card-1.jpg"]
    article, trail = nodes_of(
        structured_story(SITE, story, cards), "news_article", "breadcrumb_list"
    )
    url = "https://example.org/stories/first/"
    assert (article["@id"], article["url"]) == (f"{url}#article", url)
    assert article["mainEntityOfPage"]["@id"] == url
    assert article["image"] == [
        "https://example.org/pictures/a.svg",
        "https://example.org/assets/card-1.jpg",
    ]
    assert article["datePublished"] == MOMENT.isoformat()
    assert article["dateModified"] == "2015-12-09T00:00:00+08:00"
    assert (article["articleSection"], article["keywords"]) == ("文化", ["红马甲"])
    assert article["creditText"] == "编辑部 · 插画：版式组"
    assert article["author"] == {"@type": "Organization", "name": "编辑部"}
    assert article["isBasedOn"] == "https://other.example/1"
    assert article["correction"] == [
        {"@type": "CorrectionComment", "datePublished": "2015-12-09", "text": "改了一个字。"}
    ]
    assert names_of(trail) == [
        ("样本专题", "https://example.org/"),
        ("文化", "https://example.org/themes/culture/"),
        ("故事first", url),
    ]


def test_plain_story():
    """A story with the least that it needs tells no empty facts."""
    article, trail = nodes_of(
        structured_story(SITE, make_story()), "news_article", "breadcrumb_list"
    )
    absent = {"image", "keywords", "articleSection", "correction", "creditText", "isBasedOn"}
    assert not absent & article.keys()
    assert article["author"] == article["publisher"]
    assert len(names_of(trail)) == 2


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        pytest.param("字" * 110, "字" * 110, id="as long as may be"),
        pytest.param("字" * 111, "字" * 109 + "…", id="one too long"),
    ],
)
def test_headline(title, shown):
    """A headline is cut to what search engines take."""
    assert headline(title) == shown


def test_theme():
    """A theme's page lists the stories that it shows, in their order."""
    data = structured_theme(SITE, make_theme(), ["/stories/b/", "/stories/a/"])
    page, trail = nodes_of(data, "collection_page", "breadcrumb_list")
    listed = page["mainEntity"]
    assert listed["numberOfItems"] == 2
    assert [(item["position"], item["url"]) for item in listed["itemListElement"]] == [
        (1, "https://example.org/stories/b/"),
        (2, "https://example.org/stories/a/"),
    ]
    assert names_of(trail)[1:] == [("主题文化", "https://example.org/themes/culture/")]


def test_albums():
    """The page of all albums lists them in their order."""
    albums = [make_album(slug="b"), make_album(slug="a")]
    page, trail = nodes_of(
        structured_albums(SITE, albums, "图集", "全部图片。"), "collection_page", "breadcrumb_list"
    )
    assert (page["name"], page["description"]) == ("图集", "全部图片。")
    assert [item["url"] for item in page["mainEntity"]["itemListElement"]] == [
        "https://example.org/galleries/b/",
        "https://example.org/galleries/a/",
    ]
    assert names_of(trail)[1:] == [("图集", "https://example.org/galleries/")]


def test_album():
    """An album tells of each photo all that is known, with the addresses of its page and files."""
    full = make_photo("01", caption="图说", credit="摄影：一人", taken="2015-12-05")
    album = make_album(full, make_photo("02", alt=""), credit="编辑部")
    gallery, trail = nodes_of(
        structured_album(SITE, album, "图集"), "image_gallery", "breadcrumb_list"
    )
    assert gallery["url"] == "https://example.org/galleries/stations/"
    assert gallery["datePublished"] == MOMENT.isoformat()
    first, second = gallery["image"]
    assert first == {
        "@type": "ImageObject",
        "url": "https://example.org/galleries/stations/01/",
        "contentUrl": "https://example.org/pictures/01-bbbbbbbbbb-1280.jpg",
        "thumbnailUrl": "https://example.org/pictures/01-bbbbbbbbbb-640.jpg",
        "width": 1280,
        "height": 960,
        "caption": "图说",
        "description": "画面01",
        "creditText": "摄影：一人",
        "dateCreated": "2015-12-05",
    }
    assert not {"caption", "description", "dateCreated"} & second.keys()
    assert second["creditText"] == "编辑部"
    assert names_of(trail)[1:] == [
        ("图集", "https://example.org/galleries/"),
        ("图集stations", "https://example.org/galleries/stations/"),
    ]


def test_album_of_nothing():
    """An album whose photos cannot be shown is still valid."""
    gallery, _ = nodes_of(
        structured_album(SITE, make_album(), "图集"), "image_gallery", "breadcrumb_list"
    )
    assert gallery["image"] == []


@pytest.mark.parametrize(
    ("words", "name"),
    [
        pytest.param({"caption": "图说"}, "图说", id="caption"),
        pytest.param({}, "画面01", id="what is to be seen"),
        pytest.param({"alt": ""}, "图集stations", id="the album's title"),
    ],
)
def test_photo(words, name):
    """A photo is what its page is about and a part of its album, and the way leads over that."""
    photo = make_photo(**words)
    album = make_album(photo)
    found, trail = nodes_of(
        structured_photo(SITE, album, photo, "图集"), "image_object", "breadcrumb_list"
    )
    gallery, _ = nodes_of(structured_album(SITE, album, "图集"), "image_gallery", "breadcrumb_list")
    url = "https://example.org/galleries/stations/01/"
    assert found["mainEntityOfPage"]["@id"] == found["url"] == url
    assert found["isPartOf"] == {"@id": gallery["@id"]}
    assert gallery["image"][0].items() <= found.items()
    assert names_of(trail)[1:] == [
        ("图集", "https://example.org/galleries/"),
        ("图集stations", "https://example.org/galleries/stations/"),
        (name, url),
    ]


def test_picture_of_a_story_that_cannot_be_shown():
    """A story's picture that no file could be made of is left out."""
    story = make_story(picture="broken.jpg")
    article, _ = nodes_of(structured_story(SITE, story), "news_article", "breadcrumb_list")
    assert "image" not in article


def test_site():
    """The home page names the site and who publishes it; stories are a part of it."""
    (site,) = nodes_of(structured_site(SITE), "web_site")
    article, _ = nodes_of(structured_story(SITE, make_story()), "news_article", "breadcrumb_list")
    assert article["isPartOf"] == {"@id": site["@id"]}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words(text):
    """No word can end the script element; every one comes back to the letter."""
    story = make_story(
        title=text, lead=text, section=text, section_address="/x/", tags=(text,), credit=text
    )
    markup = structured_story(SITE, story)
    page = f"<!DOCTYPE html><title>x</title><script type=x>{markup}</script><p>end</p>"
    document = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    (script,) = document.iter("script")
    article, trail = nodes_of(script.text, "news_article", "breadcrumb_list")
    assert article["headline"] == article["description"] == article["creditText"] == text
    assert article["keywords"] == [text]
    assert [name for name, _ in names_of(trail)[1:]] == [text, text]
    assert not set("<>&\u2028\u2029") & set(markup)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_of_albums(text):
    """No word of an album can end the script element either."""
    photo = make_photo(alt=text, caption=text, credit=text)
    album = make_album(photo, title=text, summary=text, credit=text)
    for markup in (structured_album(SITE, album, text), structured_photo(SITE, album, photo, text)):
        assert not set("<>&\u2028\u2029") & set(markup)
    gallery, trail = nodes_of(
        structured_album(SITE, album, text), "image_gallery", "breadcrumb_list"
    )
    assert gallery["name"] == gallery["description"] == gallery["creditText"] == text
    assert [gallery["image"][0][key] for key in ("caption", "description")] == [text, text]
    assert [name for name, _ in names_of(trail)[1:]] == [text, text]


def test_unspeakable_characters_are_dropped():
    """Characters that a page may not hold are left out."""
    article, _ = nodes_of(
        structured_story(SITE, make_story(title=UNSPEAKABLE)), "news_article", "breadcrumb_list"
    )
    assert article["headline"] == "abb"
