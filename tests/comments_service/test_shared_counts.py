"""Counts and used proofs that services share, in a real Redis; and what happens without it."""

from __future__ import annotations

import logging
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from redis import Redis as Client
from sqlalchemy import func, select

from chaos.servers import Redis
from chaos.stage import wait_for
from comments_service.errors import TooMany
from comments_service.limits import WINDOW, Limits
from comments_service.models import Comment, UsedProof
from comments_service.proofs import make_challenge
from comments_service.shared_counts import Arrivals, NoCounts, RedisCounts, counts_of
from comments_service.submission import Terms, submit
from tests.comments_service.test_proofs import answer_to
from tests.living_site import SECRET, make_config, make_submission

NOW = datetime(2026, 3, 1, 4, 30, tzinfo=UTC)
NETWORK, OTHER = "14.152.94.*", "8.8.8.*"
SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Give a Redis server; who stops it starts it again."""
    with Redis.make(tmp_path_factory.mktemp("redis")) as redis:
        yield redis


@pytest.fixture
def counts(server, tmp_path):
    """Give counts in an empty Redis, as the settings make them."""
    Client.from_url(server.url).flushall()
    made = counts_of(make_config(tmp_path, "sqlite://", redis_url=server.url))
    yield made
    made.client.close()


def test_messages_are_counted_when_they_come(counts):
    """Each is told what came before it; other networks, and what is too old, do not count."""
    arrived = [
        counts.arrive(NETWORK, "a", NOW - WINDOW - SECOND),
        counts.arrive(NETWORK, "b", NOW - WINDOW + SECOND),
        counts.arrive(OTHER, "c", NOW),
        counts.arrive(NETWORK, "d", NOW),
    ]
    assert [each.count for each in arrived] == [0, 1, 0, 1]
    assert counts.look(NETWORK, NOW) == Arrivals(2, NOW - WINDOW + SECOND)
    assert counts.look("9.9.9.*", NOW) == Arrivals(0, None)


def test_the_same_message_counts_once(counts):
    """A sending that is tried again is not one more."""
    assert [counts.arrive(NETWORK, "same", NOW).count for _ in range(3)] == [0, 0, 0]
    assert counts.look(NETWORK, NOW).count == 1


def test_a_refused_message_counts_no_more(counts):
    """Who is asked to wait does not wait longer for having tried."""
    counts.arrive(NETWORK, "a", NOW)
    counts.arrive(NETWORK, "b", NOW)
    counts.leave(NETWORK, "b")
    assert counts.look(NETWORK, NOW).count == 1


def test_many_at_once_cannot_slip_past(counts):
    """Of those that come at the same moment, each is told another number."""
    with ThreadPoolExecutor(8) as pool:
        arrived = pool.map(lambda key: counts.arrive(NETWORK, key, NOW), map(str, range(40)))
        assert sorted(each.count for each in arrived) == list(range(40))


def test_a_proof_counts_once(counts):
    """For one message only, which may come again."""
    soon = datetime.now(UTC) + timedelta(minutes=1)
    used = [counts.use(proof, key, soon) for proof, key in ("pa", "pb", "pa", "qb")]
    assert used == [True, False, True, True]


def test_nothing_is_kept_for_long_or_in_clear(counts, server):
    """All names are digests that tell no network, and all are forgotten by themselves."""
    counts.arrive(NETWORK, "a", NOW)
    counts.use("proof", "a", datetime.now(UTC) + timedelta(minutes=1))
    client = Client.from_url(server.url)
    names = client.keys("*")
    assert len(names) == 2
    for name in names:
        assert name.startswith((b"huisheng:sent:", b"huisheng:proof:"))
        assert NETWORK.encode() not in name
        assert 0 < client.ttl(name) <= WINDOW.total_seconds() + 1
    client.close()


def test_without_redis_nobody_knows(counts, server, caplog):
    """While it is gone nothing is told and nothing raised, it is logged once, and it comes back."""
    counts.rest = 0.2
    counts.arrive(NETWORK, "a", NOW)
    server.kill()
    soon = datetime.now(UTC) + timedelta(minutes=1)
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            assert counts.arrive(NETWORK, "b", NOW) is None
            assert counts.look(NETWORK, NOW) is None
            assert counts.use("p", "b", soon) is None
            counts.leave(NETWORK, "b")
            counts._rests_until = 1.0  # as if it had rested
        server.start()
        wait_for(lambda: counts.arrive(NETWORK, "c", NOW) is not None, "Redis is asked again")
    told = [record.message for record in caplog.records if "Redis" in record.message]
    assert told == ["Redis is away: the database alone counts", "Redis is back"]
    assert counts.look(NETWORK, NOW).count == 1


def test_a_connection_that_died_unseen_is_made_anew(counts, server):
    """After Redis was started anew, the next message is counted at once."""
    counts.arrive(NETWORK, "a", NOW)
    server.kill()
    server.start()
    assert counts.arrive(NETWORK, "b", NOW) == Arrivals(0, NOW)


def test_a_silent_server_is_left_alone(tmp_path):
    """One that takes connections and never answers is asked twice, then not until it rested."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        taken = []
        threading.Thread(target=_take, args=(listening, taken), daemon=True).start()
        url = f"redis://127.0.0.1:{listening.getsockname()[1]}/0"
        silent = counts_of(make_config(tmp_path, "sqlite://", redis_url=url))
        assert isinstance(silent, RedisCounts)
        silent.rest = 60.0
        assert [silent.look(NETWORK, NOW) for _ in range(50)] == [None] * 50
        assert len(taken) <= 2
    for one in taken:
        one.close()


