"""The desk's figures, against a small board whose figures can be told by hand."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from comments_service import statistics
from comments_service.models import Account, Action, Comment, Decision, Role, State
from comments_service.moderation import Ruling, decide
from comments_service.statistics import Day, Person, Spans, Waiting
from tests.comments_service.busy import make_busy

NOW = datetime(2026, 3, 31, 4, 30, tzinfo=UTC)
UNDO = timedelta(seconds=10)
SINCE = NOW - timedelta(days=30)
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def people(database):
    """Give two moderators."""
    with database.writing() as session:
        made = [Account(name=name, role=Role.CHIEF, password_hash="x") for name in ("甲", "乙")]
        session.add_all(made)
    return made


def make_comment(database, *, at=NOW, **changes):
    """Store a message; gives its number."""
    with database.writing() as session:
        values = {"thread": "first", "author": "", "text": "你好", "address": ""}
        values |= {
            "submitted_at": at,
            "state": State.PENDING,
            "receipt_hash": f"{Random().random()}",
        }
        session.add(comment := Comment(**(values | changes)))
        session.flush()
        return comment.id


def act(database, number, action, by, at):
    """Decide in a transaction of its own."""
    reason = "insult" if action is Action.REFUSE else None
    ruling = Ruling(action=action, reason=reason, text=f"改成{at}")
    with database.writing() as session:
        account = session.merge(by) if by else None
        decide(session, number, ruling, by=account, now=at, undo=UNDO)


def ask(database, question, *arguments):
    """Ask one question."""
    with database.reading() as session:
        return question(session, *arguments)


def test_empty_board(database):
    """Nothing there is nothing, and not a division by zero."""
    assert ask(database, statistics.waiting) == Waiting(
        pending=0, appealed=0, reported=0, oldest=None
    )
    assert ask(database, statistics.first_answers, SINCE) == Spans()
    assert ask(database, statistics.ways_live, SINCE) == Spans()
    assert ask(database, statistics.stories) == []
    assert ask(database, statistics.people, SINCE) == []
    days = ask(database, statistics.days, NOW, ZONE)
    assert len(days) == 30
    assert days[0] == Day(date=date(2026, 3, 31))


def test_what_waits(database, people):
    """Pending, appealed and reported are counted; the oldest is the oldest that waits."""
    old = make_comment(database, at=NOW - timedelta(days=9))
    make_comment(database, at=NOW - timedelta(days=5))
    make_comment(database, reported_at=NOW)
    refused = make_comment(database)
    act(database, old, Action.APPROVE, people[0], NOW)
    act(database, refused, Action.REFUSE, people[0], NOW)
    act(database, refused, Action.APPEAL, None, NOW)
    assert ask(database, statistics.waiting) == Waiting(
        pending=2, appealed=1, reported=1, oldest=NOW - timedelta(days=5)
    )


@pytest.mark.parametrize("count", [1, 2, 3, 19, 20, 21, 40])
def test_ranks(database, people, count):
    """Median and p95 are values that were there: the nearest rank."""
    for seconds in range(1, count + 1):
        number = make_comment(database, at=NOW - timedelta(seconds=seconds))
        act(database, number, Action.APPROVE, people[0], NOW)
    spans = ask(database, statistics.first_answers, SINCE)
    assert spans.count == count
    assert spans.median == pytest.approx(math.ceil(count * 0.5), abs=0.01)
    assert spans.p95 == pytest.approx(math.ceil(count * 0.95), abs=0.01)


def test_first_answers(database, people):
    """The first approval, refusal or spam counts, once a message; edits, the editors' own and what
    was before the window do not.
    """
    first, second = people
    twice = make_comment(database, at=NOW - timedelta(hours=2))
    act(database, twice, Action.EDIT, first, NOW - timedelta(hours=1))
    act(database, twice, Action.REFUSE, second, NOW - timedelta(minutes=30))
    act(database, twice, Action.APPROVE, first, NOW)
    early = make_comment(database, at=SINCE - timedelta(days=2))
    act(database, early, Action.SPAM, first, SINCE - timedelta(days=1))
    act(database, early, Action.APPROVE, first, NOW)
    reply = make_comment(database, by_account_id=first.id)
    act(database, reply, Action.APPROVE, first, NOW)
    spans = ask(database, statistics.first_answers, SINCE)
    assert spans.count == 1
    assert spans.median == pytest.approx(90 * 60, abs=0.01)


def test_ways_live(database, people):
    """From the end of the undo window to the page; what was touched afterwards does not count, and
    clocks that differ give no negative time.
    """
    quick, edited, ahead, waiting = (make_comment(database) for _ in range(4))
    for number in (quick, edited, ahead, waiting):
        act(database, number, Action.APPROVE, people[0], NOW)
    act(database, edited, Action.EDIT, people[0], NOW + timedelta(hours=1))
    with database.writing() as session:
        for number, seconds in ((quick, 2.5), (edited, 3600), (ahead, -1)):
            is_it = Comment.id == number
            live_at = NOW + UNDO + timedelta(seconds=seconds)
            session.execute(update(Comment).where(is_it).values(live_at=live_at))
    spans = ask(database, statistics.ways_live, SINCE)
    assert (spans.count, spans.median) == (2, 0.0)
    assert spans.p95 == pytest.approx(2.5, abs=0.01)


def test_days_end_where_the_site_is_at_home(database, people):
    """A day ends at the site's midnight, and decisions count on their own day."""
    midnight = datetime(2026, 3, 30, 16, 0, tzinfo=UTC)
    late = make_comment(database, at=midnight - timedelta(microseconds=1))
    act(database, late, Action.APPROVE, people[0], midnight)
    early = make_comment(database, at=midnight)
    act(database, early, Action.SPAM, people[0], midnight)
    make_comment(database, at=midnight, state=State.SPAM)
    make_comment(database, at=midnight - timedelta(days=40))
    today, yesterday, *others = ask(database, statistics.days, NOW, ZONE)
    assert today == Day(
        date=date(2026, 3, 31), received=2, sorted_out=1, approved=1, refused=0, spam=1
    )
    assert yesterday == Day(date=date(2026, 3, 30), received=1)
    assert today.decided == 2
    assert all(day.received == day.decided == 0 for day in others)


