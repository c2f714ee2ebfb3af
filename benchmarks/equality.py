"""Is what edits and approvals leave the same as a clean full build, to the byte, whatever happens?

Small real sites live through random sequences of what editors, visitors, moderators and operators
do, with processes killed on the way (tests/lives.py); after each sequence every published file is
compared with a clean build, and files that did not change must have kept their time.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from queue import SimpleQueue
from typing import Any

from benchmarks.parts.runs import CORES, HERE
from benchmarks.parts.table import Question, Row, known, report, versions_of
from plugins.progress import shown

SEEDS = 1_000_000
"""Among as many, the first life of a run is chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How much is tried."""

    lives: int
    """By each of the processes; a life is one site."""
    sequences: int
    """In each life."""

    @property
    def count(self) -> int:
        """All sequences."""
        return CORES * self.lives * self.sequences


FULL = Form(lives=200, sequences=5)
SHORT = Form(lives=10, sequences=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of all lives."""

    sequences: int
    kills: int
    files: int
    """Files compared with those of a clean build."""
    failures: Sequence[str]
    """What happened in each life that went wrong, with the command that repeats it."""


def main(quick: bool) -> int:
    """Try and print; gives 1 when anything differed."""
    form = SHORT if quick else FULL
    outcome = try_out(form, any_seed())
    for failure in outcome.failures:
        sys.stderr.write(failure + "\n")
    return report("equality", list(_rows(form, outcome)), versions_of("pelican"), keep=not quick)


def any_seed() -> int:
    """Choose the first life of a run, another one each time."""
    return random.SystemRandom().randrange(SEEDS)


def try_out(form: Form, seed: int) -> Outcome:
    """Live through all lives, those from *seed* on, in as many processes as there are cores."""
    lines: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
    for turn in range(CORES):
        arguments = (seed + turn * form.lives, form.lives, form.sequences)
        threading.Thread(target=_live, args=(arguments, lines), daemon=True).start()
    counts: Counter[str] = Counter()
    failures = []
    with shown("Sequences", form.count) as step:
        for line in chain.from_iterable(iter(lines.get, None) for _ in range(CORES)):
            if "failure" in line:
                failures.append(_told(line, form))
                continue
            step()
            counts.update(sequences=1, kills=line["kills"], files=line["files"])
    done = {key: counts[key] for key in ("sequences", "kills", "files")}
    return Outcome(failures=failures, **done)


def _live(arguments: Sequence[int], lines: SimpleQueue[dict[str, Any] | None]) -> None:
    """Run one process of lives, and put what it tells into *lines*; None stands for its end."""
    command = [sys.executable, "-m", "tests.lives", *map(str, arguments)]
    with subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        for line in process.stdout or ():
            lines.put(json.loads(line))
    if process.returncode:
        lines.put({"seed": arguments[0], "failure": f"it ended with {process.returncode}"})
    lines.put(None)


def _told(line: dict[str, Any], form: Form) -> str:
    happened = "\n".join(line.get("happened", ()))
    repeat = f"python -m tests.lives {line['seed']} 1 {form.sequences}"
    return f"{happened}\n{line['failure']}\nTo repeat it: {repeat}"


def _rows(form: Form, outcome: Outcome) -> Iterator[Row]:
    """Judge: lives that went wrong end early, so that sequences are missing then."""
    asked = Question(what="random sequences compared", limit=form.count, is_smallest=True)
    yield asked.answered(outcome.sequences)
    differ = Question(what="lives with a byte or a time that differs", limit=0)
    yield differ.answered(len(outcome.failures))
    yield known("files compared with a clean build's", f"{outcome.files:,}")
    yield known("processes killed on the way", f"{outcome.kills:,}")
