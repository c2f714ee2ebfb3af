"""How far a build is, on a terminal and elsewhere."""

from __future__ import annotations

import io
from contextlib import suppress

from publishing.progress import Stages
from tests.plugins.test_progress import Terminal


def shown_on(stream, stages):
    """Show *stages*, each (name, pieces), piece by piece; gives what stands on the stream."""
    with Stages(stream) as tell:
        for name, total in stages:
            for done in range(total + 1):
                tell(name, done, total)
    return stream.getvalue()


def test_one_line_a_stage_in_a_log():
    """Where nobody looks, a stage is told once, when it is over; an empty one is not."""
    lines = shown_on(io.StringIO(), [("Reading", 250), ("Nothing", 0), ("Writing", 3)]).splitlines()
    assert [line.partition(" in ")[0] for line in lines] == ["Reading: 250", "Writing: 3"]


def test_same_stage_twice_is_told_twice():
    """Two builds in one process do not run into each other."""
    assert shown_on(io.StringIO(), [("Reading", 2), ("Reading", 2)]).count("Reading: 2 in") == 2


def test_bars_of_stages_end_full(monkeypatch):
    """On a terminal each stage has its bar, also one of which the end was told at once."""
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    with Stages(stream) as tell:
        tell("Reading", 0, 1000)
        tell("Reading", 1000, 1000)
        tell("Writing", 2, 2)
    assert "1000/1000" in stream.getvalue()
    assert "2/2" in stream.getvalue()


def test_bar_is_taken_away_when_a_build_fails(monkeypatch):
    """The cursor is back after a stage that was cut off, so that the mistake can be read."""
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    with suppress(ZeroDivisionError), Stages(stream) as tell:
        tell("Reading", 1, 9)
        tell("Reading", 1 // 0, 9)
    assert stream.getvalue().rstrip("\n").endswith("\x1b[?25h")
