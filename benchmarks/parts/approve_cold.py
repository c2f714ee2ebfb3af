"""Publishes one message in a process that has just started, as a publisher does its first.

    python -m benchmarks.parts.approve_cold ROOT THREAD POSITION WALL_POSITION

prints the moment when the files were replaced, by the clock that all processes share, what was
loaded that an approval has no use for, and how many files were written.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmarks.parts.approvals import Board
    from benchmarks.parts.table import Row

DEAR = ("pelican", "markdown", "bleach", "html5lib", "pyvips", "sqlalchemy", "flask")


def measure(small: Board, large: Board, starts: int, *, is_judged: bool) -> Iterator[Row]:
    """Start *starts* publishers on each site, in turn."""
    from benchmarks.parts.table import Question, figure

    cold = Question(what="from a cold process: median", limit=250, unit=" ms")
    larger = Question(what="from a cold process: the larger site over it", limit=1.25, unit="×")
    unused = Question(what="packages loaded that an approval has no use for", limit=0)
    taken: tuple[list[float], list[float]] = ([], [])
    loaded: set[str] = set()
    for number in range(starts):
        for board, times in zip((small, large), taken, strict=True):
            milliseconds, told = _start(board, board.names[number + 1])
            times.append(milliseconds)
            loaded |= set(told["loaded"])
    medians = [statistics.median(times) for times in taken]
    for question, value in ((cold, medians[0]), (larger, medians[1] / medians[0])):
        written = figure(value, question.unit)
        yield question.answered(value) if is_judged else question.noted(written)
    yield unused.answered(len(loaded), note=", ".join(sorted(loaded)))


def _start(board: Board, thread: str) -> tuple[float, Mapping[str, Any]]:
    """Publish one more message of *thread* by a process of its own; gives the milliseconds."""
    change = board.approve(thread)
    places = (str(change.position), str(change.wall_position))
    command = [sys.executable, "-m", "benchmarks.parts.approve_cold", str(board.root), thread]
    began = time.monotonic()
    done = subprocess.run([*command, *places], check=True, capture_output=True, text=True)  # noqa: S603 -- our own
    told: dict[str, Any] = json.loads(done.stdout)
    return (told["moment"] - began) * 1000, told


def main() -> None:
    """Do what the command line says."""
    from comment_archive.files import Archive
    from comment_archive.records import Change
    from publishing.release import Release
    from publishing.republish import Republisher

    root, thread, *places = sys.argv[1:]
    change = Change(
        thread=thread, position=int(places[0]), wall_position=int(places[1]), is_new=True
    )
    release = Release((Path(root) / "releases" / "current").resolve())
    republisher = Republisher(release, Archive(Path(root) / "archive"), durable=False)
    written = republisher.republish([change])
    told = {
        "moment": time.monotonic(),
        "loaded": [name for name in DEAR if name in sys.modules],
        "written": len(written),
    }
    sys.stdout.write(f"{json.dumps(told)}\n")


if __name__ == "__main__":
    main()
