"""Messages baked into pages and feeds: whatever they hold, the documents stay whole."""

from __future__ import annotations

import itertools
import json
import shutil
import tempfile
import unicodedata
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import html5lib
import pytest

from comment_archive.directory import BOARD, Directory
from comment_archive.files import PAGE_LENGTH, Archive, page_of
from comment_archive.ledger import Ledger, Month, write_ledger
from comment_archive.markup import render
from comment_archive.records import Head, Parent
from comment_archive.text import plain_text, strip_controls
from plugins.message_board.ledger import wait_in_words
from plugins.message_board.rendering import PIECES, WORDS, SlotRenderer
from plugins.message_board.slots import Slot, names_in, wrap
from tests.comment_archive.hostile import HOSTILE
from tests.comment_archive.samples import make_comment, make_site, make_thread
from tests.living_site import ROOT
from tests.plugins.discovery.samples import check_schema, make_words

TEMPLATES = ROOT / "theme" / "templates" / "slots"
XHTML = "{http://www.w3.org/1999/xhtml}"
ATOM = "{http://www.w3.org/2005/Atom}"
IN_PAGES = ["thread:first", "thread:first/1", "wall", "wall/1", "latest"]
"""Slots that stand within pages and hold messages; with pages of two, some have left the view."""


@cache
def environment():
    """Give the theme's templates with its words, compiled once for all tests here."""
    directory = Directory(site=make_site(), threads={})
    with tempfile.TemporaryDirectory() as folder:
        templates = Path(folder) / "slots"
        shutil.copytree(TEMPLATES, templates)
        (templates.parent / WORDS).write_bytes(make_words().dump())
        made = SlotRenderer.of_templates(Archive(ROOT), directory, templates).environment
        for name in made.list_templates():
            made.get_template(name)
    made.auto_reload = False  # the folder is gone
    return made


def make_renderer(folder, messages, *, length=2, title="故事first", pinned=(), on_wall=()):
    """Write *messages* into an archive below *folder* and give its renderer; *pinned* are positions
    of the thread first, *on_wall* of the wall.
    """
    archive = Archive(folder / "archive")
    for thread in {message.thread for message in messages}:
        own = [m for m in messages if m.thread == thread]
        write_series(archive.thread(thread), [(m.position, m) for m in own], pinned)
    write_series(archive.wall(), [(m.wall_position, m) for m in messages], on_wall)
    directory = Directory(
        site=make_site(page_length=length),
        threads={"first": make_thread("first", title=title), BOARD: make_thread(BOARD)},
    )
    return SlotRenderer(archive, directory, environment())


def write_series(series, placed, pinned=()):
    """Write (position, message) into *series*, page by page, and its head."""
    placed = sorted(placed, key=lambda pair: pair[0])
    for page, pairs in itertools.groupby(placed, key=lambda pair: page_of(pair[0], PAGE_LENGTH)):
        series.write_page(page, list(pairs))
    last = max((position for position, _ in placed), default=0)
    series.write_head(Head(last=last, count=len(placed), pinned=tuple(pinned)))


def document_of(html, *names):
    """Put *html* into a small document and parse it, refusing what is not strict HTML5."""
    body = html if not names else wrap(names[0], html)
    page = (
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>x</title></head>'
        f"<body><h1>x</h1>{body}</body></html>"
    )
    assert names_in(page) == list(names)
    document = html5lib.HTMLParser(strict=True).parse(page)
    ids = [element.get("id") for element in document.iter() if element.get("id")]
    assert len(set(ids)) == len(ids)
    return document


def with_class(document, name):
    """Give every element that has the class *name*."""
    return [element for element in document.iter() if name in element.get("class", "").split()]


def text_of(element):
    """Give the text of *element* with what is below it."""
    return "".join(element.itertext())


def skeleton(document):
    """Give the elements and attributes of *document* without any text."""
    return [
        (str(element.tag), {key: v for key, v in element.attrib.items() if key != "aria-label"})
        for element in document.iter()
    ]


def structured_items(document):
    """Give the items of every JSON-LD script in *document*."""
    scripts = list(document.iter(f"{XHTML}script"))
    assert [script.get("type") for script in scripts] == ["application/ld+json"] * len(scripts)
    return [item for script in scripts for item in json.loads(text_of(script))["@graph"]]


