"""The archive's files are replaced whole, and give back what was put in."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comment_archive.files import PAGE_LENGTH, Archive, Series, Together, page_of, write_aside
from comment_archive.records import Head, Parent
from tests.comment_archive.samples import make_comment


def fill_series(series, positions):
    """Write messages at *positions* as the export does, page by page."""
    comments = [make_comment(position) for position in positions]
    for page in sorted({page_of(comment.position, PAGE_LENGTH) for comment in comments}):
        series.write_page(
            page,
            [(c.position, c) for c in comments if page_of(c.position, PAGE_LENGTH) == page],
        )
    return comments


def test_write_aside_makes_file_and_folders(tmp_path):
    """A file is written with the folders above it, for everyone to read, and nothing beside it."""
    path = tmp_path / "a" / "b" / "x.json"
    assert write_aside(path, b"one") is True
    assert path.read_bytes() == b"one"
    assert path.stat().st_mode & 0o777 == 0o644
    assert list(path.parent.iterdir()) == [path]


def test_write_aside_leaves_what_is_the_same(tmp_path):
    """The same content is not written again: the file keeps its time and its inode."""
    path = tmp_path / "x"
    write_aside(path, b"one")
    os.utime(path, ns=(10**18, 10**18))
    before = path.stat()
    assert write_aside(path, b"one") is False
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (10**18, before.st_ino)


def test_write_aside_replaces_by_rename(tmp_path):
    """Who has the old file open goes on reading all of it; who opens it anew reads the new one."""
    path = tmp_path / "x"
    write_aside(path, b"old" * 1000)
    with path.open("rb") as reader:
        assert reader.read(3) == b"old"
        assert write_aside(path, b"new") is True
        assert reader.read() == b"old" * 999
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o644
    assert list(tmp_path.iterdir()) == [path]


def test_write_aside_replaces_a_link_not_its_target(tmp_path):
    """A link at the place is replaced; what it led to stays as it was."""
    (tmp_path / "target").write_bytes(b"kept")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    assert write_aside(tmp_path / "link", b"new") is True
    assert not (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"kept"


def test_write_aside_that_fails_leaves_nothing_behind(tmp_path):
    """When the rename fails, the error comes through and the file written aside is gone."""
    folder = tmp_path / "place"
    folder.mkdir()
    with pytest.raises(IsADirectoryError):
        write_aside(folder, b"x")
    assert list(tmp_path.iterdir()) == [folder]
    assert list(folder.iterdir()) == []


def test_write_aside_below_a_file(tmp_path):
    """A file where a folder should be is an error, and stays."""
    (tmp_path / "x").write_bytes(b"kept")
    with pytest.raises(OSError, match="x"):
        write_aside(tmp_path / "x" / "y", b"new")
    assert (tmp_path / "x").read_bytes() == b"kept"


@pytest.mark.parametrize(
    ("position", "length", "page"),
    [
        pytest.param(1, 50, 1, id="first"),
        pytest.param(50, 50, 1, id="last of a page"),
        pytest.param(51, 50, 2, id="first of the next"),
        pytest.param(100_001, 50, 2001, id="far on"),
        pytest.param(7, 1, 7, id="pages of one"),
    ],
)
def test_page_of(position, length, page):
    """Pages are numbered from 1, and each holds as many positions as it is long."""
    assert page_of(position, length) == page


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="ordinary"),
        pytest.param({"edited": True, "address": ""}, id="edited, without an address"),
        pytest.param({"by_editor": True, "address": ""}, id="the editors' own"),
        pytest.param(
            {"reply_to": Parent(number=5, position=2, author="旧友")}, id="reply to a message"
        ),
        pytest.param(
            {"reply_to": Parent(number=5, position=2, author=None)}, id="reply to a withdrawn one"
        ),
        pytest.param(
            {"author": '"\\\0\u2028</script>😀', "html": "<p>a<br>\nb\u202e</p>"},
            id="odd characters",
        ),
        pytest.param(
            {"submitted_at": datetime(2026, 1, 2, 3, 4, 5, 678901, timezone(timedelta(hours=8)))},
            id="microseconds in Shenzhen",
        ),
        pytest.param({"number": 2**62, "wall_position": 10**9}, id="large numbers"),
    ],
)
def test_message_comes_back_as_written(tmp_path, changes):
    """What is read from a page is equal to what was written to it."""
    series, comment = Series(tmp_path / "s"), make_comment(3, **changes)
    assert series.write_page(1, [(3, comment)]) is True
    assert list(series.between(1, 50)) == [comment]


def test_page_is_written_only_when_it_differs(tmp_path):
    """The same page again, in whatever order, is not written; a changed one is."""
    series = Series(tmp_path)
    comments = [(position, make_comment(position)) for position in range(1, 5)]
    assert series.write_page(1, comments) is True
    assert series.write_page(1, comments[::-1]) is False
    assert series.write_page(1, comments[:3]) is True
    assert len(list(series.between(1, 50))) == 3


def test_page_is_read_by_people(tmp_path):
    """A page is UTF-8 with Chinese as itself, one key a line, and holds public fields only."""
    Series(tmp_path).write_page(1, [(1, make_comment(1))])
    text = (tmp_path / "1.json").read_text("utf-8")
    assert '"author": "路人"' in text
    assert text.endswith("}\n")
    assert set(json.loads(text)["1"]) == {
        "number", "thread", "position", "wall_position", "author", "address", "html", "policy",
        "submitted_at", "edited", "by_editor", "reply_to",
    }  # fmt: skip


def test_page_refuses_what_it_cannot_give_back(tmp_path):
    """A value the archive has no form for is an error, and no file appears."""
    with pytest.raises(TypeError, match="cannot hold a bytes"):
        Series(tmp_path).write_page(1, [(1, make_comment(1, html=b"x"))])
    assert list(tmp_path.iterdir()) == []


def test_wall_page_goes_by_the_walls_positions(tmp_path):
    """A page is read by the position it was written under, not by the one in the thread."""
    series, comment = Series(tmp_path), make_comment(2, wall_position=60)
    series.write_page(2, [(60, comment)])
    assert list(series.between(51, 60)) == [comment]
    assert list(series.between(1, 59)) == []


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        pytest.param(1, 200, [1, 2, 49, 50, 51, 103, 150, 152], id="all, over pages and gaps"),
        pytest.param(50, 51, [50, 51], id="across two pages"),
        pytest.param(3, 48, [], id="a gap within a page"),
        pytest.param(52, 102, [], id="a gap over pages"),
        pytest.param(104, 160, [150, 152], id="beyond the last"),
        pytest.param(2, 2, [2], id="one"),
        pytest.param(201, 900, [], id="pages that were never written"),
        pytest.param(-5, 1, [1], id="from before the first"),
        pytest.param(0, 0, [], id="nothing published yet"),
        pytest.param(5, 2, [], id="backwards"),
    ],
)
def test_between(tmp_path, first, last, expected):
    """Messages between two positions come in order, both ends included, gaps left out."""
    series = Series(tmp_path)
    comments = fill_series(series, [1, 2, 49, 50, 51, 103, 150, 152])
    found = list(series.between(first, last))
    assert found == [comment for comment in comments if comment.position in expected]
    assert [comment.position for comment in found] == expected


@given(
    positions=st.sets(st.integers(1, 260), max_size=40),
    first=st.integers(-3, 270),
    last=st.integers(-3, 270),
)
def test_between_any_positions(tmp_path_factory, positions, first, last):
    """Whatever positions are taken, exactly those from the first to the last come, in order."""
    series = Series(tmp_path_factory.mktemp("series"))
    fill_series(series, sorted(positions))
    found = [comment.position for comment in series.between(first, last)]
    assert found == sorted(position for position in positions if first <= position <= last)


def test_head_of_a_series(tmp_path):
    """A series that was never written is empty; a head is written once and comes back."""
    series = Series(tmp_path / "s")
    assert series.head() == Head(last=0, count=0)
    assert not (tmp_path / "s").exists()
    assert series.write_head(Head(last=41, count=40)) is True
    assert series.write_head(Head(last=41, count=40)) is False
    assert series.head() == Head(last=41, count=40)


def test_threads_and_wall_are_apart(tmp_path):
    """Each thread and the wall have a folder of their own; a thread named wall is no wall."""
    archive = Archive(tmp_path)
    folders = {archive.thread("first").folder, archive.thread("wall").folder, archive.wall().folder}
    assert len(folders) == 3
    assert archive.thread("first").folder == tmp_path / "threads" / "first"


@pytest.mark.parametrize(
    "thread",
    [
        pytest.param("a", id="one letter"),
        pytest.param("hotline-1998", id="slug"),
        pytest.param("x" * 80, id="eighty"),
        pytest.param("-", id="hyphen"),
    ],
)
def test_thread_ids(tmp_path, thread):
    """What is a thread id gives a folder just below the threads."""
    assert Archive(tmp_path).thread(thread).folder == tmp_path / "threads" / thread


@pytest.mark.parametrize(
    "thread",
    [
        pytest.param("", id="nothing"),
        pytest.param(".", id="this folder"),
        pytest.param("..", id="the folder above"),
        pytest.param("../wall", id="out of the folder"),
        pytest.param("a/b", id="slash"),
        pytest.param("/etc", id="absolute"),
        pytest.param("a\\b", id="backslash"),
        pytest.param("a.b", id="dot"),
        pytest.param("%2e%2e", id="encoded dots"),
        pytest.param("A", id="capital"),
        pytest.param("é", id="accent"),
        pytest.param("留言", id="Chinese"),
        pytest.param("１", id="full-width digit"),
        pytest.param("x" * 81, id="eighty-one"),
        pytest.param("a b", id="space"),
        pytest.param("a_b", id="underline"),
        pytest.param("a\n", id="line break at the end"),
        pytest.param("a\0", id="NUL"),
        pytest.param("a:b", id="colon"),
        pytest.param("~", id="home"),
    ],
)
def test_no_thread_ids(tmp_path, thread):
    """What is no thread id is refused by name, so that no path can be made of it."""
    with pytest.raises(ValueError, match="is not a thread id") as refusal:
        Archive(tmp_path / "archive").thread(thread)
    assert repr(thread) in str(refusal.value)
    assert not (tmp_path / "archive").exists()


def test_head_comes_back_as_written(tmp_path):
    """Size and pinned positions are read as they were written."""
    series, head = Series(tmp_path / "s"), Head(last=9, count=7, pinned=(8, 2))
    assert series.write_head(head) is True
    assert series.head() == head
    assert series.write_head(head) is False


def test_archive_of_an_older_version_is_read(tmp_path):
    """Files without what came later are read as if nothing of it had happened."""
    series = Series(tmp_path)
    series.write_page(1, [(1, make_comment(1))])
    page = json.loads((tmp_path / "1.json").read_bytes())
    del page["1"]["by_editor"]
    (tmp_path / "1.json").write_text(json.dumps(page), "utf-8")
    (tmp_path / "head.json").write_text('{"count": 1, "last": 1}', "utf-8")
    assert series.head() == Head(last=1, count=1)
    assert series.at(1) == make_comment(1)
    assert series.at(2) is None


def test_files_written_together(tmp_path):
    """All are in place at the end, and only those that differ are written."""
    write_aside(tmp_path / "a" / "same", b"1")
    before = (tmp_path / "a" / "same").stat().st_mtime_ns
    with Together() as together:
        assert not together.write(tmp_path / "a" / "same", b"1")
        for number in range(2 * Together.MOST + 1):
            assert together.write(tmp_path / f"{number % 3}" / str(number), b"%d" % number)
    assert (tmp_path / "a" / "same").stat().st_mtime_ns == before
    written = {int(path.name): path.read_bytes() for path in tmp_path.glob("[0-9]/*")}
    assert written == {number: b"%d" % number for number in range(2 * Together.MOST + 1)}
    assert not list(tmp_path.rglob(".*"))
    assert (tmp_path / "0" / "0").stat().st_mode & 0o777 == 0o644


def test_files_written_together_or_thrown_away(tmp_path):
    """What waited when the work failed is not put in its place, and leaves nothing behind."""
    write_aside(tmp_path / "a", b"1")
    with suppress(LookupError), Together() as together:
        together.write(tmp_path / "a", b"2")
        together.write(tmp_path / "b", {}["not there"])
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"1"


def test_message_is_one_object(tmp_path):
    """A message is the same object on the page of its thread, on that of the wall, and after
    another one was added; one that changed is another.
    """
    thread, wall = Series(tmp_path / "thread"), Series(tmp_path / "wall")
    fill_series(thread, [1, 2])
    fill_series(wall, [1, 2])
    first, second = thread.between(1, 2)
    assert [first, second] == [make_comment(1), make_comment(2)]
    assert wall.at(1) is first
    changed = replace(make_comment(2), html="<p>Other</p>")
    thread.write_page(1, [(1, make_comment(1)), (2, changed), (3, make_comment(3))])
    assert thread.at(1) is first
    assert thread.at(2) == changed


@pytest.mark.parametrize(
    "page", [pytest.param({}, id="none"), pytest.param({"12": 12, "9": 9, "10": 10}, id="three")]
)
def test_page_that_was_written_otherwise_is_read(tmp_path, page):
    """A page in another layout of JSON gives the same messages, in the order of their places."""
    series = Series(tmp_path)
    series.write_page(1, [(number, make_comment(number)) for number in page.values()])
    written = list(series.between(1, PAGE_LENGTH))
    assert [comment.position for comment in written] == sorted(page.values())
    path = tmp_path / "1.json"
    path.write_text(json.dumps(json.loads(path.read_bytes())), "utf-8")
    assert list(series.between(1, PAGE_LENGTH)) == written


def test_page_has_the_layout_of_plain_json(tmp_path):
    """A page is written as json.dumps would, its places in the order of their digits; one of which
    nothing is to be seen holds an empty object.
    """
    comments = [make_comment(number, html='<p>"\\n"</p>') for number in (2, 9, 10)]
    comments.append(make_comment(11, reply_to=Parent(number=109, position=9, author=None)))
    series = Series(tmp_path)
    series.write_page(1, [(comment.position, comment) for comment in comments])
    written = (tmp_path / "1.json").read_text("utf-8")
    data = json.loads(written)
    assert written == json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
    assert list(data) == ["10", "11", "2", "9"]
    assert list(series.between(1, PAGE_LENGTH)) == comments
    series.write_page(1, [])
    assert (tmp_path / "1.json").read_bytes() == b"{}\n"
