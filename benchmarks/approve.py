"""How long does an approval take to reach readers, whatever the size of the site?

From the archive to replaced files in a warm publisher, on a site with a thousand stories and one
with ten thousand (parts/full_archive.py, parts/full_release.py); in a publisher that has just
started; and from the decision to the page over HTTP, through all processes. The short form has few
messages and judges no time, but counts.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.parts import approve_cold, approve_http
from benchmarks.parts.approvals import Approval, Board, publish
from benchmarks.parts.table import Question, Row, figure, known, report, versions_of
from publishing import twins

BOARDS = Path(__file__).parents[1] / "var" / "bench" / "approve"
MS = " ms"
P50 = Question(what="approval to replaced files, warm publisher: median", limit=5, unit=MS)
P99 = Question(what="the same: 99 of 100 within", limit=100, unit=MS)
BUSY = Question(what="in a story of 2,000 messages: median", limit=20, unit=MS)
LARGER = Question(
    what="10,000 stories, 1,000,000 messages over a tenth of both", limit=1.25, unit="×"
)
LONGER = Question(what="a story of 100,000 messages over one of 2,000", limit=1.25, unit="×")
WRITTEN = Question(what="files written more on the larger site: median", limit=0)
PIECES = Question(what="pieces of HTML rendered for one approval: median", limit=5)
REMARKS = (
    "Milliseconds from the changed archive to the last renamed file, without the waits for the "
    "disk (fsync) where these are not named. The sites are asked in turn.",
    "Warm: stories that have had an approval since the publisher started. Files: the story's page "
    "and its feeds, three lists, home page, wall and its feeds.",
    "From a cold process: from the start of Python to the last renamed file.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How much is measured."""

    stories: int
    messages: int
    """Of the smaller site; the larger one has ten times as many of both."""
    busy: int
    longest: int
    """Messages of the busiest story of the smaller and of the larger site."""
    warm: int
    """Stories that get approvals."""
    rounds: int
    """Approvals of each of them."""
    starts: int
    visible: int
    is_judged: bool
    """Whether times are."""


FULL = Form(
    stories=1000,
    messages=100_000,
    busy=2000,
    longest=100_000,
    warm=40,
    rounds=5,
    starts=15,
    visible=100,
    is_judged=True,
)
SHORT = Form(
    stories=30,
    messages=2400,
    busy=400,
    longest=2000,
    warm=4,
    rounds=2,
    starts=1,
    visible=5,
    is_judged=False,
)


def main(quick: bool) -> int:
    """Measure and print; gives 1 when a figure is missed."""
    form = SHORT if quick else FULL
    with _folder(quick) as folder:
        rows = list(_rows(folder, form))
    versions = versions_of("jinja2", "brotli", "flask", "sqlalchemy", "granian")
    return report("approve", rows, versions, remarks=(*REMARKS, *_load()), keep=not quick)


def _rows(folder: Path, form: Form) -> Iterator[Row]:
    """Measure everything, and say so: the whole takes some minutes."""
    _tell("filling two sites")
    small = Board.filled(folder / "small", form.stories, form.messages, busiest=form.busy)
    large = Board.filled(
        folder / "large", 10 * form.stories, 10 * form.messages, busiest=form.longest
    )
    _tell("approvals in a warm publisher")
    yield from _warm(small, large, form)
    _tell("approvals with compressed twins")
    yield from _with_twins(small, form)
    _tell("first approvals of fresh processes")
    yield from approve_cold.measure(small, large, form.starts, is_judged=form.is_judged)
    _tell("decisions over HTTP")
    yield from approve_http.measure(form.visible, is_judged=form.is_judged)


def _warm(small: Board, large: Board, form: Form) -> Iterator[Row]:
    publishers = {board.root: board.publisher() for board in (small, large)}

    def approve(board: Board, thread: str) -> Approval:
        return publish(publishers[board.root], board.approve(thread))

    series = [
        (small, small.sample(form.warm)),
        (large, large.sample(form.warm)),
        (small, [small.names[0]] * form.warm),
        (large, [large.names[0]] * form.warm),
    ]
    first = [[approve(board, thread) for thread in threads] for board, threads in series]
    taken: list[list[Approval]] = [[] for _ in series]
    for _ in range(form.rounds):
        for number in range(form.warm):
            for done, (board, threads) in zip(taken, series, strict=True):
                done.append(approve(board, threads[number]))
    yield from _judged(taken, is_judged=form.is_judged)
    yield from _noted(first, taken)


def _judged(taken: Sequence[Sequence[Approval]], *, is_judged: bool) -> Iterator[Row]:
    """Yield the answers to what is asked of a warm publisher."""
    small, large, busy, longest = taken
    ninety_nine = sorted(one.milliseconds for one in small)[int(len(small) * 0.99) - 1]
    answers = [
        (P50, _median(small)),
        (P99, ninety_nine),
        (BUSY, _median(busy)),
        (LARGER, _median(large) / _median(small)),
        (LONGER, _median(longest) / _median(busy)),
    ]
    for question, value in answers:
        yield (
            question.answered(value) if is_judged else question.noted(figure(value, question.unit))
        )
    files = [statistics.median(one.written for one in series) for series in (small, large)]
    yield WRITTEN.answered(files[1] - files[0], note=f"{files[0]:.0f} files")
    yield PIECES.answered(statistics.median(one.pieces for one in (*small, *large)))


def _noted(
    first: Sequence[Sequence[Approval]], taken: Sequence[Sequence[Approval]]
) -> Iterator[Row]:
    """Yield what nobody asked for."""
    names = ("1,000 stories", "10,000 stories", "2,000 messages", "100,000 messages")
    for name, cold, warm in zip(names, first, taken, strict=True):
        whole = statistics.median(one.whole for one in warm)
        processor = statistics.median(one.processor for one in warm)
        text = f"{figure(_median(warm), MS)} (processor {figure(processor, MS)})"
        text += f", {figure(whole, MS)} with fsync"
        if name.endswith("stories"):
            text += f"; a story's first since the start {figure(_median(cold), MS)}"
        yield known(f"approval, {name}: median", text)


def _with_twins(board: Board, form: Form) -> Iterator[Row]:
    """Measure the same with gzip and brotli twins; the pages are live before these are made."""
    publisher = board.publisher()
    (publisher.release.records / twins.MARK).touch()
    threads = board.sample(form.warm)
    for thread in threads:
        publish(publisher, board.approve(thread))
    taken = [publish(publisher, board.approve(thread)) for thread in threads]
    whole = statistics.median(one.whole for one in taken)
    text = f"{figure(_median(taken), MS)}, {figure(whole, MS)} with fsync"
    yield known("approval, until the compressed twins are there too: median", text)


def _median(taken: Sequence[Approval]) -> float:
    return statistics.median(one.milliseconds for one in taken)


@contextmanager
def _folder(quick: bool) -> Iterator[Path]:
    """Give the folder of the sites; that of the short form is removed again."""
    if not quick:
        yield BOARDS
        return
    with tempfile.TemporaryDirectory(prefix="huisheng-") as folder:
        yield Path(folder)


def _load() -> list[str]:
    """Say how busy the machine was, if it tells: others' work lengthens the longest times most."""
    if not hasattr(os, "getloadavg"):
        return []
    return [f"Load in the last minute: {figure(os.getloadavg()[0])} on {os.cpu_count()} cores."]


def _tell(what: str) -> None:
    sys.stderr.write(f"Measuring: {what}\n")
