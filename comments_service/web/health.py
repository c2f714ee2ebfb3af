"""Tells supervisors and Prometheus how service and publisher do; no web server passes this on."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from comments_service import publication
from comments_service.parts import now, parts
from comments_service.publication import Standing
from comments_service.readiness import due_build, late_build, obstacles
from comments_service.web import counting, metrics

bp = Blueprint("health", __name__)

PLAIN = "text/plain; charset=utf-8"


@bp.get("/healthz")
def alive() -> ResponseReturnValue:
    """Answer 200 as long as this process answers at all."""
    return _told([])


@bp.get("/readyz")
def ready() -> ResponseReturnValue:
    """Answer 200 when a message can be taken and stored, else 503 with a reason a line."""
    return _told(list(obstacles(parts().config, parts().database, now())))


@bp.get("/readyz/publisher")
def publisher() -> ResponseReturnValue:
    """Answer 200 when a publisher works and nothing waits for it too long, else 503."""
    with parts().database.reading() as session:
        standing = publication.standing(session, now())
    late = late_build(parts().config, now(), standing.problem)
    return _told([*_trouble(standing), *late])


@bp.get("/metrics")
def figures() -> ResponseReturnValue:
    """Give all figures to Prometheus."""
    counted = counting.counters().sums()
    with parts().database.reading() as session:
        due = due_build(parts().config)
        return metrics.written(session, counted, now(), due), 200, {"Content-Type": metrics.TYPE}


def _told(reasons: list[str]) -> ResponseReturnValue:
    lines = "".join(f"{reason}\n" for reason in reasons or ["ok"])
    return lines, 503 if reasons else 200, {"Content-Type": PLAIN}


def _trouble(standing: Standing) -> list[str]:
    """Say what is wrong; nothing when nothing is."""
    if not standing.is_running:
        return ["no publisher is running: start ./run publisher"]
    if standing.is_stuck and standing.waiting_since:
        problem = f" ({standing.problem})" if standing.problem else ""
        return [f"decisions wait since {standing.waiting_since.isoformat()}{problem}"]
    return []
