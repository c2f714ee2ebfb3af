"""Migrations, up and down, with rows, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from comments_service.db import Base, Database
from comments_service.models import Comment, State

NOW = datetime(2026, 3, 1, 4, 30, 5, 123456, tzinfo=UTC)


def test_migrations_give_the_models_tables(database):
    """After all migrations nothing is left that the models would change."""
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_up_and_down_with_rows(database):
    """Tables with rows can be taken down to nothing, and up again."""
    with database.writing() as session:
        session.add(
            Comment(
                thread="first", author="", text="你好", address="", submitted_at=NOW,
                receipt_hash="h", state=State.PENDING,
            )
        )  # fmt: skip
    database.downgrade()
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    database.upgrade()
    database.upgrade()
    with database.reading() as session:
        assert session.query(Comment).count() == 0


def test_moments_come_back_aware(database):
    """A moment is given back in UTC to the microsecond; one without a zone is refused."""
    with database.writing() as session:
        comment = Comment(
            thread="first", author="", text="你好", address="", submitted_at=NOW,
            receipt_hash="h", state=State.PENDING,
        )  # fmt: skip
        session.add(comment)
    with database.reading() as session:
        assert session.get_one(Comment, comment.id).submitted_at == NOW
    with pytest.raises(Exception, match="needs a time zone"), database.writing() as session:
        session.get_one(Comment, comment.id).submitted_at = NOW.replace(tzinfo=None)


def test_sqlite_is_durable(tmp_path):
    """SQLite writes ahead with full synchronisation, on every connection."""
    database = Database.connect(f"sqlite:///{tmp_path / 'deep' / 'comments.db'}")
    with database.engine.connect() as connection:
        values = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert values == ["wal", 2, 1]
    database.engine.dispose()


def test_postgresql_is_durable(postgresql_url):
    """The server that tests run on does not skip the disk, so they say something."""
    engine = create_engine(postgresql_url)
    with engine.connect() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"
    engine.dispose()
