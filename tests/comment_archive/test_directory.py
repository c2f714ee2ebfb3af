"""The directory of threads, and where a message stands as more of them come."""

from __future__ import annotations

import datetime
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comment_archive.directory import (
    BOARD,
    Directory,
    first_in_view,
    older_pages,
    page_address,
    pages_base,
    permalink,
)
from comment_archive.files import page_of
from tests.comment_archive.samples import make_site, make_thread


def make_directory(*threads, **site):
    """Make a directory of *threads*."""
    return Directory(site=make_site(**site), threads={thread.id: thread for thread in threads})


def test_directory_comes_back_as_written(tmp_path):
    """What is read is equal to what was written, with every thread and the site's facts."""
    directory = make_directory(
        make_thread("second", is_open=False),
        make_thread("first", title="“引号”</script>\u2028", closes_on="2016-01-31"),
        make_thread(BOARD),
    )
    directory.write(tmp_path / "records" / "threads.json")
    assert Directory.read(tmp_path / "records" / "threads.json") == directory


def test_directory_is_looked_into(tmp_path):
    """One thread after the other is found as it was written, and none that is not there."""
    directory = make_directory(make_thread("second", is_open=False), make_thread("first"))
    directory.write(tmp_path / "threads.json")
    looked = Directory.look_into(tmp_path / "threads.json")
    assert looked.site == directory.site
    assert "nowhere" not in looked.threads
    assert dict(looked.threads) == directory.threads
    assert list(looked.threads) == ["first", "second"]
    assert len(looked.threads) == 2
    with pytest.raises(FileNotFoundError):
        Directory.look_into(tmp_path / "nowhere" / "threads.json")


def test_directory_is_the_same_in_any_order(tmp_path):
    """The file does not depend on the order of the threads, and is not written again."""
    first, second = make_thread("first"), make_thread("second")
    path = tmp_path / "threads.json"
    make_directory(first, second).write(path)
    os.utime(path, ns=(10**18, 10**18))
    make_directory(second, first).write(path)
    assert path.stat().st_mtime_ns == 10**18


def test_directory_before_the_first_build(tmp_path):
    """Before the first build there is no directory, and that is told as it is."""
    with pytest.raises(FileNotFoundError):
        Directory.read(tmp_path / "threads.json")


@pytest.mark.parametrize(
    ("changes", "today", "taken"),
    [
        pytest.param({}, "2026-03-01", True, id="open"),
        pytest.param({"is_open": False}, "2026-03-01", False, id="closed"),
        pytest.param({"closes_on": "2026-03-02"}, "2026-03-01", True, id="the day before"),
        pytest.param({"closes_on": "2026-03-01"}, "2026-03-01", True, id="the last day"),
        pytest.param({"closes_on": "2026-02-28"}, "2026-03-01", False, id="the day after"),
        pytest.param(
            {"is_open": False, "closes_on": "2026-03-02"}, "2026-03-01", False, id="closed early"
        ),
    ],
)
def test_takes_messages(changes, today, taken):
    """A thread takes messages while it is open, its last day included."""
    thread = make_thread(**changes)
    assert thread.takes_messages(datetime.date.fromisoformat(today)) is taken


@pytest.mark.parametrize(
    ("last", "length", "older", "first"),
    [
        pytest.param(0, 3, 0, 1, id="empty"),
        pytest.param(1, 3, 0, 1, id="one"),
        pytest.param(3, 3, 0, 1, id="one full page"),
        pytest.param(5, 3, 0, 1, id="a full page and a half"),
        pytest.param(6, 3, 1, 4, id="two full pages: the first leaves"),
        pytest.param(8, 3, 1, 4, id="up to the next"),
        pytest.param(9, 3, 2, 7, id="three full pages"),
        pytest.param(1, 1, 0, 1, id="pages of one, one"),
        pytest.param(2, 1, 1, 2, id="pages of one, two"),
        pytest.param(39, 20, 0, 1, id="twenty, before the edge"),
        pytest.param(40, 20, 1, 21, id="twenty, at the edge"),
        pytest.param(100_001, 20, 4999, 99_981, id="busy thread"),
    ],
)
def test_first_view(last, length, older, first):
    """The first view shows the unfinished page and the full one before it."""
    assert (older_pages(last, length), first_in_view(last, length)) == (older, first)


@given(last=st.integers(0, 400), length=st.integers(1, 60))
def test_every_position_is_shown_once(last, length):
    """Every position stands either in the first view or on exactly one older page."""
    shown = list(range(first_in_view(last, length), last + 1))
    assert len(shown) < 2 * length
    assert len(shown) >= min(last, length)
    for page in range(1, older_pages(last, length) + 1):
        shown += range((page - 1) * length + 1, page * length + 1)
    assert sorted(shown) == list(range(1, last + 1))


@given(last=st.integers(1, 400), more=st.integers(0, 200), length=st.integers(1, 60))
def test_an_older_page_stays(last, more, length):
    """What left the first view stays on its page however many messages follow."""
    thread = make_thread()

    def addresses(now_last):
        return {
            position: permalink(
                thread, number=position, position=position, last=now_last, length=length
            )
            for position in range(1, first_in_view(last, length))
        }

    assert older_pages(last + more, length) >= older_pages(last, length)
    assert addresses(last + more) == addresses(last)
    assert all("/messages/" in address for address in addresses(last).values())


@given(last=st.integers(1, 400), length=st.integers(1, 60), data=st.data())
def test_permalink_names_the_page_that_shows_it(last, length, data):
    """The address of a message is that of the first view or of the older page that holds it."""
    position = data.draw(st.integers(1, last))
    address = permalink(make_thread(), number=9, position=position, last=last, length=length)
    if position >= first_in_view(last, length):
        assert address == "/stories/first/#m-9"
    else:
        assert address == f"/stories/first/messages/{page_of(position, length)}/#m-9"


@pytest.mark.parametrize(
    ("thread", "position", "last", "length", "address"),
    [
        pytest.param("first", 1, 1, 3, "/stories/first/#m-70", id="only one"),
        pytest.param("first", 1, 5, 3, "/stories/first/#m-70", id="not yet moved"),
        pytest.param("first", 3, 6, 3, "/stories/first/messages/1/#m-70", id="just moved"),
        pytest.param("first", 4, 6, 3, "/stories/first/#m-70", id="next to be moved"),
        pytest.param("first", 40, 100, 20, "/stories/first/messages/2/#m-70", id="page of twenty"),
        pytest.param(BOARD, 2, 3, 3, "/messages/#m-70", id="board"),
        pytest.param(BOARD, 5, 12, 3, "/messages/2/#m-70", id="board, older"),
    ],
)
def test_permalink(thread, position, last, length, address):
    """A message's address changes once, when its page leaves the first view."""
    found = permalink(make_thread(thread), number=70, position=position, last=last, length=length)
    assert found == address


@pytest.mark.parametrize(
    ("thread", "address"),
    [
        pytest.param(make_thread(), "/stories/first/messages/7/", id="thread"),
        pytest.param(make_thread(BOARD), "/messages/7/", id="board"),
        pytest.param(None, "/messages/7/", id="wall"),
    ],
)
def test_page_address(thread, address):
    """Older pages stand below their story; those of the board are the wall's."""
    assert page_address(pages_base(thread), 7) == address
