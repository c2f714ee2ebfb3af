"""Makes the public account of how messages were dealt with, up to the end of a day.

Everything is counted by its own time, so that what is told of a day that is over stays as it is.
The editors' own answers are no visitors' messages and do not count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from statistics import median_low
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Exists, Integer, Select, cast, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from comment_archive.ledger import Ledger, Month
from comments_service.models import Action, Comment, Decision, Report, State

DELAY = timedelta(minutes=10)
"""How long after midnight a day is taken for over: what was decided in its last moment is written
by then.
"""
ANSWERS = (Action.APPROVE, Action.REFUSE, Action.SPAM)
"""What ends the wait of a visitor."""

Moments: TypeAlias = InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]


@dataclass(frozen=True, slots=True)
class Span:
    """The time from *start* up to, not including, *end*."""

    name: str
    start: datetime
    end: datetime

    def holds(self, moments: Moments) -> ColumnElement[bool]:
        """Give the condition that a moment lies within."""
        return (moments >= self.start) & (moments < self.end)


def last_day(now: datetime, timezone: str) -> date:
    """Give the last day that is over at *now*."""
    return (now - DELAY).astimezone(ZoneInfo(timezone)).date() - timedelta(days=1)


def over_at(day: date, timezone: str) -> datetime:
    """Give the moment from which *day* is taken for over."""
    return _end_of(day, timezone) + DELAY


def first_day(session: Session, timezone: str) -> date | None:
    """Give the day of the first message; None before it."""
    moments = [moment for moment in session.execute(_firsts()).one() if moment is not None]
    return min(moments).astimezone(ZoneInfo(timezone)).date() if moments else None


@cache
def _firsts() -> Select[*tuple[Any, ...]]:
    """Ask for the first message of each state: each is the first entry of an index."""
    first = select(func.min(Comment.submitted_at))
    return select(*(first.where(Comment.state == state).scalar_subquery() for state in State))


def make_ledger(
    session: Session, day: date, *, timezone: str, reasons: Mapping[str, str]
) -> Ledger | None:
    """Account for everything until the end of *day*; None when there was no message by then."""
    first = first_day(session, timezone)
    if first is None or first > day:
        return None
    spans = list(months(first, day, timezone))
    trapped = _trapped(session, spans)
    number, last_hash = _chain(session, _end_of(day, timezone))
    return Ledger(
        day=day.isoformat(),
        decisions=number,
        hash=last_hash,
        reasons=dict(reasons),
        months=tuple(_month(session, span, trapped[span.name]) for span in spans),
    )


def months(first: date, last: date, timezone: str) -> Iterator[Span]:
    """Yield the months from that of *first* to that of *last*, which ends with that day."""
    start = first.replace(day=1)
    while start <= last:
        following = (start + timedelta(days=31)).replace(day=1)
        final = min(following - timedelta(days=1), last)
        before = start - timedelta(days=1)
        yield Span(f"{start:%Y-%m}", _end_of(before, timezone), _end_of(final, timezone))
        start = following


def _end_of(day: date, timezone: str) -> datetime:
    """Give the midnight that ends *day*."""
    midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(timezone))
    return midnight.astimezone(UTC)


def _month(session: Session, span: Span, trapped: int) -> Month:
    decided = _decided(session, span)
    refused = {reason: n for (action, reason), n in decided.items() if action is Action.REFUSE}
    waits = _waits(session, span)
    return Month(
        month=span.name,
        received=_received(session, span),
        published=decided[Action.APPROVE, ""],
        refused=refused,
        spam=decided[Action.SPAM, ""] + trapped,
        withdrawn=decided[Action.WITHDRAW, ""],
        erased=decided[Action.ERASE, ""],
        appeals=decided[Action.APPEAL, ""],
        granted=_granted(session, span),
        wait=_median(waits),
        reports=_reported(session, span),
        report_wait=_median(_report_waits(session, span)),
        appeal_wait=_median(_appeal_waits(session, span)),
    )


def _median(waits: Sequence[int]) -> int | None:
    return median_low(waits) if waits else None


def _received(session: Session, span: Span) -> int:
    """Count by state, for which there is an index."""
    counted = (
        select(func.count()).where(
            Comment.state == state,
            span.holds(Comment.submitted_at),
            Comment.by_account_id.is_(None),
        )
        for state in State
    )
    return sum(session.scalar(query) or 0 for query in counted)


def _decided(session: Session, span: Span) -> Counter[tuple[Action, str]]:
    """Count the comments of each action and reason; one that met the same twice counts once."""
    query = (
        select(Decision.action, Decision.reason, func.count(Decision.comment_id.distinct()))
        .join(Decision.comment)
        .where(span.holds(Decision.decided_at), Comment.by_account_id.is_(None))
        .group_by(Decision.action, Decision.reason)
    )
    counted: Counter[tuple[Action, str]] = Counter()
    for action, reason, number in session.execute(query):
        counted[action, reason or ""] += number
    return counted


def _granted(session: Session, span: Span) -> int:
    query = select(func.count(Decision.comment_id.distinct())).where(
        span.holds(Decision.decided_at),
        Decision.action == Action.APPROVE,
        Decision.from_state == State.APPEALED,
    )
    return session.scalar(query) or 0


def _waits(session: Session, span: Span) -> list[int]:
    """Give the seconds that each comment had waited which was first answered within *span*."""
    waited = _seconds(session, Decision.decided_at) - _seconds(session, Comment.submitted_at)
    query = (
        select(waited)
        .join(Decision.comment)
        .where(
            span.holds(Decision.decided_at),
            Decision.action.in_(ANSWERS),
            Comment.by_account_id.is_(None),
            ~_has_earlier(ANSWERS),
        )
    )
    return _whole(session.scalars(query))


def _reported(session: Session, span: Span) -> int:
    query = select(func.count()).select_from(Report).where(span.holds(Report.reported_at))
    return session.scalar(query) or 0


def _report_waits(session: Session, span: Span) -> list[int]:
    """Give the seconds that each report had waited which was settled within *span*."""
    waited = _seconds(session, Report.settled_at) - _seconds(session, Report.reported_at)
    return _whole(session.scalars(select(waited).where(span.holds(Report.settled_at))))


def _appeal_waits(session: Session, span: Span) -> list[int]:
    """Give the seconds that each appeal had waited which was read within *span*."""
    waited = _seconds(session, Decision.decided_at) - _seconds(session, Comment.appealed_at)
    query = (
        select(waited)
        .join(Decision.comment)
        .where(
            span.holds(Decision.decided_at),
            Decision.from_state == State.APPEALED,
            Decision.to_state.in_([State.APPROVED, State.REFUSED]),
        )
    )
    return _whole(session.scalars(query))


def _whole(waits: Iterable[int]) -> list[int]:
    """Count a wait that a clock set back made negative as none."""
    return [max(wait, 0) for wait in waits]


def _has_earlier(actions: Sequence[Action]) -> Exists:
    """Give the condition that a decision is not the first one of *actions* about its comment."""
    earlier = aliased(Decision)
    return exists().where(
        earlier.comment_id == Decision.comment_id,
        earlier.id < Decision.id,
        earlier.action.in_(actions),
    )


def _seconds(session: Session, moment: Moments) -> ColumnElement[int]:
    """Give a moment as whole seconds, as each database can."""
    if session.get_bind().dialect.name == "sqlite":
        return cast(func.strftime("%s", moment), Integer)
    return cast(func.floor(func.extract("epoch", moment)), Integer)


def _trapped(session: Session, spans: Sequence[Span]) -> Counter[str]:
    """Count, by the month of their coming, the comments that screening itself set aside: those
    whose first decision found them there, and those nobody has decided about.
    """
    found = (
        select(Comment.submitted_at)
        .join(Comment.decisions)
        .where(Decision.from_state == State.SPAM, ~_has_earlier(tuple(Action)))
    )
    counted: Counter[str] = Counter()
    for moment in session.scalars(found):
        counted.update(span.name for span in spans if span.start <= moment < span.end)
    is_decided = exists().where(Decision.comment_id == Comment.id)
    for span in spans:
        untouched = (Comment.state == State.SPAM, span.holds(Comment.submitted_at), ~is_decided)
        counted[span.name] += session.scalar(select(func.count()).where(*untouched)) or 0
    return counted


def _chain(session: Session, end: datetime) -> tuple[int, str]:
    """Give how many decisions there were before *end*, and the hash of the last of them."""
    query = select(Decision.id, Decision.hash).where(Decision.decided_at < end)
    last = session.execute(query.order_by(Decision.id.desc()).limit(1)).first()
    if last is None:
        return 0, ""
    number = select(func.count()).select_from(Decision).where(Decision.id <= last.id)
    return session.scalar(number) or 0, last.hash
