"""A database that is away for a moment is outlasted, and what was cut off is done exactly once."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import OperationalError

from comments_service import commit_watch
from comments_service.db import Database, vouch
from comments_service.errors import Unavailable
from comments_service.models import Comment
from comments_service.retry import Outage
from comments_service.submission import submit
from tests.comments_service.cutting import Line
from tests.living_site import SECRET, START, make_submission

NOBODY = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"


@pytest.fixture
def served(postgresql_url):
    """Give an empty PostgreSQL database."""
    database = Database.connect(postgresql_url)
    yield database
    database.engine.dispose()


@pytest.fixture
def line(postgresql_url):
    """Give a line to an empty PostgreSQL database."""
    line = Line(postgresql_url)
    yield line
    line.close()


def end_all_sessions(database):
    """Let the server end every session but this one, as it does when it stops."""
    others = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = "
    others += "current_database() AND pid <> pg_backend_pid()"
    engine = Database.connect(database.engine.url.render_as_string(hide_password=False)).engine
    with engine.connect() as connection:
        connection.execute(text(others))
    engine.dispose()


def test_work_that_was_cut_off_is_done_again(served):
    """The server ends the session amid the work: it is done once more, on a new connection."""
    tries = []

    def work():
        tries.append(1)
        with served.writing() as session:
            if len(tries) == 1:
                end_all_sessions(served)
            return session.scalar(text("SELECT 42"))

    assert (served.outage.outlast(work), len(tries)) == (42, 2)


def test_connections_that_died_unseen_are_not_handed_out(served, caplog):
    """Who comes after the server was started anew notices nothing: no try is lost."""
    with served.reading() as first, served.reading() as second:
        before = {session.scalar(text("SELECT pg_backend_pid()")) for session in (first, second)}
    end_all_sessions(served)
    with served.reading() as first, served.reading() as second:
        after = {session.scalar(text("SELECT pg_backend_pid()")) for session in (first, second)}
    assert len(before) == len(after) == 2
    assert not before & after
    assert caplog.text == ""


def test_live_connections_are_not_asked_anything(line):
    """That a connection lives costs no word to the server."""
    database = Database.connect(line.url)
    for _ in range(2):
        with database.reading() as session:
            session.execute(text("SELECT 1"))
        heard, line.heard = line.heard, []
    assert len(heard) == len([b"BEGIN", b"SELECT 1", b"ROLLBACK"])
    database.engine.dispose()


def test_a_server_that_follows_is_left(served):
    """A connection whose server takes no writes is given up, and the leader looked for."""
    tries = []

    def work():
        tries.append(1)
        with served.writing() as session:
            if len(tries) == 1:
                session.execute(text("SET TRANSACTION READ ONLY"))
            session.execute(text("CREATE TABLE follower_test (n int)"))
            session.execute(text("DROP TABLE follower_test"))
            return session.scalar(text("SELECT pg_backend_pid()"))

    with served.reading() as session:
        before = session.scalar(text("SELECT pg_backend_pid()"))
    assert served.outage.outlast(work) != before
    assert len(tries) == 2


def test_a_commit_nobody_knows_of_is_stored_once(line, directory):
    """The line is cut between a commit and its answer: the message is there once, and only one
    receipt was given.
    """
    database = Database.connect(line.url)

    def send():
        sent = make_submission(nonce="once")
        return submit(database, directory, sent, secret=SECRET, now=START)

    send()
    line.cut_after_commit()
    sent = make_submission(nonce="cut")
    receipt = database.outage.outlast(
        lambda: submit(database, directory, sent, secret=SECRET, now=START)
    )
    assert line.cuts == 1
    assert receipt.number == 2  # the one of the first try; a try that was undone takes a number too
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Comment)) == 2
    database.engine.dispose()


def test_what_is_vouched_for_is_written(served):
    """Who acknowledges what others stored waits for a commit of his own."""
    assigned = text("SELECT pg_current_xact_id_if_assigned()")
    with served.writing() as session:
        assert session.scalar(assigned) is None
        vouch(session)
        assert session.scalar(assigned) is not None


def test_long_statements_are_not_cut(served, monkeypatch):
    """Only a commit is given up; what a connection does after one may take its time."""
    monkeypatch.setattr(commit_watch, "MOST_SECONDS", 0.3)
    monkeypatch.setattr(commit_watch, "BETWEEN_LOOKS", 0.05)
    with served.engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        connection.commit()
        assert connection.scalar(text("SELECT 42 FROM pg_sleep(1.2)")) == 42


def test_sqlite_has_nothing_to_vouch_for(tmp_path):
    """There a commit that can be seen is safe."""
    database = Database.connect(f"sqlite:///{tmp_path / 'a.db'}")
    with database.writing() as session:
        vouch(session)


def test_patience_ends(caplog):
    """A database that stays away is waited for once, told of once; then nobody waits any more."""
    database = Database.connect(NOBODY)
    database.outage.patience = 0.3
    tries = []
    event.listen(database.engine, "do_connect", lambda *given: tries.append(given))
    refused = pytest.raises(Unavailable, match=r"check COMMENTS_DATABASE_URL.*refused")
    with caplog.at_level(logging.WARNING), refused, database.reading():
        pass
    waited = len(tries)
    with pytest.raises(Unavailable), database.writing():
        pass
    assert (waited > 2, len(tries) - waited) == (True, 1)
    assert [record.message for record in caplog.records] == [
        "the database is away; work is tried again"
    ]


def test_other_failures_are_not_tried_again(tmp_path):
    """A wrong statement, and a file that cannot be opened, do not get better by waiting."""
    tries = []

    def work():
        tries.append(1)
        with Database.connect(f"sqlite:///{tmp_path}").reading() as session:
            session.scalar(text("SELECT 1"))

    with pytest.raises(OperationalError):
        Outage().outlast(work)
    assert len(tries) == 1
