"""Feeds: valid whatever stories and albums hold, the same story for ever the same entry."""

from __future__ import annotations

import dataclasses
import json
from datetime import date, datetime, timedelta

import html5lib
import pytest

from plugins.campaign.changes import Correction, read_update
from plugins.discovery.entries import IN_ENTRY
from plugins.discovery.feeds import IN_FEED
from tests.plugins.discovery.samples import (
    ATOM,
    HOSTILE,
    MOMENT,
    SHENZHEN,
    UNSPEAKABLE,
    check_atom,
    check_schema,
    make_album,
    make_files,
    make_photo,
    make_story,
    make_theme,
)

CORRECTIONS = (
    Correction(date(2015, 12, 9), "“9,465个”应为“9,464个”。"),
    Correction(date(2015, 12, 8), "<b>人名</b> & 地名"),
)


def feeds_of(*stories, themes=()):
    """Make the feeds of all *stories*; gives the root of Atom and the JSON Feed."""
    files = make_files().feeds(stories, themes)
    feed = json.loads(files["feed.json"])
    check_schema("json_feed", feed)
    return check_atom(files["feed.xml"]), feed


def entry_of(story):
    """Give the one entry of the feed of *story*, and its item."""
    root, feed = feeds_of(story)
    return root.find(f"{ATOM}entry"), feed["items"][0]


def album_feeds_of(*albums):
    """Make the feeds of *albums*; gives the root of Atom and the JSON Feed."""
    files = make_files().feeds([], [], albums)
    feed = json.loads(files["galleries/feed.json"])
    check_schema("json_feed", feed)
    return check_atom(files["galleries/feed.xml"]), feed


def text_of(html):
    """Give the text of *html* as a browser reads it."""
    return "".join(html5lib.parseFragment(html).itertext())


def test_feed_tells_of_itself():
    """A feed names itself, its page, its language and who publishes it."""
    root, feed = feeds_of(make_story())
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links == {"self": "https://example.org/feed.xml", "alternate": "https://example.org/"}
    assert root.findtext(f"{ATOM}id") == "https://example.org/feed.xml"
    assert root.findtext(f"{ATOM}title") == feed["title"] == "样本专题"
    assert feed["feed_url"] == "https://example.org/feed.json"
    assert feed["home_page_url"] == "https://example.org/"
    assert feed["language"] == "zh-CN"
    assert feed["authors"] == [{"name": "样本频道", "url": "https://example.org/"}]


def test_entry_holds_the_whole_story():
    """An entry has title, summary, tags, picture and the whole text with absolute addresses."""
    story = make_story(
        html='<p><a href="/about/">关于</a></p>',
        tags=("红马甲", "U站"),
        picture="a.svg",
        picture_alt="画面",
        picture_caption="图说",
    )
    entry, item = entry_of(story)
    html = entry.findtext(f"{ATOM}content")
    assert html == item["content_html"]
    assert html == (
        '<figure><img src="https://example.org/pictures/a.svg" alt="画面">'
        "<figcaption>图说</figcaption></figure>\n"
        '<p><a href="https://example.org/about/">关于</a></p>'
    )
    assert entry.findtext(f"{ATOM}title") == item["title"] == "故事first"
    assert entry.findtext(f"{ATOM}summary") == item["summary"] == "故事first的摘要。"
    tags = [tag.get("term") for tag in entry.findall(f"{ATOM}category")]
    assert tags == item["tags"] == ["红马甲", "U站"]
    assert item["image"] == "https://example.org/pictures/a.svg"
    links = {link.get("rel"): link.get("href") for link in entry.findall(f"{ATOM}link")}
    assert links["alternate"] == item["url"] == "https://example.org/stories/first/"
    assert links["replies"] == "https://example.org/stories/first/messages.xml"


