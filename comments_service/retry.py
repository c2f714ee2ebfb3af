"""Outlasts a database that is away for a moment, such as while a stand-by takes over.

Work that is cut off is done again from its start. Whether its commit came through is not known
then, so the work must find out by itself: by the number of a submission, the name of a batch.
"""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from comments_service.errors import Unavailable

log = logging.getLogger(__name__)
T = TypeVar("T")

PATIENCE = 10.0
"""Seconds for which a database that is away is waited for, from the first that was noticed."""
PAUSES = (0.02, 0.05, 0.1, 0.2)
"""Seconds between tries; the last one again and again."""
PASSING = frozenset({"25006", "40001", "40P01", "53300", "57P01", "57P02", "57P03", "57P05"})
"""States in which PostgreSQL took nothing and another try may succeed: it follows another server,
work got in each other's way, too many are connected, it stops or starts
(https://www.postgresql.org/docs/current/errcodes-appendix.html).
"""
FAILURES = (Unavailable, OperationalError, PoolTimeout)
"""What is raised while the database cannot be reached, or is full."""


def is_passing(error: DBAPIError) -> bool:
    """Say whether the server, or the connection to it, was lost, so that work may be tried again.

    A connection that cannot be made has no state. SQLite's errors have none either and are not
    meant: a file does not come back by waiting.
    """
    if error.connection_invalidated:
        return True
    if not hasattr(error.orig, "sqlstate"):
        return False
    state = getattr(error.orig, "sqlstate", None)
    return state in PASSING if state else isinstance(error, OperationalError)


@dataclass(slots=True)
class Outage:
    """How long one database has been away; everybody's patience counts from there, so that nobody
    waits for one that has been away for long.
    """

    patience: float = PATIENCE
    _since: float | None = field(default=None, init=False)
    _last: float = field(default=0.0, init=False)

    def outlast(self, work: Callable[[], T]) -> T:
        """Give what *work* gives, which is done again from its start when the database was lost.

        Raises Unavailable when it stays away: then nobody knows whether the work was done.
        """
        first: float | None = None
        pauses = itertools.chain(PAUSES, itertools.repeat(PAUSES[-1]))
        while True:
            try:
                done = work()
            except DBAPIError as error:
                if not is_passing(error):
                    raise
                now = time.monotonic()
                first = first or now
                if now - min(first, self._away_since(now)) >= self.patience:
                    raise Unavailable(" ".join(str(error.orig).split())) from error
                time.sleep(next(pauses))
            else:
                self._since = None
                return done

    def _away_since(self, now: float) -> float:
        """Note that the database is away *now*, and give since when it has been."""
        if self._since is None or now - self._last > self.patience:
            log.warning("the database is away; work is tried again")
            self._since = now
        self._last = now
        return self._since
