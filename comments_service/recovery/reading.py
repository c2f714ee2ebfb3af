"""Reads a backup from its first line to its last, and says when it is not as it was written."""

from __future__ import annotations

import gzip
import hashlib
import json
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BufferedIOBase, BufferedReader
from pathlib import Path
from typing import Any

from pyrage.x25519 import Identity

from comments_service import sealing
from comments_service.errors import BackupRefused
from comments_service.recovery.tables import BATCH, Row

FORMAT = "huisheng-backup"
VERSION = 1
DAMAGE = (EOFError, gzip.BadGzipFile, zlib.error, ValueError, KeyError, TypeError)
"""What a file of another kind, or a part of one, is found out by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the first line says."""

    migration: str
    made_at: str
    database: str


@dataclass(slots=True)
class Reading:
    """A backup that is being read."""

    header: Header
    numbers: dict[str, int] = field(default_factory=dict)
    """The highest number that was ever given in each table; known at the end."""
    counts: dict[str, int] = field(default_factory=dict)
    """Rows read so far, by table."""
    _lines: Iterator[bytes] = field(default_factory=lambda: iter(()))
    _digests: dict[str, Any] = field(default_factory=dict)

    def batches(self) -> Iterator[tuple[str, list[str], list[Row]]]:
        """Yield table, columns and some rows, until everything was read and its digests agree.

        Raises BackupRefused.
        """
        name, columns, rows = "", list[str](), list[Row]()
        for line in self._lines:
            record = json.loads(line)
            if isinstance(record, list):
                rows.append(record)
            if rows and (isinstance(record, dict) or len(rows) == BATCH):
                yield name, columns, rows
                rows = []
            if isinstance(record, dict) and "end" in record:
                self._compare(record["end"])
                self.numbers = record["numbers"]
                return
            if isinstance(record, dict):
                name, columns = record["table"], record["columns"]
                self.counts[name], self._digests[name] = -1, hashlib.sha256()
            self._digests[name].update(line)
            self.counts[name] += 1
        raise BackupRefused("The backup is cut off: its last line is missing; take another one")

    def _compare(self, end: dict[str, dict[str, Any]]) -> None:
        found = {
            name: {"rows": self.counts[name], "sha256": digest.hexdigest()}
            for name, digest in self._digests.items()
        }
        differing = sorted(name for name in {*found, *end} if found.get(name) != end.get(name))
        if differing:
            raise BackupRefused(
                f"The backup is not as it was written (table {', '.join(differing)}): take another"
            )


@contextmanager
def opened(path: Path, key: Identity | None = None) -> Iterator[Reading]:
    """Open the backup at *path*, decrypted with *key* where it is encrypted.

    Raises BackupRefused and KeyRefused, also for what is found wrong within the block.
    """
    try:
        with _decrypted(path, key) as packed, gzip.open(packed) as body:
            lines = iter(body)
            yield Reading(_header(path, next(lines, b"")), _lines=lines)
    except DAMAGE as error:
        raise BackupRefused(f"{path} is damaged, or no backup ({error}): take another") from error


def read_through(path: Path, key: Identity | None = None) -> tuple[Header, int]:
    """Read all of a backup; gives its header and the number of its rows. Raises BackupRefused."""
    with opened(path, key) as reading:
        rows = sum(len(rows) for _, _, rows in reading.batches())
        return reading.header, rows


@contextmanager
def _decrypted(path: Path, key: Identity | None) -> Iterator[BufferedIOBase]:
    """Give the file as it was before it was encrypted; that has no name on the disk."""
    with path.open("rb") as raw:
        if not _is_encrypted(raw):
            yield raw
            return
        if key is None:
            raise BackupRefused(f"{path} is encrypted: name the private key's file with --key")
        with tempfile.TemporaryFile() as plain:
            sealing.decrypt(raw, plain, key)
            plain.seek(0)
            yield plain


def _is_encrypted(raw: BufferedReader) -> bool:
    return raw.peek(len(sealing.MAGIC)).startswith(sealing.MAGIC)


def _header(path: Path, line: bytes) -> Header:
    record = json.loads(line)
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise BackupRefused(f"{path} is no backup: its first line does not say so")
    if record["version"] != VERSION:
        raise BackupRefused(
            f"{path} is of version {record['version']}, and {VERSION} is known: "
            "restore it with the software that wrote it"
        )
    names = Header.__dataclass_fields__
    return Header(**{name: record[name] for name in names})
