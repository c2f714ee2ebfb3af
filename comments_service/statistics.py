"""The desk's figures: what waits, how long decisions take, what happened by day, story and person.

Counts of all time come from :class:`~comments_service.models.Tally`; everything else looks at a
window of days by the indexes on moments. A percentile is the nearest rank: the least value that so
many of all do not exceed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Float,
    Select,
    case,
    cast,
    exists,
    extract,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from comments_service.models import Account, Action, Comment, Decision, State, Tally

DAYS = 30
"""How far back the figures look, today included."""
RULINGS = (Action.APPROVE, Action.REFUSE, Action.SPAM)
"""What answers a message; an edit or a pin does not."""
REPORTED = "reported"
Counting = Select[*tuple[Any, ...]]
"""A query that counts rows, some other columns beside the count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spans:
    """How long something took, in seconds."""

    count: int = 0
    median: float | None = None
    p95: float | None = None
    """Ninety-five of a hundred took no longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits at this moment."""

    pending: int
    appealed: int
    reported: int
    oldest: datetime | None
    """Since when the oldest pending message waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What came and what was decided between two midnights."""

    date: date
    received: int = 0
    """Messages of every kind, the editors' replies too."""
    sorted_out: int = 0
    """Those of them that the rules put aside as spam and nobody has fetched back."""
    approved: int = 0
    refused: int = 0
    spam: int = 0
    """Decisions of that day, whenever their messages came."""

    @property
    def decided(self) -> int:
        """How many answers were given."""
        return self.approved + self.refused + self.spam


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """How many messages a thread has by state, of all time."""

    thread: str
    counts: dict[State, int]

    @property
    def total(self) -> int:
        """All its messages."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What somebody decided within the window."""

    name: str
    counts: dict[Action, int] = field(default_factory=dict)
    median: float | None = None
    """Seconds between arrival and this person's answer, for messages nobody had answered before."""

    @property
    def total(self) -> int:
        """All decisions, edits and pins too."""
        return sum(self.counts.values())


def counts_of_states(session: Session) -> dict[str, int]:
    """Count the messages in each state, by the tally."""
    kinds = [state.value for state in State]
    query = select(Tally.kind, func.sum(Tally.n)).where(Tally.kind.in_(kinds), Tally.thread == "")
    found = {kind: int(n) for kind, n in session.execute(query.group_by(Tally.kind))}
    return {kind: found.get(kind, 0) for kind in kinds}


def waiting(session: Session) -> Waiting:
    """Count what waits, by the tally."""
    kinds = (State.PENDING.value, State.APPEALED.value, REPORTED)
    query = select(Tally.kind, func.sum(Tally.n)).where(Tally.kind.in_(kinds), Tally.thread == "")
    counts = {kind: int(n) for kind, n in session.execute(query.group_by(Tally.kind))}
    oldest = (
        select(Comment.submitted_at)
        .where(Comment.state == State.PENDING)
        .order_by(Comment.submitted_at, Comment.id)
        .limit(1)
    )
    pending, appealed, reported = (counts.get(kind, 0) for kind in kinds)
    return Waiting(
        pending=pending, appealed=appealed, reported=reported, oldest=session.scalar(oldest)
    )


def first_answers(session: Session, since: datetime) -> Spans:
    """Tell how long visitors waited for the first answer, of those given since *since*."""
    seconds = _seconds(session, Comment.submitted_at, Decision.decided_at)
    return _spans(session, _first_rulings(since).add_columns(seconds.label("seconds")))


def ways_live(session: Session, since: datetime) -> Spans:
    """Tell how long approvals made since *since* took to reach readers once the undo window was
    over.

    That is from ``hidden_until``, which is the approval and the window, to ``live_at``. Only
    messages whose approval is the last thing that was done to them count: an edit or a pin sets
    ``live_at`` anew.
    """
    later = aliased(Decision)
    is_last = ~exists().where(later.comment_id == Decision.comment_id, later.id > Decision.id)
    seconds = _seconds(session, Comment.hidden_until, Comment.live_at)
    query = (
        select(Decision.account_id, seconds.label("seconds"))
        .join(Comment, Comment.id == Decision.comment_id)
        .where(
            Decision.decided_at >= since,
            Decision.action == Action.APPROVE,
            Comment.live_at.is_not(None),
            Comment.hidden_until.is_not(None),
            is_last,
        )
    )
    return _spans(session, query)


def days(session: Session, now: datetime, zone: ZoneInfo, count: int = DAYS) -> list[Day]:
    """Tell what happened on each of the last *count* days where the site is at home, newest
    first.
    """
    edges = midnights(now, zone, count)
    received = {place: n for n, place in _by_day(session, edges, _received)}
    sorted_out = {place: n for n, place in _by_day(session, edges, _sorted_out)}
    decided = {(place, action): n for n, action, place in _by_day(session, edges, _decided)}
    return [
        Day(
            date=start.astimezone(zone).date(),
            received=received[place],
            sorted_out=sorted_out[place],
            approved=decided.get((place, Action.APPROVE), 0),
            refused=decided.get((place, Action.REFUSE), 0),
            spam=decided.get((place, Action.SPAM), 0),
        )
        for place, start in reversed(list(enumerate(edges[:-1])))
    ]


def midnights(now: datetime, zone: ZoneInfo, count: int = DAYS) -> list[datetime]:
    """Give the beginnings of the last *count* days and of tomorrow, in the site's time zone."""
    today = now.astimezone(zone).date()
    dates = (today + timedelta(days=offset) for offset in range(1 - count, 2))
    return [datetime.combine(each, time(), zone) for each in dates]


