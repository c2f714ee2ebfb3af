"""Keeps what was found in stories from one check to the next, so that a story is read again only
when its file changed.

::

checked.json    {"world": "…", "stories": {"stories/first-day.md": [time, size, number, head, …]}}

What was told of a story is kept with it and told again, unless it depends on more than its own file
and the world. What a story links to may be gone although its own file is as it was: its links are
kept with it.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from comment_archive.files import write_aside
from plugins.editing.sources import Head, Source
from plugins.editing.withheld import pictures_of
from plugins.problems import Problem, Severity

SHARED = (
    *("comments", "correction", "formerly", "publish_at", "status", "tags", "thread"),
    "withdrawn",
)
"""What of a story's head the checks of all stories together look at."""
SETTLED = 2_000_000_000
"""Nanoseconds after which a file that is changed again surely has another time."""


DEPENDING = frozenset(
    {"broken-anchor", "broken-link", "date-ahead", "not-public-yet", "withdrawn-link"}
)
"""Rules that a story may keep or break although its own file and the world stay as they are: they
ask of other stories, or of the day.
"""

Stamp = tuple[int, int, int]
"""Time of change in nanoseconds, size, number of the file."""


class Found(NamedTuple):
    """What was found in a story."""

    changed: int
    size: int
    node: int
    """With these three, the file is as it was."""
    head: Head
    """The lines SHARED of it."""
    body_line: int
    links: list[str]
    """Where it leads within the site."""
    pictures: list[str] = []  # noqa: RUF012 -- of a tuple, which nobody changes
    """Which pictures it names."""
    figures: list[str] = []  # noqa: RUF012 -- of a tuple, which nobody changes
    """The ids of the figures that it names."""
    columns: list[tuple[int, int]] = []  # noqa: RUF012
    """The column of the value on each line of the head."""
    told: list[tuple[int, str, str, int, int, str, bool]] = []  # noqa: RUF012
    """What is wrong with it: all of a Problem but its path."""

    def source(self, path: Path) -> Source:
        """Give what the others must know of the story at *path*."""
        columns = {line: column for line, column in self.columns}  # noqa: C416 -- lists in JSON
        return Source(path, self.head, "", self.body_line, columns=columns)

    def problems(self, path: Path) -> Iterator[Problem]:
        """Give what is wrong with the story at *path*."""
        for line, what, mend, severity, column, rule, is_mendable in self.told:
            yield Problem(
                path, line, what, mend, Severity(severity), column, rule, is_mendable=is_mendable
            )


@dataclass(slots=True)
class KeptStories:
    """What an earlier check found in stories, and what this one finds, by their files."""

    path: Path | None = None
    """Where it is kept; nowhere for None."""
    world: str = ""
    """Tells everything that a check depends on beside stories: where it differs, nothing holds."""
    before: dict[str, Found] = field(default_factory=dict)
    found: dict[str, Found] = field(default_factory=dict)
    looked: int = 0
    """How many stories had to be read and checked."""
    files: int = 0
    """How many texts and albums there are."""
    withheld: frozenset[str] = frozenset()
    """Pictures, by their paths below the content folder, that go with withdrawn stories."""

    @classmethod
    def read(cls, path: Path, world: str) -> KeptStories:
        """Read what the last check left at *path*, as far as it holds in this *world*."""
        try:
            kept = json.loads(path.read_bytes())
            stories = kept["stories"] if kept["world"] == world else {}
            return cls(path, world, {file: Found(*each) for file, each in stories.items()})
        except (FileNotFoundError, KeyError, TypeError, ValueError):
            return cls(path, world)

    def look(self, file: str, stamp: Stamp) -> Found | None:
        """Give what is known of the story *file*, if that is as it was."""
        known = self.before.get(file)
        return known if known and stamp == known[:3] else None

    def keep(self, file: str, found: Found) -> None:
        """Keep what was found in the story *file*; one that was changed just now may change once
        more and look the same.
        """
        if self.path and time.time_ns() - found.changed > SETTLED:
            self.found[file] = found

    def write(self) -> None:
        """Leave it for the next check."""
        if self.path and self.found != self.before:
            kept = {"world": self.world, "stories": self.found}
            text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
            write_aside(self.path, text.encode("utf-8", "surrogatepass"))


def found_in(
    source: Source,
    stamp: Stamp,
    links: set[str],
    figures: Iterable[str],
    problems: Sequence[Problem],
) -> Found | None:
    """Give what is to be kept of *source*, whose file had the *stamp* when it was read, and of the
    *problems* that it has; None when it has to be looked at each time.
    """
    if any(problem.rule in DEPENDING for problem in problems):
        return None
    head = {key: source.every[key] for key in SHARED if key in source.every}
    lines = (line for entries in head.values() for line, _ in entries)
    columns = [(line, source.columns[line]) for line in lines]
    told = [_without_path(each) for each in problems]
    found = sorted(links), pictures_of(source), sorted(figures)
    return Found(*stamp, head, source.body_line, *found, columns, told)


def _without_path(problem: Problem) -> tuple[int, str, str, int, int, str, bool]:
    severity, where = int(problem.severity), (problem.column, problem.rule, problem.is_mendable)
    return problem.line, problem.what, problem.mend, severity, *where


def stamp_of(path: Path) -> Stamp:
    """Give what tells that the file at *path* is as it was."""
    status = os.stat(path)  # noqa: PTH116 -- the way through Path takes as long again
    return status.st_mtime_ns, status.st_size, status.st_ino
