"""The notifier: beside the publisher it tells visitors and moderators what there is to tell."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from comment_archive.directory import Directory
from comments_service.config import Config
from comments_service.db import Database
from comments_service.notifications.delivery import deliver_due
from comments_service.notifications.digest import announce_due

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0
"""Seconds between two looks; a look is a few indexed queries."""
AFTER_FAILURE = 15.0
"""Seconds to wait after a round that failed."""
LAST_MAIL_SECONDS = 8.0
"""How long the end of the process waits for a mail that is being sent; supervisors wait ten."""


@dataclass(slots=True)
class Notifier:
    """Writes digests down as they fall due, and delivers what is in the outbox."""

    database: Database
    config: Config
    read_directory: Callable[[], Directory]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Notify in a thread of its own until the block is left."""
        stop = threading.Event()
        thread = threading.Thread(target=self.run, args=(stop,), name="notifier", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(LAST_MAIL_SECONDS)

    def run(self, stop: threading.Event) -> None:
        """Notify until *stop* is set."""
        while not stop.is_set():
            stop.wait(self._round())

    def notify_due(self) -> int:
        """Do one round; gives how many notices were delivered."""
        now = self.clock()
        announce_due(self.database, self.config, now)
        return deliver_due(self.database, self.config, self.read_directory, now)

    def _round(self) -> float:
        """Do one round whatever happens; gives the seconds to wait before the next."""
        try:
            self.notify_due()
        except FileNotFoundError:
            log.info("notices wait for the first build")
            return AFTER_FAILURE
        except Exception:
            log.exception("notifying failed; it is tried again")
            return AFTER_FAILURE
        return LOOK_EVERY
