"""The publisher: one process that brings decisions to the site as they fall due."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Generic, Protocol, Self, TypeVar

from filelock import FileLock, Timeout
from jinja2 import TemplateError

from comment_archive.files import Archive
from comment_archive.records import Change
from plugins.message_board.shelf import sweep
from publishing.due_builds import DueBuildError
from publishing.release import Release, Releases
from publishing.republish import Republisher
from publishing.stopping import Stop
from publishing.troubles import Troubles, pause_after

log = logging.getLogger(__name__)

LOOK_EVERY = 3.0
"""Seconds between two looks for decisions of which no ring was heard; a look is one indexed query.
"""
LEAST_SECONDS = 0.02
"""Seconds between two looks at what is due and cannot be had yet: it is being decided right now."""
LOCK_SECONDS = 1.0
"""Seconds to wait for a build that is at work, before looking whether to stop."""
STAND_BY_SECONDS = 0.5
"""Seconds between two tries of a publisher that stands by."""
SEEN_EVERY = timedelta(seconds=30)
"""How often a publisher tells the database that it works, when it publishes nothing."""
LOST_SECONDS = 1.0
"""Seconds between two tries of a publisher whose database is away; one try is one connection."""
TURN_SECONDS = 0.12
"""Seconds that the archive stays free after a round that was full: whoever waits for it asks twenty
times a second.
"""


class Export(Protocol):
    """One round of changes."""

    @property
    def changes(self) -> tuple[Change, ...]:
        """What is new, different or gone in the archive."""

    @property
    def seen(self) -> tuple[object, ...]:
        """What was looked at; empty when nothing was due."""

    @property
    def threads(self) -> tuple[str, ...]:
        """Where something happened."""

    @property
    def is_new_day(self) -> bool:
        """Whether the public figures were made anew."""

    @property
    def is_full(self) -> bool:
        """Whether more is probably due than a round may hold."""

    def only(self, threads: Collection[str]) -> Self:
        """Give the part that happened in *threads*."""


E = TypeVar("E", bound=Export)


class Source(Protocol[E]):
    """Where changes come from: the service's exporter."""

    def alone(self) -> AbstractContextManager[Lead[E] | None]:
        """Give the lead, which no other publisher on any machine has; None while one has it."""

    def next_due(self, without: Collection[str] = ()) -> datetime | None:
        """Give the moment from which there is something to publish."""

    def export_due(self, now: datetime, without: Collection[str] = ()) -> E:
        """Write what is due into the archive."""

    def confirm(
        self,
        export: E,
        now: datetime,
        *,
        files: int = 0,
        release: str = "",
        problem: str | None = None,
    ) -> int:
        """Note that it is live; gives how much is still due."""

    def note_problem(self, problem: str, now: datetime) -> None:
        """Note why something could not be published."""

    def leave(self) -> None:
        """Note that nobody leads now."""

    def see(self, now: datetime) -> None:
        """Note that the publisher works, or stands by."""


class Lead(Protocol[E]):
    """The right to publish, and what rings when there is something to publish."""

    def begin(self, leader: str, now: datetime) -> Source[E]:
        """Give the source that may be used from now on; others may not write any more."""

    def fileno(self) -> int | None:
        """Give what can be read when there is something to look at."""

    def clear(self) -> None:
        """Forget what rang; raises when the right is lost."""


class Builds(Protocol):
    """Builds that are due at a moment, in processes of their own."""

    def look(self, now: datetime) -> float:
        """Start what is due *now*; gives the seconds until the next look. Raises DueBuildError."""

    def stop(self) -> None:
        """End what is at work."""


