"""The keeper: beside the publisher it makes a backup every night and forgets what is past its
term.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from comments_service.config import Config
from comments_service.db import Database
from comments_service.models import LastTime
from comments_service.recovery import taken_back
from comments_service.recovery.backups import back_up
from comments_service.retention.forgetting import forget_overdue

log = logging.getLogger(__name__)

NIGHT = 3
"""The hour at which the night's work begins, by the site's clock."""
LOOK_EVERY = 60.0
"""Seconds between two looks at the clock."""
LONGEST_OFF = timedelta(days=8)
"""After a longer time without its work the clock may be wrong, and what is forgotten is gone: it
has to be right for a night first.
"""
AFTER_FAILURE = timedelta(minutes=15)
PAUSE = 0.05
"""Seconds between two transactions, in which others write."""
END_SECONDS = 8.0
"""How long the end of the process waits for what is being done; supervisors wait ten."""


class Stopped(Exception):
    """The publisher ends; what is left to do waits for the next one."""


@dataclass(slots=True)
class Keeper:
    """Does each of the night's works once a night, or as soon as it can after a night off."""

    database: Database
    config: Config
    timezone: str = "Asia/Shanghai"
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    _stop: threading.Event = field(default_factory=threading.Event)
    _not_before: dict[str, datetime] = field(default_factory=dict)

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Keep house in a thread of its own until the block is left."""
        self._stop.clear()
        thread = threading.Thread(target=self._run, name="keeper", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join(END_SECONDS)

    def keep_due(self) -> list[str]:
        """Do what is due; gives the names of what was done. A failure is told of, and tried again
        in a quarter of an hour.
        """
        works = {"retention": self._forget}
        if self.config.backups_daily:
            works = {"backup": self._back_up, **works}
        return [name for name, work in works.items() if self._do(name, work)]

    def _run(self) -> None:
        while not self._stop.is_set():
            self.keep_due()
            self._stop.wait(LOOK_EVERY)

    def _do(self, name: str, work: Callable[[datetime], None]) -> bool:
        now = self.clock()
        try:
            if self._not_before.get(name, now) > now or not self._is_due(name, now):
                return False
            work(now)
            self._note(name, now)
            return True
        except Stopped:
            return False
        except Exception:
            self._not_before[name] = now + AFTER_FAILURE
            log.exception("the night's work failed; it is tried again", extra={"work": name})
            return False

    def _is_due(self, name: str, now: datetime) -> bool:
        """Say whether a night began since it was done last; where that is not known, or unlikely
        long ago, or still to come, the next one is waited for.
        """
        with self.database.reading() as session:
            last = session.get(LastTime, _key(name))
        if last is None or not now - LONGEST_OFF <= last.at <= now:
            self._note(name, now)
            return False
        return last.at < _last_night(now, self.timezone)

    def _note(self, name: str, now: datetime) -> None:
        with self.database.writing() as session:
            session.merge(LastTime(name=_key(name), at=now))

    def _back_up(self, now: datetime) -> None:
        written = back_up(self.config, self.database, now)
        log.info("backed up", extra={"rows": written.rows, "bytes": written.size})

    def _forget(self, now: datetime) -> None:
        taken_back.complete(self.database, self.config.backups_folder)
        done = forget_overdue(self.database, self.config, now, pause=self._pause)
        log.info("forgot what is past its term", extra={"rows": sum(done.values())})

    def _pause(self) -> None:
        """Let others write for a moment; raises Stopped once the publisher is to end."""
        if self._stop.wait(PAUSE):
            raise Stopped


def _key(name: str) -> str:
    return f"night:{name}"


def _last_night(now: datetime, timezone: str) -> datetime:
    """Give the last moment at which a night's work began."""
    local = now.astimezone(ZoneInfo(timezone))
    begin = local.replace(hour=NIGHT, minute=0, second=0, microsecond=0)
    return begin if begin <= local else begin - timedelta(days=1)