def test_a_day_of_23_hours(database):
    """Where clocks are changed, a day is as long as it is."""
    zone = ZoneInfo("Europe/Berlin")
    edges = statistics.midnights(datetime(2026, 3, 29, 12, tzinfo=UTC), zone, 2)
    lengths = [(b.astimezone(UTC) - a.astimezone(UTC)) for a, b in pairwise(edges)]
    assert lengths == [timedelta(hours=24), timedelta(hours=23)]
    days = ask(database, statistics.days, datetime(2026, 3, 29, 12, tzinfo=UTC), zone, 2)
    assert [day.date for day in days] == [date(2026, 3, 29), date(2026, 3, 28)]


def test_stories(database):
    """Threads are in the order of their messages, with the counts of their states."""
    for thread, count in (("quiet", 1), ("busy", 3), ("also", 1)):
        for _ in range(count):
            make_comment(database, thread=thread, reported_at=NOW)
    make_comment(database, thread="busy", state=State.WITHDRAWN)
    stories = ask(database, statistics.stories)
    assert [(story.thread, story.total) for story in stories] == [
        ("busy", 4), ("also", 1), ("quiet", 1),
    ]  # fmt: skip
    assert stories[0].counts == {State.PENDING: 3, State.WITHDRAWN: 1}
    assert ask(database, statistics.stories, 1) == stories[:1]


def test_people(database, people):
    """Everybody's decisions by action, and how long the messages waited that he answered first."""
    first, second = people
    for hours in (1, 2, 3):
        number = make_comment(database, at=NOW - timedelta(hours=hours))
        act(database, number, Action.APPROVE, first, NOW)
    act(database, number, Action.REFUSE, second, NOW)
    number = make_comment(database, at=SINCE - timedelta(days=2))
    act(database, number, Action.APPROVE, second, SINCE - timedelta(days=1))
    one, other = ask(database, statistics.people, SINCE)
    assert (one.name, one.counts) == ("甲", {Action.APPROVE: 3})
    assert one.median == pytest.approx(2 * 3600, abs=0.01)
    assert other == Person(name="乙", counts={Action.REFUSE: 1}, median=None)
    assert (one.total, other.total) == (3, 1)


def test_busy_board_agrees_with_counting(database, tmp_path):
    """On any board the figures are those that counting one by one gives."""
    board = make_busy(database, tmp_path / "archive", seed=5, deeds=80)
    now = board.now + timedelta(seconds=1)
    with database.reading() as session:
        comments = session.scalars(select(Comment)).all()
        decisions = session.scalars(select(Decision).order_by(Decision.id)).all()
        found = statistics.waiting(session)
        assert found.pending == sum(c.state is State.PENDING for c in comments)
        assert found.reported == sum(c.reported_at is not None for c in comments)
        days = statistics.days(session, now, ZONE)
        assert sum(day.received for day in days) == len(comments)
        rulings = [d for d in decisions if d.action in statistics.RULINGS]
        assert sum(day.decided for day in days) == len(rulings)
        assert sum(story.total for story in statistics.stories(session)) == len(comments)
        firsts: dict[int, Decision] = {}
        for decision in rulings:
            firsts.setdefault(decision.comment_id, decision)
        waits = sorted(
            (d.decided_at - session.get_one(Comment, number).submitted_at).total_seconds()
            for number, d in firsts.items()
        )
        spans = statistics.first_answers(session, now - timedelta(days=30))
        assert spans.count == len(waits)
        assert spans.median == pytest.approx(waits[math.ceil(len(waits) * 0.5) - 1], abs=0.01)
        assert spans.p95 == pytest.approx(waits[math.ceil(len(waits) * 0.95) - 1], abs=0.01)