def as_name(text):
    """Give *text* as the form lets it be a name: without controls, lone surrogates, outer space."""
    kept = "".join(char for char in text if unicodedata.category(char) not in {"Cc", "Cs"})
    return kept.strip() or "网友"


def entries_of(feed):
    """Parse a feed as XML and give its entries."""
    root = ElementTree.fromstring(feed.encode())
    assert root.tag == f"{ATOM}feed"
    assert len({element.text for element in root.iter(f"{ATOM}id")}) == len(
        list(root.iter(f"{ATOM}id"))
    )
    return root.findall(f"{ATOM}entry")


def json_feed(renderer, slot):
    """Give a JSON feed, held to its schema."""
    feed = json.loads(renderer.render(Slot.parse(slot)))
    check_schema("json_feed", feed)
    return feed


@pytest.mark.parametrize(("text", "_"), HOSTILE)
def test_hostile_name(tmp_path, text, _):
    """A hostile name changes nothing of a page's elements: it stands there as text, and only so."""
    name = as_name(text)
    hostile = [make_comment(position, author=name) for position in (1, 2, 3, 4)]
    ordinary = [make_comment(position) for position in (1, 2, 3, 4)]
    pages = make_renderer(tmp_path / "hostile", hostile)
    calm = make_renderer(tmp_path / "calm", ordinary)
    for slot in IN_PAGES:
        document = document_of(pages.render(Slot.parse(slot)), slot)
        assert skeleton(document) == skeleton(document_of(calm.render(Slot.parse(slot)), slot))
        authors = with_class(document, "message__author")
        assert authors
        assert {text_of(author) for author in authors} == {strip_controls(name)}
        assert all(len(author) == 0 for author in authors)


@pytest.mark.parametrize(("text", "_"), HOSTILE)
def test_hostile_name_that_is_answered(tmp_path, text, _):
    """The hostile name of a message that was answered stands as text over the answer as well."""
    name = as_name(text)
    parent = Parent(number=101, position=1, author=name)
    messages = [make_comment(1, author=name), *(make_comment(n, reply_to=parent) for n in (2, 5))]
    renderer = make_renderer(tmp_path, messages, length=1)
    for slot in ("thread:first", "thread:first/2", "wall"):
        document = document_of(renderer.render(Slot.parse(slot)), slot)
        heads = with_class(document, "message__reply-to")
        assert heads
        for head in heads:
            assert text_of(head).strip() == f"回复{strip_controls(name)}".strip()


@pytest.mark.parametrize(("text", "_"), HOSTILE)
def test_hostile_text(tmp_path, text, _):
    """A hostile text leaves every page strict HTML5 with the same elements round it."""
    html = render(text)
    messages = [make_comment(position, html=html) for position in (1, 2, 3, 4)]
    renderer = make_renderer(tmp_path, messages)
    ours = document_of(f'<div class="alone">{html}</div>')
    expected = skeleton(with_class(ours, "alone")[0])[1:]
    for slot in IN_PAGES:
        document = document_of(renderer.render(Slot.parse(slot)), slot)
        bodies = with_class(document, "message__body")
        assert bodies
        for body in bodies:
            assert skeleton(body)[1:] == expected
            assert text_of(body).split() == plain_text(html).split()


@pytest.mark.parametrize(("text", "_"), HOSTILE)
def test_structured_data(tmp_path, text, _):
    """The structured data give name and text back exactly, and cannot end their script."""
    name, html = as_name(text), render(text)
    messages = [make_comment(n, author=name, html=html) for n in (1, 2, 3, 4)]
    renderer = make_renderer(tmp_path, messages)
    for slot, numbers in (("thread:first", [103, 104]), ("thread:first/1", [101, 102])):
        items = structured_items(document_of(renderer.render(Slot.parse(slot)), slot))
        assert [item["@id"] for item in items] == [
            f"https://example.org/messages/m-{number}" for number in numbers
        ]
        assert {item["author"]["name"] for item in items} == {strip_controls(name)}
        assert {item["text"] for item in items} == {plain_text(html)}


