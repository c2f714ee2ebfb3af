"""The list of addresses that changed: exact, and bounded in size."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest

from publishing import changed
from publishing.changed import Journal, TooOldError, addresses_of, compare

START = datetime(2026, 3, 1, 4, 30, tzinfo=UTC)


class Clock:
    """Goes on by a second with every look."""

    def __init__(self):
        self.now = START

    def __call__(self):
        """Give the moment."""
        self.now += timedelta(seconds=1)
        return self.now


def write(root, files):
    """Write a tree of files."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_addresses_are_those_that_readers_ask_for():
    """A folder's page is seen at the folder; compressed forms have no address; Han is escaped."""
    names = ["index.html", "a/index.html", "a/index.html.gz", "b.xml", "b.xml.br", "你/index.html"]
    assert addresses_of(names) == ["/", "/%E4%BD%A0/", "/a/", "/b.xml"]


def test_trees_are_compared_by_content(tmp_path):
    """What differs, is new or gone is told; what is the same gets its former time."""
    old = write(tmp_path / "old", {"same": "1", "other": "1", "gone": "1", "a/b": "1", "c/d": "1"})
    new = write(tmp_path / "new", {"same": "1", "other": "2", "new": "1", "a": "1", "c/d/e": "1"})
    os.utime(old / "same", ns=(5, 7))
    assert sorted(compare(new, old)) == ["a", "a/b", "c/d", "c/d/e", "gone", "new", "other"]
    assert (new / "same").stat().st_mtime_ns == 7
    assert sorted(compare(new, None)) == ["a", "c/d/e", "new", "other", "same"]


def test_folders_that_both_link_to_are_the_same(tmp_path):
    """A linked folder is compared by where it leads, and looked into where that differs."""
    one = write(tmp_path / "pages" / "1", {"index.html": "1", "x": "1"})
    two = write(tmp_path / "pages" / "2", {"index.html": "2", "x": "1"})
    new, old = (write(tmp_path / name, {"index.html": "1"}) for name in ("new", "old"))
    for tree, target in ((new, one), (old, one)):
        (tree / "older").symlink_to(target)
    assert list(compare(new, old)) == []
    (new / "older").unlink()
    (new / "older").symlink_to(two)
    assert list(compare(new, old)) == ["older/index.html"]


def test_what_changed_since_a_release_or_a_moment(tmp_path):
    """After a release's switch, or from a moment on; each address once."""
    journal = Journal(tmp_path, Clock())
    journal.note_switch(1, ["/", "/a/"])
    journal.note(["/b/"])
    journal.note_switch(2, ["/c/"])
    journal.note(["/b/", "/d/"])
    assert journal.since("1") == ["/b/", "/c/", "/d/"]
    assert journal.since("2") == ["/b/", "/d/"]
    assert journal.since("2026-03-01T04:30:03") == ["/b/", "/c/", "/d/"]
    assert journal.since("2026-03-01T12:30:04+08:00") == ["/b/", "/d/"]
    assert journal.since("2026-03-02") == []


@pytest.mark.parametrize("mark", ["3", "2026-02-28", "yesterday"])
def test_marks_that_are_not_known_are_refused(tmp_path, mark):
    """Nothing is left out silently: who asks for too much is told to purge everything."""
    journal = Journal(tmp_path, Clock())
    with pytest.raises(TooOldError):
        journal.since(mark)
    journal.note_switch(1, ["/"])
    with pytest.raises(TooOldError):
        journal.since(mark)


def test_journal_stays_small_and_exact(tmp_path, monkeypatch):
    """However much changes, the file is bounded by the addresses there are, and nothing is lost."""
    monkeypatch.setattr(changed, "LARGE", 2000)
    clock = Clock()
    journal, sizes, moments = Journal(tmp_path, clock), [], []
    journal.note_switch(1, ["/", "/gone/"])
    for number in range(400):
        journal.note([f"/{number % 20}/"], durable=False)
        moments.append(clock.now)
        sizes.append(journal.path.stat().st_size)
    assert max(sizes) < 4000
    assert journal.since("1") == sorted(f"/{number}/" for number in range(20))
    assert journal.since(moments[394].isoformat()) == sorted(
        f"/{number % 20}/" for number in range(394, 400)
    )


def test_old_lines_are_forgotten_and_that_is_known(tmp_path, monkeypatch):
    """What is older than three months is dropped; asking for it is refused."""
    monkeypatch.setattr(changed, "LARGE", 2000)
    clock = Clock()
    journal = Journal(tmp_path, clock)
    journal.note_switch(1, [f"/{number}/" for number in range(60)])
    clock.now += timedelta(days=100)
    for _ in range(200):
        journal.note(["/new/"])
    with pytest.raises(TooOldError):
        journal.since("1")
    with pytest.raises(TooOldError):
        journal.since(START.isoformat())
    assert journal.since((clock.now - timedelta(days=1)).isoformat()) == ["/new/"]


def test_line_that_a_crash_cut_off_does_no_harm(tmp_path):
    """A part of a line is passed over."""
    journal = Journal(tmp_path, Clock())
    journal.note_switch(1, ["/"])
    with journal.path.open("ab") as stream:
        stream.write(b"2026-03-01T0")
    journal.note(["/a/"])
    assert journal.since("1") == ["/a/"]
