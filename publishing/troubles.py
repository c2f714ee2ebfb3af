"""Threads that cannot be published at the moment, and when each is tried again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

FIRST_PAUSE = 1.0
"""Seconds before the second try; each further pause is twice as long."""
LONGEST_PAUSE = 60.0


def pause_after(failures: int) -> float:
    """Give the seconds to wait after so many failures in a row."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(failures - 1, 16))


@dataclass(frozen=True, slots=True)
class Trouble:
    """What stands in a thread's way."""

    failures: int
    again_at: datetime
    problem: str


@dataclass(slots=True)
class Troubles:
    """The threads that stand aside so that the others go on."""

    _of: dict[str, Trouble] = field(default_factory=dict)
    _release: str = ""

    def look_at(self, release: str) -> None:
        """Try all again at once when another release is shown: it may have mended them."""
        if release != self._release:
            self._of.clear()
        self._release = release

    def note(self, thread: str, problem: str, now: datetime) -> float:
        """Let *thread* stand aside for a while, each time for longer; gives the seconds."""
        before = self._of.get(thread)
        failures = before.failures + 1 if before else 1
        seconds = pause_after(failures)
        self._of[thread] = Trouble(failures, now + timedelta(seconds=seconds), problem)
        return seconds

    def held(self, now: datetime) -> set[str]:
        """Name the threads whose time has not come at *now*."""
        return {thread for thread, trouble in self._of.items() if trouble.again_at > now}

    def keep(self, threads: Collection[str]) -> None:
        """Forget all but *threads*: the others were published."""
        self._of = {thread: self._of[thread] for thread in self._of if thread in threads}

    def next_try(self, now: datetime) -> datetime | None:
        """Give the moment after *now* when the next of them is tried again."""
        moments = (trouble.again_at for trouble in self._of.values())
        return min((moment for moment in moments if moment > now), default=None)

    def told(self) -> str | None:
        """Say in a line what stands in the way of whom; None when nothing does."""
        lines = (f"{thread}: {trouble.problem}" for thread, trouble in sorted(self._of.items()))
        return "; ".join(lines) or None
