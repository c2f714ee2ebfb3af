"""What is known of the time before a message."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from comments_service.history import (
    MOST_TEXTS,
    Earlier,
    NetworkPast,
    known_facts,
    network_past,
)
from comments_service.models import Account, Comment, State
from comments_service.screening import touch_word_lists
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
def connection(database):
    """Give a connection that looks."""
    with database.looking() as connection:
        yield connection


def facts(connection, *, key="", digest="", **changes):
    """Ask for the facts of now."""
    return known_facts(connection, key=key, digest=digest, now=NOW, **changes)


def test_network_is_counted_in_its_windows(left, connection):
    """Ten minutes for what was sent, thirty days for what was refused; other networks not."""
    left(1, 9, 11)
    left(2, address="8.8.8.*")
    left(60 * 24 * 2, 1440 * 29, 1440 * 31, state=State.REFUSED)
    left(3, state=State.SPAM)
    past = network_past(connection, NETWORK, now=NOW)
    assert (past.sent, past.oldest, past.refused) == (3, NOW - timedelta(minutes=9), 3)
    assert past.texts == ("第1条", "第8条", "第2条", "第3条")


def test_messages_of_a_clock_that_was_ahead_do_not_count(left, connection):
    """Once the clock is set right, a network is not held by what was a day ahead; what is a few
    minutes ahead, as between two machines, counts.
    """
    left(*[-1440] * 230)
    left(-5, 4)
    past = network_past(connection, NETWORK, now=NOW)
    assert (past.sent, past.oldest) == (2, NOW - timedelta(minutes=4))


def test_nothing_is_known_without_a_network(left, connection):
    """An unknown address has no history, whatever others without one did."""
    left(1, 2, address="")
    assert network_past(connection, "", now=NOW) == NetworkPast()
    assert network_past(connection, NETWORK, now=NOW) == NetworkPast()


def test_newest_texts_of_a_day(left, connection):
    """The newest twenty within a day, newest first."""
    left(*range(1, 26))
    left(1441, text="前天的话")
    past = network_past(connection, NETWORK, now=NOW)
    assert past.texts == tuple(f"第{number}条" for number in range(1, MOST_TEXTS + 1))


def test_as_many_are_counted_as_are_asked_for(left, connection):
    """Two hundred at least, and more where a limit needs more."""
    left(*([1] * 230))
    assert network_past(connection, NETWORK, now=NOW).sent == 200
    assert network_past(connection, NETWORK, now=NOW, most=220).sent == 220


def test_same_text_anywhere_within_a_week(left, connection):
    """The same digest counts from everywhere, for a week, up to a bound."""
    left(1, 2, text_digest="a")
    left(3, text_digest="a", address="8.8.8.*")
    left(1440 * 8, text_digest="a")
    left(*range(1, 40), text_digest="b")
    left(5, text_digest="")
    counts = [facts(connection, digest=digest).same_text for digest in ("a", "b", "c", "")]
    assert counts == [3, MOST_TEXTS, 0, 0]


def test_a_comment_does_not_count_itself(left, connection):
    """For a message that is changed, it is left out of what was before."""
    number, _ = left(1, 2, text_digest="a", state=State.SPAM)
    past = network_past(connection, NETWORK, now=NOW, but=number)
    assert (past.refused, len(past.texts)) == (1, 1)
    assert facts(connection, digest="a", but=number).same_text == 1


def test_what_is_stored_under_a_key(left, connection):
    """An earlier sending is found by its key alone; no key finds nothing."""
    (number,) = left(7, submission_key="n1")
    left(8)
    found = facts(connection, key="n1")
    assert found.earlier == Earlier(number, NOW - timedelta(minutes=7))
    assert facts(connection, key="n2").earlier is None
    assert facts(connection).earlier is None


def test_names_and_version_of_the_words(database, connection):
    """Everybody who has an account is named; the version is that of the last change."""
    assert (facts(connection).names, facts(connection).words_version) == (frozenset(), None)
    with database.writing() as session:
        session.add_all(Account(name=name, password_hash="") for name in ("阿宁", "值班"))
        touch_word_lists(session, NOW)
    found = facts(connection)
    assert (found.names, found.words_version) == ({"阿宁", "值班"}, NOW)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_fact_comes_from_an_index(left, connection, database):
    """Two statements ask for all, and none reads more of the table than it needs."""
    left(1)
    asked = []
    listener = lambda *args: asked.append((args[2], args[3]))  # noqa: E731
    event.listen(database.engine, "before_cursor_execute", listener)
    network_past(connection, NETWORK, now=NOW)
    facts(connection, key="n1", digest="a")
    event.remove(database.engine, "before_cursor_execute", listener)
    assert len(asked) == 2
    for statement, parameters in asked:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        told = " ".join(row[-1] for row in plan)
        assert "INDEX comment_by_" in told
        assert "SCAN comment" not in told
        assert "TEMP B-TREE" not in told
