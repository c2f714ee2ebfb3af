"""Published pages, split at their slots and remembered: to fill a slot anew, a warm publisher reads
no page that it knows.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from comment_archive.files import read_whole
from plugins.message_board.slots import SlotError

OPENING = re.compile(rb"<!--slot ([a-z0-9:/@-]+)-->")
REMEMBERED = 128
"""Pages kept; those that came first go first."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page in pieces: what stands before a slot, what the slot holds, and so on; the last piece
    is what follows the last slot.
    """

    pieces: tuple[bytes, ...]
    slots: tuple[str, ...]

    @classmethod
    def split(cls, content: bytes) -> Page:
        """Split a page; raises SlotError for a slot that is not closed."""
        pieces: list[bytes] = []
        slots: list[str] = []
        place = 0
        while opening := OPENING.search(content, place):
            end = content.find(b"<!--/slot %b-->" % opening[1], opening.end())
            if end < 0:
                raise SlotError(f"slot {opening[1].decode()} is not closed")
            pieces += [content[place : opening.end()], content[opening.end() : end]]
            slots.append(opening[1].decode())
            place = end
        return cls((*pieces, content[place:]), tuple(slots))

    def filled(self, contents: Mapping[str, bytes]) -> Page:
        """Give the page with other *contents* of some slots, wherever they stand in it; raises
        SlotError for one that stands nowhere.
        """
        if missing := contents.keys() - set(self.slots):
            raise SlotError(f"slot {min(missing)} is not in the page")
        pieces = list(self.pieces)
        for number, slot in enumerate(self.slots):
            if slot in contents:
                pieces[2 * number + 1] = contents[slot]
        return Page(tuple(pieces), self.slots)

    def content(self) -> bytes:
        """Give the page whole."""
        return b"".join(self.pieces)


@dataclass(slots=True)
class Pages:
    """The pages below the folder *public*; one that somebody else wrote is noticed by its file."""

    public: Path
    _known: dict[str, tuple[tuple[int, ...], Page]] = field(default_factory=dict)

    def page(self, name: str) -> Page:
        """Give the page *name*; raises FileNotFoundError, or SlotError when it cannot be split."""
        path = f"{self.public}/{name}"
        version = _version(path)
        known = self._known.get(name)
        if known is not None and known[0] == version:
            return known[1]
        page = Page.split(read_whole(path))
        self._remember(name, version, page)
        return page

    def note(self, pages: Mapping[str, Page]) -> None:
        """Remember *pages*, which were just written, by name."""
        for name, page in pages.items():
            self._remember(name, _version(f"{self.public}/{name}"), page)

    def _remember(self, name: str, version: tuple[int, ...], page: Page) -> None:
        self._known.pop(name, None)
        self._known[name] = version, page
        if len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]


def _version(path: str) -> tuple[int, ...]:
    status = os.stat(path)  # noqa: PTH116 -- for each page of an approval
    return status.st_mtime_ns, status.st_ino, status.st_size
