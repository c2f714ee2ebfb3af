"""Disks that can be filled and freed: a small one that is mounted where this user may mount, else a
limit that makes the writing of chosen programs fail.
"""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from benchmarks.parts.runs import family
from chaos.stage import Program

MEGABYTES = 24
"""The size of a small disk."""
BALLAST = "ballast"


class Disk(Protocol):
    """Something that programs write to."""

    def fill(self, programs: Sequence[Program]) -> None:
        """Leave no room, at least for *programs*."""

    def free(self) -> None:
        """Give the room back."""


class Mounted:
    """A file system in memory, full when its ballast has taken all that is left."""

    kind = "a small disk that is full"

    def __init__(self, folder: Path) -> None:
        self.ballast = folder / BALLAST

    def fill(self, programs: Sequence[Program]) -> None:
        """Write until no byte fits, whoever may want to."""
        with self.ballast.open("wb", buffering=0) as file:
            for size in (1 << 20, 4096, 1):
                with suppress(OSError):
                    while file.write(bytes(size)) == size:
                        pass

    def free(self) -> None:
        """Take the ballast away."""
        self.ballast.unlink(missing_ok=True)


class Limited:
    """A limit on the size of files (setrlimit): writing beyond it fails, as on a full disk."""

    kind = "a limit on the size of files"

    def __init__(self, most_bytes: int = 0) -> None:
        self.most_bytes = most_bytes
        self._before: dict[int, tuple[int, int]] = {}

    def fill(self, programs: Sequence[Program]) -> None:
        """Limit *programs*, with all that they started."""
        for pid in (pid for program in programs for pid in family(program.pid)):
            _, hard = before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            self._before[pid] = before
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (self.most_bytes, hard))

    def free(self) -> None:
        """Lift the limit."""
        for pid, before in self._before.items():
            with suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
        self._before.clear()


@contextmanager
def small_disk(
    folder: Path, *, most_bytes: int = 0, may_mount: bool = True
) -> Iterator[Mounted | Limited]:
    """Put a small disk at *folder*, with what stands there; where that is not allowed, give a limit
    of *most_bytes*.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not (may_mount and _mount(folder)):
        limited = Limited(most_bytes)
        try:
            yield limited
        finally:
            limited.free()
        return
    try:
        yield Mounted(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _mount(folder: Path) -> bool:
    """Mount a disk in memory; says whether this user, and this machine, may."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "chaos", str(folder)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
