"""Looks whether a database keeps what it acknowledged, through a connection to it."""

from __future__ import annotations

from sqlalchemy import Connection, text

from serving.findings import Finding, Findings, Level

DURABLE = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "remote_apply", "remote_write", "local"),
    "server_encoding": ("UTF8",),
}
"""What PostgreSQL's settings must be, the best first."""
WAITING = frozenset({"on", "remote_apply"})
"""With which a commit waits until it is on the stand-by's disk."""
SYNCHRONOUS = frozenset({"sync", "quorum"})
"""States of a stand-by that commits wait for."""


def of_connection(connection: Connection) -> Findings:
    """Look at the settings that hold for *connection*, and at what it leads to."""
    is_sqlite = connection.dialect.name == "sqlite"
    yield from (_of_sqlite if is_sqlite else _of_postgresql)(connection)


def _of_sqlite(connection: Connection) -> Findings:
    """Look at the settings that make a commit outlast a power cut, and at the file itself."""
    asked = {"journal_mode": "wal", "synchronous": "2"}
    for name, wanted in asked.items():
        found = str(connection.execute(text(f"PRAGMA {name}")).scalar())
        if found != wanted:
            told = f"SQLite's {name} is {found}, not {wanted}, so acknowledged messages can be lost"
            yield Finding(Level.WRONG, f"{told}: is the file on a network disk? Take a local one")
            return
    problem = str(connection.execute(text("PRAGMA quick_check(1)")).scalar())
    if problem != "ok":
        told = f"the file is damaged ({problem}): stop the service and put a backup back"
        yield Finding(Level.WRONG, told)
    else:
        yield Finding(Level.FINE, "SQLite, WAL, synchronous=FULL, file in order")


def _of_postgresql(connection: Connection) -> Findings:
    """Look at the settings without which a commit may be lost
    (https://www.postgresql.org/docs/current/runtime-config-wal.html).
    """
    for name, wanted in DURABLE.items():
        found = str(connection.execute(text(f"SHOW {name}")).scalar())
        if found not in wanted:
            told = f"PostgreSQL's {name} is {found}, so messages can be lost or spoiled"
            yield Finding(Level.WRONG, f"{told}: set it to {wanted[0]}")
            return
    if connection.execute(text("SELECT pg_is_in_recovery()")).scalar():
        told = "this is a stand-by, which takes no messages: name the server that leads, or both"
        yield Finding(Level.WRONG, told)
        return
    version = str(connection.execute(text("SHOW server_version")).scalar()).split()[0]
    yield Finding(Level.FINE, f"PostgreSQL {version}, commits outlast a power cut")
    yield from _of_standbys(connection)


def _of_standbys(connection: Connection) -> Findings:
    """Look whether a stand-by that takes over would have all that was acknowledged
    (https://www.postgresql.org/docs/current/warm-standby.html#SYNCHRONOUS-REPLICATION).
    """
    names = str(connection.execute(text("SHOW synchronous_standby_names")).scalar())
    states = connection.scalars(text("SELECT sync_state FROM pg_stat_replication")).all()
    waits = connection.scalar(text("SHOW synchronous_commit")) in WAITING
    is_waited_for = bool(SYNCHRONOUS & set(states))
    if not names:
        if states:
            told = "a stand-by follows, but no commit waits for it, so a fail-over loses messages"
            yield Finding(Level.WARNING, f"{told}: set synchronous_standby_names to its name")
        return
    if None in states:
        told = "whether a stand-by has every commit cannot be seen: GRANT pg_monitor TO this user"
        yield Finding(Level.WARNING, told)
    elif not is_waited_for:
        told = f"commits wait for {names}, which is not there, so nothing can be stored"
        yield Finding(Level.WRONG, f"{told}: start it, or empty synchronous_standby_names")
    elif not waits:
        told = "synchronous_commit does not wait for the stand-by's disk, so a fail-over loses"
        yield Finding(Level.WARNING, f"{told} messages: set it to on")
    else:
        yield Finding(Level.FINE, "a stand-by has every commit before it is acknowledged")
