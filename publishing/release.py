"""Releases: finished builds in numbered folders; ``current`` is a link to the one that readers see.

::

    releases/000007/public/     what the web server serves
    releases/000007/records/    threads.json, slots.db, changed.txt, shells and templates
    releases/current            -> 000007
    releases/changed.tsv        which addresses changed, and when
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from comment_archive.directory import Directory
from comment_archive.files import keep_names, write_aside
from plugins.message_board.kept import settle
from plugins.message_board.shelf import SLOTS, sweep
from publishing.changed import Journal, addresses_of, compare
from publishing.slot_map import SlotMap

KEPT = 3
"""Releases that stay on disk, the current one among them, unless a setting says otherwise."""
MADE = "made.txt"
"""Within the records: when the release was finished; what an interrupted build left has none."""
CHANGED = "changed.txt"
"""Within the records: the addresses that are other than in the release before it, a line each."""

TOLD = "current.txt"
"""In the folder of all releases: names the current one where there can be no link to it."""
NO_PRIVILEGE = 1314
"""What Windows says to a person who may make no links (ERROR_PRIVILEGE_NOT_HELD)."""


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

    @property
    def number(self) -> int:
        """Its number."""
        return int(self.folder.name)

    def made(self) -> datetime:
        """Say when it was finished."""
        path = self.records / MADE
        if path.is_file():
            return datetime.fromisoformat(path.read_text("utf-8").strip())
        return datetime.fromtimestamp(self.public.stat().st_mtime, UTC)

    def is_finished(self) -> bool:
        """Say whether its build came to an end."""
        return (self.records / MADE).is_file()


@dataclass(frozen=True, slots=True)
class Releases:
    """The folder of all releases."""

    root: Path
    kept: int = KEPT
    """How many stay on the disk, the current one among them."""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def all(self) -> list[Release]:
        """Give the finished releases by number; an older version did not mark them."""
        current = self.current()
        last = current.number if current else 0
        releases = map(Release, self._numbered())
        return [one for one in releases if one.number <= last or one.is_finished()]

    def current(self) -> Release | None:
        """Give the release that readers see, if there is one."""
        link, told = self.root / "current", self.root / TOLD
        if link.exists():
            return Release(link.resolve())
        return Release(self.root / told.read_text("utf-8")) if told.is_file() else None

    def others(self, current: Release) -> list[Release]:
        """Give what else is on the disk, each of which a roll-back could show."""
        return [
            Release(folder) for folder in self._numbered() if folder.name != current.folder.name
        ]

    def fresh(self) -> Release:
        """Make the folder of the next release; what an interrupted build left is cleared."""
        current = self.current()
        for folder in self._numbered():
            is_newer = current is None or int(folder.name) > current.number
            if is_newer and not Release(folder).is_finished():
                shutil.rmtree(folder)
        number = max((int(folder.name) for folder in self._numbered()), default=0)
        release = Release(self.root / f"{number + 1:06}")
        release.public.mkdir(parents=True)
        return release

    def discard(self, release: Release) -> None:
        """Remove a release that readers do not see."""
        shutil.rmtree(release.folder, ignore_errors=True)

    def switch(self, release: Release, changed: Iterable[str] | None = None) -> list[str]:
        """Show *release* to readers, by one rename, and prune; gives the addresses that change.

        *changed* names the files that differ from those readers see now, where that is known;
        otherwise both are compared. All of it is on the disk before the rename, so that a power
        failure shows the old release or the new one.
        """
        current = self.current()
        if changed is None:
            changed = compare(release.public, current.public if current else None)
        addresses = addresses_of(changed)
        if not release.is_finished():
            _write_lines(release.records / CHANGED, addresses)
            _write_lines(release.records / MADE, [self.clock().isoformat(timespec="seconds")])
        if hasattr(os, "sync"):
            os.sync()
        Journal(self.root).note_switch(release.number, addresses)
        self._point_to(release.folder.name)
        keep_names(self.root)
        settle(self.root / SLOTS)
        self.prune()
        return addresses

    def _point_to(self, name: str) -> None:
        """Let ``current`` lead to the release *name*; where Windows lets this person make no links,
        a file says so: enough for a preview, which no web server reads.
        """
        aside = self.root / ".current"
        aside.unlink(missing_ok=True)
        try:
            aside.symlink_to(name)
        except OSError as error:
            if getattr(error, "winerror", 0) != NO_PRIVILEGE:
                raise
            write_aside(self.root / TOLD, name.encode())
        else:
            aside.replace(self.root / "current")
            (self.root / TOLD).unlink(missing_ok=True)

    def prune(self) -> list[Release]:
        """Remove the oldest releases beyond those to keep, never the current one; gives them."""
        current = self.current()
        others = [release for release in self.all() if release != current]
        pruned = others[: max(len(others) - (self.kept - 1), 0)]
        for release in pruned:
            self.discard(release)
        sweep(self.root)
        return pruned

    def _numbered(self) -> list[Path]:
        return sorted(folder for folder in self.root.glob("[0-9]*") if folder.name.isdigit())


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