def test_entry_without_tags_and_picture():
    """What a story has not is not in its entry either."""
    entry, item = entry_of(make_story())
    assert entry.findall(f"{ATOM}category") == []
    assert "tags" not in item
    assert "image" not in item
    assert item["content_html"] == "<p>正文。</p>"


def test_identity_outlives_title_and_address():
    """A story that gets another title, text or address is still the same entry."""
    story = make_story("old-name")
    renamed = dataclasses.replace(
        story, title="新的标题", slug="new-name", read=lambda: "<p>新。</p>", formerly=("old-name",)
    )
    (before, item_before), (after, item_after) = entry_of(story), entry_of(renamed)
    assert before.findtext(f"{ATOM}id") == after.findtext(f"{ATOM}id") == item_before["id"]
    assert item_after["id"] == item_before["id"]
    assert item_after["url"] == "https://example.org/stories/new-name/"


@pytest.mark.parametrize(
    ("credit", "author"),
    [
        pytest.param("", "样本频道", id="publisher"),
        pytest.param("编辑部", "编辑部", id="who stands alone"),
        pytest.param("编辑部 · 插画：版式组", "编辑部", id="who stands first"),
    ],
)
def test_author(credit, author):
    """The author is the first of the credit line, else the publisher."""
    entry, item = entry_of(make_story(credit=credit))
    assert item["authors"] == [{"name": author}]
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == author


def test_corrections_come_first():
    """Corrections stand above everything else, newest first, and make the entry newer."""
    corrected = datetime(2015, 12, 9, tzinfo=SHENZHEN)
    story = make_story(corrections=CORRECTIONS, modified=corrected, picture="a.svg")
    entry, item = entry_of(story)
    html = entry.findtext(f"{ATOM}content")
    assert html == item["content_html"]
    assert html.startswith("<h2>更正</h2>\n<ul>\n<li>")
    assert text_of(html).startswith(
        "更正\n\n2015年12月9日：“9,465个”应为“9,464个”。\n2015年12月8日：<b>人名</b> & 地名"
    )
    assert '<time datetime="2015-12-09">' in html
    assert entry.findtext(f"{ATOM}updated") == item["date_modified"] == corrected.isoformat()
    assert entry.findtext(f"{ATOM}published") == item["date_published"] == MOMENT.isoformat()


def test_correction_is_told_where_only_the_summary_shows():
    """A reader of feeds that shows no more than summaries shows the newest correction."""
    entry, item = entry_of(make_story(corrections=CORRECTIONS))
    told = "【更正】2015年12月9日：“9,465个”应为“9,464个”。 故事first的摘要。"
    assert entry.findtext(f"{ATOM}summary") == item["summary"] == told


def test_update_is_told():
    """What an update brought stands above the text."""
    update = read_update("2015-12-21 补充了<b>数字</b>")
    _, item = entry_of(make_story(revision=update))
    assert text_of(item["content_html"]).startswith("更新于2015年12月21日：补充了<b>数字</b>")
    assert item["summary"] == "故事first的摘要。"


def test_what_changed_comes_back():
    """An old story that was corrected stands first again, whatever else came since."""
    changed = MOMENT + timedelta(days=30)
    many = [make_story(f"s{number}") for number in range(IN_FEED + 5)]
    _, feed = feeds_of(*many, make_story("old", modified=changed))
    urls = [item["url"].rpartition("/stories/")[2] for item in feed["items"]]
    assert urls == ["old/", *(f"s{number}/" for number in range(IN_FEED - 1))]


def test_feed_is_as_new_as_its_newest_change():
    """A feed was changed when the newest of its entries was, whichever that is."""
    changed = MOMENT + timedelta(days=30)
    root, _ = feeds_of(make_story("b"), make_story("a", modified=changed))
    assert root.findtext(f"{ATOM}updated") == changed.isoformat()


