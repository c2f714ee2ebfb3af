"""Reads and writes any tables as lines of JSON, whatever the database and however old its form.

Tables are looked up in the database and not in the models: a backup is made before a migration,
when the models already know more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    MetaData,
    Table,
    delete,
    func,
    inspect,
    select,
    text,
)

BATCH = 500
LEFT_OUT = frozenset(
    {"login", "opened", "invitation", "action_link", "used_proof", "login_throttle"}
)
"""What opens doors or guards them for a while. Out of an older backup a session that was ended or a
link that was used would be good again.
"""
DERIVED = frozenset({"alembic_version", "tally"})
"""What migrations and triggers make by themselves."""
SEARCH = "comment_search"
"""With what the names of SQLite's own tables for the search begin."""
BEGUN = frozenset({"chain_head", "publisher_state", "last_time"})
"""Where an empty board may have rows."""

LAST_OF = text("SELECT pg_sequence_last_value(CAST(:name AS regclass))")

Row = list[Any]


@dataclass(frozen=True, slots=True)
class Portable:
    """One table, and how its rows are written."""

    table: Table

    @property
    def name(self) -> str:
        """The table's name."""
        return self.table.name

    @property
    def columns(self) -> list[str]:
        """The names of its columns, in their order."""
        return [column.name for column in self.table.columns]

    def rows(self, connection: Connection) -> Iterator[Row]:
        """Yield all rows in the order of their keys, ready for JSON."""
        keys = [column for column in self.table.columns if column.primary_key]
        query = select(self.table).order_by(*keys).execution_options(yield_per=BATCH)
        for row in connection.execute(query):
            yield [_written(value) for value in row]

    def insert(self, connection: Connection, columns: list[str], rows: list[Row]) -> None:
        """Store *rows*, whose values stand in the order of *columns*."""
        readers = [_reader(self.table.c[name]) for name in columns]
        values = [
            {name: read(value) for name, read, value in zip(columns, readers, row, strict=True)}
            for row in rows
        ]
        connection.execute(self.table.insert(), values)

    def clear(self, connection: Connection) -> None:
        """Remove all rows."""
        connection.execute(delete(self.table))

    def is_empty(self, connection: Connection) -> bool:
        """Say whether it has no row."""
        return connection.execute(select(self.table).limit(1)).first() is None


def portable_tables(connection: Connection) -> list[Portable]:
    """Give the tables that a backup holds, each after those that it refers to."""
    looked = inspect(connection)
    names = [name for name, _ in looked.get_sorted_table_and_fkc_names() if name]
    left_out = LEFT_OUT | DERIVED
    kept = [name for name in names if name not in left_out and not name.startswith(SEARCH)]
    return [Portable(_table(connection, name)) for name in kept]


def last_numbers(connection: Connection, tables: list[Portable]) -> dict[str, int]:
    """Give the highest number that was ever given in each table that counts: also those of rows
    that are gone are not given again.
    """
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT name, seq FROM sqlite_sequence")).all()
        known = {portable.name for portable in tables}
        return {name: int(last) for name, last in rows if name in known}
    return {
        portable.name: int(last)
        for portable in tables
        if (name := _sequence(connection, portable)) is not None
        and (last := connection.scalar(LAST_OF, {"name": name})) is not None
    }


def continue_numbers(
    connection: Connection, tables: list[Portable], numbers: dict[str, int]
) -> None:
    """Let new rows be numbered after those that were stored, and after *numbers*."""
    for portable in tables:
        if "id" not in portable.table.c:
            continue
        highest = connection.scalar(select(func.max(portable.table.c.id))) or 0
        last = max(highest, numbers.get(portable.name, 0))
        if connection.dialect.name == "sqlite":
            if portable.name in numbers:
                _number_sqlite(connection, portable.name, last)
        elif last and (name := _sequence(connection, portable)) is not None:
            connection.execute(select(func.setval(name, last)))


def dump(row: object) -> bytes:
    """Write one line."""
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _table(connection: Connection, name: str) -> Table:
    looked = inspect(connection)
    keys = set(looked.get_pk_constraint(name)["constrained_columns"])
    columns: list[Column[Any]] = [
        Column(column["name"], column["type"], primary_key=column["name"] in keys)
        for column in looked.get_columns(name)
    ]
    return Table(name, MetaData(), *columns)


def _written(value: Any) -> Any:
    """Write a moment as ISO 8601 in UTC; SQLite's know no zone, and are UTC."""
    if isinstance(value, datetime):
        aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return aware.isoformat()
    return value


def _reader(column: Column[Any]) -> Callable[[Any], Any]:
    if not isinstance(column.type, DateTime):
        return _as_it_is
    return _aware if column.type.timezone else _naive


def _as_it_is(value: Any) -> Any:
    return value


def _aware(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


def _naive(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=None)


def _sequence(connection: Connection, portable: Portable) -> str | None:
    """Give PostgreSQL's sequence of a table, if it has one."""
    if "id" not in portable.table.c:
        return None
    found = connection.scalar(select(func.pg_get_serial_sequence(portable.name, "id")))
    return None if found is None else str(found)


def _number_sqlite(connection: Connection, name: str, last: int) -> None:
    connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": name})
    into = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)")
    connection.execute(into, {"name": name, "last": last})
