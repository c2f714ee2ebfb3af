"""Shows how far a long work is: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, TextIO


class Step(Protocol):
    """To be called after each piece of the work, or with how many were done at once."""

    def __call__(self, count: int = 1, /) -> object:
        """Count *count* pieces as done."""


Progress = Callable[[str, int], AbstractContextManager[Step]]
"""Shows how far that many pieces of the titled work are."""
LINES = 10
"""How many lines there are of a long work."""


@contextmanager
def shown(title: str, total: int, stream: TextIO | None = None) -> Iterator[Step]:
    """Show on *stream* (standard error) how far *total* pieces are; nothing if there are none."""
    stream = stream or sys.stderr
    if stream.isatty() and total:
        with bar(title, total, stream) as step:
            yield step
    else:
        with lines(title, total, lambda line: print(line, file=stream, flush=True)) as step:
            yield step


@contextmanager
def lines(title: str, total: int, tell: Callable[[str], object]) -> Iterator[Step]:
    """Give a line to *tell* after each tenth of *total* pieces, and after the last one."""
    done = 0

    def step(count: int = 1) -> None:
        nonlocal done
        done += count
        if done * LINES // total > (done - count) * LINES // total:
            tell(f"{title}: {done} of {total}")

    yield step


@contextmanager
def bar(title: str, total: int, stream: TextIO) -> Iterator[Step]:
    """Draw a bar with how many of *total* are done, how many a second, and the time left."""
    from rich import progress  # takes longer than to see that nothing has changed
    from rich.console import Console

    class Rate(progress.ProgressColumn):
        """Says how many are done in a second."""

        def render(self, task: progress.Task) -> str:
            return f"{task.speed:.1f}/s" if task.speed else ""

    columns = (title, progress.BarColumn(), progress.MofNCompleteColumn(), Rate())
    left = progress.TimeRemainingColumn()
    with progress.Progress(*columns, left, console=Console(file=stream)) as drawn:
        task = drawn.add_task(title, total=total)
        yield lambda count=1: drawn.advance(task, count)
