"""Records by name in one small SQLite file, so that asking for one does not read all of them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE head (data TEXT);
CREATE TABLE record (name TEXT PRIMARY KEY, data TEXT) WITHOUT ROWID;
"""


def write_database(path: Path, schema: str, rows: Mapping[str, Iterable[tuple[str, ...]]]) -> None:
    """Make the database *path* anew, and put it there by a rename: *rows* by the statement that
    takes each.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}")
    aside.unlink(missing_ok=True)
    with closing(sqlite3.connect(aside)) as connection, connection:
        connection.execute("PRAGMA journal_mode = OFF")  # nobody sees it until it is whole
        connection.executescript(schema)
        for statement, values in rows.items():
            connection.executemany(statement, values)
    aside.replace(path)


def write_table(
    path: Path, head: Mapping[str, Any], rows: Iterable[tuple[str, Mapping[str, Any]]]
) -> None:
    """Make the table *path*: what is known of all, and a record for each name."""
    texts = ((name, _text(data)) for name, data in rows)
    statements: dict[str, Iterable[tuple[str, ...]]] = {
        "INSERT INTO head VALUES (?)": [(_text(head),)],
        "INSERT INTO record VALUES (?, ?)": texts,
    }
    write_database(path, SCHEMA, statements)


@dataclass(slots=True)
class Opened:
    """The database in the file *path*, opened when it is first asked and then kept open."""

    path: Path
    _connection: sqlite3.Connection | None = field(default=None, repr=False)

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; it is opened again when needed."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = _connect(self.path)
        return self._connection


class Table(Opened):
    """What :func:`write_table` wrote; every method raises FileNotFoundError where that never
    happened.
    """

    def head(self) -> dict[str, Any]:
        """Give what is known of all."""
        (text,) = self._open().execute("SELECT data FROM head").fetchone()
        return _read(text)

    def row(self, name: str) -> dict[str, Any]:
        """Give the record *name*; raises KeyError when there is none."""
        found = self._open().execute("SELECT data FROM record WHERE name = ?", (name,)).fetchone()
        if found is None:
            raise KeyError(name)
        return _read(found[0])

    def keys(self) -> Iterator[str]:
        """Yield all names in order."""
        for (name,) in self._open().execute("SELECT name FROM record ORDER BY name"):
            yield name

    def count(self) -> int:
        """Give the number of records."""
        (number,) = self._open().execute("SELECT count(*) FROM record").fetchone()
        return int(number)


def _connect(path: Path) -> sqlite3.Connection:
    """Open *path*, for any thread of this process."""
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: make the release anew (./run build)")
    return sqlite3.connect(path, check_same_thread=False)


def _text(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _read(text: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(text)
    return data
