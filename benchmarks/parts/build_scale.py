"""What would far more stories and messages cost? By the slopes of sites that were built.

The figures are printed and put into docs/scale.md, between two marks.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.parts.bench import Group
from benchmarks.parts.build_messages import fill
from benchmarks.parts.builders import KEPT, Ours, settled
from benchmarks.parts.runs import HERE, MEGABYTE
from benchmarks.parts.table import Question, Row, figure, known, machine
from benchmarks.parts.yard import Yard

BUILT = Question(what="the scale on paper: sites built to reckon from", limit=3, is_smallest=True)
PAGE = HERE / "docs" / "scale.md"
MARKED = re.compile(r"(?<=<!-- measured -->\n).*(?=<!-- /measured -->)", re.DOTALL)
STORIES, MESSAGES = 100_000, 100_000_000
"""What is reckoned on paper."""
PART = 4
"""The smaller of the two sites has one story in so many."""
BLOCK = 512
"""Bytes, as the system counts what a file takes on the disk."""
HEAD = ("", "full build", "CPU", "memory", "files", "bytes", "on the disk", "archive", "its files")
KILO = 1000
UNITS = ("B", "kB", "MB", "GB", "TB")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a site costs, or one story or message more."""

    seconds: float
    """Of a full build."""
    cpu: float
    memory: float
    """Megabytes, of all processes of the build."""
    files: float
    """That readers may ask for, compressed twins included."""
    size: float
    """Bytes of these."""
    disk: float
    """Bytes that they take, in whole blocks."""
    archive: float
    """Bytes of the archive of messages."""
    archive_files: float

    def joined(self, other: Cost, join: Callable[[float, float], float]) -> Cost:
        """Join each figure with the same one of *other*."""
        names = [field.name for field in fields(self)]
        return Cost(**{name: join(getattr(self, name), getattr(other, name)) for name in names})

    def slope_from(self, less: Cost, more: int) -> Cost:
        """Give what each of *more* pieces cost that *less* was without; never less than nothing."""
        return self.joined(less, lambda large, small: max(0.0, (large - small) / more))

    def with_more(self, slope: Cost, count: int) -> Cost:
        """Give what it would be with *count* pieces more."""
        return self.joined(slope, lambda here, each: here + each * count)


def scale(yard: Yard) -> Iterator[Row]:
    """Build three sites and reckon from them."""
    count, messages = yard.form.whole, yard.form.messages
    large = yard.whole(count).folder
    small, full = yard.whole(count // PART).folder, yard.whole(count, "messages").folder
    fill(full / "archive", count, messages)
    for folder in (small, full):
        _share_kept(large, folder)
    costs = [_cost_of(folder) for folder in (small, large, full)]
    story = costs[1].slope_from(costs[0], count - count // PART)
    message = costs[2].slope_from(costs[1], messages)
    lines = {
        f"{count // PART:,} stories": costs[0],
        f"{count:,} stories": costs[1],
        f"{count:,} stories, {messages:,} messages": costs[2],
        "one story more": story,
        "one message more": message,
    }
    far = costs[1].with_more(story, STORIES - count)
    lines[f"on paper: {STORIES:,} stories"] = far
    lines[f"on paper: {STORIES:,} stories, {MESSAGES:,} messages"] = far.with_more(
        message, MESSAGES
    )
    yield BUILT.answered(len(costs))
    for what, cost in lines.items():
        yield known(f"scale: {what}", ", ".join(f"{name} {cell}" for name, cell in _named(cost)))
    if not yard.form.is_short:
        write_page(PAGE, lines)


SCALE: Group[Yard] = Group((BUILT,), scale)


def write_page(page: Path, lines: dict[str, Cost]) -> None:
    """Put *lines* as a table between the marks of *page*."""
    rows = [HEAD, ("---",) * len(HEAD)]
    rows += [(what, *(cell for _, cell in _named(cost))) for what, cost in lines.items()]
    table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    day = datetime.now(UTC).date().isoformat()
    told = f"Measured by `./run bench build` on {day}, on {machine()}.\n\n{table}\n"
    page.write_text(MARKED.sub(lambda _: told, page.read_text("utf-8")), "utf-8")


def _share_kept(source: Path, target: Path) -> None:
    for kept in KEPT:
        if (source / "cache" / kept).is_dir():
            shutil.copytree(source / "cache" / kept, target / "cache" / kept, dirs_exist_ok=True)


def _cost_of(folder: Path) -> Cost:
    """Build *folder* anew, with all that lasts from one build to the next, and measure it."""
    ours = Ours(folder=folder, is_forced=True, watch_memory=True)
    if not (folder / "releases" / "current").is_dir():
        settled(ours)
    run = settled(ours)
    published, archive = _sizes(ours.tree()), _sizes(folder / "archive")
    return Cost(
        seconds=run.seconds,
        cpu=run.cpu,
        memory=run.memory,
        files=published[0],
        size=published[1],
        disk=published[2],
        archive=archive[1],
        archive_files=archive[0],
    )


def _sizes(tree: Path) -> tuple[int, int, int]:
    """Count files, their bytes, and what they take on the disk; those of linked folders too."""
    files = size = disk = 0
    for folder, _, names in os.walk(tree, followlinks=True):
        for name in names:
            status = Path(folder, name).stat()
            files += 1
            size += status.st_size
            disk += status.st_blocks * BLOCK
    return files, size, disk


def _named(cost: Cost) -> Iterator[tuple[str, str]]:
    """Name each figure and write it."""
    cells = (
        _time(cost.seconds),
        _time(cost.cpu),
        _size(cost.memory * MEGABYTE),
        _count(cost.files),
        _size(cost.size),
        _size(cost.disk),
        _size(cost.archive),
        _count(cost.archive_files),
    )
    return zip(HEAD[1:], cells, strict=True)


def _time(seconds: float) -> str:
    """Write a time in the unit that a person would take."""
    for unit, size in (("h", 3600.0), ("min", 60.0), ("s", 1.0), ("ms", 1e-3)):
        if seconds >= 2 * size:
            return figure(seconds / size, f" {unit}")
    return figure(seconds * 1e6, " µs")


def _size(size: float) -> str:
    """Write a number of bytes in the unit that leaves few digits."""
    for unit in UNITS[:-1]:
        if abs(size) < KILO:
            return figure(size, f" {unit}")
        size /= KILO
    return figure(size, f" {UNITS[-1]}")


def _count(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else figure(number)
