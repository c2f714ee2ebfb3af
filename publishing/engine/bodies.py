"""The HTML of stories in files: a site of ten thousand must not hold all of it in memory."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

OPEN = 32
"""Files that are open at most: each edit adds one, and the system allows a thousand or so."""
READING = os.O_RDONLY | getattr(os, "O_BINARY", 0)
Body = tuple[str, int, int]
"""Where the HTML of a story is kept: in which file, from which byte, how many. A plain tuple:
ten thousand of them are kept from build to build.
"""


@dataclass(slots=True)
class Bodies:
    """A folder of files, each of which holds the HTML of many stories one after another.

    What was written stays as it is; a later build adds a file. What a build left that was killed
    or failed has the name of the next one's, and is known to nobody: it makes way.
    """

    folder: Path
    _read: dict[str, int] = field(default_factory=dict)
    _written: dict[str, BinaryIO] = field(default_factory=dict)

    def write(self, file: str, html: str) -> Body:
        """Put *html* at the end of *file*, which this process alone writes."""
        stream = self._written.get(file)
        if stream is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / file).unlink(missing_ok=True)
            stream = self._written[file] = (self.folder / file).open("xb")
        content = html.encode("utf-8", "surrogatepass")
        start = stream.tell()
        stream.write(content)
        return file, start, len(content)

    def finish(self) -> None:
        """Let others read what was written."""
        for stream in self._written.values():
            stream.close()
        self._written.clear()

    def read(self, body: Body) -> str:
        """Give the HTML that was kept at *body*."""
        file, start, length = body
        if file in self._written:
            self._written[file].flush()
        return read_at(self._opened(file), length, start).decode("utf-8", "surrogatepass")

    def _opened(self, file: str) -> int:
        """Give the handle of *file*; the one that was opened first makes room for it."""
        handle = self._read.get(file)
        if handle is None:
            if len(self._read) >= OPEN:
                os.close(self._read.pop(next(iter(self._read))))
            handle = self._read[file] = os.open(self.folder / file, READING)
        return handle

    def close(self) -> None:
        """Let go of all files."""
        self.finish()
        for handle in self._read.values():
            os.close(handle)
        self._read.clear()


def read_at(handle: int, length: int, start: int) -> bytes:
    """Read *length* bytes of a file from *start* on; Windows has no call that does it in one."""
    if hasattr(os, "pread"):
        return os.pread(handle, length, start)
    os.lseek(handle, start, os.SEEK_SET)
    return os.read(handle, length)
