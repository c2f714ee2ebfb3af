"""Tells a supervisor whether the service can work."""

from __future__ import annotations

from flask import Blueprint
from sqlalchemy import select

from comments_service.models import Comment
from comments_service.parts import parts

bp = Blueprint("health", __name__)


@bp.get("/health")
def health() -> tuple[str, int, dict[str, str]]:
    """Answer 200 when the database answers and a build is published."""
    with parts().database.reading() as session:
        session.execute(select(Comment.id).limit(1))
    parts().directory()
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
