"""How long does ``./run lint`` take on 1,000 stories: all new, none changed, one changed?

The command is the one that editors run, from the start of Python to its last line. The short form
has few stories and judges how many of them are read again, but no time.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.parts.runs import Run, cpu_of, few_cores, run, seconds_of
from benchmarks.parts.table import Question, Row, report, versions_of
from benchmarks.parts.whole import WholeSite
from serving.lint import FOUND, lint

COLD = "1,000 stories, none looked at before"
SAME = "1,000 stories, none changed since"
ONE = "1,000 stories, one changed since"
QUESTIONS = {COLD: 2.0, SAME: 1.0, ONE: 1.0}
"""Seconds that each may take, on the clock and of the processor."""
LONG_AGO = 1_450_000_000
"""A moment at which files were written that are not written again."""
REMARKS = (
    "Whole programs, from the start of Python on. Style is looked at as well; what is wrong with "
    "stories that did not change is told again, but they are not read.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How much is measured."""

    stories: int
    times: int
    is_judged: bool
    """Whether times are."""


FULL = Form(stories=1000, times=5, is_judged=True)
SHORT = Form(stories=30, times=1, is_judged=False)


@dataclass(frozen=True, slots=True)
class Yard:
    """A campaign with stories that were written long ago."""

    folder: Path
    form: Form

    def make(self) -> None:
        """Write it."""
        WholeSite(self.folder).make(self.form.stories)
        for path in (self.folder / "content").rglob("*"):
            os.utime(path, (LONG_AGO, LONG_AGO))

    def forget(self) -> None:
        """Let nothing be known of any story."""
        (self.folder / FOUND).unlink(missing_ok=True)

    def know(self) -> None:
        """Let all be known of every story."""
        self.check()

    def edit(self, number: int) -> None:
        """Give a story another text, as if long ago."""
        self.know()
        stories = WholeSite(self.folder).stories
        stories.edit(1, number + 1)
        moment = LONG_AGO + number + 1
        os.utime(stories.path(1), (moment, moment))

    def check(self) -> int:
        """Look at everything within this process; gives how many stories were read."""
        return lint(self.folder / "content", self.folder).looked

    def command(self) -> Run:
        """Run the command itself."""
        command, folder = [sys.executable, "-m", "serving.lint"], str(self.folder)
        return run(command, HUISHENG_CAMPAIGN=folder, COMMENTS_VAR=folder)


def main(quick: bool) -> int:
    """Measure and print; gives 1 when a figure is missed."""
    with few_cores(), tempfile.TemporaryDirectory(prefix="huisheng-") as name:
        yard = Yard(Path(name), SHORT if quick else FULL)
        yard.make()
        rows = list(_rows(yard))
    return report("lint", rows, versions_of("markdown"), remarks=REMARKS, keep=not quick)


def _rows(yard: Yard) -> Iterator[Row]:
    before: dict[str, Callable[[int], None]] = {
        COLD: lambda _: yard.forget(),
        SAME: lambda _: yard.know(),
        ONE: yard.edit,
    }
    for what, prepare in before.items():
        sys.stderr.write(f"Measuring: {what}\n")
        runs = []
        for number in range(yard.form.times):
            prepare(number)
            runs.append(yard.command())
        yield from _times(what, runs, is_judged=yard.form.is_judged)
    yield from _counts(yard)


def _times(what: str, runs: list[Run], *, is_judged: bool) -> Iterator[Row]:
    for kind, value in (("", seconds_of(runs)), (": processor", cpu_of(runs))):
        question = Question(what=f"{what}{kind}", limit=QUESTIONS[what], unit=" s")
        yield question.answered(value) if is_judged else question.noted(f"{value:.3g} s")


def _counts(yard: Yard) -> Iterator[Row]:
    yard.know()
    yield Question(what="stories read again when none changed", limit=0).answered(yard.check())
    yard.edit(yard.form.times)
    yield Question(what="the same when one changed", limit=1).answered(yard.check())
