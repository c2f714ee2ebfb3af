"""Counts what leaves no row in the database, for all processes of one machine together.

Each process has a row of numbers of its own in one small file, so that none waits for another;
their sum counts. A row outlives its process, and the next one counts on in it: the sum never falls.
"""

from __future__ import annotations

import os
import re
import socket
import struct
import threading
import weakref
from contextlib import suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows, where one process serves
    fcntl = None  # type: ignore[assignment,unused-ignore]

POSTS = ("accepted", "refused", "limited", "foreign", "failed")
"""What became of a message that was sent."""
ERRORS = ("500", "503")
NAMES = (*(f"posts {name}" for name in POSTS), *(f"errors {name}" for name in ERRORS))
"""The columns. Whoever changes them raises :data:`LAYOUT`."""
LAYOUT = 1
PROCESSES = 128
NUMBER = struct.Struct("<q")
ROW = NUMBER.size * len(NAMES)
_ONE_AT_A_TIME = threading.Lock()


class Counters:
    """The numbers in *folder*; where it cannot be written, nothing is counted and nothing fails."""

    def __init__(self, folder: Path) -> None:
        host = re.sub(r"[^A-Za-z0-9.-]", "-", socket.gethostname())
        self._path = folder / f"{host}.{LAYOUT}"
        self._file: int | None = None
        self._row = 0

    def add(self, name: str) -> None:
        """Count one more."""
        with _ONE_AT_A_TIME, suppress(OSError):
            file = self._opened()
            place = self._row * ROW + NAMES.index(name) * NUMBER.size
            (count,) = NUMBER.unpack(os.pread(file, NUMBER.size, place))
            os.pwrite(file, NUMBER.pack(count + 1), place)

    def sums(self) -> dict[str, int]:
        """Give what all processes counted, ever."""
        with suppress(OSError):
            numbers = list(NUMBER.iter_unpack(self._path.read_bytes()))
            columns = (numbers[place :: len(NAMES)] for place in range(len(NAMES)))
            return {
                name: sum(n for (n,) in column) for name, column in zip(NAMES, columns, strict=True)
            }
        return dict.fromkeys(NAMES, 0)

    def _opened(self) -> int:
        """Open the file, and take a row in it, when there is something to count for the first time.

        It is written full of zeros at once: later nothing is needed of the disk.
        """
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o640)
            weakref.finalize(self, os.close, file)
            missing = PROCESSES * ROW - os.fstat(file).st_size
            if missing > 0:
                os.pwrite(file, bytes(missing), PROCESSES * ROW - missing)
            self._row = _free_row(file)
            self._file = file
        return self._file


def _free_row(file: int) -> int:
    """Take the first row that no living process has; the system frees it when we end."""
    for row in range(PROCESSES if fcntl else 0):
        with suppress(BlockingIOError, PermissionError):
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, ROW, row * ROW)
            return row
    return 0
