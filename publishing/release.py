"""Releases: finished builds in numbered folders; ``current`` is a link to the one that readers see.

::

releases/000007/public/     what the web server serves releases/000007/records/    threads.json,
slots.db, inputs.txt, shells and templates of the slots releases/current            -> 000007
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from comment_archive.directory import Directory
from comment_archive.files import keep_names
from publishing.slot_map import SlotMap

KEPT = 3
"""Releases that stay on disk, the current one among them."""


class BuildError(Exception):
    """A build failed and nothing was published; the message holds one line a mistake."""


@dataclass(frozen=True, slots=True)
class Release:
    """One finished build."""

    folder: Path

    @property
    def public(self) -> Path:
        """The tree that readers see."""
        return self.folder / "public"

    @property
    def records(self) -> Path:
        """What the publisher and the service read of it."""
        return self.folder / "records"

    def directory(self) -> Directory:
        """Give which threads it has, each read when it is asked for."""
        return Directory.look_into(self.records / "threads.json")

    def slot_map(self) -> SlotMap:
        """Give what tells which pages hold which slots."""
        return SlotMap.of(self.records)

    def fingerprint(self) -> str:
        """Give the digest of what it was built from; empty when unknown."""
        path = self.records / "inputs.txt"
        return path.read_text("utf-8").strip() if path.is_file() else ""


@dataclass(frozen=True, slots=True)
class Releases:
    """The folder of all releases."""

    root: Path

    def current(self) -> Release | None:
        """Give the release that readers see, if there is one."""
        link = self.root / "current"
        return Release(link.resolve()) if link.exists() else None

    def others(self, current: Release) -> list[Release]:
        """Give what else is on the disk, each of which a roll-back could show."""
        return [
            Release(folder) for folder in self._numbered() if folder.name != current.folder.name
        ]

    def fresh(self) -> Release:
        """Make the folder of the next release; what an interrupted build left is cleared."""
        current = self.current()
        number = int(current.folder.name) if current else 0
        for folder in self._numbered():
            if int(folder.name) > number:
                shutil.rmtree(folder)
        release = Release(self.root / f"{number + 1:06}")
        release.public.mkdir(parents=True)
        return release

    def discard(self, release: Release) -> None:
        """Remove a release that readers do not see."""
        shutil.rmtree(release.folder, ignore_errors=True)

    def switch(self, release: Release) -> None:
        """Show *release* to readers, by one rename; older ones are pruned.

        All of it is on the disk before the rename, so that a power failure shows the old release
        or the new one.
        """
        if hasattr(os, "sync"):
            os.sync()
        aside = self.root / ".current"
        aside.unlink(missing_ok=True)
        aside.symlink_to(release.folder.name)
        aside.replace(self.root / "current")
        keep_names(self.root)
        self._prune(release)

    def _numbered(self) -> list[Path]:
        return sorted(folder for folder in self.root.glob("[0-9]*") if folder.name.isdigit())

    def _prune(self, current: Release) -> None:
        older = [folder for folder in self._numbered() if folder.name < current.folder.name]
        for folder in older[: -(KEPT - 1)]:
            shutil.rmtree(folder, ignore_errors=True)


def keep_times(release: Release, before: Release | None) -> None:
    """Give files that did not change the time they had, so that readers' caches stay good."""
    if before is None:
        return
    for path in release.public.rglob("*"):
        old = before.public / path.relative_to(release.public)
        if not path.is_file() or not old.is_file() or path.samefile(old):
            continue
        if old.read_bytes() == path.read_bytes():
            status = old.stat()
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
