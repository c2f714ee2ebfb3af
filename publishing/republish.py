"""Brings changes of the archive to the published pages: renders slots, splices them, writes what
differs.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace

from comment_archive.files import Archive
from comment_archive.records import Change
from plugins.message_board.kept import forget
from plugins.message_board.rendering import WORDS, SlotRenderer
from plugins.message_board.shelf import OLDER, Shelf
from plugins.message_board.shelf import SLOTS as KEPT
from plugins.message_board.slots import LEDGER, Slot
from publishing.changeset import apply
from publishing.pages import Page, Pages
from publishing.plan import missing_pages, touched_slots
from publishing.release import Release
from publishing.settling import settle
from publishing.slot_map import NAME as SLOTS
from publishing.slot_map import SlotMap

READ = ("threads.db", SLOTS, WORDS, "slots")
"""Among a release's records: what is read once and kept in mind."""


@dataclass(slots=True)
class Republisher:
    """Keeps one release in step with the archive."""

    release: Release
    archive: Archive
    durable: bool = True
    """Whether a round waits until what it wrote outlasts a power failure."""
    renderer: SlotRenderer = field(init=False)
    slot_map: SlotMap = field(init=False)
    shelf: Shelf | None = field(init=False)
    """Where its older pages are, unless they stand in its own tree."""
    _pages: Pages = field(init=False)
    _seen: tuple[tuple[int, int], ...] = ()
    _holders: dict[str, list[str]] = field(default_factory=dict)
    """The files that hold the slots which were asked for."""

    def __post_init__(self) -> None:
        """Read what the release recorded of itself."""
        self._pages = Pages(self.release.public)
        self._read()

    @classmethod
    def of_release(cls, release: Release, archive: Archive) -> Republisher:
        """Make the one of *release*; raises FileNotFoundError when it recorded nothing."""
        return cls(release, archive)

    def files_of(self, slot: Slot) -> list[str]:
        """Name the files that hold *slot*, below the public tree."""
        own = slot.own_file(self.renderer.directory)
        return [own] if own else self._holders_of(str(slot))

    def republish(self, changes: Iterable[Change], *, is_new_day: bool = False) -> list[str]:
        """Write every page that *changes* touch, all or none, and the public figures when a day is
        over; gives the names of those that differ.

        May be repeated: what is up to date already is not written again.
        """
        changes = tuple(changes)
        self._read()
        slots = touched_slots(changes, self.renderer.directory, self.renderer.older)
        written = self._fill([*slots, Slot(LEDGER)] if is_new_day else slots)
        self._note(changes)
        return written

    def catch_up(self, changes: Collection[Change]) -> list[str]:
        """Do the same to a release that was not kept in step, so that nothing stays on it which
        *changes* took away; older pages that it never got are written as well.
        """
        self._read()
        directory, older = self.renderer.directory, self.renderer.older
        slots = touched_slots(changes, directory, older)
        missing = missing_pages(changes, directory, older, self._has)
        return self._fill(sorted({*slots, *missing}))

    def _read(self) -> None:
        """Begin a round: finish what was begun and cut off, and read the records unless nobody has
        changed them since.
        """
        settle(self.release)
        records = self.release.records
        seen = tuple(_version(f"{records}/{name}") for name in READ)
        if seen != self._seen:
            self.renderer = SlotRenderer.of_templates(
                self.archive, self.release.directory(), records / "slots"
            )
            self.slot_map = self.release.slot_map()
            self.shelf = Shelf.of_records(self.release.folder.parent / OLDER, records)
            self._seen = seen
            self._holders.clear()
        else:
            self.renderer = replace(self.renderer)

    def _holders_of(self, slot: str) -> list[str]:
        if slot not in self._holders:
            self._holders[slot] = self.slot_map.files_of(slot)
        return self._holders[slot]

    def _has(self, slot: Slot) -> bool:
        return all((self.release.public / name).is_file() for name in self.files_of(slot))

    def _note(self, changes: Collection[Change]) -> None:
        """Note what the older pages show now, and keep no slot that may show something else."""
        if self.shelf is None or not changes:
            return
        renderer = self.renderer
        self.shelf.note(renderer.archive, renderer.directory, changes, renderer.older)
        forget(self.release.folder.parent / KEPT, {change.thread for change in changes})

    def _fill(self, slots: Iterable[Slot]) -> list[str]:
        """Render *slots* and bring them to the files that hold them."""
        files: dict[str, bytes | None] = {}
        contents: dict[str, dict[str, bytes]] = {}
        for slot in slots:
            if slot.page and self.shelf is not None:
                self.shelf.make_way(self.release.public, slot, self.renderer.directory)
            if own := slot.own_file(self.renderer.directory):
                files[own] = self.renderer.whole_file(slot, self.release.records).encode()
            elif names := self._holders_of(str(slot)):
                content = self.renderer.render(slot).encode()
                for name in names:
                    contents.setdefault(name, {})[str(slot)] = content
        pages = dict(self._changed(contents))
        files |= {name: page.content() for name, page in pages.items()}
        written = apply(self.release, files, durable=self.durable)
        self._pages.note(pages)
        return written

    def _changed(self, contents: dict[str, dict[str, bytes]]) -> Iterator[tuple[str, Page]]:
        """Yield the pages that differ with other *contents* of their slots."""
        for name, of_page in contents.items():
            page = self._pages.page(name)
            filled = page.filled(of_page)
            if filled != page:
                yield name, filled


def _version(path: str) -> tuple[int, int]:
    status = os.stat(path)  # noqa: PTH116 -- for each approval
    return status.st_ino, status.st_mtime_ns
