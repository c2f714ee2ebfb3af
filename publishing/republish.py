"""Brings changes of the archive to the published pages: renders slots, splices them, writes what
differs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from comment_archive.files import Archive, write_aside
from comment_archive.records import Change
from plugins.message_board.rendering import SlotRenderer
from plugins.message_board.slots import LEDGER, Slot, splice
from publishing.plan import older_pages_of, touched_slots
from publishing.release import Release
from publishing.slot_map import SlotMap


@dataclass(frozen=True, slots=True)
class Republisher:
    """Keeps one release in step with the archive."""

    release: Release
    renderer: SlotRenderer
    slot_map: SlotMap

    @classmethod
    def of_release(cls, release: Release, archive: Archive) -> Republisher:
        """Read what *release* recorded of itself."""
        renderer = SlotRenderer.of_templates(
            archive, release.directory(), release.records / "slots"
        )
        return cls(release, renderer, release.slot_map())

    def files_of(self, slot: Slot) -> list[str]:
        """Name the files that hold *slot*, below the public tree."""
        own = slot.own_file(self.renderer.directory)
        return [own] if own else self.slot_map.files_of(str(slot))

    def republish(self, changes: Iterable[Change], *, is_new_day: bool = False) -> list[str]:
        """Write every page that *changes* touch, each by one rename, and the public figures when a
        day is over; gives the names of those that differ.

        May be repeated: what is up to date already is not written again.
        """
        slots = touched_slots(changes, self.renderer.directory, self.renderer.older)
        return self._fill([*slots, Slot(LEDGER)] if is_new_day else slots)

    def catch_up(self, changes: Collection[Change]) -> list[str]:
        """Do the same to a release that was not kept in step, so that nothing stays on it which
        *changes* took away; older pages that it never got are written as well.
        """
        directory, older = self.renderer.directory, self.renderer.older
        slots = touched_slots(changes, directory, older)
        missing = (slot for slot in older_pages_of(changes, directory, older) if self._lacks(slot))
        return self._fill(sorted({*slots, *missing}))

    def _lacks(self, slot: Slot) -> bool:
        return not all((self.release.public / name).is_file() for name in self.files_of(slot))

    def _fill(self, slots: Iterable[Slot]) -> list[str]:
        by_file: dict[str, list[Slot]] = {}
        for slot in slots:
            for name in self.files_of(slot):
                by_file.setdefault(name, []).append(slot)
        rendered = {slot: self._content(slot) for slots in by_file.values() for slot in slots}
        return [
            name for name, slots in sorted(by_file.items()) if self._write(name, slots, rendered)
        ]

    def _content(self, slot: Slot) -> str:
        if slot.own_file(self.renderer.directory):
            return self.renderer.whole_file(slot, self.release.records)
        return self.renderer.render(slot)

    def _write(self, name: str, slots: list[Slot], rendered: dict[Slot, str]) -> bool:
        path: Path = self.release.public / name
        if slots[0].own_file(self.renderer.directory):
            return write_aside(path, rendered[slots[0]].encode())
        page = path.read_bytes().decode()
        for slot in slots:
            page = splice(page, str(slot), rendered[slot])
        return write_aside(path, page.encode())
