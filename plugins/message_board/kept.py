"""Keeps what was rendered of each thread from one build to the next: its first view and its feeds.

::

slots/<key>/<thread>/<digest>.html, .xml, .json

The digest is that of all they are made of, the versions of the archive's files among it. So what is
there is right, whoever made it and whenever; what is not there is made.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from comment_archive.still import StillArchive, written_down
from plugins.message_board.facts import digest, facts_of, slots_key
from plugins.message_board.older import put_page
from plugins.message_board.rendering import SlotRenderer
from plugins.message_board.slots import SUFFIXES, THREAD, Slot

UNSETTLED = "unsettled.txt"
"""There while what was kept may not be on the disk: a power failure could have taken a part."""
BOOT = Path("/proc/sys/kernel/random/boot_id")
"""Tells one run of the machine from the next, where it does."""


@dataclass(frozen=True, slots=True)
class KeptSlots:
    """What is kept of the threads' slots."""

    folder: Path
    renderer: SlotRenderer
    archive: StillArchive
    _versions: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    """Of each thread, on what its slots depend; asked for by its page and by each of its feeds."""

    @classmethod
    def of(
        cls, renderer: SlotRenderer, archive: StillArchive, records: Path, store: Path
    ) -> KeptSlots:
        """Prepare what is kept below *store* for the slots of a build with *records*."""
        begin(store)
        return cls(store / slots_key(renderer.directory, records), renderer, archive)

    def render(self, slot: Slot) -> str:
        """Give what stands in *slot*, as the renderer does."""
        path = self._path(slot)
        if path is None:
            return self.renderer.render(slot)
        try:
            return path.read_bytes().decode()
        except FileNotFoundError:
            text = self.renderer.render(slot)
            _keep(path, text.encode(), None)
            return text

    def put_feed(self, slot: Slot, target: Path, shown: Path | None) -> None:
        """Make *target* the feed *slot*; where readers see the same as *shown*, it is that file."""
        path = self._path(slot)
        if path is None:
            put_page(target, self.renderer.render(slot).encode(), shown)
            return
        target.parent.mkdir(parents=True, exist_ok=True)  # its page may be another process's
        try:
            os.link(path, target)
        except FileNotFoundError:
            content = self.renderer.render(slot).encode()
            if not path.is_file():
                _keep(path, content, shown)
            put_page(target, content, path)
        except FileExistsError:
            put_page(target, path.read_bytes(), path)

    def _path(self, slot: Slot) -> Path | None:
        """Give where *slot* is kept; None for what changes too often or costs too little."""
        if slot.page or not slot.thread or slot.kind not in (THREAD, *SUFFIXES):
            return None
        version = self._versions.get(slot.thread)
        if version is None:
            version = self._versions[slot.thread] = self._version_of(slot.thread)
        if not version:
            return None
        return self.folder / slot.thread / f"{version}.{SUFFIXES.get(slot.kind, 'html')}"

    def _version_of(self, thread: str) -> str:
        """Digest all on which the slots of *thread* depend; nothing where it has no messages."""
        series, told = self.archive.thread(thread), self.renderer.directory.threads[thread]
        if not series.head().last:
            return ""
        parts = (facts_of(told), told.date, written_down(series.versions()))
        return digest(part.encode() for part in parts)


def forget(store: Path, threads: Iterable[str]) -> None:
    """Remove what is kept of *threads*: words may be among it that stand nowhere any more."""
    for folder in store.iterdir() if store.is_dir() else ():
        for thread in threads:
            shutil.rmtree(folder / thread, ignore_errors=True)


def begin(store: Path) -> None:
    """Keep nothing of which a power failure may have left only a part."""
    mark = store / UNSETTLED
    if mark.is_file() and (not _boot() or mark.read_bytes() != _boot()):
        shutil.rmtree(store)
    store.mkdir(parents=True, exist_ok=True)
    mark.write_bytes(_boot())
    with mark.open("rb") as stream:
        os.fsync(stream.fileno())


def settle(store: Path) -> None:
    """Note that all that is kept is on the disk."""
    (store / UNSETTLED).unlink(missing_ok=True)


def _boot() -> bytes:
    """Name the present run of the machine; nothing where that has no name."""
    return BOOT.read_bytes() if BOOT.is_file() else b""


def _keep(path: Path, content: bytes, shown: Path | None) -> None:
    """Keep *content* in place of what was kept before."""
    put_page(path, content, shown)
    for other in path.parent.glob(f"*{path.suffix}"):
        if other != path:
            other.unlink(missing_ok=True)
