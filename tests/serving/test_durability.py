"""The doctor accepts a database only when it keeps what it acknowledged; asked of real ones."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from comments_service.db import Database
from serving.durability import of_connection
from serving.findings import Level
from tests.site.browserless import wait_until


def looked_at(engine, *first):
    """Give what is found through a connection in which the statements *first* were run."""
    with engine.connect() as connection:
        for statement in first:
            connection.exec_driver_sql(statement)
        found = [(finding.level, finding.told) for finding in of_connection(connection)]
    engine.dispose()
    return found


@pytest.mark.parametrize(
    ("pragmas", "words"),
    [
        pytest.param((), "journal_mode is delete, not wal", id="no log"),
        pytest.param(
            ("PRAGMA journal_mode=wal", "PRAGMA synchronous=1"),
            "synchronous is 1, not 2",
            id="written later",
        ),
        pytest.param(("PRAGMA journal_mode=memory",), "journal_mode is memory", id="memory"),
    ],
)
def test_sqlite_that_forgets(tmp_path, pragmas, words):
    """Without WAL and synchronous=FULL, SQLite is refused with the setting's name."""
    ((level, told),) = looked_at(create_engine(f"sqlite:///{tmp_path / 'x.db'}"), *pragmas)
    assert (level, words in told) == (Level.WRONG, True)


def test_sqlite_as_we_open_it(tmp_path):
    """As the service opens it, it is durable, whatever it was before."""
    url = f"sqlite:///{tmp_path / 'x.db'}"
    looked_at(create_engine(url), "PRAGMA journal_mode=delete")
    ((level, told),) = looked_at(Database.connect(url).engine)
    assert (level, "WAL, synchronous=FULL" in told) == (Level.FINE, True)


@pytest.fixture
def administrator(postgresql_server):
    """Give a connection that may change the server."""
    engine = create_engine(postgresql_server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def is_set(url, name, value):
    """Say whether a new connection finds the server's setting *name* to be *value*."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(text(f"SHOW {name}")).scalar()
    engine.dispose()
    return found == value


@pytest.mark.parametrize("name", ["fsync", "full_page_writes", "synchronous_commit"])
def test_postgresql_that_forgets(administrator, postgresql_url, name):
    """A server that acknowledges before it has written is refused, and told what to set."""
    before = administrator.execute(text(f"SHOW {name}")).scalar()
    set_server(administrator, postgresql_url, name, "off")
    try:
        ((level, told),) = looked_at(Database.connect(postgresql_url).engine)
    finally:
        set_server(administrator, postgresql_url, name, before)
        administrator.execute(text(f"ALTER SYSTEM RESET {name}"))
    assert level is Level.WRONG
    assert f"PostgreSQL's {name} is off" in told
    assert told.endswith("set it to on")


def set_server(administrator, url, name, value):
    """Change a setting of the running server; returns when it holds."""
    administrator.execute(text(f"ALTER SYSTEM SET {name} = {value}"))
    administrator.execute(text("SELECT pg_reload_conf()"))
    wait_until(lambda: is_set(url, name, value), seconds=20)


@pytest.mark.parametrize("value", ["on", "local", "remote_apply"])
def test_postgresql_that_keeps(postgresql_url, value):
    """Every setting by which an acknowledged commit is on this server's disk is taken."""
    joint = "&" if "?" in postgresql_url else "?"
    url = f"{postgresql_url}{joint}options=-csynchronous_commit%3D{value}"
    ((level, _),) = looked_at(Database.connect(url).engine)
    assert level is Level.FINE


def test_postgresql_in_another_encoding(administrator, postgresql_server):
    """A database that cannot hold Chinese is refused."""
    administrator.execute(text("DROP DATABASE IF EXISTS latin"))
    made = "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
    administrator.execute(text(made))
    try:
        url = make_url(postgresql_server).set(database="latin")
        ((level, told),) = looked_at(create_engine(url))
    finally:
        administrator.execute(text("DROP DATABASE latin WITH (FORCE)"))
    assert (level, "server_encoding is LATIN1" in told) == (Level.WRONG, True)
    assert told.endswith("set it to UTF8")
