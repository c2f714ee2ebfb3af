"""Keeps one publisher at work on a database, and wakes it when something was decided.

PostgreSQL carries a ring by NOTIFY, within the transaction of the decision. Beside an SQLite file
stands a named pipe: whoever decides writes a byte into it after the commit, if somebody listens
there, and never waits. A ring that is lost costs a few seconds: the publisher also looks by itself.
"""

from __future__ import annotations

import collections
import logging
import os
import select
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Engine, event, func
from sqlalchemy import select as selected
from sqlalchemy.orm import Session

from comments_service.errors import Deposed

log = logging.getLogger(__name__)

LOCK = 0x68756973
"""Number of the lock by which publishers on several machines find that one is at work."""
CHANNEL = "huisheng_decided"
"""Name of the notification on PostgreSQL."""
PIPE = "-decided"
"""What the pipe's name has more than the SQLite file's."""
MOST_BYTES = 64 * 1024
"""What a pipe holds; all of it is one ring."""


def ring(session: Session) -> None:
    """Wake the publisher once the transaction of *session* is committed; once a transaction."""
    transaction = session.get_transaction()
    if transaction is None or session.info.get("rung") is transaction:
        return
    session.info["rung"] = transaction
    engine = session.get_bind().engine
    if engine.dialect.name == "postgresql":
        session.execute(selected(func.pg_notify(CHANNEL, "")))
    elif pipe := pipe_of(engine):
        event.listen(session, "after_commit", lambda _: _ring_pipe(pipe), once=True)


def pipe_of(engine: Engine) -> Path | None:
    """Give the pipe beside the SQLite file of *engine*; None for a database in memory."""
    file = engine.url.database
    return Path(f"{file}{PIPE}") if file and file != ":memory:" else None


class Bell(Protocol):
    """What the one publisher waits at."""

    def fileno(self) -> int | None:
        """Give what can be read when somebody rang, where there is something."""

    def clear(self) -> None:
        """Forget the rings so far; raises Deposed when this publisher is alone no longer."""


@contextmanager
def alone(engine: Engine) -> Iterator[Bell | None]:
    """Give the bell to the one publisher that works on the database of *engine*; None where another
    one has it, on whatever machine.

    PostgreSQL has a lock for that; it is held by the connection that listens, so that both are lost
    at once. SQLite lives on one machine, where the publisher's own lock on a file is enough.
    """
    if engine.dialect.name == "postgresql":
        with _own_connection(engine) as connection:
            query = f"SELECT pg_try_advisory_lock({LOCK})"
            is_ours = connection.execute(query).fetchone()[0]
            yield ChannelBell(connection, engine.dialect.dbapi) if is_ours else None
        return
    bell = PipeBell(engine)
    try:
        yield bell
    finally:
        bell.close()


@contextmanager
def _own_connection(engine: Engine) -> Iterator[Any]:
    """Open a PostgreSQL connection that is closed at the end instead of going back to the others,
    with all that it holds; each of its statements is committed by itself.
    """
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    driver = connection.connection.driver_connection
    connection.detach()
    with connection:
        yield driver


class PipeBell:
    """Listens at the pipe beside an SQLite file.

    Where there can be none (another kind of file in its place, a file system without pipes), it is
    silent, which is told once, and the publisher's own slow look does its work.
    """

    def __init__(self, engine: Engine) -> None:
        self._handles: list[int] = []
        path = pipe_of(engine)
        try:
            self._open(path)
        except OSError as error:
            self.close()
            log.warning("decisions cannot wake the publisher", extra={"problem": str(error)})

    def fileno(self) -> int | None:
        """Give what can be read when somebody rang."""
        return self._handles[0] if self._handles else None

    def clear(self) -> None:
        """Forget the rings so far."""
        with suppress(BlockingIOError):
            while self._handles and os.read(self._handles[0], MOST_BYTES):
                pass

    def close(self) -> None:
        """Stop listening; the pipe stays for the next one."""
        while self._handles:
            os.close(self._handles.pop())

    def _open(self, path: Path | None) -> None:
        """Open both ends: with nobody at the other one, a pipe reads as ended for ever."""
        if path is None or not hasattr(os, "mkfifo"):
            return
        with suppress(FileExistsError):
            os.mkfifo(path)
            path.chmod(_mode_of(path))
        if not stat.S_ISFIFO(path.stat().st_mode):
            raise FileExistsError(f"{path} is no pipe: remove it")
        for flags in (os.O_RDONLY, os.O_WRONLY):
            self._handles.append(os.open(path, flags | os.O_NONBLOCK))


class ChannelBell:
    """Listens for notifications on a PostgreSQL connection that nobody else uses."""

    def __init__(self, connection: Any, driver: Any) -> None:
        """Listen on *connection* of the module *driver*."""
        self._connection, self._driver = connection, driver
        connection.execute(f"LISTEN {CHANNEL}")

    def fileno(self) -> int | None:
        """Give what can be read when somebody rang, or when the connection is gone."""
        return None if self._connection.closed else int(self._connection.fileno())

    def clear(self) -> None:
        """Forget the rings so far; raises Deposed when the connection is gone, and with it the
        lock.
        """
        try:
            while select.select([self._connection.fileno()], [], [], 0)[0]:  # also at its end
                collections.deque(self._connection.notifies(timeout=0), maxlen=0)
        except self._driver.Error as error:
            raise Deposed("The connection that held the publisher's lock is gone") from error


def _ring_pipe(pipe: Path) -> None:
    """Write one byte if somebody listens; a full pipe has rung already."""
    try:
        handle = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:  # nobody listens, or nobody ever did
        return
    try:
        if stat.S_ISFIFO(os.fstat(handle).st_mode):
            os.write(handle, b"!")
    except OSError:
        pass
    finally:
        os.close(handle)


def _mode_of(pipe: Path) -> int:
    """Give the pipe the rights of the database: who may decide may ring."""
    with suppress(FileNotFoundError):
        return stat.S_IMODE(Path(str(pipe).removesuffix(PIPE)).stat().st_mode)
    return 0o600
