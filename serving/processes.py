"""Starts processes together, waits, and stops them together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from urllib.error import URLError

from publishing.stopping import Stop
from serving import HOST
from serving.environment import ServingError

STOP_SECONDS = 10
START_SECONDS = 30
REQUESTS_TO_STOP = [signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
"""Besides Ctrl-C: a supervisor's request, and a terminal that was closed."""


def server_command(port: int, workers: int = 1) -> list[str]:
    """Give the command that serves site and service on *port* with a production server."""
    module = [sys.executable, "-m", "serving.server"]
    return [*module, "--port", str(port), "--workers", str(workers)]


def publisher_command() -> list[str]:
    """Give the command of a publisher that ends when another one is at work."""
    return [sys.executable, "-m", "invoke", "publisher", "--alone"]


def build_command(settings: str) -> list[str]:
    """Give the command that brings the site up to date with the file *settings*."""
    return [sys.executable, "-m", "invoke", "build", "--settings", settings]


def run_together(
    commands: Sequence[Sequence[str]], *, port: int, when_ready: Callable[[], None]
) -> None:
    """Run *commands* until one ends or we are asked to stop; then all are stopped.

    Raises ServingError when one ends by itself.
    """
    with _stop_as_interrupt():
        running = [subprocess.Popen(list(command), start_new_session=True) for command in commands]
        try:
            _wait_until_answering(port, running)
            when_ready()
            _wait_for_one(running)
        except KeyboardInterrupt:
            pass
        finally:
            _stop(running)


def stop_on_signal(stop: Stop) -> None:
    """Set *stop* when the process is asked to end, so that it finishes what it is at; asked once
    more, it ends at once.
    """

    def ask(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        stop.set()

    for number in (signal.SIGINT, *REQUESTS_TO_STOP):
        signal.signal(number, ask)


@contextmanager
def _stop_as_interrupt() -> Iterator[None]:
    """Treat a request to terminate like Ctrl-C, so that nothing stays behind."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in REQUESTS_TO_STOP}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _wait_until_answering(port: int, running: Sequence[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if any(process.poll() is not None for process in running):
            raise ServingError("A part did not start: see the lines above.")
        try:
            urllib.request.urlopen(f"http://{HOST}:{port}/readyz", timeout=2).close()
        except (URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise ServingError(f"The server did not answer on port {port} in {START_SECONDS} seconds.")


def _wait_for_one(running: Sequence[subprocess.Popen[bytes]]) -> None:
    while all(process.poll() is None for process in running):
        time.sleep(0.2)
    raise ServingError("A part stopped by itself: see the lines above.")


def _stop(running: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        _kill_what_is_left(process)


def _kill_what_is_left(process: subprocess.Popen[bytes]) -> None:
    """End what *process* started and did not stop itself; each of ours leads a group of its own."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
