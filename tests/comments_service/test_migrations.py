"""Migrations, up and down, with rows, on both databases."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, select, text
from sqlalchemy.exc import DBAPIError

from comments_service.chain import GENESIS, link, salted
from comments_service.db import Base, Database
from comments_service.decisions import facts_of
from comments_service.models import (
    Account,
    Action,
    ActionLink,
    ChainHead,
    Comment,
    Decision,
    Invitation,
    LastTime,
    ListedWord,
    Login,
    LoginThrottle,
    Note,
    Opened,
    OutboxMessage,
    PublisherState,
    RecoveryCode,
    Report,
    Role,
    SealedAddress,
    State,
    Strength,
    Tally,
    UsedProof,
    WordHit,
)
from comments_service.moderation import Ruling, decide
from comments_service.search import find
from comments_service.verification import verify

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


def filled(database):
    """Leave a row, or several, in every table that a board may have rows in."""
    with database.writing() as session:
        session.add(Account(name="值班", role=Role.CHIEF, password_hash="x", totp_secret="S"))
        for number, state in enumerate((State.PENDING, State.APPEALED, State.ERASED), 1):
            session.add(
                Comment(
                    thread="first", author="路人", text="你好" if number < 3 else "",
                    address="14.152.94.*", submitted_at=NOW, receipt_hash=f"h{number}",
                    state=State.PENDING, reply_to_id=number - 1 or None,
                )
            )  # fmt: skip
            session.flush()
            session.get_one(Comment, number).state = state
        session.add_all(row(1) for row in ROWS)
        by = session.get_one(Account, 1)
        edit = Ruling(action=Action.EDIT, text="改过的话")
        decide(session, 1, edit, by=by, now=NOW, undo=timedelta())
        decide(session, 1, Ruling(action=Action.APPROVE), by=by, now=NOW, undo=timedelta())


ROWS = (
    lambda number: Note(comment_id=number, account_id=1, text="备注", written_at=NOW),
    lambda number: Report(comment_id=number, reason="insult", address="", reported_at=NOW),
    lambda number: Opened(comment_id=number, account_id=1, opened_at=NOW),
    lambda number: ListedWord(word="广告", strength=Strength.HOLD, added_at=NOW),
    lambda number: WordHit(word="广告", comment_id=number),
    lambda number: UsedProof(digest="d", expires_at=NOW),
    lambda number: LastTime(name="digest", at=NOW),
    lambda number: OutboxMessage(kind="digest", comment_id=number, due_at=NOW, created_at=NOW),
    lambda number: ActionLink(
        token_hash="t", account_id=1, comment_id=number, action=Action.APPROVE, seen_version=1,
        expires_at=NOW,
    ),
    lambda number: RecoveryCode(code_hash="c", account_id=1),
    lambda number: Invitation(token_hash="t", role=Role.CHIEF, expires_at=NOW),
    lambda number: LoginThrottle(key="k", retry_at=NOW),
    lambda number: Login(account_id=1, token_hash="t", opened_at=NOW, seen_at=NOW),
    lambda number: SealedAddress(comment_id=number, sealed="x", stored_at=NOW),
    lambda number: PublisherState(id=1, term=3, place="p", leader="l", release="r"),
)  # fmt: skip


def rows_of(database):
    """Give all rows of all tables, whatever form they have; chains and salts are made anew."""
    with database.engine.connect() as connection:
        looked = inspect(connection)
        names = [name for name in looked.get_table_names() if not name.startswith("comment_search")]
        found = {}
        for name in names:
            columns = [column["name"] for column in looked.get_columns(name)]
            told = [column for column in columns if column not in {"hash", "salt", "text_hash"}]
            query = f"SELECT {', '.join(sorted(told))} FROM {name}"
            found[name] = sorted(map(repr, connection.execute(text(query)).all()))
        return found


REVISIONS = ("0003", "0002", "0001")
LOST_ON_THE_WAY_DOWN = {
    "0003": {"sealed_address"},
    "0002": {"sealed_address", "publisher_state"},
}


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_step_down_and_up_with_rows_in_every_table(database, revision):
    """Down to an older form and up again: what that form knows comes through unchanged, twice; the
    tables, triggers, counts and the chain are right at the end.
    """
    filled(database)
    before = rows_of(database)
    assert [name for name, rows in before.items() if not rows] == []
    database.downgrade(revision)
    older = rows_of(database)
    database.upgrade()
    again = rows_of(database)
    database.downgrade(revision)
    assert rows_of(database) == older
    database.upgrade()
    assert rows_of(database) == again
    if lost := LOST_ON_THE_WAY_DOWN.get(revision):
        assert {name for name in before if again[name] != before[name]} == lost
    for name in ("comment", "account", "decision", "login"):
        assert len(again[name]) == len(before[name]), name
    test_migrations_give_the_models_tables(database)
    with database.reading() as session:
        found = verify(session)
        assert (found.problem, found.count) == (None, 2)
        tallies = {row.kind: row.n for row in session.scalars(select(Tally)) if not row.thread}
        assert sum(tallies.values()) - tallies.get("reported", 0) == 3
        assert find(session, "你好", most=5) == [2, 1]
    with pytest.raises(DBAPIError, match="a decision is a record"), database.writing() as session:
        session.execute(text("UPDATE decision SET reason = 'x'"))


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


def test_the_newest_migration_is_told_without_alembic(database):
    """What is read from the files' names is what Alembic finds, before and after."""
    config = database._alembic()
    head = ScriptDirectory.from_config(config).get_current_head()
    assert database.newest_revision() == head
    assert database.knows(head)
    assert not database.knows("9999")
    assert database.revision() == head
    database.downgrade()
    try:
        assert database.revision() is None
        assert not database.is_current()
    finally:
        database.upgrade()


def test_serving_workers_leave_out_what_they_do_not_need():
    """Alembic, the commands and what renders approved messages stay outside a worker's memory."""
    left_out = [
        "alembic",
        "bleach",
        "comments_service.cli",
        "mako",
        "markdown",
        "psycopg",
        "pypinyin",
    ]
    code = f"import sys, serving.site; print(sorted({{*sys.modules}} & {{*{left_out}}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
