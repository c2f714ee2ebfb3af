"""The archive as a build sees it: heads are read once, and each file's version is told."""

from __future__ import annotations

import pytest

from comment_archive.files import Archive
from comment_archive.records import Head
from comment_archive.still import StillArchive, read_down, written_down
from tests.comment_archive.samples import make_comment


def fill(root):
    """Write a thread of 51 messages, on two pages."""
    series = Archive(root).thread("first")
    series.write_page(1, [(n, make_comment(n)) for n in range(1, 51)])
    series.write_page(2, [(51, make_comment(51))])
    series.write_head(Head(last=51, count=51))
    return series


def test_head_is_read_once(tmp_path):
    """What is asked again is not read again; who looks anew sees what is there now."""
    series = fill(tmp_path)
    still = StillArchive.of(tmp_path)
    assert still.thread("first").head() == Head(last=51, count=51)
    series.write_head(Head(last=52, count=52))
    assert still.thread("first").head().last == 51
    assert StillArchive.of(tmp_path).thread("first").head().last == 52


def test_thread_without_messages_costs_no_look(tmp_path):
    """A thread without a folder is known to be empty; so is an archive that is not there."""
    fill(tmp_path)
    still = StillArchive.of(tmp_path)
    assert still.threads() == ["first"]
    assert still.thread("second").is_missing
    assert (still.thread("second").head(), still.thread("second").versions()) == (Head(), {})
    nothing = StillArchive.of(tmp_path / "nowhere")
    assert (nothing.threads(), nothing.wall().head()) == ([], Head())
    assert nothing.wall().versions() == {}


def test_what_is_no_thread_is_refused(tmp_path):
    """As in the archive itself, no path can be made of what a visitor sends."""
    with pytest.raises(ValueError, match="is not a thread id"):
        StillArchive.of(tmp_path).thread("../wall")


def test_a_file_that_changed_has_another_version(tmp_path):
    """Only the file that was written again is told to be another."""
    series = fill(tmp_path)
    before = StillArchive.of(tmp_path).thread("first").versions()
    series.write_page(2, [(51, make_comment(51, author="另一个"))])
    after = StillArchive.of(tmp_path).thread("first").versions()
    assert before.keys() == after.keys() == {"head", "1", "2"}
    assert {name for name in after if after[name] != before[name]} == {"2"}


def test_versions_as_a_line(tmp_path):
    """They are read as they were written; what is cut off in the middle is not believed."""
    versions = {"head": "a.1.b", "10": "c.2.d", "9": "e.3.f"}
    line = written_down(versions)
    assert line == "9=e.3.f 10=c.2.d head=a.1.b"
    assert read_down(line) == versions
    assert read_down("9=e.3.f 10") == {"9": "e.3.f"}