def test_structured_data_of_an_exchange(tmp_path):
    """Each message tells its story, its place, and what it answers unless that was taken down."""
    messages = [
        make_comment(1),
        make_comment(2, reply_to=Parent(number=101, position=1, author="路人")),
        make_comment(3, reply_to=Parent(number=99, position=9, author=None)),
        *(make_comment(n) for n in (4, 5, 6)),
    ]
    renderer = make_renderer(tmp_path, messages)
    for slot, page, numbers in (
        ("thread:first", "/stories/first/", [105, 106]),
        ("thread:first/2", "/stories/first/messages/2/", [103, 104]),
        ("thread:first/1", "/stories/first/messages/1/", [101, 102]),
    ):
        items = structured_items(document_of(renderer.render(Slot.parse(slot)), slot))
        for item, number in zip(items, numbers, strict=True):
            check_schema("comment", item)
            assert item["url"] == f"https://example.org{page}#m-{number}"
            assert item["about"] == {"@id": "https://example.org/stories/first/#article"}
            answered = {"@id": "https://example.org/messages/m-101"} if number == 102 else None
            assert item.get("parentItem") == answered


def test_structured_data_of_a_full_page_stay(tmp_path):
    """What an older page tells of its messages does not change when new ones come."""
    messages = [make_comment(n) for n in range(1, 5)]
    slot = Slot.parse("thread:first/1")
    before = make_renderer(tmp_path / "before", messages).render(slot)
    more = [*messages, *(make_comment(n) for n in range(5, 40))]
    assert make_renderer(tmp_path / "after", more).render(slot) == before


@pytest.mark.parametrize(("text", "_"), HOSTILE)
def test_hostile_feed(tmp_path, text, _):
    """A feed stays well-formed and gives name and message back as they are on the page."""
    name, html = as_name(text), render(text)
    renderer = make_renderer(tmp_path, [make_comment(1, author=name, html=html)], title=name)
    for slot in ("feed", "feed:first"):
        (entry,) = entries_of(renderer.render(Slot.parse(slot)))
        assert entry.findtext(f"{ATOM}author/{ATOM}name") == strip_controls(name)
        content = entry.find(f"{ATOM}content")
        assert content.get("type") == "html"
        assert (content.text or "") == html
        assert entry.findtext(f"{ATOM}title").startswith(strip_controls(name) + "：")
    title = ElementTree.fromstring(renderer.render(Slot.parse("feed:first")).encode())[0].text
    assert title == f"《{strip_controls(name)}》的留言 · 样本专题"


@pytest.mark.parametrize(("text", "_"), HOSTILE)
def test_hostile_json_feed(tmp_path, text, _):
    """A JSON feed is valid and gives name and message back as they are on the page."""
    name, html = as_name(text), render(text)
    renderer = make_renderer(tmp_path, [make_comment(1, author=name, html=html)], title=name)
    for slot in ("jsonfeed", "jsonfeed:first"):
        feed = json_feed(renderer, slot)
        (item,) = feed["items"]
        assert item["authors"] == [{"name": strip_controls(name)}]
        assert item["content_html"] == html
    assert feed["title"] == f"《{strip_controls(name)}》的留言 · 样本专题"


@pytest.mark.parametrize("thread", ["", ":first"])
@pytest.mark.parametrize("number", [0, 1, 70])
def test_both_kinds_of_feed_hold_the_same(tmp_path, thread, number):
    """The JSON feed has the same messages, identities, addresses and times as the Atom feed."""
    renderer = make_renderer(tmp_path, [make_comment(n) for n in range(1, number + 1)])
    entries = entries_of(renderer.render(Slot.parse(f"feed{thread}")))
    items = json_feed(renderer, f"jsonfeed{thread}")["items"]
    assert len(items) == min(number, 50)
    assert [
        (
            entry.findtext(f"{ATOM}id"),
            entry.find(f"{ATOM}link").get("href"),
            entry.findtext(f"{ATOM}published"),
            entry.findtext(f"{ATOM}content"),
        )
        for entry in entries
    ] == [(i["id"], i["url"], i["date_published"], i["content_html"]) for i in items]


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param("a\0b", id="NUL"),
        pytest.param("a\x01\x1b\x7f\x85b", id="controls"),
        pytest.param("a\ufffe\U0001ffffb", id="no characters"),
    ],
)
def test_name_that_came_another_way(tmp_path, raw):
    """A name with forbidden characters that did not come through the form does no harm either."""
    renderer = make_renderer(tmp_path, [make_comment(1, author=raw)])
    for slot in ("thread:first", "wall", "latest"):
        document = document_of(renderer.render(Slot.parse(slot)), slot)
        assert text_of(with_class(document, "message__author")[0]) == "ab"
    assert len(entries_of(renderer.render(Slot.parse("feed")))) == 1
    assert json_feed(renderer, "jsonfeed")["items"][0]["authors"] == [{"name": "ab"}]


