"""Alembic's entry: runs the migrations on the engine that db.Database hands over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from sqlalchemy import Connection

from comments_service import models

engine = context.config.attributes["engine"]


@contextmanager
def references_at_rest(connection: Connection) -> Iterator[None]:
    """Let SQLite make a table anew while others refer to it
    (https://sqlite.org/lang_altertable.html#otheralter).
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    raw: Any = connection.connection.driver_connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def require_whole(connection: Connection) -> None:
    """Make sure that no row refers to nothing, before it is too late; raises RuntimeError."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"rows that refer to nothing: {broken[:5]}")


with engine.connect() as connection, references_at_rest(connection):
    context.configure(
        connection=connection, target_metadata=models.Comment.metadata, render_as_batch=True
    )
    with context.begin_transaction():
        context.run_migrations()
        require_whole(connection)
    connection.commit()
