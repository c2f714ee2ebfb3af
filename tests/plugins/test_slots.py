"""Slots: their names, their markers, and what is put between these."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comment_archive.directory import BOARD, Directory
from plugins.message_board.slots import (
    KINDS,
    Slot,
    SlotError,
    feed_slots,
    fill,
    names_in,
    splice,
    wrap,
)
from tests.comment_archive.samples import make_site, make_thread

DIRECTORY = Directory(
    site=make_site(), threads={id: make_thread(id) for id in ("second", BOARD, "first")}
)


@pytest.mark.parametrize(
    ("name", "slot"),
    [
        pytest.param("thread:first", Slot("thread", "first"), id="thread"),
        pytest.param("thread:a-1/12", Slot("thread", "a-1", 12), id="older page of a thread"),
        pytest.param("thread:" + "x" * 80, Slot("thread", "x" * 80), id="longest id"),
        pytest.param("count:first", Slot("count", "first"), id="count"),
        pytest.param("wall", Slot("wall"), id="wall"),
        pytest.param("wall/1", Slot("wall", page=1), id="older page of the wall"),
        pytest.param("latest", Slot("latest"), id="latest"),
        pytest.param("ledger", Slot("ledger"), id="public figures"),
        pytest.param("feed", Slot("feed"), id="feed of all"),
        pytest.param("feed:first", Slot("feed", "first"), id="feed of a thread"),
        pytest.param("jsonfeed", Slot("jsonfeed"), id="JSON feed of all"),
        pytest.param("jsonfeed:first", Slot("jsonfeed", "first"), id="JSON feed of a thread"),
    ],
)
def test_names(name, slot):
    """Each kind of slot is read from its name and written back as the same name."""
    assert Slot.parse(name) == slot
    assert str(slot) == name


@given(
    kind=st.sampled_from(sorted(KINDS)),
    thread=st.from_regex(r"[a-z0-9-]{0,80}", fullmatch=True),
    page=st.integers(0, 10**6),
)
def test_any_slot_comes_back(kind, thread, page):
    """Whatever its parts, a slot that is written is read as itself, and is found in a page."""
    slot = Slot(kind, thread, page)
    assert Slot.parse(str(slot)) == slot
    assert names_in(wrap(str(slot), "x")) == [str(slot)]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("", id="nothing"),
        pytest.param("threads:first", id="unknown kind"),
        pytest.param("Thread:first", id="capital"),
        pytest.param("thread:", id="no thread"),
        pytest.param("thread:First", id="capital in the thread"),
        pytest.param("thread:..", id="path"),
        pytest.param("thread:a/b", id="page is no number"),
        pytest.param("thread:a/0", id="page nought"),
        pytest.param("thread:a/01", id="page with a nought before it"),
        pytest.param("thread:a/-1", id="page below nought"),
        pytest.param("thread:a/1/2", id="two pages"),
        pytest.param("thread:" + "x" * 81, id="thread too long"),
        pytest.param("wall/", id="page missing"),
        pytest.param("wall\n", id="line break"),
        pytest.param(" wall", id="space"),
        pytest.param("thread:@@thread@@", id="placeholder"),
    ],
)
def test_no_names(name):
    """What is no slot's name is refused, and the error shows it."""
    with pytest.raises(SlotError) as refusal:
        Slot.parse(name)
    assert str(refusal.value) == f"{name!r} is not the name of a slot"


@pytest.mark.parametrize(
    ("name", "file"),
    [
        pytest.param("thread:first", None, id="thread stands in its story"),
        pytest.param("count:first", None, id="count stands in cards"),
        pytest.param("wall", None, id="wall"),
        pytest.param("latest", None, id="latest"),
        pytest.param("ledger", None, id="public figures"),
        pytest.param("thread:first/2", "stories/first/messages/2/index.html", id="older page"),
        pytest.param("wall/3", "messages/3/index.html", id="older page of the wall"),
        pytest.param("feed", "messages/feed.xml", id="feed of all"),
        pytest.param("feed:first", "stories/first/messages.xml", id="feed of a thread"),
        pytest.param("jsonfeed", "messages/feed.json", id="JSON feed of all"),
        pytest.param("jsonfeed:first", "stories/first/messages.json", id="JSON feed of a thread"),
    ],
)
def test_own_file(name, file):
    """Older pages and feeds are filled by one slot alone; the others stand within pages."""
    assert Slot.parse(name).own_file(DIRECTORY) == file


