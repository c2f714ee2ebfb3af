"""Connects to PostgreSQL: one server, or several of which the one that leads is looked for.

A server that vanished must be noticed by whoever holds a connection to it, and cost those nothing
who hold one to a server that is there.
"""

from __future__ import annotations

import re
import select
from itertools import zip_longest
from typing import Any

from sqlalchemy import Dialect, Engine, ExceptionContext, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from comments_service import commit_watch
from comments_service.errors import ConfigError

DRIVER = "postgresql+psycopg"
TIMES: dict[str, int | str] = {
    "connect_timeout": 3,
    "tcp_user_timeout": 5000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}
"""How long a server may be silent (seconds; the second one milliseconds), unless the address says
otherwise: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS.
"""
LOCK_SECONDS = 5
"""How long anybody waits for what another one has locked."""
LEADER: dict[str, int | str] = {"target_session_attrs": "read-write"}
"""Of several servers, the one is taken that can be written to."""
PORT = "5432"
ONE_HOST = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[^\s:\[\]]*)(:(?P<port>[0-9]{1,5}))?")
READ_ONLY = "25006"
"""What a server answers to a write when it follows another one
(https://www.postgresql.org/docs/current/errcodes-appendix.html).
"""


def address(rest: str) -> str:
    """Give what stands behind ``postgresql://`` as SQLAlchemy reads it, with our driver.

    Several hosts, as libpq writes them (``user@a:5432,b:5432/name``), go where SQLAlchemy looks for
    them. Raises ConfigError.
    """
    before, mark, query = rest.partition("?")
    place, _, name = before.partition("/")
    user, at, listed = place.rpartition("@")
    if "," not in listed:
        return f"{DRIVER}://{rest}"
    found = [ONE_HOST.fullmatch(one) for one in listed.split(",")]
    if not all(found):
        raise ConfigError(
            "COMMENTS_DATABASE_URL names its servers wrongly; several are written as "
            "postgresql://user:password@first:5432,second:5432/name"
        )
    hosts = ",".join(one["host"].strip("[]") for one in found if one)
    ports = ",".join(one["port"] or PORT for one in found if one)
    parts = [f"host={hosts}", f"port={ports}", query if mark else ""]
    return f"{DRIVER}://{user}{at}/{name}?{'&'.join(filter(None, parts))}"


def make_engine(url: URL) -> Engine:
    """Make the engine for *url*."""
    are_several = "," in str(url.query.get("host", ""))
    wanted = TIMES | LEADER if are_several else TIMES
    ours = {name: value for name, value in wanted.items() if name not in url.query}
    engine = create_engine(url, connect_args=ours, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "checkout", _refuse_dead)
    event.listen(engine, "handle_error", _leave_follower)
    commit_watch.watch(engine)
    if are_several:
        event.listen(engine, "do_connect", _Leader().connect)
    return engine


class _Leader:
    """Remembers which of several servers led last, and asks it first: each new connection would
    else wait for the first one's timeout when that machine is gone.
    """

    def __init__(self) -> None:
        self._last: tuple[str, str] | None = None

    def connect(
        self, dialect: Dialect, record: ConnectionPoolEntry, args: Any, given: dict[str, Any]
    ) -> DBAPIConnection:
        """Connect to the server that leads."""
        hosts, ports = given["host"].split(","), given.get("port", "").split(",")
        places = [(host, port or PORT) for host, port in zip_longest(hosts, ports)]
        places.sort(key=lambda place: place != self._last)
        host, port = (",".join(each) for each in zip(*places, strict=True))
        connection: Any = dialect.connect(*args, **{**given, "host": host, "port": port})
        self._last = (connection.info.host, str(connection.info.port))
        return connection  # type: ignore[no-any-return]


def _prepare(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    """Leave out the compilation of statements: ours are short, and it takes longer than they do.
    Let the server find within seconds that this machine is gone, and free what was locked; and let
    nobody wait for a lock for long, such as that of a commit that waits for a stand-by.
    """
    raw: Any = connection
    cursor = connection.cursor()
    cursor.execute("SET jit = off")
    cursor.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
    for name, value in (("idle", 5), ("interval", 2), ("count", 3)):
        cursor.execute(f"SET tcp_keepalives_{name} = {value}")
    cursor.close()
    raw.commit()


def _refuse_dead(
    connection: DBAPIConnection, record: ConnectionPoolEntry, proxy: PoolProxiedConnection
) -> None:
    """Let nobody have a connection whose server has gone meanwhile, nor the others beside it.

    A server that ends closes its connections, and a closed one can be read. So only one where there
    is something to read is asked whether it lives, and the others cost a look of microseconds.
    """
    raw: Any = connection
    if _can_be_read(raw):
        try:
            raw.execute("SELECT 1")
            raw.rollback()
        except Exception as error:
            raise InvalidatePoolError("The server closed the connection") from error


def _can_be_read(connection: Any) -> bool:
    """Say whether the server sent something, its end among other things; True where the system
    does not tell.
    """
    if connection.closed or not hasattr(select, "poll"):
        return True
    look = select.poll()
    look.register(connection.fileno(), select.POLLIN)
    return bool(look.poll(0))


def _leave_follower(context: ExceptionContext) -> None:
    """Look for the server that leads when this one follows another one now."""
    if getattr(context.original_exception, "sqlstate", None) == READ_ONLY:
        context.is_disconnect = True