def test_feed_holds_the_newest_thirty():
    """Of many stories the first thirty are in the feed, in their order."""
    stories = [make_story(f"s{number}") for number in range(IN_FEED + 5)]
    root, feed = feeds_of(*stories)
    urls = [item["url"] for item in feed["items"]]
    assert urls == [f"https://example.org/stories/s{number}/" for number in range(30)]
    ids = [entry.findtext(f"{ATOM}id") for entry in root.findall(f"{ATOM}entry")]
    assert ids == [item["id"] for item in feed["items"]]


def test_theme_has_its_own_feeds():
    """A theme's feeds hold its stories, and name its page."""
    theme = make_theme(stories=(make_story(),))
    files = make_files().feeds([], [theme])
    assert list(files) == [
        "feed.xml", "feed.json", "themes/culture/feed.xml", "themes/culture/feed.json",
    ]  # fmt: skip
    root = check_atom(files["themes/culture/feed.xml"])
    assert root.findtext(f"{ATOM}title") == "主题文化 · 样本专题"
    assert root.findtext(f"{ATOM}subtitle") == "一句话。"
    assert len(root.findall(f"{ATOM}entry")) == 1
    feed = json.loads(files["themes/culture/feed.json"])
    check_schema("json_feed", feed)
    assert feed["home_page_url"] == "https://example.org/themes/culture/"


def test_albums_have_their_own_feeds():
    """The feeds of albums hold them newest first, and name the page of all albums."""
    later = MOMENT + timedelta(days=2)
    root, feed = album_feeds_of(make_album(slug="new", date=later), make_album(slug="old"))
    assert root.findtext(f"{ATOM}title") == feed["title"] == "图集 · 样本专题"
    assert root.findtext(f"{ATOM}updated") == later.isoformat()
    assert feed["home_page_url"] == "https://example.org/galleries/"
    urls = [item["url"] for item in feed["items"]]
    assert urls == ["https://example.org/galleries/new/", "https://example.org/galleries/old/"]
    links = [link.get("href") for link in root.findall(f"{ATOM}entry/{ATOM}link")]
    assert links == urls


def test_without_albums_there_is_no_feed_of_them():
    """A site without albums has no file that says so."""
    assert list(make_files().feeds([], [])) == ["feed.xml", "feed.json"]


def test_entry_of_an_album():
    """An album's entry has its summary, and each photo with its words and absolute addresses."""
    full = make_photo("01", caption="图说", credit="摄影：一人")
    album = make_album(full, make_photo("02", alt='"', caption="<i>"), credit="编辑部 · 摄影：众人")
    root, feed = album_feeds_of(album)
    entry, (item,) = root.find(f"{ATOM}entry"), feed["items"]
    assert entry.findtext(f"{ATOM}content") == item["content_html"]
    site = "https://example.org"
    assert item["content_html"] == (
        "<p>图集stations的摘要。</p>\n"
        f'<figure><a href="{site}/galleries/stations/01/">'
        f'<img src="{site}/pictures/01-bbbbbbbbbb-1280.jpg" alt="画面01" width="1280" height="960">'
        "</a><figcaption>图说 · 摄影：一人</figcaption></figure>\n"
        f'<figure><a href="{site}/galleries/stations/02/">'
        f'<img src="{site}/pictures/02-bbbbbbbbbb-1280.jpg" alt="&#34;" width="1280" height="960">'
        "</a><figcaption>&lt;i&gt;</figcaption></figure>\n"
    )
    assert item["image"] == f"{site}/pictures/01-bbbbbbbbbb-1280.jpg"
    assert item["authors"] == [{"name": "编辑部"}]
    assert item["date_published"] == item["date_modified"] == MOMENT.isoformat()
    assert entry.findtext(f"{ATOM}summary") == item["summary"] == "图集stations的摘要。"


def test_entry_of_a_bare_album():
    """An album without summary, cover and photos has a valid entry."""
    _, feed = album_feeds_of(make_album(summary=""))
    assert feed["items"][0].keys().isdisjoint({"image", "summary", "tags"})


