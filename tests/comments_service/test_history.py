"""What is known of the time before a message."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from comments_service.history import (
    MOST_TEXTS,
    NetworkPast,
    network_past,
    network_texts,
    same_texts,
)
from comments_service.models import Comment, State
from comments_service.tokens import hash_token

NOW = datetime(2026, 3, 1, 4, 30, tzinfo=UTC)
NETWORK = "14.152.94.*"


@pytest.fixture
def left(database):
    """Give a function that stores comments some minutes ago; gives their numbers."""
    numbers = iter(range(1, 10_000))

    def left(*minutes, **changes):
        made = []
        with database.writing() as session:
            for ago in minutes:
                made.append(next(numbers))
                values = {
                    "id": made[-1],
                    "thread": "first",
                    "author": "",
                    "text": f"第{made[-1]}条",
                    "address": NETWORK,
                    "submitted_at": NOW - timedelta(minutes=ago),
                    "receipt_hash": hash_token(str(made[-1])),
                    "state": State.PENDING,
                }
                session.add(Comment(**(values | changes)))
        return made

    return left


@pytest.fixture
def session(database):
    """Give a session that looks."""
    with database.reading() as session:
        yield session


def test_network_is_counted_in_its_windows(left, session):
    """Ten minutes for what was sent, thirty days for what was refused; other networks not."""
    left(1, 9, 11)
    left(2, address="8.8.8.*")
    left(60, 1440 * 29, 1440 * 31, state=State.REFUSED)
    left(3, state=State.SPAM)
    past = network_past(session, NETWORK, now=NOW)
    assert past == NetworkPast(sent=3, oldest=NOW - timedelta(minutes=9), refused=3)


def test_nothing_is_known_without_a_network(left, session):
    """An unknown address has no history, whatever others without one did."""
    left(1, 2, address="")
    assert network_past(session, "", now=NOW) == NetworkPast()
    assert network_texts(session, "", now=NOW) == ()
    assert network_past(session, NETWORK, now=NOW) == NetworkPast()


def test_newest_texts_of_a_day(left, session):
    """The newest twenty within a day, newest first."""
    left(*range(1, 26))
    left(1441, text="前天的话")
    texts = network_texts(session, NETWORK, now=NOW)
    assert texts == tuple(f"第{number}条" for number in range(1, MOST_TEXTS + 1))


def test_same_text_anywhere_within_a_week(left, session):
    """The same digest counts from everywhere, for a week, up to a bound."""
    left(1, 2, text_digest="a")
    left(3, text_digest="a", address="8.8.8.*")
    left(1440 * 8, text_digest="a")
    left(*range(1, 40), text_digest="b")
    assert same_texts(session, "a", now=NOW) == 3
    assert same_texts(session, "b", now=NOW) == MOST_TEXTS
    assert same_texts(session, "c", now=NOW) == same_texts(session, "", now=NOW) == 0


def test_a_comment_does_not_count_itself(left, session):
    """For a message that is changed, it is left out of what was before."""
    number, _ = left(1, 2, text_digest="a", state=State.SPAM)
    assert network_past(session, NETWORK, now=NOW, but=number).refused == 1
    assert same_texts(session, "a", now=NOW, but=number) == 1
    assert len(network_texts(session, NETWORK, now=NOW, but=number)) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_fact_comes_from_an_index(left, session, database):
    """No fact reads more of the table than it needs."""
    left(1)
    asked = []
    listener = lambda *args: asked.append((args[2], args[3]))  # noqa: E731
    event.listen(database.engine, "before_cursor_execute", listener)
    network_past(session, NETWORK, now=NOW)
    network_texts(session, NETWORK, now=NOW)
    same_texts(session, "a", now=NOW)
    event.remove(database.engine, "before_cursor_execute", listener)
    statements = [each for each in asked if each[0].startswith("SELECT")]
    assert len(statements) == 3
    for statement, parameters in statements:
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        told = " ".join(row[-1] for row in plan)
        assert "USING INDEX comment_by_" in told or "USING COVERING INDEX comment_by_" in told
        assert "SCAN comment" not in told
        assert "TEMP B-TREE" not in told
