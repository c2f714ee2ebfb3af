"""Runs the programs that carry files to other machines."""

from __future__ import annotations

import subprocess
from collections import deque
from collections.abc import Callable, Sequence
from tempfile import TemporaryFile

from publishing.targets.files import PublishError

TOLD = 6
"""The last lines of a program that failed, which are told."""


def run(
    command: Sequence[str],
    text: str = "",
    line: Callable[[str], object] = lambda line: None,
    *,
    accepted: Sequence[int] = (0,),
) -> int:
    """Run *command* with *text* as its input and give each line that it writes to *line*; gives its
    exit code.

    Raises PublishError when the program is not there, or ends with a code that is not *accepted*.
    """
    last: deque[str] = deque(maxlen=TOLD)
    with TemporaryFile() as given:
        given.write(text.encode())
        given.seek(0)
        with _started(command, given.fileno()) as process:
            assert process.stdout is not None  # noqa: S101 -- it is a pipe
            for written in process.stdout:
                last.append(written.rstrip("\n"))
                line(last[-1])
    if process.returncode not in accepted:
        raise PublishError(
            f"{command[0]} failed with exit code {process.returncode}; nothing is half-written, "
            "mend this and run it again:\n" + "\n".join(last)
        )
    return process.returncode


def _started(command: Sequence[str], given: int) -> subprocess.Popen[str]:
    try:
        return subprocess.Popen(
            command,
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
    except FileNotFoundError as error:
        program = command[0]
        raise PublishError(
            f"{program} is not installed: install it (Debian, Ubuntu: apt install {program}) and "
            "run this again"
        ) from error