class AlreadyRunning(Exception):
    """Another publisher works on the same site."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(f"{what}: {mend}")
        self.what = what


@dataclass(slots=True)
class Publisher(Generic[E]):
    """Brings what is due from *source* to the current release."""

    source: Source[E]
    archive: Archive
    releases: Releases
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    look_every: float = LOOK_EVERY
    builds: Builds | None = None
    """None where nothing is built by itself."""
    _warm: Republisher | None = None
    _has_new_day: bool = True
    """Whether the page of public figures may be behind the archive's; at the start nobody knows."""
    _troubles: Troubles = field(default_factory=Troubles)
    _failures: int = 0
    """Rounds that failed as a whole, one after the other."""
    _is_lost: bool = False
    """Whether it was told that the lead is lost, since when no round was done."""
    _is_full: bool = False
    """Whether the last round left something that is due, since it could not hold it."""
    _is_waiting: bool = False
    """Whether it was told that a build is at work."""
    _seen_at: datetime | None = None

    def run(
        self,
        stop: Stop,
        *,
        stands_by: bool = True,
        beside: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        """Publish until *stop* is set; the round at work is finished. What *beside* gives is kept
        open while this publisher leads.

        While another one leads, it stands by and takes over when that one ends; without *stands_by*
        it raises AlreadyRunning.
        """
        is_told = False
        while not stop.is_set():
            try:
                with self._alone() as lead:
                    is_told = False
                    self._lead(lead, stop, beside)
            except AlreadyRunning as other:
                if not stands_by:
                    raise
                if not is_told:
                    log.info("standing by", extra={"because": other.what})
                is_told, self._is_lost = True, False
                self._tell_that_it_stands_by()
                stop.wait(STAND_BY_SECONDS)
            except Exception as error:
                if not self._is_lost:
                    log.warning("the lead is lost; it is tried again", extra=_told(error))
                self._is_lost = True
                stop.wait(LOST_SECONDS)

    def require_alone(self) -> None:
        """Make sure that no other publisher works on this site; raises AlreadyRunning."""
        with self._alone():
            pass

    def publish_due(self) -> list[str]:
        """Do one round; gives the names of the files that were written.

        A thread that cannot be published is left out, told of, and tried again later.
        """
        self._is_full = False
        release = self.releases.current()
        if release is None:
            return []
        self._troubles.look_at(release.folder.name)
        held = self._troubles.held(self.clock())
        due = self.source.next_due(held)
        if (due is None or due > self.clock()) and not self._has_new_day:
            return []
        with self.archive.locked(LOCK_SECONDS):
            return self._round_in(self.releases.current() or release, held)

    @contextmanager
    def _alone(self) -> Iterator[Lead[E]]:
        self.releases.root.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.releases.root / ".publisher", timeout=0)
        try:
            with lock, self.source.alone() as lead:
                if lead is None:
                    raise AlreadyRunning(
                        "Another publisher works on this database", "stop it first"
                    )
                yield lead
        except Timeout as error:
            if error.lock_file != lock.lock_file:
                raise
            raise AlreadyRunning(
                f"Another publisher (perhaps ./run demo) works in {self.releases.root.parent}",
                "stop it first, or set COMMENTS_VAR to another folder",
            ) from error

    def _lead(
        self, lead: Lead[E], stop: Stop, beside: Callable[[], AbstractContextManager[object]]
    ) -> None:
        """Publish until *stop* is set; raises when the lead is lost."""
        before, self.source = self.source, lead.begin(_name(), self.clock())
        self._seen_at, self._has_new_day, self._troubles = self.clock(), True, Troubles()
        log.info("leading", extra={"site": str(self.releases.root.parent)})
        try:
            with beside():
                while not stop.is_set():
                    self._step(lead, stop)
            self.source.leave()
            log.info("stopped")
        finally:
            self.source = before
            if self.builds:
                self.builds.stop()

    def _step(self, lead: Lead[E], stop: Stop) -> None:
        """Do one round and wait for the next; raises when the lead is lost."""
        lead.clear()
        seconds = min(self._look_at_builds(), self._round())
        self._is_lost = False
        if self._failures or self._is_full:
            stop.wait(seconds)
            return
        self._tell_that_it_works()
        bell = lead.fileno()
        stop.wait(seconds, *(() if bell is None else (bell,)))

    def _look_at_builds(self) -> float:
        """Start the build that is due; gives the seconds until the next look."""
        try:
            return self.builds.look(self.clock()) if self.builds else self.look_every
        except DueBuildError as error:
            self.source.note_problem(str(error), self.clock())
            return 0

    def _round(self) -> float:
        """Do one round; gives the seconds to wait before the next. A failure is told of; raises
        when the database does not even take that, or another publisher leads.
        """
        try:
            self.publish_due()
            self._failures, self._is_waiting = 0, False
            return TURN_SECONDS if self._is_full else self._seconds_to_next()
        except Timeout:
            if not self._is_waiting:
                log.info("waiting for a build that is at work")
            self._is_waiting = True
            return 0
        except Exception as error:
            self._failures += 1
            self._warm = None
            seconds = pause_after(self._failures)
            log.exception("publishing failed; it is tried again", extra={"seconds": seconds})
            self.source.note_problem(_told(error)["problem"], self.clock())
            return seconds

    def _seconds_to_next(self) -> float:
        """Give the seconds until something falls due, or until it is time to look all the same."""
        now = self.clock()
        due = self.source.next_due(self._troubles.held(now)) if self.releases.current() else None
        moments = [moment for moment in (due, self._troubles.next_try(now)) if moment]
        first = min(moments, default=now + timedelta(seconds=self.look_every))
        return max(LEAST_SECONDS, min((first - now).total_seconds(), self.look_every))

    def _tell_that_it_works(self) -> None:
        if self._seen_at is None or self.clock() - self._seen_at >= SEEN_EVERY:
            self._seen_at = self.clock()
            self.source.see(self._seen_at)

    def _tell_that_it_stands_by(self) -> None:
        try:
            self._tell_that_it_works()
        except Exception as error:
            log.warning("the database does not answer", extra=_told(error))

    def _round_in(self, release: Release, held: Collection[str]) -> list[str]:
        """Do one round, with the archive locked."""
        began = time.perf_counter()
        export = self.source.export_due(self.clock(), held)
        self._has_new_day = self._has_new_day or export.is_new_day
        written, failed = self._bring(release, export)
        self._has_new_day = False
        self._troubles.keep({*held, *failed})
        done = export.only(set(export.threads) - failed) if failed else export
        queue = self.source.confirm(
            done,
            self.clock(),
            files=len(written),
            release=release.folder.name,
            problem=self._troubles.told(),
        )
        self._is_full = queue > 0 and export.is_full and bool(done.seen)
        if failed:
            self.source.note_problem(self._troubles.told() or "", self.clock())
        if done.seen:
            self._tell_round(done, len(written), queue, time.perf_counter() - began)
        return written

    def _bring(self, release: Release, export: E) -> tuple[list[str], set[str]]:
        """Bring *export* to the site; gives the files, and the threads that cannot be brought.

        All together, and only if that fails one after the other. Raises when none can be.
        """
        try:
            return self._bring_together(release, export), set()
        except Exception as error:
            if not export.threads:
                raise
            log.warning("a round failed; each thread is tried alone", extra=_told(error))
        self._warm = None
        written = self._bring_together(release, export.only(()))  # a day that is over
        self._has_new_day = False
        failed = dict[str, Exception]()
        for thread in export.threads:
            try:
                written += self._bring_together(release, export.only({thread}))
            except Exception as error:
                self._warm, failed[thread] = None, error
        if len(failed) == len(export.threads) > 1:
            raise next(iter(failed.values()))
        for thread, trouble in failed.items():
            self._set_aside(thread, trouble)
        return sorted(set(written)), set(failed)

    def _bring_together(self, release: Release, export: E) -> list[str]:
        republisher = self._republisher(release)
        written = republisher.republish(export.changes, is_new_day=self._has_new_day)
        self._take_down_elsewhere(release, export.changes)
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
                    extra={"release": release.folder.name, **_told(error)},
                )
                self.releases.discard(release)
        if old:
            sweep(self.releases.root)

    def _republisher(self, release: Release) -> Republisher:
        if self._warm is None or self._warm.release != release:
            self._warm = Republisher.of_release(release, self.archive)
        return self._warm

    def _set_aside(self, thread: str, error: Exception) -> None:
        """Let *thread* wait, so that it does not stop the others."""
        seconds = self._troubles.note(thread, _told(error)["problem"], self.clock())
        log.error(
            "a thread cannot be published; it is tried again",
            extra={"story": thread, "seconds": seconds, **_told(error)},
        )

    def _tell_round(self, export: E, files: int, queue: int, seconds: float) -> None:
        log.info(
            "published",
            extra={
                "messages": len(export.seen),
                "threads": len(export.threads),
                "files": files,
                "milliseconds": round(seconds * 1000),
                "queue": queue,
            },
        )


def _told(error: Exception) -> dict[str, str]:
    """Say what went wrong in one line, for the log and the desk."""
    return {"problem": f"{type(error).__name__}: {' '.join(str(error).split())}"}


def _name() -> str:
    """Give machine and process."""
    return f"{socket.gethostname()}:{os.getpid()}"
