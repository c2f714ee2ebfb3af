"""Writes a backup: one compressed file with all rows as they are at one moment, and at its end what
it must hold.

::

    {"format": "huisheng-backup", "version": 1, "migration": "0003", ...}
    {"table": "account", "columns": ["id", "name", ...]}
    [1, "lin", ...]
    {"table": "comment", ...}
    {"end": {"account": {"rows": 1, "sha256": "..."}, ...}, "numbers": {"comment": 41}}
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from pyrage.x25519 import Identity
from sqlalchemy import Connection

from comments_service import sealing
from comments_service.db import Database
from comments_service.errors import BackupRefused
from comments_service.recovery.reading import FORMAT, VERSION, read_through
from comments_service.recovery.tables import dump, last_numbers, portable_tables

STAMP = "%Y%m%dT%H%M%SZ"
"""How a file is named: by the second in UTC."""
SUFFIX = ".jsonl.gz"
ENCRYPTED = ".age"
PART = ".part"
"""The end of the name until the file is whole."""
GZIP = 31
"""What tells zlib to write gzip's head and end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A backup on the disk."""

    path: Path
    size: int
    """Bytes."""
    rows: int
    migration: str


def write_backup(database: Database, folder: Path, *, now: datetime, key: str = "") -> Written:
    """Write a backup of *database* into *folder* and read it back; gives what was written.

    It is encrypted for the holder of the public *key*, if there is one. The file has its name only
    once it is whole and on the disk. Raises BackupRefused, KeyRefused and OSError.
    """
    own = Identity.generate()  # by which it is read back, and which nobody keeps
    keys = [sealing.read_public_key(key), own.to_public()] if key else []
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{now.astimezone(UTC):{STAMP}}{SUFFIX}{ENCRYPTED if keys else ''}"
    if path.exists():
        raise BackupRefused(f"{path} is there already: wait a second and try again")
    aside = path.with_name(f"{path.name}{PART}")
    aside.unlink(missing_ok=True)
    try:
        with database.snapshot() as session, _private(aside) as stream:
            body = _Compressed(_lines(session.connection(), now))
            sealing.encrypt(body, stream, keys) if keys else shutil.copyfileobj(body, stream)
            stream.flush()
            os.fsync(stream.fileno())
        header, rows = read_through(aside, own)
        aside.replace(path)
        _keep_name(folder)
    finally:
        aside.unlink(missing_ok=True)
    size = path.stat().st_size
    return Written(path=path, size=size, rows=rows, migration=header.migration)


def _lines(connection: Connection, now: datetime) -> Iterator[bytes]:
    """Yield the lines of a backup."""
    migration = MigrationContext.configure(connection).get_current_revision()
    if migration is None:
        raise BackupRefused("The database has no tables: there is nothing to back up")
    tables = portable_tables(connection)
    yield dump(
        {
            "format": FORMAT,
            "version": VERSION,
            "migration": migration,
            "database": connection.dialect.name,
            "database_version": _version(connection.dialect.server_version_info),
            "made_at": now.isoformat(),
        }
    )
    end: dict[str, dict[str, Any]] = {}
    for portable in tables:
        digest, count = hashlib.sha256(), -1  # the head is no row
        head = dump({"table": portable.name, "columns": portable.columns})
        for line in _chained(head, map(dump, portable.rows(connection))):
            digest.update(line)
            count += 1
            yield line
        end[portable.name] = {"rows": count, "sha256": digest.hexdigest()}
    yield dump({"end": end, "numbers": last_numbers(connection, tables)})


def _chained(head: bytes, rows: Iterable[bytes]) -> Iterator[bytes]:
    yield head
    yield from rows


def _version(parts: tuple[Any, ...] | None) -> str:
    return ".".join(map(str, parts or ()))


class _Compressed(io.BufferedIOBase):
    """Reads as the gzip file of some lines."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines, self._is_over = lines, False
        self._packer, self._ready = zlib.compressobj(wbits=GZIP), bytearray()

    def read(self, size: int | None = -1, /) -> bytes:
        """Give at most *size* bytes; none at the end."""
        most = sys.maxsize if size is None or size < 0 else size
        while not self._is_over and len(self._ready) < most:
            line = next(self._lines, None)
            self._is_over = line is None
            self._ready += self._packer.flush() if line is None else self._packer.compress(line)
        part = bytes(self._ready[:most])
        del self._ready[:most]
        return part


def _private(path: Path) -> io.BufferedWriter:
    """Open a new file that only its owner may read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _keep_name(folder: Path) -> None:
    """Bring a rename in *folder* to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
