"""Shows how far the pictures are: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TextIO

Step = Callable[[], object]
"""To be called after each picture."""
Progress = Callable[[int], AbstractContextManager[Step]]
"""Shows how far that many pictures are."""
TITLE = "Pictures"
LINES = 10
"""How many lines there are of a long run."""


@contextmanager
def shown(total: int, stream: TextIO | None = None) -> Iterator[Step]:
    """Show on *stream* (standard error) how far *total* pictures are; nothing if there are none."""
    stream = stream or sys.stderr
    if stream.isatty() and total:
        with bar(total, stream) as step:
            yield step
    else:
        with lines(total, lambda line: print(line, file=stream, flush=True)) as step:
            yield step


@contextmanager
def lines(total: int, tell: Callable[[str], object]) -> Iterator[Step]:
    """Give a line to *tell* after each tenth of *total* pictures, and after the last one."""
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if done * LINES // total > (done - 1) * LINES // total:
            tell(f"{TITLE}: {done} of {total}")

    yield step


@contextmanager
def bar(total: int, stream: TextIO) -> Iterator[Step]:
    """Draw a bar with how many of *total* are done, how many a second, and the time left."""
    from rich import progress  # takes longer than to see that nothing has changed
    from rich.console import Console

    class Rate(progress.ProgressColumn):
        """Says how many are done in a second."""

        def render(self, task: progress.Task) -> str:
            return f"{task.speed:.1f}/s" if task.speed else ""

    columns = (TITLE, progress.BarColumn(), progress.MofNCompleteColumn(), Rate())
    left = progress.TimeRemainingColumn()
    with progress.Progress(*columns, left, console=Console(file=stream)) as drawn:
        task = drawn.add_task(TITLE, total=total)
        yield lambda: drawn.advance(task)
