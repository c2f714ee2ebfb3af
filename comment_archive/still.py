"""The archive as a build sees it, which holds its lock: nothing changes, so heads are read once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from comment_archive.files import Archive, Series
from comment_archive.records import Head

HEAD = "head"
"""The name of a series' head among its versions."""


@dataclass(frozen=True, slots=True)
class StillSeries(Series):
    """A series that nobody writes meanwhile."""

    is_missing: bool = False
    """Whether it has no folder, so that nothing needs to be looked for."""
    _heads: list[Head] = field(default_factory=list, compare=False, repr=False)

    def head(self) -> Head:
        """Give the size, which is read once."""
        if not self._heads:
            self._heads.append(Head() if self.is_missing else Series.head(self))
        return self._heads[0]

    def versions(self) -> dict[str, str]:
        """Give what tells the version of each of its files, by their names."""
        return {} if self.is_missing else versions_in(self.folder)


@dataclass(frozen=True, slots=True)
class StillArchive(Archive):
    """An archive that nobody writes meanwhile."""

    _names: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    _series: dict[str, StillSeries] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, root: Path) -> StillArchive:
        """Look once which threads the archive in *root* has."""
        try:
            names = frozenset(entry.name for entry in (root / "threads").iterdir())
        except FileNotFoundError:
            names = frozenset()
        return cls(root, names)

    def thread(self, thread: str) -> StillSeries:
        """Give the series of one thread; raises ValueError for what is no thread id."""
        found = self._series.get(thread)
        if found is None:
            folder = Archive.thread(self, thread).folder
            found = self._series[thread] = StillSeries(folder, thread not in self._names)
        return found

    def threads(self) -> list[str]:
        """Name the threads that have messages."""
        return sorted(self._names)

    def wall(self) -> StillSeries:
        """Give the series of all threads together."""
        if "" not in self._series:
            self._series[""] = StillSeries(Archive.wall(self).folder)
        return self._series[""]


def versions_in(folder: Path) -> dict[str, str]:
    """Give what tells the version of each archive file in *folder*, by their names without ending.

    A file is only ever replaced, so that another content has another inode, time or size.
    """
    try:
        with os.scandir(folder) as entries:
            return {
                entry.name[:-5]: version_of(entry.stat())
                for entry in entries
                if entry.name.endswith(".json")
            }
    except FileNotFoundError:
        return {}


def version_of(status: os.stat_result) -> str:
    """Write down the version of a file."""
    return f"{status.st_mtime_ns:x}.{status.st_size:x}.{status.st_ino:x}"


def written_down(versions: Mapping[str, str]) -> str:
    """Give *versions* as one line, in the order of the files' numbers; two are equal if and only if
    their lines are.
    """
    names = sorted(versions, key=lambda name: (len(name), name))
    return " ".join(f"{name}={versions[name]}" for name in names)


def read_down(line: str) -> dict[str, str]:
    """Read what :func:`written_down` wrote; what a crash cut off is left out."""
    pairs = (part.split("=") for part in line.split())
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}
