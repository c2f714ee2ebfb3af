"""A real ``./run write`` of one campaign, and an ear for what it tells browsers."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPMessage
from pathlib import Path
from typing import Any

from benchmarks.parts.runs import HERE, RunFailedError

HOST = "127.0.0.1"
START_SECONDS = 240
"""For the first build of a large site."""
WAIT_SECONDS = 60


@dataclass(slots=True)
class Preview:
    """A preview that is running."""

    folder: Path
    """The campaign's: ``content`` and ``var``."""
    port: int
    process: subprocess.Popen[str]
    events: list[dict[str, Any]] = field(default_factory=list)
    """What it told since, with the moment at which that was heard (``heard``)."""
    lines: list[str] = field(default_factory=list)
    """What it wrote into the terminal."""
    _news: threading.Condition = field(default_factory=threading.Condition)

    @property
    def address(self) -> str:
        """Give the address of its first page."""
        return f"http://{HOST}:{self.port}"

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        """Ask for *path*; gives status and body."""
        status, body, _ = self.ask("GET", path, **headers)
        return status, body

    def ask(self, method: str, path: str, **headers: str) -> tuple[int, bytes, HTTPMessage]:
        """Send a request; gives status, body and headers."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=WAIT_SECONDS)
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, body, answer.headers

    def facts(self, page: str = "/") -> dict[str, Any]:
        """Give what the panel of a page is told."""
        facts: dict[str, Any] = json.loads(self.get(f"/_write/facts.json?page={page}")[1])
        return facts

    def heard_since(self, count: int) -> dict[str, Any]:
        """Wait for the first event after so many; raises RunFailedError when none comes."""
        with self._news:
            if not self._news.wait_for(lambda: len(self.events) > count, WAIT_SECONDS):
                raise RunFailedError(f"nothing was told after a save: {self.lines[-5:]}")
            return self.events[count]

    def listen(self) -> None:
        """Hear all events until the preview ends."""
        connection = http.client.HTTPConnection(HOST, self.port)
        connection.request("GET", "/_write/events?since=nothing")
        answer = connection.getresponse()
        while line := answer.readline():
            if line.startswith(b"data: "):
                told = json.loads(line[6:]) | {"heard": time.perf_counter()}
                with self._news:
                    self.events.append(told)
                    self._news.notify_all()
        connection.close()

    def read(self) -> None:
        """Keep what it writes into the terminal."""
        for line in self.process.stdout or ():
            self.lines.append(line.rstrip("\n"))


@contextmanager
def previewing(folder: Path, *options: str) -> Iterator[Preview]:
    """Run a preview of the campaign in *folder* meanwhile; its first build is done."""
    port = free_port()
    command = [sys.executable, "-u", "-m", "invoke", "write", "--port", str(port), *options]
    variables = {"HUISHENG_CAMPAIGN": str(folder), "COMMENTS_VAR": str(folder / "var")}
    process = subprocess.Popen(  # noqa: S603 -- our own program
        command,
        cwd=HERE,
        env=os.environ | variables | {"PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    preview = Preview(folder, port, process)
    reader, listener = (threading.Thread(target=each) for each in (preview.read, preview.listen))
    reader.start()
    try:
        _wait_until_built(preview)
        listener.start()
        preview.heard_since(0)
        yield preview
    finally:
        process.terminate()
        process.wait(WAIT_SECONDS)
        reader.join()
        if listener.ident:
            listener.join()
        if process.stdout:
            process.stdout.close()


def _wait_until_built(preview: Preview) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and preview.process.poll() is None:
        try:
            if preview.get("/_write/facts.json")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.05)
    raise RunFailedError("\n".join(["the preview did not start", *preview.lines]))


def free_port() -> int:
    """Give a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