def test_feeds():
    """All feeds are listed; the board has none beside the wall's."""
    assert [str(slot) for slot in feed_slots(DIRECTORY)] == [
        "feed",
        "jsonfeed",
        "feed:first",
        "jsonfeed:first",
        "feed:second",
        "jsonfeed:second",
    ]


def test_names_in_a_page():
    """The slots of a page are named in their order, one that stands twice is named twice."""
    page = (
        f"<p>{wrap('count:a', '1')}</p>{wrap('wall', '<!-- slot x --><!--slot Big-->')}"
        f"{wrap('count:a', '1')}"
    )
    assert names_in(page) == ["count:a", "wall", "count:a"]
    assert names_in("<p>nothing</p>") == []


def test_names_of_a_shell():
    """A shell's slot, whose thread is not known yet, is found by its placeholders."""
    assert names_in(wrap("thread:@@thread@@/@@number@@", "")) == ["thread:@@thread@@/@@number@@"]


@pytest.mark.parametrize(
    "page",
    [
        pytest.param("<!--slot wall-->x", id="not closed"),
        pytest.param(wrap("wall", "x") + "<!--slot wall-->", id="once of two not closed"),
        pytest.param(wrap("wall", "x") + "<!--/slot wall-->", id="closed twice"),
        pytest.param("<!--slot wall-->x<!--/slot latest-->", id="another one closed"),
    ],
)
def test_names_in_an_unbalanced_page(page):
    """A slot that is not closed as often as it is opened is an error that names it."""
    with pytest.raises(SlotError) as refusal:
        names_in(page)
    assert str(refusal.value) == "slot wall is not closed as often as it is opened"


def test_splice_in_several_places():
    """Every place of a slot is filled anew; all round them stays to the byte."""
    page = f"a{wrap('count:a', '1')}b{wrap('count:b', '1')}c{wrap('count:a', '')}\r\n d"
    spliced = splice(page, "count:a", "22")
    assert (
        spliced == f"a{wrap('count:a', '22')}b{wrap('count:b', '1')}c{wrap('count:a', '22')}\r\n d"
    )
    assert splice(spliced, "count:a", "22") == spliced


def test_splice_takes_html_as_it_is():
    r"""What is put in is not read as a pattern: ``\1``, ``$&`` and placeholders stay."""
    html = r"\1 \g<0> $& @@title@@ {0}"
    assert splice(wrap("wall", "x"), "wall", html) == wrap("wall", html)


def test_splice_knows_names_that_begin_alike():
    """A slot whose name begins with another's is another one."""
    page = wrap("wall/1", "a") + wrap("wall", "b") + wrap("thread:a-b", "c")
    assert splice(page, "wall", "x") == wrap("wall/1", "a") + wrap("wall", "x") + wrap(
        "thread:a-b", "c"
    )
    with pytest.raises(SlotError):
        splice(page, "thread:a", "x")


@pytest.mark.parametrize(
    ("page", "message"),
    [
        pytest.param("<p></p>", "slot wall is not in the page", id="not there"),
        pytest.param("", "slot wall is not in the page", id="empty page"),
        pytest.param("<!--slot wall-->x", "slot wall is not closed", id="not closed"),
        pytest.param(
            f"<!--slot wall-->x{wrap('wall', 'y')}",
            "slot wall is not closed",
            id="first open",
        ),
    ],
)
def test_splice_refuses(page, message):
    """A slot that is missing or not closed is an error, so no page is cut off."""
    with pytest.raises(SlotError, match=f"^{message}$"):
        splice(page, "wall", "z")


def test_fill_is_done_once():
    """Placeholders are filled in one pass: a value that looks like one stays as it is."""
    shell = "@@title@@|@@number@@|@@title@@"
    assert fill(shell, {"title": "@@number@@", "number": r"\1@@title@@"}) == (
        r"@@number@@|\1@@title@@|@@number@@"
    )


def test_fill_leaves_what_it_does_not_know():
    """Unknown placeholders and lone signs stay."""
    shell = "@@other@@ a@@b.org @@ @@Title@@ @@title@"
    assert fill(shell, {"title": "x"}) == shell
