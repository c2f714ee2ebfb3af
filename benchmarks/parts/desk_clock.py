"""Takes the time of calls to a database: on the clock, and of the processor, which other work on
the machine hardly lengthens.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks.parts.table import Question, Row, figure

Result = TypeVar("Result")
MILLISECONDS = 1e3
NANOSECONDS = 1e6
"""Of one millisecond."""


@dataclass(slots=True)
class Times:
    """Milliseconds of many calls."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The time that half of the calls took."""
        return statistics.median(self.wall)

    def within(self, share: float) -> float:
        """Give the time within which *share* of the calls were done."""
        return share_of(self.wall, share)

    def row(self, question: Question, *, share: float, is_judged: bool, peers: str = "") -> Row:
        """Answer by the median, and show *share* beside it; or the other way round for a question
        that asks for that *share*.
        """
        name = f"{share:.0%}".replace("%", " of 100")
        asks_share = name in question.what
        value = self.within(share) if asks_share else self.median
        other = (
            f"median {figure(self.median)}"
            if asks_share
            else (f"{name}: {figure(self.within(share))}")
        )
        note = ", ".join((other, *self._processor(share if asks_share else 0.5)))
        if is_judged:
            return question.answered(value, note=note, peers=peers)
        return question.noted(f"{figure(value, question.unit)} ({note})", peers=peers)

    def _processor(self, share: float) -> Sequence[str]:
        """Tell the time of the processor that is to be held against the judged one."""
        return [f"processor {figure(share_of(self.cpu, share))}"] if self.cpu else []


def share_of(values: Sequence[float], share: float) -> float:
    """Give the value that *share* of *values* do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, min(len(ordered), round(len(ordered) * share)) - 1)]


@dataclass(frozen=True, slots=True)
class Clock:
    """Times calls over one session, its server's work included."""

    backend: Path | None
    """Where the system tells how long PostgreSQL's process ran for this session."""

    @classmethod
    def of(cls, session: Session) -> Clock:
        """Make the clock of *session*."""
        if session.get_bind().dialect.name == "sqlite":
            return cls(None)
        pid = session.scalar(text("SELECT pg_backend_pid()"))
        return cls(Path(f"/proc/{pid}/schedstat"))

    def time(self, call: Callable[[], Result], times: Times) -> Result:
        """Call and note how long it took; gives what the call gave."""
        cpu, began = self._cpu(), time.perf_counter()
        result = call()
        times.wall.append((time.perf_counter() - began) * MILLISECONDS)
        times.cpu.append(self._cpu() - cpu)
        return result

    def _cpu(self) -> float:
        """Give the milliseconds that we and the server's process ran."""
        ours = time.thread_time() * MILLISECONDS
        if self.backend is None or not self.backend.is_file():
            return ours
        return ours + int(self.backend.read_text("ascii").split()[0]) / NANOSECONDS
