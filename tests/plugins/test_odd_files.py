"""Odd files, as other programs leave them, are read as they are meant or told of clearly."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from plugins.editing.check import check_content
from plugins.encodings import certain_text, likely_encoding
from tests.plugins.writing import STORY, brief, told, write

TEXT = "title: 故事\n正文，说明。\n"


@pytest.mark.parametrize("end", ["\r\n", "\r"], ids=["windows", "macintosh"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "mark"])
@pytest.mark.parametrize("name", ["one.md", "雨天 的 U站.md", "a b.md"])
def test_ends_marks_and_names(content, end, mark, name):
    """Line ends, marks, blanks and Han in names do not matter; lines and columns are the same."""
    path = write(content / "stories" / name, STORY | {"comments": "no"}, "一。\n\n[二](/nowhere/)")
    path.write_bytes(mark + path.read_text("utf-8").replace("\n", end).encode())
    assert told(content) == [f"{path}:8:11 bad-value", f"{path}:12:5 broken-link"]


@pytest.mark.parametrize(
    ("raw", "likely", "is_certain"),
    [
        pytest.param(TEXT.encode("gb18030"), "GBK", True, id="GBK"),
        pytest.param(TEXT.encode("utf-16"), "UTF-16", True, id="UTF-16"),
        pytest.param(TEXT.encode("utf-16-le"), "UTF-16", False, id="UTF-16 without a mark"),
        pytest.param("café".encode("latin-1"), "", False, id="French"),
        pytest.param(
            "説明かなカナ".encode("shift-jis"), "GBK", False, id="Japanese, too short to tell"
        ),
    ],
)
def test_encodings(content, raw, likely, is_certain):
    """What a file is written in is named where that can be told, and mended where it is sure."""
    path = content / "stories" / "one.md"
    path.write_bytes(raw)
    (problem,) = check_content(content)
    expected = f"1:0 encoding: {likely}" if likely else "1:0 encoding"
    assert (problem.path, brief(problem, expected)) == (path, expected)
    assert likely_encoding(raw) == likely
    assert problem.is_mendable == is_certain == (certain_text(raw) == TEXT)


def test_nul(content):
    """A NUL in a text is told with its place."""
    path = write(content / "stories" / "one.md", STORY, "一。\n\n二\0三。")
    assert told(content) == [f"{path}:12:2 control-character"]


@pytest.mark.parametrize("name", ["stories/x.md", "pages/x.md", "stories/2016/x.md"])
def test_folder_that_is_named_like_a_text(content, name):
    """A folder named like a text is told, empty or not."""
    (content / name).mkdir(parents=True)
    assert told(content) == [f"{content / name}:1:0 stray-file"]


@pytest.mark.parametrize("name", ["first-day.md.txt", "first-day.MD", "first-day.docx"])
def test_other_endings(content, name):
    """A file that would not be read is told, as Windows hides how names end."""
    path = write(content / "stories" / name, STORY)
    assert told(content) == [f"{path}:1:0 stray-file"]


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"\xef\xbb\xbf", b" \r\n"])
def test_empty_files(content, raw):
    """A file in which nothing stands is told as that, once."""
    path = content / "stories" / "one.md"
    path.write_bytes(raw)
    assert told(content) == [f"{path}:1:0 empty-file"]


def test_file_that_may_not_be_read(content, monkeypatch):
    """A file without the right to read it is told: rule unreadable; all others are checked."""
    path = write(content / "stories" / "one.md", STORY)
    other = write(content / "stories" / "two.md", STORY | {"comments": "no"})
    path.chmod(0)
    if os.access(path, os.R_OK):  # the system's administrator reads all the same
        monkeypatch.setattr(Path, "read_bytes", _refusing(path, Path.read_bytes))
    assert told(content) == [f"{path}:1:0 unreadable", f"{other}:8:11 bad-value"]


def _refusing(closed, read):
    def read_bytes(path):
        if path == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    return read_bytes
