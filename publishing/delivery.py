"""Brings the current release to a place: only what differs, assets first, pages after them, and
removals last.

Whatever interrupts it, the pages there have what they need, and the next run goes on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from comment_archive.files import write_aside
from publishing.release import Release
from publishing.targets import target_at
from publishing.targets.files import Kind, files_of

Progress = Callable[[str, int, int], object]
STAGES = {Kind.ASSET: "Assets", Kind.OTHER: "Other files", Kind.PAGE: "Pages"}


@dataclass(frozen=True, slots=True)
class Delivered:
    """What was done."""

    files: int
    sent: int
    deleted: int

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.sent} of {self.files} files sent, {self.deleted} removed"


@dataclass(frozen=True, slots=True)
class Sent:
    """The names that were ever sent to a place and not removed: nothing else there is touched."""

    path: Path

    @classmethod
    def to(cls, address: str, folder: Path) -> Sent:
        """Give the record of *address* among those in *folder*."""
        return cls(folder / f"{hashlib.sha256(address.encode()).hexdigest()[:16]}.txt")

    def read(self) -> set[str]:
        """Give the names; none when nothing was ever sent from this machine."""
        return set(self.path.read_text("utf-8").splitlines()) if self.path.is_file() else set()

    def write(self, names: Iterable[str]) -> None:
        """Note that these names may be there."""
        write_aside(self.path, "".join(f"{name}\n" for name in sorted(names)).encode())


def deliver(
    release: Release,
    address: str,
    records: Path,
    progress: Progress = lambda stage, done, total: None,
) -> Delivered:
    """Bring *release* to the place at *address*; *records* is the folder that holds what was sent
    where. Raises PublishError, and the next run goes on where this one stopped.
    """
    target, public = target_at(address), release.public.resolve()
    files = files_of(public, with_twins=target.takes_twins)
    names = {file.name for file in files}
    record = Sent.to(address, records)
    differing = target.differing(public, files)
    gone = sorted(record.read() - names)
    record.write({*names, *gone})
    for kind, stage in STAGES.items():
        batch = [file for file in differing if file.kind is kind]
        if batch:
            target.send(public, batch, _Counter(stage, len(batch), progress))
    target.delete(public, gone)
    record.write(names)
    return Delivered(len(files), len(differing), len(gone))


@dataclass(slots=True)
class _Counter:
    """Counts the files of one stage."""

    stage: str
    total: int
    progress: Progress
    done: int = 0

    def __call__(self) -> None:
        self.done += 1
        self.progress(self.stage, min(self.done, self.total), self.total)
