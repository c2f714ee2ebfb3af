"""The bell that wakes the publisher: who rings never waits, and only what is committed rings."""

from __future__ import annotations

import os
import select
import stat
from contextlib import suppress

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from comments_service.bell import PipeBell, alone, pipe_of, ring
from comments_service.db import Database
from comments_service.models import Action
from comments_service.moderation import Ruling, decide_each


def has_rung(bell, seconds=5.0):
    """Say whether the bell rings within *seconds*, and clear it."""
    heard = bool(select.select([bell.fileno()], [], [], seconds)[0])
    bell.clear()
    return heard


def test_rings_when_committed(database):
    """Nothing rings before the commit; several rings in a transaction are one."""
    with alone(database.engine) as bell:
        with database.writing() as session:
            ring(session)
            ring(session)
            assert not has_rung(bell, 0)
        assert has_rung(bell)
        assert not has_rung(bell, 0)


def test_what_is_undone_does_not_ring(database):
    """A transaction that is rolled back wakes nobody, and the next one does."""
    with alone(database.engine) as bell:
        with suppress(DBAPIError), database.writing() as session:
            ring(session)
            session.execute(text("SELECT 1/0 FROM nowhere"))
        assert not has_rung(bell, 0)
        with database.writing() as session:
            ring(session)
        assert has_rung(bell)


def test_every_decision_rings(site):
    """Decisions of moderators, visitors and editors ring; one that is refused does not."""
    number = site.post()
    with alone(site.database.engine) as bell:
        for action in (Action.APPROVE, Action.PIN, Action.REFUSE, Action.APPEAL):
            words = {"text": "请再看一次"} if action is Action.APPEAL else {}
            site.decide(number, action, **words)
            assert has_rung(bell)
        answered = site.post_approved()
        has_rung(bell)
        site.answer(answered)
        assert has_rung(bell)
        with site.database.writing() as session:
            chosen = [(number, None), (10**6, None)]
            by = session.merge(site.moderator)
            ruling = Ruling(action=Action.PIN)
            decide_each(session, chosen, ruling, by=by, now=site.tick(), undo=site.config.undo)
        assert not has_rung(bell, 0)


def test_two_on_one_database(database):
    """On PostgreSQL the second one gets no bell, wherever it runs."""
    if database.engine.dialect.name == "sqlite":
        return  # there the publisher's own file is the lock
    with alone(database.engine), alone(database.engine) as second:
        assert second is None
    with alone(database.engine) as again:
        assert again is not None


@pytest.fixture
def sqlite(tmp_path):
    """Give an SQLite database."""
    database = Database.connect(f"sqlite:///{tmp_path / 'comments.db'}")
    database.upgrade()
    yield database
    database.engine.dispose()


def ring_once(database):
    """Ring within a transaction that writes."""
    with database.writing() as session:
        ring(session)


def test_nobody_listens(sqlite):
    """Who decides does not notice that there is no publisher, before the first one and after."""
    ring_once(sqlite)
    assert not pipe_of(sqlite.engine).exists()
    with alone(sqlite.engine):
        pass
    ring_once(sqlite)
    with alone(sqlite.engine) as bell:
        assert not has_rung(bell, 0)


def test_full_pipe_keeps_nobody_waiting(sqlite):
    """A publisher that is busy for long is rung for all the same, and clears it all at once."""
    with alone(sqlite.engine) as bell:
        handle = os.open(pipe_of(sqlite.engine), os.O_WRONLY | os.O_NONBLOCK)
        with suppress(BlockingIOError):
            while True:
                os.write(handle, b"!" * 4096)
        os.close(handle)
        ring_once(sqlite)
        assert has_rung(bell, 0)
        assert not has_rung(bell, 0)


def test_pipe_has_the_rights_of_the_database(sqlite, tmp_path):
    """Who may write the database may ring, and nobody else."""
    (tmp_path / "comments.db").chmod(0o660)
    with alone(sqlite.engine):
        assert stat.S_IMODE(pipe_of(sqlite.engine).stat().st_mode) == 0o660


def test_something_else_in_the_place_of_the_pipe(sqlite, caplog):
    """A file of that name is left as it is; the publisher looks by itself."""
    pipe_of(sqlite.engine).write_bytes(b"mine")
    with alone(sqlite.engine) as bell:
        assert bell.fileno() is None
        bell.clear()
        ring_once(sqlite)
    assert pipe_of(sqlite.engine).read_bytes() == b"mine"
    assert "decisions cannot wake the publisher" in caplog.text


def test_database_in_memory_has_no_pipe():
    """Where there is no file there is nothing beside it."""
    database = Database.connect("sqlite://")
    assert PipeBell(database.engine).fileno() is None
    with database.writing() as session:
        session.execute(text("SELECT 1"))
        ring(session)
