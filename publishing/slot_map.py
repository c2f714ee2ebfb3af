"""Which pages of a release hold which slots: a small SQLite file among its records.

A change of one message asks for a handful of slots, so nothing here reads or writes the whole map
but its making.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from comment_archive.tables import Opened, write_database

NAME = "slots.db"
"""Within a release's records."""
SCHEMA = """
CREATE TABLE held (slot TEXT, page TEXT, PRIMARY KEY (slot, page)) WITHOUT ROWID;
CREATE INDEX held_by_page ON held (page);
"""
INSERT = "INSERT INTO held VALUES (?, ?)"


class SlotMap(Opened):
    """The slot map in the file *path*; every method raises FileNotFoundError where the map was
    never written.
    """

    @classmethod
    def of(cls, records: Path) -> SlotMap:
        """Give the map of the release whose records are in *records*."""
        return cls(records / NAME)

    def files_of(self, slot: str) -> list[str]:
        """Name the pages that hold *slot*, below the public tree, in order."""
        query = "SELECT page FROM held WHERE slot = ? ORDER BY page"
        return [page for (page,) in self._open().execute(query, (slot,))]

    def replace(self, pages: Mapping[str, Iterable[str]]) -> None:
        """Note which slots each of *pages* holds from now on, in one transaction; none of a page
        that is gone.
        """
        with self._open() as connection:
            connection.executemany("DELETE FROM held WHERE page = ?", [(name,) for name in pages])
            connection.executemany(INSERT, _rows(pages.items()))

    def write(self, pages: Iterable[tuple[str, list[str]]]) -> None:
        """Make the map anew: each page's name, and the slots in it; a slot may stand there more
        than once.
        """
        self.close()
        write_database(self.path, SCHEMA, {INSERT: _rows(pages)})


def _rows(pages: Iterable[tuple[str, Iterable[str]]]) -> Iterator[tuple[str, str]]:
    return ((slot, name) for name, slots in pages for slot in dict.fromkeys(slots))
