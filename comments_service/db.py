"""Connects to the database: SQLite in WAL mode with synchronous=FULL, or PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    create_engine,
    event,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from comments_service import postgresql
from comments_service.grams import searchable
from comments_service.retry import Outage

if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig

try:
    import fcntl
except ModuleNotFoundError:  # not on Windows: there writers wait as SQLite lets them
    fcntl = None  # type: ignore[assignment]

MIGRATIONS = Path(__file__).with_name("migrations")
BUSY_SECONDS = 10
CONNECTIONS = 8
"""Kept open in one process: as many as it has threads; making one costs more than a message."""
CACHE_KIB = 128
"""What each connection keeps of the file; the system keeps the rest for all of them at once."""
PRAGMAS = (
    "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON",
    f"cache_size=-{CACHE_KIB}",
)  # fmt: skip


class Base(DeclarativeBase):
    """The base of all our tables; every constraint has a name, so that migrations can change it."""

    metadata = MetaData(
        naming_convention={
            "ix": "%(table_name)s_by_%(column_0_name)s",
            "uq": "%(table_name)s_%(column_0_name)s_is_unique",
            "fk": "%(table_name)s_%(column_0_name)s_exists",
            "pk": "%(table_name)s_key",
        }
    )


class UTCDateTime(TypeDecorator[datetime]):
    """A moment: aware and in UTC, on SQLite too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment back aware; SQLite forgets the zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Database:
    """Hands out sessions; one for the whole process."""

    engine: Engine
    outage: Outage = field(default_factory=Outage)

    @classmethod
    def connect(cls, url: str) -> Database:
        """Make the engine for *url*; an SQLite file and its folder are made when missing, the file,
        and so what SQLite puts beside it, for its owner alone.
        """
        parts = make_url(url)
        if parts.get_backend_name() != "sqlite":
            return cls(postgresql.make_engine(parts))
        options: dict[str, Any] = {"connect_args": {"timeout": BUSY_SECONDS}}
        if parts.database and parts.database != ":memory:":
            options |= {"pool_size": CONNECTIONS, "pool_use_lifo": True}
            file = Path(parts.database)
            file.parent.mkdir(parents=True, exist_ok=True)
            if not file.exists():
                file.touch(mode=0o600)
        engine = create_engine(url, hide_parameters=True, **options)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return cls(engine)

    @property
    def _is_postgresql(self) -> bool:
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that only looks; a server that is away is waited for (retry.py)."""
        with Session(self.engine) as session:
            self.outage.outlast(session.connection)
            yield session

    @contextmanager
    def looking(self) -> Iterator[Connection]:
        """Open a connection that only looks, for statements that need no objects; each sees the
        database as it is then, and no transaction is opened and ended.
        """
        with self.engine.connect() as connection:
            options = {"isolation_level": "AUTOCOMMIT"} if self._is_postgresql else {"looks": True}
            yield connection.execution_options(**options)

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Open a session that sees the database as it is now, however long it looks."""
        with Session(self.engine) as session:
            if self._is_postgresql:
                options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
                session.connection(execution_options=options)
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session whose work is committed at the end, or undone when it raises.

        On SQLite the write lock is taken at the start, so that what was read still holds when it is
        written. A server that is away at the start is waited for; whoever can do his work twice
        lets :meth:`~comments_service.retry.Outage.outlast` of ``outage`` wait at any moment.
        """
        options = {"takes_write_lock": True}
        with self._turn(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            self.outage.outlast(lambda: session.connection(execution_options=options))
            yield session

    @contextmanager
    def storing(self) -> Iterator[Connection]:
        """Open a connection whose work is committed or undone as that of :meth:`writing`."""
        with self._turn(), self.engine.connect() as connection:
            connection.execution_options(takes_write_lock=True)
            with connection.begin():
                yield connection

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let those who write to an SQLite file stand in line, over all processes.

        SQLite itself only looks again now and then, in which some look in vain for a second. Who
        waits holds the place behind the writer, so that the writer cannot take his turn twice.
        """
        file = self.engine.url.database if self.engine.dialect.name == "sqlite" else None
        if fcntl is None or not file or file == ":memory:":
            yield
            return
        with _opened(f"{file}-turn") as turn:
            with _opened(f"{file}-next") as place:
                fcntl.flock(place, fcntl.LOCK_EX)
                fcntl.flock(turn, fcntl.LOCK_EX)
            yield

    def forget(self) -> None:
        """Take what was erased out of SQLite's log as well (its pages are overwritten already)."""
        if self.engine.dialect.name == "sqlite":
            raw = self.engine.raw_connection()
            try:
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                raw.close()

    def upgrade(self, revision: str = "head") -> None:
        """Bring the tables to *revision*, the newest one without it."""
        from alembic import command  # workers never need it, and it takes 10 MB

        command.upgrade(self._alembic(), revision)

    def downgrade(self, revision: str = "base") -> None:
        """Take the tables back to *revision*."""
        from alembic import command

        command.downgrade(self._alembic(), revision)

    def is_current(self) -> bool:
        """Say whether the tables are those of the newest migration."""
        return self.revision() == self.newest_revision()

    def revision(self) -> str | None:
        """Give the migration that the tables have; None where there are none."""
        with self.looking() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
            return version

    def newest_revision(self) -> str:
        """Give the newest migration that is known."""
        return max(_revisions())

    def knows(self, revision: str) -> bool:
        """Say whether *revision* is one of the migrations."""
        return revision in _revisions()

    def _alembic(self) -> AlembicConfig:
        from alembic.config import Config as AlembicConfig

        config = AlembicConfig()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.attributes["engine"] = self.engine
        return config


def _revisions() -> set[str]:
    """Give the migrations' numbers: their files' names begin with them."""
    return {path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")}


@contextmanager
def _opened(path: str) -> Iterator[int]:
    """Open the file of a lock, which is free again when it is closed, or its process ends."""
    number = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield number
    finally:
        os.close(number)


def vouch(session: Session | Connection) -> None:
    """Make the commit of *session* wait until all that it saw is safe, although it writes nothing.

    On PostgreSQL a commit that was cut off while it waited for the stand-by can be seen before the
    stand-by has it; whoever acknowledges what others stored writes a mark behind it.
    """
    connection = session.connection() if isinstance(session, Session) else session
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_logical_emit_message(True, "huisheng", "")))


def _prepare_sqlite(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    """Make a commit durable (https://sqlite.org/pragma.html#pragma_synchronous), foreign keys
    count and erased words vanish; give the triggers their function.
    """
    raw: Any = connection
    raw.isolation_level = None
    raw.create_function("comment_words", 3, searchable, deterministic=True)
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    """Begin ourselves: the driver would begin too late (SQLAlchemy's documentation of pysqlite)."""
    options = connection.get_execution_options()
    if not options.get("looks"):
        immediate = options.get("takes_write_lock")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
