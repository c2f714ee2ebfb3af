"""A built site and its service, as in production, for faults to happen to."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

from benchmarks.parts.runs import children
from serving import HOST
from serving.environment import HERE
from serving.processes import server_command
from tests.living_site import SECRET, LivingSite
from tests.site.browserless import free_port

WORKERS = 2
"""Processes of the service, as in production."""
PATIENCE = 30.0
"""Seconds after which something that should happen counts as not happening."""
BETWEEN_LOOKS = 0.01
FORM = "application/x-www-form-urlencoded"


class ChaosError(RuntimeError):
    """A fault could not be made to happen, or what should follow did not."""


def make_site(folder: Path, database_url: str = "") -> LivingSite:
    """Build a small site in *folder*, on SQLite unless *database_url*, as operators write it, names
    another database.
    """
    folder.mkdir(parents=True, exist_ok=True)
    url = re.sub(r"^postgresql://", "postgresql+psycopg://", database_url)
    site = LivingSite.make(folder, url or f"sqlite:///{folder / 'comments.db'}")
    site.build()
    return site


def settings_of(site: LivingSite, **more: str) -> dict[str, str]:
    """Give the environment of a process that works for *site*, with *more* settings."""
    ours = {
        "COMMENTS_VAR": str(site.root / "var"),
        "COMMENTS_DATABASE_URL": site.database_url,
        "COMMENTS_SECRET_KEY": SECRET,
        "COMMENTS_UNDO_SECONDS": "0",
    }
    others = {key: value for key, value in os.environ.items() if not key.startswith("COMMENTS_")}
    return others | ours | more


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    text: str
    seconds: float


def ask(
    port: int,
    path: str,
    *,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    patience: float = PATIENCE,
    source: str = HOST,
) -> Answer:
    """Ask the server at *port*, from the address *source* of this machine; raises OSError or
    HTTPException when no answer comes.
    """
    connection = http.client.HTTPConnection(HOST, port, patience, (source, 0))
    began = time.perf_counter()
    try:
        connection.request(method, path, body, dict(headers or {}))
        response = connection.getresponse()
        text = response.read().decode("utf-8", "replace")
        seconds = time.perf_counter() - began
        return Answer(response.status, dict(response.headers), text, seconds)
    finally:
        connection.close()


def send_form(
    port: int,
    path: str,
    fields: Mapping[str, str],
    *,
    headers: Mapping[str, str] | None = None,
    patience: float = PATIENCE,
    source: str = HOST,
) -> Answer:
    """Send *fields* as a browser does, with more *headers*."""
    body, told = urlencode(fields).encode(), {"Content-Type": FORM, **(headers or {})}
    return ask(port, path, method="POST", body=body, headers=told, patience=patience, source=source)


def wait_for(condition: Callable[[], bool], what: str, patience: float = PATIENCE) -> float:
    """Wait until *condition* is true; gives the seconds. Raises ChaosError that names *what*."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > patience:
            raise ChaosError(f"not within {patience:g} seconds: {what}")
        time.sleep(BETWEEN_LOOKS)
    return time.monotonic() - began


@dataclass
class Program:
    """A process of ours with all that it starts, in a group of its own, so that no other is hit."""

    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    prepare: Callable[[], None] | None = None
    """Called in the new process before the command starts."""
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; what it says goes to the end of its log."""
        self._process = subprocess.Popen(
            list(self.command),
            cwd=HERE,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,  # a file could not be written where its disk is full
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=self.prepare,
        )
        threading.Thread(target=self._keep, args=(self._process,), daemon=True).start()

    def _keep(self, process: subprocess.Popen[bytes]) -> None:
        with self.log.open("ab", buffering=0) as log, process.stdout or nullcontext() as pipe:
            for line in pipe or ():
                log.write(line)

    def has_said(self, *words: str) -> bool:
        """Say whether any of *words* stands in its log."""
        text = self.log.read_text("utf-8", "replace") if self.log.exists() else ""
        return any(word in text for word in words)

    @property
    def pid(self) -> int:
        """Its number, which is that of its group too."""
        if self._process is None:
            raise ChaosError(f"{self.command} was not started")
        return self._process.pid

    def children(self) -> list[int]:
        """Give the numbers of the processes that it started itself."""
        return children(self.pid)

    def is_running(self) -> bool:
        """Say whether it goes on."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """End the whole group at once, as a power cut does."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.wait()

    def stop(self) -> int:
        """Ask it to end, and leave nothing of it; gives its exit code."""
        if self._process is None:
            return 0
        self._process.terminate()
        code = self.wait()
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        return code

    def wait(self) -> int:
        """Wait for its end; gives the exit code."""
        assert self._process is not None  # noqa: S101 -- mypy
        try:
            return self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            return self._process.wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        place: TracebackType | None,
    ) -> None:
        self.stop()


@dataclass
class Service(Program):
    """The message service of a site behind its own address."""

    port: int = field(default_factory=free_port)

    @classmethod
    def of(cls, site: LivingSite, *before: str, **more: str) -> Service:
        """Join the service of *site* as `./run serve --workers 2` does; *before* is a command that
        starts it.
        """
        port = free_port()
        here = f"http://{HOST}:{port}"
        return cls(
            command=[*before, *server_command(port, WORKERS)],
            environment=settings_of(site, **({"COMMENTS_SITE_URL": here} | more)),
            log=site.root / "service.log",
            port=port,
        )

    def is_ready(self) -> bool:
        """Say whether a visitor can write."""
        try:
            return ask(self.port, "/messages/new", patience=2).status == 200
        except (OSError, http.client.HTTPException):
            return False

    def wait_until_ready(self) -> float:
        """Wait until a visitor can write; gives the seconds."""
        return wait_for(self.is_ready, f"the service answers on port {self.port}")

    def __enter__(self) -> Self:
        self.start()
        try:
            self.wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self
