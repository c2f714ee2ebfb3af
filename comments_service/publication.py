"""What the publisher does, in one row: who leads, what was published, what stands in its way."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from comments_service.errors import Deposed
from comments_service.models import Comment, PublisherState

BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
"""Upper bounds, in seconds, of the buckets from due to live; what took longer comes last."""
LONGEST_UNDO = timedelta(hours=1)
"""The most that COMMENTS_UNDO_SECONDS may be."""
SEEN_EVERY = timedelta(seconds=30)
"""How often a publisher tells that it works, when nothing else tells it."""
GONE_AFTER = 3 * SEEN_EVERY
"""Silent for so long, it counts as not running."""
STUCK_AFTER = timedelta(seconds=60)
"""Something that is due for so long is not being published."""
LONGEST_PROBLEM = 500
"""Characters kept of what went wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was done since the tables were made, whoever did it."""

    rounds: int = 0
    messages: int = 0
    files: int = 0
    failures: int = 0
    counts: tuple[int, ...] = field(default=(0,) * (len(BOUNDS) + 1))
    """Messages by the time from due to live, a number a bucket of :data:`BOUNDS`."""
    seconds: float = 0.0
    """That time of all of them together."""

    def with_round(self, seconds: Iterable[float], files: int) -> Figures:
        """Add a round that wrote *files* and brought a message live in each of *seconds*."""
        counts, spans = list(self.counts), [max(0.0, each) for each in seconds]
        for span in spans:
            counts[bisect_left(BOUNDS, span)] += 1
        return Figures(
            rounds=self.rounds + 1,
            messages=self.messages + len(spans),
            files=self.files + files,
            failures=self.failures,
            counts=tuple(counts),
            seconds=self.seconds + sum(spans),
        )

    def with_failure(self) -> Figures:
        """Add something that could not be published."""
        return Figures(**{**asdict(self), "failures": self.failures + 1})

    @classmethod
    def of(cls, state: PublisherState) -> Figures:
        """Read what *state* holds; a table of other buckets begins anew."""
        stored: dict[str, Any] = dict(state.figures or {})
        counts = tuple(stored.pop("counts", ()))
        if len(counts) != len(BOUNDS) + 1:
            return cls()
        return cls(**stored, counts=counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How publication stands at one moment."""

    published_at: datetime | None
    waiting_since: datetime | None
    """Since when the oldest is due that is not published; empty when nothing is."""
    is_running: bool
    is_stuck: bool
    """Whether something has been due for too long."""
    problem: str | None


def standing(session: Session, now: datetime) -> Standing:
    """Look how publication stands, by one row and the first entry of one index."""
    state = session.get(PublisherState, 1) or PublisherState()
    oldest = session.scalar(select(func.min(Comment.publish_at)).where(Comment.publish_at <= now))
    return Standing(
        published_at=state.published_at,
        waiting_since=oldest,
        is_running=is_seen(state.seen_at, now),
        is_stuck=oldest is not None and now - oldest > STUCK_AFTER,
        problem=state.problem,
    )


def is_seen(moment: datetime | None, now: datetime) -> bool:
    """Say whether who was seen at *moment* still works."""
    return moment is not None and now - moment <= GONE_AFTER


def backlog(session: Session, now: datetime) -> int:
    """Count what is due and not published."""
    query = select(func.count()).select_from(Comment).where(Comment.publish_at <= now)
    return session.scalar(query) or 0


def begin_term(session: Session, leader: str, now: datetime) -> int:
    """Let *leader* lead; gives the number of its term. Whoever led before writes nothing any
    more."""
    state = locked_state(session)
    state.term += 1
    state.leader, state.seen_at, state.stand_by_seen_at = leader, now, None
    _set_right(session, now)
    session.flush()
    return state.term


def require_term(session: Session, term: int | None) -> None:
    """Make sure until the transaction ends that no other publisher began to lead after *term*;
    None is who leads without one. Raises Deposed.
    """
    query = select(PublisherState.term).where(PublisherState.id == 1)
    if term is not None and session.scalar(query.with_for_update(read=True)) != term:
        raise Deposed("Another publisher has taken over: this one writes nothing any more")


def see(session: Session, term: int | None, now: datetime) -> None:
    """Note that the leader of *term* works, or for None that somebody stands by. Raises Deposed."""
    require_term(session, term)
    if term is not None:
        _set_right(session, now)
    name = "stand_by_seen_at" if term is None else "seen_at"
    session.execute(update(PublisherState).values({name: now}))


def _set_right(session: Session, now: datetime) -> None:
    """Let what was decided while the clock was far ahead be due now: no undo time is that long."""
    hidden = case((Comment.hidden_until > now, now), else_=Comment.hidden_until)
    is_ahead = Comment.publish_at > now + LONGEST_UNDO
    values = {"publish_at": now, "hidden_until": hidden}
    session.execute(update(Comment).where(is_ahead).values(values))


def end_term(session: Session, term: int) -> None:
    """Note that the leader of *term* stopped in good order."""
    query = update(PublisherState).where(PublisherState.term == term)
    session.execute(query.values(seen_at=None))


def note_problem(session: Session, problem: str, now: datetime) -> None:
    """Note why something could not be published."""
    state = locked_state(session)
    state.problem, state.problem_at = problem[:LONGEST_PROBLEM], now
    state.figures = asdict(Figures.of(state).with_failure())


def locked_state(session: Session) -> PublisherState:
    """Give the row, locked; made where there is none."""
    query = select(PublisherState).where(PublisherState.id == 1).with_for_update()
    state = session.scalars(query.execution_options(populate_existing=True)).first()
    if state is None:
        state = PublisherState(id=1, term=0, place="", leader="", release="", figures={})
        session.add(state)
        session.flush()
    return state
