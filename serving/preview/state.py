"""What the preview shows at the moment, for all threads of the server."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from serving.preview.report import Report


@dataclass(frozen=True, slots=True)
class Shown:
    """One state of the preview."""

    edition: str
    """Another one for each build, also after a restart."""
    number: int
    report: Report


@dataclass(slots=True)
class State:
    """The newest build's report, and a way to wait for the next one."""

    start: str = field(default_factory=lambda: f"{time.time_ns():x}")
    stage: str = ""
    """What the first build is at, for who waits for it."""
    is_ending: bool = False
    _shown: Shown | None = None
    _changed: threading.Condition = field(default_factory=threading.Condition)

    @property
    def shown(self) -> Shown | None:
        """Give what is shown now; nothing before the first build is done."""
        return self._shown

    def show(self, report: Report) -> None:
        """Show what came of a build, and wake who waits."""
        with self._changed:
            number = self._shown.number + 1 if self._shown else 1
            self._shown = Shown(f"{self.start}-{number}", number, report)
            self._changed.notify_all()

    def wait(self, number: int, seconds: float) -> Shown | None:
        """Wait until something newer than *number* is shown, *seconds* at most; gives it."""
        with self._changed:
            self._changed.wait_for(lambda: self.is_ending or self._number > number, seconds)
            return self._shown if self._number > number else None

    def end(self) -> None:
        """Let nobody wait any longer."""
        with self._changed:
            self.is_ending = True
            self._changed.notify_all()

    @property
    def _number(self) -> int:
        return self._shown.number if self._shown else 0