@pytest.mark.parametrize("slot", ["feed", "feed:first"])
def test_feed_holds_the_newest_fifty(tmp_path, slot):
    """A feed holds at most fifty messages, newest first, and looks back over gaps for them."""
    positions = [n for n in range(1, 131) if not 60 <= n <= 110]
    renderer = make_renderer(tmp_path, [make_comment(n) for n in positions])
    entries = entries_of(renderer.render(Slot.parse(slot)))
    assert [entry.findtext(f"{ATOM}id") for entry in entries] == [
        f"https://example.org/messages/m-{100 + n}" for n in reversed(positions[-50:])
    ]
    times = [entry.findtext(f"{ATOM}published") for entry in entries]
    assert times == sorted(times, reverse=True)
    assert times[0] == "2026-03-01T14:40:00+08:00"


def test_feed_of_nothing(tmp_path):
    """Without messages the feeds are well-formed and as old as the stories."""
    renderer = make_renderer(tmp_path, [])
    for slot in ("feed", "feed:first"):
        feed = renderer.render(Slot.parse(slot))
        assert entries_of(feed) == []
        assert (
            ElementTree.fromstring(feed.encode()).findtext(f"{ATOM}updated")
            == "2015-12-05T00:00:00+08:00"
        )


def test_feed_names_itself(tmp_path):
    """Each feed gives its own address, that of the page it belongs to, and live message links."""
    messages = [make_comment(n) for n in range(1, 6)]
    renderer = make_renderer(tmp_path, messages)
    for slot, own, page in (
        ("feed", "messages/feed.xml", "/messages/"),
        ("feed:first", "stories/first/messages.xml", "/stories/first/"),
    ):
        feed = ElementTree.fromstring(renderer.render(Slot.parse(slot)).encode())
        links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
        assert links == {
            "self": f"https://example.org/{own}",
            "alternate": f"https://example.org{page}",
        }
        shown = [entry.find(f"{ATOM}link").get("href") for entry in feed.findall(f"{ATOM}entry")]
        base = "https://example.org/stories/first/"
        assert shown == [
            f"{base}#m-105", f"{base}#m-104", f"{base}#m-103",
            f"{base}messages/1/#m-102", f"{base}messages/1/#m-101",
        ]  # fmt: skip


def shown_numbers(renderer, slot):
    """Give the numbers of the messages in *slot*, in the order of the page."""
    html = renderer.render(Slot.parse(slot))
    articles = with_class(document_of(html, slot), "message")
    return [int(article.get("id").removeprefix("m-")) for article in articles]


def test_pages_of_a_thread(tmp_path):
    """The first view shows the newest pages, older ones stand alone, each newest first."""
    renderer = make_renderer(tmp_path, [make_comment(n) for n in (1, 2, 4, 5, 6, 7)])
    assert shown_numbers(renderer, "thread:first") == [107, 106, 105]
    assert shown_numbers(renderer, "thread:first/2") == [104]
    assert shown_numbers(renderer, "thread:first/1") == [102, 101]
    assert shown_numbers(renderer, "wall") == [107, 106, 105]
    assert renderer.render(Slot.parse("count:first")) == "6"
    assert (renderer.older("first"), renderer.older("")) == (2, 2)


def test_pages_name_the_page_before(tmp_path):
    """Each view links to the page before it, the oldest to none."""
    renderer = make_renderer(tmp_path, [make_comment(n) for n in range(1, 8)])
    base = "/stories/first/messages/"
    for slot, older in (
        ("thread:first", f"{base}2/"),
        ("thread:first/2", f"{base}1/"),
        ("thread:first/1", None),
        ("wall", "/messages/2/"),
        ("wall/1", None),
    ):
        document = document_of(renderer.render(Slot.parse(slot)), slot)
        links = [a.get("href") for p in with_class(document, "messages__older") for a in p]
        assert links == ([older] if older else [])


def test_a_page_of_withdrawn_messages_says_so(tmp_path):
    """An older page all of whose messages were withdrawn says so and stays where it is."""
    renderer = make_renderer(tmp_path, [make_comment(n) for n in (5, 6)])
    for slot in ("thread:first/1", "wall/1"):
        document = document_of(renderer.render(Slot.parse(slot)), slot)
        assert [text_of(p) for p in with_class(document, "messages__empty")] == [
            "这一页的留言都已撤下。"
        ]