@pytest.mark.parametrize(
    ("number", "has_way"),
    [
        pytest.param(IN_ENTRY, False, id="as many as an entry shows"),
        pytest.param(IN_ENTRY + 1, True, id="one more"),
    ],
)
def test_entry_of_a_large_album(number, has_way):
    """Of many photos an entry shows the first twenty, and the way to all."""
    photos = [make_photo(f"{n:02}") for n in range(number)]
    _, feed = album_feeds_of(make_album(*photos))
    html = feed["items"][0]["content_html"]
    assert html.count("<img ") == IN_ENTRY
    way = f'<a href="https://example.org/galleries/stations/">打开图集《图集stations》，共{number}张</a>'
    assert (way in html) == has_way


def test_site_feed_holds_stories_and_albums():
    """Readers of the site's feed get stories and albums in one order, newest first."""
    days = [MOMENT - timedelta(days=number) for number in range(4)]
    stories = [
        make_story("a", published=days[0], modified=days[0]),
        make_story("b", published=days[2], modified=days[2]),
    ]
    albums = [make_album(slug="c", date=days[1]), make_album(slug="d", date=days[3])]
    files = make_files().feeds(stories, [], albums)
    feed = json.loads(files["feed.json"])
    check_schema("json_feed", feed)
    order = [item["url"].removeprefix("https://example.org/") for item in feed["items"]]
    assert order == ["stories/a/", "galleries/c/", "stories/b/", "galleries/d/"]
    ids = [
        entry.findtext(f"{ATOM}id") for entry in check_atom(files["feed.xml"]).iter(f"{ATOM}entry")
    ]
    assert ids == [item["id"] for item in feed["items"]]


def test_picture_that_cannot_be_shown():
    """A story's picture that no file could be made of is left out of its entry."""
    _, item = entry_of(make_story(picture="broken.jpg", picture_alt="画面"))
    assert "image" not in item
    assert item["content_html"] == "<p>正文。</p>"


def test_feed_of_nothing():
    """Without stories a feed is valid, and of a time that does not change."""
    root, feed = feeds_of()
    assert root.findtext(f"{ATOM}updated") == "1970-01-01T00:00:00+00:00"
    assert feed["items"] == []


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words(text):
    """Whatever an editor's words hold comes back as text, to the letter."""
    correction = Correction(date(2015, 12, 9), text)
    story = make_story(
        title=text,
        lead=text,
        tags=(text,),
        credit=text,
        picture="a.svg",
        picture_alt=text,
        picture_caption=text,
        corrections=(correction,),
    )
    entry, item = entry_of(story)
    assert entry.findtext(f"{ATOM}title") == item["title"] == text
    summary = f"【更正】2015年12月9日：{text} {text}"
    assert entry.findtext(f"{ATOM}summary") == item["summary"] == summary
    assert [tag.get("term") for tag in entry.findall(f"{ATOM}category")] == item["tags"] == [text]
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == text.strip()
    html = entry.findtext(f"{ATOM}content")
    assert html == item["content_html"]
    fragment = html5lib.parseFragment(html, namespaceHTMLElements=False)
    (image,) = fragment.iter("img")
    assert image.get("alt") == text
    assert "".join(fragment.find(".//figcaption").itertext()) == text
    assert "".join(fragment.find(".//li").itertext()) == f"2015年12月9日：{text}"
    assert list(fragment.iter("script")) == []


def test_unspeakable_characters_are_dropped():
    """Characters that XML does not allow are left out of both feeds."""
    entry, item = entry_of(
        make_story(title=UNSPEAKABLE, lead=UNSPEAKABLE, html=f"<p>{UNSPEAKABLE}</p>")
    )
    for name, key in (("title", "title"), ("summary", "summary")):
        assert entry.findtext(f"{ATOM}{name}") == item[key] == "abb"
    assert entry.findtext(f"{ATOM}content") == item["content_html"] == "<p>abb</p>"
