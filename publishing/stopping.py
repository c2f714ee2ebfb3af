"""A request to stop that can also be waited for together with other things."""

from __future__ import annotations

import os
import select
from contextlib import suppress


class Stop:
    """Set once, from any thread or from within a signal's handler; a threading.Event may not be set
    by a handler that interrupts its own waiting.
    """

    def __init__(self) -> None:
        self._read, self._write = os.pipe()
        os.set_blocking(self._write, False)
        self._is_set = False

    def __del__(self) -> None:
        """Let go of the pipe."""
        for handle in (self._read, self._write):
            with suppress(OSError):
                os.close(handle)

    def set(self) -> None:
        """Ask to stop."""
        self._is_set = True
        with suppress(BlockingIOError):
            os.write(self._write, b"!")

    def is_set(self) -> bool:
        """Say whether somebody asked."""
        return self._is_set

    def wait(self, seconds: float, *others: int) -> None:
        """Wait until somebody asks, or one of the file numbers *others* can be read, at most
        *seconds*.
        """
        if not self._is_set and seconds > 0:
            select.select([self._read, *others], [], [], seconds)
