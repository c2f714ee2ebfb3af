"""Lists the releases on the disk: when each was made, how much it holds, what changed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from comment_archive.files import Archive
from publishing.release import CHANGED, Release, Releases

UNITS = ("B", "kB", "MB", "GB", "TB")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One release in the list."""

    number: int
    made: datetime
    pages: int
    files: int
    bytes: int
    """On the disk, without what a release before it in the list holds as well."""
    changed: int | None
    """Addresses that are other than in the release before; None where that was not recorded."""
    is_current: bool

    def __str__(self) -> str:
        """Write the line of the list."""
        changed = "" if self.changed is None else f"{self.changed} changed"
        mark = "  current" if self.is_current else ""
        return (
            f"{self.number:>7}  {self.made:%Y-%m-%d %H:%M} UTC  {self.pages:>6} pages"
            f"  {self.files:>6} files  {size_text(self.bytes):>8}  {changed:>14}{mark}"
        ).rstrip()


@dataclass(slots=True)
class Disk:
    """What was counted so far, each file once, however many names it has."""

    seen: set[tuple[int, int]] = field(default_factory=set)

    def use(self, folder: Path) -> int:
        """Give the bytes below *folder* that were not counted before; links are not followed."""
        return sum(map(self._own, _files(folder)))

    def _own(self, path: str) -> int:
        status = os.lstat(path)
        key = (status.st_dev, status.st_ino)
        if status.st_nlink > 1 and key in self.seen:
            return 0
        self.seen.add(key)
        return status.st_size


def entries(releases: Releases) -> Iterator[Entry]:
    """Yield the releases by number."""
    current, disk = releases.current(), Disk()
    for release in releases.all():
        names = list(_files(release.public))
        yield Entry(
            number=release.number,
            made=release.made(),
            pages=sum(name.endswith(".html") for name in names),
            files=len(names),
            bytes=disk.use(release.folder),
            changed=_changed(release),
            is_current=release == current,
        )


def disk_use(releases: Releases) -> int:
    """Give the bytes of everything in the folder of the releases."""
    return Disk().use(releases.root)


def prune(releases: Releases, archive: Path, keep: int = 0) -> Iterator[str]:
    """Remove the oldest releases; yields a line for each, and one for the disk. *keep* is how many
    stay, by default as many as the setting says.
    """
    releases = replace(releases, kept=keep) if keep > 0 else releases
    with Archive(archive).locked():
        before = disk_use(releases)
        pruned = releases.prune()
    yield from (f"Removed release {release.number}" for release in pruned)
    after = disk_use(releases)
    yield f"Freed {size_text(before - after)}; {size_text(after)} are on the disk"


def size_text(size: float) -> str:
    """Write a number of bytes shortly."""
    for unit in UNITS[:-1]:
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" or size >= 10 else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} {UNITS[-1]}"


def _changed(release: Release) -> int | None:
    path = release.records / CHANGED
    return len(path.read_text("utf-8").splitlines()) if path.is_file() else None


def _files(folder: Path) -> Iterator[str]:
    for place, _, names in os.walk(folder):
        yield from (f"{place}/{name}" for name in names)