def test_nothing_said_yet(tmp_path):
    """Without messages each slot invites to write the first one, and carries no structured data."""
    renderer = make_renderer(tmp_path, [])
    for slot in ("thread:first", "wall", "latest"):
        document = document_of(renderer.render(Slot.parse(slot)), slot)
        (invitation,) = with_class(document, "messages__empty")
        assert text_of(invitation) == "还没有公开的留言，欢迎写下第一条。"
        assert structured_items(document) == []
    assert renderer.render(Slot.parse("count:first")) == "0"


def test_latest_holds_the_newest_six(tmp_path):
    """The home page shows the newest six of all threads, with links to where they stand."""
    renderer = make_renderer(tmp_path, [make_comment(n) for n in (*range(1, 5), *range(9, 14))])
    document = document_of(renderer.render(Slot.parse("latest")), "latest")
    links = [link.get("href") for link in with_class(document, "message__time")]
    assert len(links) == 6
    assert [int(link.partition("#m-")[2]) for link in links] == [113, 112, 111, 110, 109, 104]


def test_replies_stand_below_what_they_answer(tmp_path):
    """On one page replies stand one level below the first message of the exchange, in order."""
    messages = [
        make_comment(1),
        make_comment(2, reply_to=Parent(number=101, position=1, author="路人")),
        make_comment(3),
        make_comment(4, reply_to=Parent(number=102, position=2, author="路人")),
    ]
    renderer = make_renderer(tmp_path, messages, length=10)
    assert shown_numbers(renderer, "thread:first") == [103, 101, 102, 104]
    document = document_of(renderer.render(Slot.parse("thread:first")), "thread:first")
    (replies,) = with_class(document, "messages--replies")
    assert [a.get("id") for a in with_class(replies, "message")] == ["m-102", "m-104"]
    assert shown_numbers(renderer, "wall") == [104, 103, 102, 101]


def badges(renderer, slot):
    """Give what each message of *slot* is marked with, by its number."""
    articles = with_class(document_of(renderer.render(Slot.parse(slot)), slot), "message")
    marked = {}
    for article in articles:
        (meta, *_) = with_class(article, "message__meta")
        words = [text_of(badge) for badge in with_class(meta, "badge")]
        if words:
            marked[int(article.get("id").removeprefix("m-"))] = words
    return marked


def test_pinned_messages_stand_first(tmp_path):
    """The first view shows what is pinned before the rest, in the order given, each once."""
    messages = [make_comment(n) for n in range(1, 8)]
    renderer = make_renderer(tmp_path, messages, pinned=(6, 1), on_wall=(2,))
    assert shown_numbers(renderer, "thread:first") == [106, 101, 107, 105]
    assert badges(renderer, "thread:first") == {106: ["置顶"], 101: ["置顶"]}
    assert shown_numbers(renderer, "wall") == [102, 107, 106, 105]
    assert badges(renderer, "wall") == {102: ["置顶"]}
    slot = "thread:first"
    items = structured_items(document_of(renderer.render(Slot.parse(slot)), slot))
    numbers = [int(item["@id"].rpartition("-")[2]) for item in items]
    assert sorted(numbers) == [101, 105, 106, 107]


def test_full_page_does_not_know_of_pins(tmp_path):
    """An older page keeps its bytes, whatever is pinned."""
    messages = [make_comment(n) for n in range(1, 8)]
    plain = make_renderer(tmp_path / "plain", messages)
    pinned = make_renderer(tmp_path / "pinned", messages, pinned=(1,), on_wall=(1,))
    for slot in ("thread:first/1", "wall/1"):
        assert pinned.render(Slot.parse(slot)) == plain.render(Slot.parse(slot))


def test_pin_of_a_message_that_is_gone(tmp_path):
    """A head that names a place without a message shows the rest."""
    renderer = make_renderer(tmp_path, [make_comment(n) for n in (2, 3)], pinned=(1,))
    assert shown_numbers(renderer, "thread:first") == [103, 102]


def test_replies_of_a_pinned_message(tmp_path):
    """Replies stand below what is pinned, a pinned reply stands alone with whom it answers."""
    messages = [
        make_comment(1),
        make_comment(2, reply_to=Parent(number=101, position=1, author="路人")),
        make_comment(3, reply_to=Parent(number=102, position=2, author="路人")),
        make_comment(4, reply_to=Parent(number=101, position=1, author="路人")),
    ]
    renderer = make_renderer(tmp_path, messages, length=10, pinned=(2, 1))
    slot = "thread:first"
    assert shown_numbers(renderer, slot) == [102, 103, 101, 104]
    document = document_of(renderer.render(Slot.parse(slot)), slot)
    replies = with_class(document, "messages--replies")
    assert [[a.get("id") for a in with_class(each, "message")] for each in replies] == [
        ["m-103"],
        ["m-104"],
    ]


