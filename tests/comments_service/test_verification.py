"""The record of decisions is looked over: a row that was changed past the desk is found."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, text

from comments_service.chain import GENESIS
from comments_service.models import Action, Decision, Revision
from comments_service.verification import verify
from tests.comments_service.busy import make_busy


@pytest.fixture
def board(database, tmp_path):
    """Give a busy board on either database, with at least one edit whose words are there."""
    board = make_busy(database, tmp_path / "archive", seed=22, deeds=75)
    with database.reading() as session:
        assert session.scalar(select(Revision.id).limit(1)) is not None
    return board


def look(database, published=None):
    """Look the record over."""
    with database.snapshot() as session:
        return verify(session, published)


def tamper(database, statement, **values):
    """Change the record as somebody with the database's password could."""
    is_postgresql = database.engine.dialect.name == "postgresql"
    with database.engine.begin() as connection:
        if is_postgresql:
            connection.execute(text("ALTER TABLE decision DISABLE TRIGGER decision_is_a_record"))
            connection.execute(text(statement), values)
            connection.execute(text("ALTER TABLE decision ENABLE TRIGGER decision_is_a_record"))
            return
        query = text(
            "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'decision' AND type = 'trigger'"
        )
        triggers = connection.execute(query).all()
        for name, _ in triggers:
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text(statement), values)
        for _, sql in triggers:
            connection.exec_driver_sql(sql)


def test_untouched_record(board, monkeypatch):
    """A record that only the desk wrote is as it was written, however it is cut into batches."""
    whole = look(board.database)
    assert whole.problem is None
    assert whole.count > 20
    monkeypatch.setattr("comments_service.verification.BATCH", 7)
    told = []
    with board.database.snapshot() as session:
        assert verify(session, None, told.append) == whole
    assert told == list(range(7, whole.count + 1, 7))


def test_empty_record(database):
    """A board without a decision has a record that begins and ends at the beginning."""
    found = look(database)
    assert (found.count, found.head, found.problem) == (0, GENESIS, None)


@pytest.mark.parametrize(
    "change",
    [
        "note = 'x'",
        "sentence = 'x'",
        "reason = 'other'",
        "account_id = NULL",
        "action = 'spam'",
        "to_state = 'erased'",
        "from_state = 'erased'",
        "batch = 'x'",
        "text_hash = 'x'",
        "hash = 'x'",
    ],
)
def test_changed_row_is_named(board, change):
    """Whatever is changed in a row, the row is named."""
    with board.database.reading() as session:
        query = select(Decision.id).where(
            Decision.account_id.is_not(None), Decision.action == Action.APPROVE
        )
        number = session.scalars(query.order_by(Decision.id)).all()[1]
    tamper(board.database, f"UPDATE decision SET {change} WHERE id = :id", id=number)
    problem = look(board.database).problem
    assert problem is not None
    assert problem.startswith(f"Decision {number} ")


def test_moment_that_was_changed(board):
    """A decision cannot be given another date."""
    later = "'2027-01-01 00:00:00.000000'"
    tamper(board.database, f"UPDATE decision SET decided_at = {later} WHERE id = 5")
    assert look(board.database).problem.startswith("Decision 5 ")


def test_missing_row_is_found(board):
    """The row after one that was taken out does not fit; nor does the head, after the last one."""
    before = look(board.database)
    for number in (before.count, 3):
        tamper(board.database, "DELETE FROM revision WHERE decision_id = :id", id=number)
        tamper(board.database, "DELETE FROM decision WHERE id = :id", id=number)
        found = look(board.database)
        expected = "The chain ends elsewhere" if number == before.count else "Decision 4 "
        assert found.problem.startswith(expected)


def test_cut_off_record_is_found_by_its_published_head(board):
    """Rows cut off at the end together with the head are found by a head that was published."""
    whole = look(board.database)
    with board.database.reading() as session:
        shorter = session.get_one(Decision, whole.count - 1).hash
    tamper(board.database, "DELETE FROM revision WHERE decision_id = :id", id=whole.count)
    tamper(board.database, "DELETE FROM decision WHERE id = :id", id=whole.count)
    tamper(board.database, "UPDATE chain_head SET hash = :hash", hash=shorter)
    assert look(board.database).problem is None
    assert look(board.database, shorter).problem is None
    assert look(board.database, GENESIS).problem is None
    assert whole.head in look(board.database, whole.head).problem


def test_words_of_edits(board):
    """Words of an edit may be erased, and not be changed."""
    with board.database.writing() as session:
        revision = session.scalars(select(Revision)).first()
        number = revision.decision_id
        revision.text += "！"
    problem = look(board.database).problem
    assert problem.startswith(f"The words of decision {number}, an edit of message ")
    with board.database.writing() as session:
        session.execute(delete(Revision))
    assert look(board.database).problem is None


def test_words_that_belong_to_no_edit(board):
    """Words cannot be hung on a decision that gave none."""
    with board.database.writing() as session:
        query = select(Decision).where(Decision.action == Action.APPROVE)
        decision = session.scalars(query.order_by(Decision.id)).first()
        extra = {"comment_id": decision.comment_id, "text": "x", "salt": "x"}
        session.add(Revision(decision_id=decision.id, **extra))
    assert look(board.database).problem.startswith(f"The words of decision {decision.id},")
