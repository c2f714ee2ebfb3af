"""What do a million messages cost in a full build: memory, and time a message?"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from benchmarks.parts.bench import Group
from benchmarks.parts.builders import KEPT, Ours, cold, settled
from benchmarks.parts.corpus import slug_of
from benchmarks.parts.full_archive import fill_archive
from benchmarks.parts.runs import MEGABYTE, Run, cpu_of, in_turn
from benchmarks.parts.table import Question, Row, figure, known
from benchmarks.parts.yard import Yard, took

MEBIBYTE = 1024 * 1024
MICRO = 1e6
MEMORY = Question(
    what="peak memory, all processes, 10,000 stories and 1,000,000 messages", limit=256, unit=" MiB"
)
COST = Question(what="a baked message in a full build", limit=3, unit=" µs")


def messages(yard: Yard) -> Iterator[Row]:
    """Build the same stories without messages and with them: first from nothing, then again."""
    count, wanted = yard.form.whole, yard.form.messages
    bare, full = (yard.whole(count, name).folder for name in ("whole", "messages"))
    fill(full / "archive", count, wanted)
    for kept in KEPT:
        shutil.copytree(bare / "cache" / kept, full / "cache" / kept, dirs_exist_ok=True)
    first = cold(Ours(folder=full, watch_memory=True))
    yield known(f"full build with {wanted:,} messages, none baked before", took([first]))
    runs = in_turn(
        {
            "bare": lambda: settled(Ours(folder=bare, is_forced=True)),
            "full": lambda: settled(Ours(folder=full, is_forced=True)),
        },
        yard.form.whole_times,
    )
    yield known(
        "the same again, older pages kept", took(runs["full"]), f"bare: {took(runs['bare'])}"
    )
    watched = settled(Ours(folder=full, is_forced=True, watch_memory=True))
    if yard.form.is_short:
        return
    yield MEMORY.answered(max(map(_mebibytes, (first, watched))), note=_memories(first, watched))
    yield COST.answered(
        MICRO * (cpu_of(runs["full"]) - cpu_of(runs["bare"])) / wanted,
        note=f"CPU; {figure(MICRO * (first.cpu - cpu_of(runs['bare'])) / wanted, ' µs')} at first",
    )


MESSAGES: Group[Yard] = Group((MEMORY, COST), messages)


def fill(archive: Path, stories: int, wanted: int) -> None:
    """Fill the archive with *wanted* messages on all stories, once."""
    stamp, told = archive.with_name("archive-filled"), f"{stories} {wanted}"
    if stamp.is_file() and stamp.read_text("utf-8") == told:
        return
    shutil.rmtree(archive, ignore_errors=True)
    fill_archive(archive, [slug_of(number) for number in range(stories)], wanted)
    stamp.write_text(told, "utf-8")


def _mebibytes(run: Run) -> float:
    return run.memory * MEGABYTE / MEBIBYTE


def _memories(first: Run, again: Run) -> str:
    return f"{figure(_mebibytes(first))} from nothing, {figure(_mebibytes(again))} again"