def test_editors_answers_are_marked(tmp_path):
    """What the editors wrote says so wherever it stands, and cannot be reported."""
    renderer = make_renderer(tmp_path, [make_comment(1), make_comment(2, by_editor=True)])
    for slot in ("thread:first", "wall"):
        assert badges(renderer, slot) == {102: ["编辑回复"]}
        html = renderer.render(Slot.parse(slot))
        assert "/messages/101/report" in html
        assert "/messages/102/report" not in html
    latest = document_of(renderer.render(Slot.parse("latest")), "latest")
    assert [text_of(badge) for badge in with_class(latest, "badge")] == ["编辑回复"]


def test_no_figures_yet(tmp_path):
    """Before the first day is over the page says so."""
    document = document_of(make_renderer(tmp_path, []).render(Slot.parse("ledger")), "ledger")
    assert [text_of(p) for p in with_class(document, "messages__empty")] == [
        "还没有满一天的数字，明天再来看。"
    ]


@pytest.mark.parametrize("title", ["=1+1", "</th><script>", "&amp;"])
def test_figures(tmp_path, title):
    """Each month has its row, the newest first; reasons are told in their words, as text."""
    renderer = make_renderer(tmp_path, [])
    months = (
        Month(month="2026-02", received=3, published=2, wait=59),
        Month(
            month="2026-03", received=5, refused={"x": 2, "gone": 1}, granted=1, wait=7300,
            reports=4, report_wait=3600, appeal_wait=180_000,
        ),
    )  # fmt: skip
    ledger = Ledger(
        day="2026-03-07",
        decisions=6,
        hash="ab" * 32,
        reasons={"y": "乙", "x": title},
        months=months,
    )
    write_ledger(renderer.archive, ledger)
    document = document_of(renderer.render(Slot.parse("ledger")), "ledger")
    main, by_reason, answers = document.iter(f"{XHTML}table")
    assert [[text_of(cell) for cell in row] for row in main.iter(f"{XHTML}tr")][1:] == [
        ["2026年3月", "5", "0", "3", "0", "0", "0", "0", "1", "2小时"],
        ["2026年2月", "3", "2", "0", "0", "0", "0", "0", "0", "不到1分钟"],
    ]
    assert [[text_of(cell) for cell in row] for row in by_reason.iter(f"{XHTML}tr")] == [
        ["月份", title, "gone"],
        ["2026年3月", "2", "1"],
        ["2026年2月", "0", "0"],
    ]
    assert [[text_of(cell) for cell in row] for row in answers.iter(f"{XHTML}tr")] == [
        ["月份", "举报", "举报处理", "申诉复核"],
        ["2026年3月", "4", "60分钟", "2天"],
        ["2026年2月", "0", "—", "—"],
    ]
    heads = document.iter(f"{XHTML}th")
    assert {head.get("scope") for head in heads} == {"col", "row"}
    assert "ab" * 32 in text_of(document)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        pytest.param(None, "—", id="nobody decided"),
        pytest.param(0, "不到1分钟", id="at once"),
        pytest.param(60, "1分钟", id="a minute"),
        pytest.param(7199, "119分钟", id="nearly two hours"),
        pytest.param(7200, "2小时", id="two hours"),
        pytest.param(172_799, "47小时", id="nearly two days"),
        pytest.param(172_800, "2天", id="two days"),
    ],
)
def test_waits_are_told_as_people_do(seconds, words):
    """A wait is told in the unit that fits it."""
    assert wait_in_words(seconds, make_words()) == words


def test_reply_that_came_before_what_it_answers(tmp_path):
    """A page names no page that comes after it: where that stands would change later."""
    parent = Parent(number=103, position=3, author="路人")
    messages = [
        make_comment(1),
        make_comment(2, reply_to=parent),
        make_comment(3),
        make_comment(4, reply_to=parent),
    ]
    more = [make_comment(position) for position in range(5, 11)]
    slot = Slot.parse("thread:first/1")
    early = make_renderer(tmp_path / "early", [*messages, *more[:1]], length=2).render(slot)
    late = make_renderer(tmp_path / "late", [*messages, *more], length=2).render(slot)
    assert early == late
    (head,) = with_class(document_of(early, "thread:first/1"), "message__reply-to")
    assert text_of(head).strip() == "回复路人"
    assert not head.findall(".//a")
    second = make_renderer(tmp_path / "late", [*messages, *more], length=2)
    assert 'messages/2/#m-103">' in second.render(Slot.parse("thread:first/2"))