def stories(session: Session, limit: int | None = None) -> list[Story]:
    """Tell how many messages each thread has, the busiest first."""
    total = func.sum(Tally.n)
    is_counted = (Tally.thread != "", Tally.kind != REPORTED)
    busiest = select(Tally.thread).where(*is_counted).group_by(Tally.thread).having(total > 0)
    threads = session.scalars(busiest.order_by(total.desc(), Tally.thread).limit(limit)).all()
    query = select(Tally.thread, Tally.kind, total).where(*is_counted)
    if limit is not None:
        query = query.where(Tally.thread.in_(threads))
    counts: dict[str, dict[State, int]] = {}
    for thread, kind, n in session.execute(query.group_by(Tally.thread, Tally.kind)):
        counts.setdefault(thread, {})[State(kind)] = int(n)
    return [Story(thread=thread, counts=counts[thread]) for thread in threads]


def people(session: Session, since: datetime) -> list[Person]:
    """Tell what everybody decided since *since*, the busiest first."""
    query = (
        select(Decision.account_id, Decision.action, func.count())
        .where(Decision.decided_at >= since, Decision.account_id.is_not(None))
        .group_by(Decision.account_id, Decision.action)
    )
    counts: dict[int, dict[Action, int]] = {}
    for number, action, n in session.execute(query):
        if number is not None:
            counts.setdefault(number, {})[action] = n
    medians = _medians(session, since)
    names = {row.id: row.name for row in session.execute(select(Account.id, Account.name))}
    found = [
        Person(name=names[number], counts=each, median=medians.get(number))
        for number, each in counts.items()
    ]
    return sorted(found, key=lambda person: (-person.total, person.name))


def _first_rulings(since: datetime) -> Select[int | None]:
    """Select who gave a visitor's message its first answer."""
    earlier = aliased(Decision)
    was_answered = exists().where(
        earlier.comment_id == Decision.comment_id,
        earlier.id < Decision.id,
        earlier.action.in_(RULINGS),
    )
    return (
        select(Decision.account_id)
        .join(Comment, Comment.id == Decision.comment_id)
        .where(
            Decision.decided_at >= since,
            Decision.action.in_(RULINGS),
            Comment.by_account_id.is_(None),
            ~was_answered,
        )
    )


def _spans(session: Session, query: Select[int | None, float]) -> Spans:
    """Find the ranks within the database, which passes on three rows instead of all."""
    spans = query.subquery()
    ranked = select(
        spans.c.seconds,
        func.row_number().over(order_by=spans.c.seconds).label("rank"),
        func.count().over().label("total"),
    ).subquery()
    middle, nearly_all = _rank(ranked.c.total, 50), _rank(ranked.c.total, 95)
    asked = select(ranked).where(ranked.c.rank.in_([middle, nearly_all]))
    rows = session.execute(asked.order_by(ranked.c.rank)).all()
    if not rows:
        return Spans()
    return Spans(count=rows[0].total, median=float(rows[0].seconds), p95=float(rows[-1].seconds))


def _medians(session: Session, since: datetime) -> dict[int, float]:
    seconds = _seconds(session, Comment.submitted_at, Decision.decided_at)
    spans = _first_rulings(since).add_columns(seconds.label("seconds")).subquery()
    person = spans.c.account_id
    ranked = select(
        person,
        spans.c.seconds,
        func.row_number().over(partition_by=person, order_by=spans.c.seconds).label("rank"),
        func.count().over(partition_by=person).label("total"),
    ).subquery()
    asked = select(ranked.c.account_id, ranked.c.seconds)
    rows = session.execute(asked.where(ranked.c.rank == _rank(ranked.c.total, 50)))
    return {number: float(seconds) for number, seconds in rows}


def _rank(total: ColumnElement[int], percent: int) -> ColumnElement[int]:
    """Give the place, from 1, of the value that *percent* of a hundred do not exceed."""
    return (total * percent + 99) // 100


def _seconds(
    session: Session,
    start: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None],
    end: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None],
) -> ColumnElement[float]:
    """Give the seconds between two columns; two machines' clocks may differ, no span is less than
    none.
    """
    seconds: ColumnElement[float]
    if session.get_bind().dialect.name == "postgresql":
        seconds = cast(extract("epoch", end - start), Float)
    else:
        seconds = (func.julianday(end, type_=Float) - func.julianday(start, type_=Float)) * 86400.0
    return case((seconds > 0, seconds), else_=0.0)


def _by_day(
    session: Session, edges: Sequence[datetime], count: Callable[[datetime, datetime], Counting]
) -> list[tuple[Any, ...]]:
    """Ask *count* between each two of *edges*, all in one statement; each row begins with the place
    of its day.
    """
    spans = enumerate(pairwise(edges))
    parts = (
        count(start, end).add_columns(literal(place).label("place"))
        for place, (start, end) in spans
    )
    return [tuple(row) for row in session.execute(union_all(*parts))]


def _received(start: datetime, end: datetime) -> Counting:
    """Count by state and moment, which is an index; all states together are everything."""
    return select(func.count()).where(
        Comment.state.in_(list(State)), Comment.submitted_at >= start, Comment.submitted_at < end
    )


def _sorted_out(start: datetime, end: datetime) -> Counting:
    by_somebody = exists().where(Decision.comment_id == Comment.id, Decision.action == Action.SPAM)
    return select(func.count()).where(
        Comment.state == State.SPAM,
        Comment.submitted_at >= start,
        Comment.submitted_at < end,
        ~by_somebody,
    )


def _decided(start: datetime, end: datetime) -> Counting:
    within = (Decision.decided_at >= start, Decision.decided_at < end)
    query = select(func.count(), Decision.action).where(*within, Decision.action.in_(RULINGS))
    return query.group_by(Decision.action)
