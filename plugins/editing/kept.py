"""Keeps what was found in stories from one check to the next, so that a story is read again only
when its file changed.

::

checked.json    {"world": "…", "stories": {"stories/first-day.md": [time, size, number, head, …]}}

Only stories without a mistake are kept, so that every mistake is found again each time. What such a
story links to may be gone although its own file is as it was: its links are kept with it.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from comment_archive.files import write_aside
from plugins.editing.sources import Head, Source
from plugins.editing.withheld import pictures_of

SHARED = (
    *("comments", "correction", "formerly", "publish_at", "status", "tags", "thread"),
    "withdrawn",
)
"""What of a story's head the checks of all stories together look at."""
SETTLED = 2_000_000_000
"""Nanoseconds after which a file that is changed again surely has another time."""


Stamp = tuple[int, int, int]
"""Time of change in nanoseconds, size, number of the file."""


class Found(NamedTuple):
    """What was found in a story without a mistake."""

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


@dataclass(slots=True)
class KeptStories:
    """What an earlier check found in stories, and what this one finds, by their files."""

    path: Path | None = None
    """Where it is kept; nowhere for None."""
    world: str = ""
    """Tells everything that a check depends on beside stories: where it differs, nothing holds."""
    before: dict[str, Found] = field(default_factory=dict)
    found: dict[str, Found] = field(default_factory=dict)
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
        """Keep that the story *file* has no mistake; one that was changed just now may change once
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


def found_in(source: Source, stamp: Stamp, links: set[str], figures: Iterable[str]) -> Found:
    """Give what is to be kept of *source*, whose file had the *stamp* when it was read."""
    head = {key: source.every[key] for key in SHARED if key in source.every}
    found = sorted(links), pictures_of(source), sorted(figures)
    return Found(*stamp, head, source.body_line, *found)


def stamp_of(path: Path) -> Stamp:
    """Give what tells that the file at *path* is as it was."""
    status = os.stat(path)  # noqa: PTH116 -- the way through Path takes as long again
    return status.st_mtime_ns, status.st_size, status.st_ino
