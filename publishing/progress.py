"""Shows how far a full build is: a bar a stage on a terminal, one line a stage elsewhere."""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack
from types import TracebackType
from typing import Self, TextIO

from plugins.progress import Step, bar

PARTS = 100
"""How often a bar is drawn anew within a stage, at most; a build tells more often than that."""


class Stages:
    """To be called with (stage, done, total) as often as one likes; a stage is over when all of it
    is done, when the next begins, or when the block is left.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._stage = ""
        self._total = self._shown = 0
        self._began = 0.0
        self._bar = ExitStack()
        self._step: Step | None = None

    def __enter__(self) -> Self:
        """Begin to show."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the bar of a stage away that was cut off."""
        self._bar.close()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show that *done* of the *total* pieces of *stage* are done."""
        if stage != self._stage:
            self._begin(stage, total)
        self._total = total
        if self._step and (done - self._shown >= max(1, total // PARTS) or done == total):
            self._step(done - self._shown)
            self._shown = done
        if done >= total:
            self._end()

    def _begin(self, stage: str, total: int) -> None:
        self._bar.close()
        self._stage, self._total, self._shown = stage, total, 0
        self._began = time.perf_counter()
        if self._stream.isatty() and total:
            self._step = self._bar.enter_context(bar(stage, total, self._stream))

    def _end(self) -> None:
        self._bar.close()
        if self._total and not self._stream.isatty():
            seconds = time.perf_counter() - self._began
            line = f"{self._stage}: {self._total} in {seconds:.1f} s"
            print(line, file=self._stream, flush=True)
        self._stage, self._step = "", None
