"""Goes through the table of terms and forgets what is past its own, some rows at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from comments_service.config import Config
from comments_service.db import Database
from comments_service.retention.terms import TERMS, Term

BATCH = 200
"""Rows of one transaction: visitors wait no longer than it takes."""
ROUND = 5000
"""Rows that are looked up at once."""


def forget_overdue(
    database: Database,
    config: Config,
    now: datetime,
    *,
    pause: Callable[[], object] = lambda: None,
) -> dict[str, int]:
    """Forget all that is past its term at *now*; gives how much of each kind.

    *pause* is called after each transaction. Doing it again changes nothing.
    """
    done = {term.what: _forget(database, term, term.before(config, now), pause) for term in TERMS}
    database.forget()
    return done


def _forget(database: Database, term: Term, before: datetime, pause: Callable[[], object]) -> int:
    query, total = term.way.overdue(before), 0
    while query is not None:
        with database.reading() as session:
            keys = session.scalars(query.limit(ROUND)).all()
        done = 0
        for start in range(0, len(keys), BATCH):
            with database.writing() as session:
                done += term.way.forget(session, keys[start : start + BATCH], before)
            pause()
        total += done
        if len(keys) < ROUND or not done:
            break
    return total
