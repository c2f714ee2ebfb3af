"""Publishers that really run: in processes of their own, and in a thread of the test."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from publishing.stopping import Stop
from publishing.worker import Publisher
from tests.living_site import ROOT, SECRET, LivingSite

COMMAND = [sys.executable, "-m", "invoke", "publisher"]
LONGEST = 60
"""Seconds after which a process that hangs is ended, so that its test fails."""


def environment_of(site: LivingSite) -> dict[str, str]:
    """Give the settings with which tasks work on *site*."""
    ours = {
        "COMMENTS_VAR": str(site.root / "var"),
        "COMMENTS_DATABASE_URL": site.database_url,
        "COMMENTS_SECRET_KEY": SECRET,
        "COMMENTS_SITE_URL": "http://127.0.0.1:8000",
    }
    return {k: v for k, v in os.environ.items() if not k.startswith("COMMENTS_")} | ours


class Process:
    """A publisher as `./run publisher` starts it."""

    def __init__(self, site: LivingSite, *options: str) -> None:
        self._process = subprocess.Popen(
            [*COMMAND, *options],
            cwd=ROOT,
            env=environment_of(site),
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said: list[str] = []
        self._end = threading.Timer(LONGEST, self._process.kill)
        self._end.start()

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def wait_for(self, event: str) -> None:
        """Read its log until *event* is told."""
        for line in self._process.stderr or ():
            self.said.append(line)
            if f'"event": "{event}"' in line:
                return
        raise AssertionError("".join(self.said))

    def send(self, number: int) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def send_until_ended(self, number: int) -> None:
        """Send it a signal, and again as long as it goes on: one that comes just before a process
        begins to wait in the system is only looked at after that.
        """
        while self._process.poll() is None:
            self.send(number)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=0.5)

    def ended(self) -> int:
        """Wait until it ends; gives its exit code."""
        assert self._process.stderr
        self.said += self._process.stderr
        code = self._process.wait()
        self.close()
        return code

    def close(self) -> None:
        """Leave nothing behind."""
        self._end.cancel()
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        if self._process.stderr:
            self._process.stderr.close()


@contextmanager
def processes(site: LivingSite, *options: tuple[str, ...]) -> Iterator[list[Process]]:
    """Start a publisher for each of *options*, each after the one before has told what it does."""
    started: list[Process] = []
    try:
        for place, each in enumerate(options):
            started.append(Process(site, *each))
            started[-1].wait_for("standing by" if place else "leading")
        yield started
    finally:
        for process in started:
            process.close()


@contextmanager
def in_a_thread(publisher: Publisher, **changes) -> Iterator[Stop]:
    """Run *publisher* with the real clock beside the test."""
    for name, value in changes.items():
        setattr(publisher, name, value)
    stop = Stop()
    thread = threading.Thread(target=publisher.run, args=(stop,))
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join()
