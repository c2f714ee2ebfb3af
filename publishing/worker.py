"""The publisher: one process that brings decisions to the site as they fall due."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, Protocol, TypeVar

from filelock import FileLock, Timeout
from jinja2 import TemplateError

from comment_archive.files import Archive
from comment_archive.records import Change
from publishing.release import Release, Releases
from publishing.republish import Republisher

log = logging.getLogger(__name__)

LOOK_EVERY = 0.25
"""Seconds between two looks for decisions; a look is one indexed query."""
LOCK_SECONDS = 1.0
"""Seconds to wait for a build that is at work, before looking whether to stop."""
AFTER_FAILURE = 5.0
"""Seconds to wait after a round that failed."""


class Export(Protocol):
    """One round of changes."""

    @property
    def changes(self) -> tuple[Change, ...]:
        """What is new, different or gone in the archive."""

    @property
    def seen(self) -> tuple[tuple[int, int], ...]:
        """What was looked at; empty when nothing was due."""

    @property
    def is_new_day(self) -> bool:
        """Whether the public figures were made anew."""


E = TypeVar("E", bound=Export)


class Source(Protocol[E]):
    """Where changes come from: the service's exporter."""

    def alone(self) -> AbstractContextManager[bool]:
        """Say whether no publisher on any machine works on the same source."""

    def next_due(self) -> datetime | None:
        """Give the moment from which there is something to publish."""

    def export_due(self, now: datetime) -> E:
        """Write what is due into the archive."""

    def confirm(self, export: E, now: datetime) -> None:
        """Note that it is live."""


class AlreadyRunning(Exception):
    """Another publisher works on the same site."""


@dataclass(slots=True)
class Publisher(Generic[E]):
    """Brings what is due from *source* to the current release."""

    source: Source[E]
    archive: Archive
    releases: Releases
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    _warm: Republisher | None = None
    _has_new_day: bool = True
    """Whether the page of public figures may be behind the archive's; at the start nobody knows."""

    def run(self, stop: threading.Event) -> None:
        """Publish until *stop* is set; raises AlreadyRunning when another process does."""
        with self._alone():
            while not stop.is_set():
                stop.wait(self._round())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.releases.root.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.releases.root / ".publisher", timeout=0)
        try:
            with lock, self.source.alone() as is_alone:
                if not is_alone:
                    raise AlreadyRunning("Another publisher works on this database: stop it first")
                yield
        except Timeout as error:
            if error.lock_file != lock.lock_file:
                raise
            raise AlreadyRunning(
                f"Another publisher (perhaps ./run demo) works in {self.releases.root.parent}: "
                "stop it first, or set COMMENTS_VAR to another folder"
            ) from error

    def require_alone(self) -> None:
        """Make sure that no other publisher works on this site; raises AlreadyRunning."""
        with self._alone():
            pass

    def publish_due(self) -> list[str]:
        """Do one round; gives the names of the files that were written."""
        due = self.source.next_due()
        if (due is None or due > self.clock()) and not self._has_new_day:
            return []
        with self.archive.locked(LOCK_SECONDS):
            release = self.releases.current()
            if release is None:
                return []
            export = self.source.export_due(self.clock())
            self._has_new_day = self._has_new_day or export.is_new_day
            republisher = self._republisher(release)
            written = republisher.republish(export.changes, is_new_day=self._has_new_day)
            self._take_down_elsewhere(release, export.changes)
            self.source.confirm(export, self.clock())
            self._has_new_day = False
        if export.seen:
            log.info("published", extra={"messages": len(export.seen), "files": len(written)})
        return written

    def _take_down_elsewhere(self, current: Release, changes: tuple[Change, ...]) -> None:
        """Bring what is gone, or reads differently now, to the other releases on the disk too: a
        later roll-back must not show it. One where that fails is removed.
        """
        old = [change for change in changes if not change.is_new]
        for release in self.releases.others(current) if old else ():
            try:
                Republisher.of_release(release, self.archive).catch_up(old)
            except (FileNotFoundError, LookupError, TemplateError, TypeError, ValueError) as error:
                log.warning(
                    "an older release could not be brought in step and was removed",
                    extra={"release": release.folder.name, "problem": type(error).__name__},
                )
                self.releases.discard(release)

    def _round(self) -> float:
        """Do one round whatever happens; gives the seconds to wait before the next."""
        try:
            self.publish_due()
        except Timeout:
            log.info("a build is at work; publishing waits for it")
        except Exception:
            log.exception("publishing failed; it is tried again")
            return AFTER_FAILURE
        return LOOK_EVERY

    def _republisher(self, release: Release) -> Republisher:
        if self._warm is None or self._warm.release != release:
            self._warm = Republisher.of_release(release, self.archive)
        return self._warm
