"""Tells a supervisor whether service and publisher can work, and how the publisher does."""

from __future__ import annotations

from flask import Blueprint
from sqlalchemy import select

from comments_service import publication
from comments_service.models import Comment
from comments_service.parts import now, parts
from comments_service.publication import Standing
from comments_service.web import metrics

bp = Blueprint("health", __name__)

PLAIN = "text/plain; charset=utf-8"


@bp.get("/health")
def health() -> tuple[str, int, dict[str, str]]:
    """Answer 200 when the database answers and a build is published."""
    with parts().database.reading() as session:
        session.execute(select(Comment.id).limit(1))
    parts().directory()
    return "ok\n", 200, {"Content-Type": PLAIN}


@bp.get("/health/publisher")
def publisher() -> tuple[str, int, dict[str, str]]:
    """Answer 200 when a publisher works and nothing waits for it too long, else 503."""
    with parts().database.reading() as session:
        standing = publication.standing(session, now())
    sentence = _trouble(standing)
    return f"{sentence or 'ok'}\n", 503 if sentence else 200, {"Content-Type": PLAIN}


@bp.get("/metrics")
def figures() -> tuple[str, int, dict[str, str]]:
    """Give the publisher's figures to Prometheus."""
    with parts().database.reading() as session:
        return metrics.written(session, now()), 200, {"Content-Type": metrics.TYPE}


def _trouble(standing: Standing) -> str:
    """Say what is wrong; nothing when nothing is."""
    if not standing.is_running:
        return "no publisher is running: start ./run publisher"
    if standing.is_stuck and standing.waiting_since:
        problem = f" ({standing.problem})" if standing.problem else ""
        return f"decisions wait since {standing.waiting_since.isoformat()}{problem}"
    return ""
