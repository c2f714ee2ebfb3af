"""Writes the figures of service and publisher in Prometheus' text form (version 0.0.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import accumulate

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from comment_archive.due import Due
from comments_service.counters import ERRORS, POSTS
from comments_service.models import Action, Comment, Decision, OutboxMessage, PublisherState, State
from comments_service.publication import BOUNDS, Figures, backlog, is_seen, standing
from comments_service.statistics import counts_of_states

TYPE = "text/plain; version=0.0.4; charset=utf-8"
PREFIX = "huisheng_publisher_"
DURATION = "huisheng_publish_duration_seconds"
ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


def written(session: Session, counted: Mapping[str, int], now: datetime, due: Due) -> str:
    """Write every figure as it stands at *now*; *counted* is what the processes counted, *due* the
    next build that somebody waits for.
    """
    state = session.get(PublisherState, 1) or PublisherState()
    lines = [
        *_board(session, now),
        *_labelled(
            "posts_total",
            "What became of sent messages",
            "outcome",
            {name: counted[f"posts {name}"] for name in POSTS},
        ),
        *_labelled(
            "errors_total",
            "Answers of the service that failed",
            "status",
            {name: counted[f"errors {name}"] for name in ERRORS},
        ),
        *_gauges(session, state, now),
        *_single(
            "due_build_late_seconds",
            "For how long what editors scheduled should have been public",
            _age(datetime.fromisoformat(due.moment) if due.moment else None, now),
        ),
        *_counters(Figures.of(state)),
        *_durations(Figures.of(state)),
        *_names(state),
    ]
    return "".join(f"{line}\n" for line in lines)


def _board(session: Session, now: datetime) -> Iterator[str]:
    """Tell what waits and what was decided, from the rows themselves."""
    states = counts_of_states(session)
    told = "Messages by state; those that are pending wait for a moderator"
    yield from _labelled("messages", told, "state", states, kind="gauge")
    oldest = session.scalar(
        select(func.min(Comment.submitted_at)).where(Comment.state == State.PENDING)
    )
    yield from _single(
        "queue_oldest_seconds", "For how long the oldest pending one waits", _age(oldest, now)
    )
    query = select(Decision.action, func.count()).group_by(Decision.action)
    made = {action: int(n) for action, n in session.execute(query)}
    decisions = {action.value: made.get(action, 0) for action in Action}
    yield from _labelled("decisions_total", "Decisions, the visitors' own too", "action", decisions)
    waiting = session.scalar(select(func.count()).select_from(OutboxMessage)) or 0
    yield from _single("notices_waiting", "Mails and notices that are not delivered yet", waiting)


def _labelled(
    name: str, what: str, label: str, values: Mapping[str, int], kind: str = "counter"
) -> Iterator[str]:
    yield from _metric(f"huisheng_{name}", kind, what)
    for of, value in values.items():
        yield f'huisheng_{name}{{{label}="{of}"}} {value}'


def _single(name: str, what: str, value: float) -> Iterator[str]:
    yield from _metric(f"huisheng_{name}", "gauge", what)
    yield f"huisheng_{name} {value}"


def _age(moment: datetime | None, now: datetime) -> float:
    return max(0.0, (now - moment).total_seconds()) if moment else 0


def _gauges(session: Session, state: PublisherState, now: datetime) -> Iterator[str]:
    oldest = standing(session, now).waiting_since
    waits = _age(oldest, now)
    for name, value, what in (
        ("up", is_seen(state.seen_at, now), "Whether a publisher leads and was seen lately"),
        ("stand_by", is_seen(state.stand_by_seen_at, now), "Whether another one stands by"),
        ("term", state.term or 0, "How often a publisher began to lead"),
        ("backlog", backlog(session, now), "Messages that are due and not published"),
        ("backlog_oldest_seconds", waits, "For how long the oldest of them has been due"),
        ("last_publish_timestamp_seconds", _stamp(state.published_at), "When a round was live"),
        ("last_problem_timestamp_seconds", _stamp(state.problem_at), "0: nothing is in the way"),
    ):
        yield from _metric(PREFIX + name, "gauge", what)
        yield f"{PREFIX}{name} {value + 0}"


def _counters(figures: Figures) -> Iterator[str]:
    for name, value, what in (
        ("rounds", figures.rounds, "Rounds that published something"),
        ("messages", figures.messages, "Messages brought live or taken down"),
        ("files", figures.files, "Files written by rounds"),
        ("failures", figures.failures, "Rounds and threads that could not be published"),
    ):
        yield from _metric(f"{PREFIX}{name}_total", "counter", what)
        yield f"{PREFIX}{name}_total {value}"


def _durations(figures: Figures) -> Iterator[str]:
    yield from _metric(DURATION, "histogram", "From the end of the undo window to live")
    for bound, count in zip([*BOUNDS, "+Inf"], accumulate(figures.counts), strict=True):
        yield f'{DURATION}_bucket{{le="{bound}"}} {count}'
    yield f"{DURATION}_sum {figures.seconds}"
    yield f"{DURATION}_count {figures.messages}"


def _names(state: PublisherState) -> Iterator[str]:
    labels = {"leader": state.leader or "", "release": state.release or ""}
    written = ",".join(f'{name}="{value.translate(ESCAPES)}"' for name, value in labels.items())
    yield from _metric(f"{PREFIX}info", "gauge", "Who leads, and which release was written last")
    yield f"{PREFIX}info{{{written}}} 1"


def _metric(name: str, kind: str, what: str) -> tuple[str, str]:
    return f"# HELP {name} {what}", f"# TYPE {name} {kind}"


def _stamp(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0
