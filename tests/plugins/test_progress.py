from __future__ import annotations

import io

import pytest

from plugins.progress import bar, lines, shown


class Terminal(io.StringIO):
    """Keeps what is drawn on it."""

    def isatty(self):
        """Say that it is one."""
        return True


def told(total):
    """Give the lines told of that many pictures."""
    told = []
    with lines("Pictures", total, told.append) as step:
        for _ in range(total):
            step()
    return told


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        (0, []),
        (1, ["Pictures: 1 of 1"]),
        (3, ["Pictures: 1 of 3", "Pictures: 2 of 3", "Pictures: 3 of 3"]),
    ],
)
def test_few_pictures_have_a_line_each(total, expected):
    """Nothing to do says nothing."""
    assert told(total) == expected


@pytest.mark.parametrize("total", [10, 11, 200, 9999])
def test_many_pictures_have_ten_lines(total):
    """The last one tells that all are done."""
    assert len(told(total)) == 10
    assert told(total)[-1] == f"Pictures: {total} of {total}"


def test_file_gets_lines():
    """Where nobody looks, there is a line now and then."""
    stream = io.StringIO()
    with shown("Pictures", 20, stream) as step:
        step()
        step()
    assert stream.getvalue() == "Pictures: 2 of 20\n"


def test_terminal_gets_a_bar(monkeypatch):
    """It ends full, with how many there were."""
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    with shown("Pictures", 3, stream) as step:
        for _ in range(3):
            step()
    assert "3/3" in stream.getvalue()


def test_bar_tells_the_rate(monkeypatch):
    """How many a second stands at its end."""
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    with bar("Pictures", 3, stream) as step:
        for _ in range(3):
            step()
    assert "/s" in stream.getvalue()


def test_terminal_shows_nothing_for_nothing():
    """No picture, no bar."""
    stream = Terminal()
    with shown("Pictures", 0, stream):
        pass
    assert stream.getvalue() == ""
