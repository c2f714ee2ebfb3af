"""Builds that are due: each is a process of its own, started by the publisher at its moment."""

from __future__ import annotations

import logging
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO

from comment_archive.due import Due
from plugins.drafts.shared import FILE, active, read_drafts, take_down
from publishing.release import Release, Releases
from publishing.troubles import pause_after

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.2
"""Seconds between two looks at a build that is at work."""
END_SECONDS = 10
"""Seconds that a build has to end after it was asked to."""
NOTHING = float("inf")
"""Seconds to wait for a build when none is due."""

Command = Callable[[str], Sequence[str]]
"""Gives the command that builds with a settings file of that name."""


class DueBuildError(Exception):
    """A build that was due failed, and is tried again; the message says why."""


@dataclass(slots=True)
class _Running:
    process: subprocess.Popen[bytes]
    said: IO[bytes]
    """What it writes, from which a failure is told."""
    due: datetime


@dataclass(slots=True)
class DueBuilds:
    """Starts the build for the next moment of the current release, one at a time."""

    releases: Releases
    command: Command
    _running: _Running | None = None
    _failures: int = 0
    _not_before: datetime | None = None

    def look(self, now: datetime) -> float:
        """Start what is due, and look after what runs; gives the seconds until the next look.

        Raises DueBuildError once for each build that failed, or could not be started: a full disk,
        too many processes.
        """
        release = self.releases.current()
        if release is None:
            return NOTHING
        try:
            end_drafts(release, self.releases, now)
            return self._look(release, now)
        except OSError as error:
            raise self._failed(now, f"{type(error).__name__}: {error}") from error

    def _look(self, release: Release, now: datetime) -> float:
        if self._running:
            code = self._running.process.poll()
            if code is None:
                return LOOK_SECONDS
            self._finish(self._running, code, now)
        due = Due.read(release.records)
        first = max(filter(None, (due.at, self._not_before)), default=now)
        if first > now:
            return (first - now).total_seconds()
        if due.at is None:
            return NOTHING
        self._start(due.at, due.settings)
        return LOOK_SECONDS

    def stop(self) -> None:
        """End a build that is at work; what it had begun, the next one finishes."""
        if self._running is None:
            return
        process = self._running.process
        process.terminate()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._running.said.close()
        self._running = None

    def _start(self, due: datetime, settings: str) -> None:
        with ExitStack() as opened:
            said = opened.enter_context(tempfile.TemporaryFile())
            process = subprocess.Popen(  # noqa: S603 -- our own command
                list(self.command(settings)),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches us alone, and we end it in good order
            )
            opened.pop_all()  # it stays open as long as the build goes on
        self._running = _Running(process, said, due)
        log.info("a due build begins", extra={"due": due.isoformat()})

    def _finish(self, running: _Running, code: int, now: datetime) -> None:
        running.said.seek(0)
        lines = running.said.read().decode("utf-8", "replace").split("\n")
        running.said.close()
        self._running = None
        if code == 0 and not self._is_due_still(running.due):
            self._failures, self._not_before = 0, None
            log.info("a due build is done", extra={"due": running.due.isoformat()})
            return
        last = next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")
        raise self._failed(now, f"the build that is due since {running.due.isoformat()}: {last}")

    def _failed(self, now: datetime, problem: str) -> DueBuildError:
        """Say that it failed, and let the next try wait, each time for longer."""
        self._failures += 1
        seconds = pause_after(self._failures)
        self._not_before = now + timedelta(seconds=seconds)
        told = {"seconds": seconds, "problem": problem}
        log.error("a due build failed; it is tried again", extra=told)
        return DueBuildError(problem)

    def _is_due_still(self, moment: datetime) -> bool:
        """Say whether the release waits for *moment* although a build came to an end."""
        release = self.releases.current()
        at = Due.read(release.records).at if release else None
        return at is not None and at <= moment


def end_drafts(release: Release, releases: Releases, now: datetime) -> None:
    """Take the shared drafts whose time is over at *now* out of *release*: they go at their moment,
    whether the content can be built or not.
    """
    shared = active(read_drafts(releases.root.with_name(FILE)), now)
    if ended := take_down(release.public, {each.token for each in shared}):
        log.info("shared drafts ended", extra={"number": len(ended)})
