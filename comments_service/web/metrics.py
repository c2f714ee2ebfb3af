"""Writes the publisher's figures in Prometheus' text form (version 0.0.4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import accumulate

from sqlalchemy.orm import Session

from comments_service.models import PublisherState
from comments_service.publication import BOUNDS, Figures, backlog, is_seen, standing

TYPE = "text/plain; version=0.0.4; charset=utf-8"
PREFIX = "huisheng_publisher_"
DURATION = "huisheng_publish_duration_seconds"
ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


def written(session: Session, now: datetime) -> str:
    """Write every figure as it stands at *now*."""
    state = session.get(PublisherState, 1) or PublisherState()
    lines = [
        *_gauges(session, state, now),
        *_counters(Figures.of(state)),
        *_durations(Figures.of(state)),
        *_names(state),
    ]
    return "".join(f"{line}\n" for line in lines)


def _gauges(session: Session, state: PublisherState, now: datetime) -> Iterator[str]:
    oldest = standing(session, now).waiting_since
    waits = (now - oldest).total_seconds() if oldest else 0
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
