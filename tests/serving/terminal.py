"""A terminal with a program on it, as somebody sits before one: waits for words, types answers."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

LOG_IN = "import os, sys; os.login_tty(int(sys.argv[1])); os.execvp(sys.argv[2], sys.argv[2:])"
PATIENCE = 60
"""Seconds after which a program that is silent has failed; it costs nothing when it works."""


class Terminal:
    """A program that runs on a terminal of its own."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], folder: str) -> None:
        self.ours, theirs = pty.openpty()
        self.said = b""
        start = [sys.executable, "-c", LOG_IN, str(theirs), *command]
        self.process = subprocess.Popen(
            start, env=dict(environment), cwd=folder, pass_fds=[theirs], start_new_session=True
        )
        os.close(theirs)
        self._seen = 0

    def wait_for(self, words: str, encoding: str = "utf-8") -> None:
        """Read until *words* were said, after those that were waited for before."""
        wanted = words.encode(encoding)
        while (found := self.said.find(wanted, self._seen)) < 0:
            assert self._read(), f"{words!r} was not said, but {self.text()}"
        self._seen = found + len(wanted)

    def type(self, words: str | bytes) -> None:
        """Type an answer, and the key that ends it."""
        os.write(self.ours, (words.encode() if isinstance(words, str) else words) + b"\r")

    def press(self, key: bytes) -> None:
        """Press one key, such as Ctrl-C (``\\x03``)."""
        os.write(self.ours, key)

    def answer(self, question: str, words: str | bytes) -> None:
        """Wait for a question, and type what it is answered with."""
        self.wait_for(question)
        self.type(words)

    def end(self) -> int:
        """Read to the end; gives the exit code."""
        while self._read():
            pass
        code = self.process.wait(PATIENCE)
        os.close(self.ours)
        return code

    def text(self) -> str:
        """Give all that was said."""
        return self.said.decode("utf-8", "replace").replace("\r\n", "\n")

    def _read(self) -> bool:
        """Read what is there; gives False at the end."""
        until = time.monotonic() + PATIENCE
        while not select.select([self.ours], [], [], 1)[0]:
            assert time.monotonic() < until, self.text()
        try:
            found = os.read(self.ours, 65_536)
        except OSError:  # what Linux says when the other end was closed
            return False
        self.said += found
        return bool(found)
