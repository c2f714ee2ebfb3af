"""Ctrl-C and requests to end, on every system that editors work on."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType

from serving.processes import REQUESTS_TO_STOP


class StopFlag:
    """Set once, from within a signal's handler; who waits for it looks now and then."""

    def __init__(self) -> None:
        self._is_set = False

    def set(self) -> None:
        """Ask to stop."""
        self._is_set = True

    def is_set(self) -> bool:
        """Say whether somebody asked."""
        return self._is_set


def stop_on_signal(stop: StopFlag, also: Callable[[], object]) -> None:
    """Set *stop* and call *also* when the process is asked to end."""

    def ask(number: int, frame: FrameType | None) -> None:
        stop.set()
        also()

    for number in (signal.SIGINT, *REQUESTS_TO_STOP):
        signal.signal(number, ask)