def test_reply_to_a_withdrawn_message(tmp_path):
    """A reply to a message that was taken down stays, without the name and without a link."""
    parent = Parent(number=101, position=1, author=None)
    renderer = make_renderer(tmp_path, [make_comment(2, reply_to=parent)])
    for slot in ("thread:first", "wall"):
        document = document_of(renderer.render(Slot.parse(slot)), slot)
        (head,) = with_class(document, "message__reply-to")
        assert text_of(head).strip() == "回复一条已撤下的留言"
        assert list(head) == []


def test_thread_without_a_story(tmp_path):
    """Messages of a story that is gone stay on the wall; they can only be reported."""
    message = make_comment(1, thread="gone")
    renderer = make_renderer(tmp_path, [message])
    document = document_of(renderer.render(Slot.parse("wall")), "wall")
    assert [a.get("id") for a in with_class(document, "message")] == ["m-101"]
    (actions,) = with_class(document, "message__actions")
    assert [link.get("href") for link in actions] == ["/messages/101/report"]
    (entry,) = entries_of(renderer.render(Slot.parse("feed")))
    assert entry.find(f"{ATOM}link").get("href") == "https://example.org/messages/"


def test_edited_message_says_so(tmp_path):
    """A message that a moderator changed says so; others do not."""
    renderer = make_renderer(tmp_path, [make_comment(1, edited=True), make_comment(2)])
    document = document_of(renderer.render(Slot.parse("thread:first")), "thread:first")
    assert [text_of(p) for p in with_class(document, "message__edited")] == ["编辑有删改"]


def test_day_is_that_of_the_site(tmp_path):
    """The day shown is the one in the site's time zone."""
    late = datetime(2026, 2, 28, 16, 30, tzinfo=UTC)
    renderer = make_renderer(tmp_path, [make_comment(1, submitted_at=late)])
    document = document_of(renderer.render(Slot.parse("thread:first")), "thread:first")
    (time,) = document.iter(f"{XHTML}time")
    assert (text_of(time), time.get("datetime")) == ("2026年3月1日", "2026-03-01T00:30:00+08:00")


def test_older_page_is_made_of_its_shell(tmp_path):
    """A shell is filled once: what a title or a message looks like does not matter."""
    shell = "<title>@@title@@ @@number@@ @@other@@</title>@@story_url@@"
    slot = wrap("thread:@@thread@@/@@number@@", "")
    (tmp_path / "thread-page.html").write_text(shell + slot, "utf-8")
    html = "<p>@@title@@ &lt;!--slot wall--&gt;</p>"
    messages = [make_comment(n, html=html) for n in range(1, 5)]
    renderer = make_renderer(tmp_path, messages, title="@@number@@ <b> &")
    page = renderer.whole_file(Slot.parse("thread:first/1"), tmp_path)
    head, _, _ = page.partition("<!--")
    assert head == "<title>@@number@@ &lt;b&gt; &amp; 1 @@other@@</title>/stories/first/"
    assert page.count(html) == 2
    assert names_in(page) == ["thread:first/1"]


def test_feed_is_its_own_file(tmp_path):
    """A feed needs no shell: its file is what is rendered."""
    renderer = make_renderer(tmp_path, [make_comment(1)])
    feed = renderer.whole_file(Slot.parse("feed:first"), tmp_path)
    assert feed == renderer.render(Slot.parse("feed:first"))
    assert feed.startswith("<?xml")


@pytest.mark.parametrize("kind", ["feed", "jsonfeed"])
def test_pieces_come_where_the_template_has_them(tmp_path, kind):
    """A title that reads like the place of a feed's pieces stays a title."""
    renderer = make_renderer(tmp_path, [make_comment(1), make_comment(2)], title=PIECES)
    feed = renderer.render(Slot.parse(f"{kind}:first"))
    assert feed.count(PIECES) == 1
    assert feed.index(PIECES) < feed.index("第2条") < feed.index("第1条")
