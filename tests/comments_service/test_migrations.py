"""Migrations, up and down, with rows, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, select, text

from comments_service.chain import GENESIS, link, salted
from comments_service.db import Base, Database
from comments_service.decisions import facts_of
from comments_service.models import Account, ChainHead, Comment, Decision, Role, State, Tally
from comments_service.search import find

NOW = datetime(2026, 3, 1, 4, 30, 5, 123456, tzinfo=UTC)


def is_models(name, kind, parents):
    """Leave out the search's own index and tables, which no model describes."""
    return not (name or "").startswith("comment_search")


def test_migrations_give_the_models_tables(database):
    """After all migrations nothing is left that the models would change."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_models})
        assert compare_metadata(context, Base.metadata) == []


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


OLD_DECISION = """INSERT INTO decision
  (id, comment_id, account_id, action, from_state, to_state, reason, note, text, decided_at)
  VALUES (:id, 1, 1, :action, 'pending', 'pending', NULL, '备注', :text, '2026-03-01 04:30:05')"""
OLD_ROWS = (
    "INSERT INTO account (id, name, password_hash, is_disabled) VALUES (1, 'a', 'x', :no)",
    """INSERT INTO comment (id, thread, author, text, address, findings, submitted_at, receipt_hash,
      state, version) VALUES
      (1, 'first', '', '你好', '', '[]', '2026-03-01 04:30:05', 'h', 'pending', 1)""",
)


def test_old_decisions_join_the_chain(database):
    """Decisions from before the chain get their place in it; their words are kept apart, and come
    back on the way down.
    """
    database.downgrade("0001")
    with database.engine.begin() as connection:
        for statement in OLD_ROWS:
            connection.execute(text(statement), {"no": False})
        for number, words in ((1, None), (2, "改过的话"), (3, None)):
            action = "edit" if words else "reopen"
            values = {"id": number, "action": action, "text": words}
            connection.execute(text(OLD_DECISION), values)
    database.upgrade()
    with database.reading() as session:
        decisions = session.scalars(select(Decision).order_by(Decision.id)).all()
        previous = GENESIS
        for decision in decisions:
            previous = link(previous, **facts_of(decision))
            assert decision.hash == previous
        assert session.get_one(ChainHead, 1).hash == previous
        revision = decisions[1].revision
        assert (revision.text, salted(revision.salt, revision.text)) == (
            "改过的话", decisions[1].text_hash
        )  # fmt: skip
        assert session.scalars(select(Account.role)).one() is Role.CHIEF
        tallies = {(row.kind, row.thread): row.n for row in session.scalars(select(Tally))}
        assert tallies == {("pending", ""): 1, ("pending", "first"): 1}
        assert find(session, "你好", most=5) == [1]
    database.downgrade("0001")
    with database.engine.connect() as connection:
        kept = connection.execute(text("SELECT text FROM decision ORDER BY id")).scalars().all()
    database.upgrade()  # others use this database too
    assert kept == [None, "改过的话", None]


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
