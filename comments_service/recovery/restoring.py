"""Puts a backup into an empty database, or into a scratch one to see whether it could be put."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pyrage.x25519 import Identity
from sqlalchemy import Connection, func, inspect, select
from sqlalchemy.exc import IntegrityError

from comments_service.db import Database
from comments_service.errors import BackupRefused
from comments_service.models import Comment, State
from comments_service.recovery.filling import filled_at_once
from comments_service.recovery.reading import Reading, opened
from comments_service.recovery.tables import BEGUN, Portable, continue_numbers, portable_tables
from comments_service.verification import verify as verify_record


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was put into a database."""

    made_at: str
    migration: str
    counts: dict[str, int]
    """Rows by table."""
    approved: int
    """Messages that belong on the site."""
    decisions: int
    """Decisions whose chain is whole."""


def restore(database: Database, path: Path, *, key: Identity | None = None) -> Restored:
    """Put the backup at *path* into *database*, which must be empty: all of it or nothing.

    The tables are brought to the form of the backup first, and to the newest one at the end. Raises
    BackupRefused, KeyRefused, and OSError.
    """
    with opened(path, key) as reading:
        _require_known(database, reading)
        _require_empty(database)
        _shape(database, reading.header.migration)
        _fill(database, reading)
    database.upgrade()
    return _looked_over(database, reading)


def verify(path: Path, *, key: Identity | None = None) -> Restored:
    """Put the backup at *path* into a scratch database that is thrown away, and look it over: its
    digests, the database's own check of itself, the migrations, the chain of decisions.

    Raises BackupRefused for anything that would be wrong after a restore.
    """
    with _scratch() as database:
        restored = restore(database, path, key=key)
        with database.engine.connect() as connection:
            found = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
            loose = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if found != "ok" or loose:
            raise BackupRefused(f"What {path} holds is not whole ({found}): take another backup")
        return restored


@contextmanager
def _scratch() -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        database = Database.connect(f"sqlite:///{Path(folder) / 'scratch.db'}")
        try:
            yield database
        finally:
            database.engine.dispose()


def _require_known(database: Database, reading: Reading) -> None:
    if not database.knows(reading.header.migration):
        raise BackupRefused(
            f"The backup's tables are of form {reading.header.migration}, which this version does "
            "not know: restore it with the version that wrote it, or a newer one"
        )


def _require_empty(database: Database) -> None:
    with database.engine.connect() as connection:
        full = [
            portable.name
            for portable in portable_tables(connection)
            if portable.name not in BEGUN and not portable.is_empty(connection)
        ]
    if full:
        raise BackupRefused(
            f"The database is not empty (rows in {', '.join(full)}), and nothing in it was "
            "touched: name an empty one with COMMENTS_DATABASE_URL, or move the old one away"
        )


def _shape(database: Database, migration: str) -> None:
    """Give the empty database the tables that the backup was made of."""
    if inspect(database.engine).has_table("comment"):
        database.downgrade()
    database.upgrade(migration)


def _fill(database: Database, reading: Reading) -> None:
    """Store all rows in one transaction; what is found wrong at the last line undoes it all."""
    try:
        with database.writing() as session:
            connection = session.connection()
            tables = {portable.name: portable for portable in portable_tables(connection)}
            for portable in reversed(tables.values()):
                portable.clear(connection)
            with filled_at_once(connection):
                for name, columns, rows in reading.batches():
                    _known(tables, name, columns).insert(connection, columns, rows)
            continue_numbers(connection, list(tables.values()), reading.numbers)
    except IntegrityError as error:
        raise BackupRefused(
            f"The backup contradicts itself, and nothing was stored ({error.orig}): take another"
        ) from error


def _known(tables: dict[str, Portable], name: str, columns: list[str]) -> Portable:
    portable = tables.get(name)
    if portable is None or set(columns) - set(portable.columns):
        raise BackupRefused(f"The backup has a table {name} that its form does not know")
    return portable


def _looked_over(database: Database, reading: Reading) -> Restored:
    """Count what is there now, and go along the chain of decisions; raises BackupRefused."""
    with database.snapshot() as session:
        _require_counts(session.connection(), reading)
        found = verify_record(session)
        if found.problem is not None:
            raise BackupRefused(f"The record of decisions is not whole: {found.problem}")
        of_site = select(func.count()).where(Comment.state == State.APPROVED)
        return Restored(
            made_at=reading.header.made_at,
            migration=reading.header.migration,
            counts=reading.counts,
            approved=session.scalar(of_site) or 0,
            decisions=found.count,
        )


def _require_counts(connection: Connection, reading: Reading) -> None:
    """Make sure that every row arrived, in the tables that the newest form still has."""
    for portable in portable_tables(connection):
        wanted = reading.counts.get(portable.name, 0)
        found = connection.scalar(select(func.count()).select_from(portable.table)) or 0
        if portable.name in reading.counts and found != wanted:
            raise BackupRefused(f"{found} rows of {wanted} arrived in the table {portable.name}")