def test_none_is_asked_for(tmp_path):
    """Without the setting nothing is shared and the package is not needed."""
    none = counts_of(make_config(tmp_path, "sqlite://"))
    assert isinstance(none, NoCounts)
    assert none.arrive(NETWORK, "a", NOW) is none.look(NETWORK, NOW) is None
    assert none.use("p", "a", NOW) is none.leave(NETWORK, "a") is None


LIMITS = Limits(proof_after=50, hold_after=50, refuse_after=6)


def sender(database, directory, counts):
    """Give a function that submits a message and says whether it was taken."""
    given = {"secret": SECRET, "now": NOW, "terms": Terms(limits=LIMITS), "counts": counts}

    def send(number):
        submission = make_submission(text=f"第{number}句话", nonce=f"n{number}")
        try:
            submit(database, directory, submission, **given)
        except TooMany:
            return False
        return True

    return send


def test_limit_holds_for_those_who_come_together(counts, database, directory):
    """Of many at the same moment exactly as many are taken as the limit says."""
    send = sender(database, directory, counts)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(send, range(24)))
    assert taken.count(True) == LIMITS.refuse_after
    assert counts.look(NETWORK, NOW).count == LIMITS.refuse_after


def test_database_counts_where_redis_forgot(counts, database, directory):
    """A Redis that was emptied makes no room, and one that is gone neither."""
    send = sender(database, directory, counts)
    assert [send(number) for number in range(7)] == [True] * 6 + [False]
    counts.client.flushall()
    assert not send(8)
    assert not sender(database, directory, NoCounts())(9)


def test_proof_is_noted_in_redis(counts, database, directory):
    """A proof counts for one message, at whichever service, and the database has nothing to write
    of it.
    """
    now = datetime.now(UTC)
    terms = Terms(limits=replace(LIMITS, proof_after=0))
    answer = answer_to(make_challenge(SECRET, now))
    given = {"secret": SECRET, "now": now, "terms": terms, "proof": answer, "counts": counts}
    for nonce in ("first", "first", "second"):
        submission = make_submission(text=f"{nonce}，带着证明", nonce=nonce)
        submit(database, directory, submission, **given)
    with database.reading() as session:
        found = list(session.scalars(select(Comment.findings).order_by(Comment.id)))
        assert session.scalar(select(func.count()).select_from(UsedProof)) == 0
    assert ["proof" in {one["rule"] for one in findings} for findings in found] == [False, True]


def _take(listening, taken):
    while True:
        try:
            taken.append(listening.accept()[0])
        except OSError:
            return
