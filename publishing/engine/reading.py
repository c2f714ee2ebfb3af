"""Reads stories: those that changed, in several processes where there are many."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from pelican.contents import SkipStub
from pelican.generators import ArticlesGenerator
from pelican.plugins import signals
from pelican.readers import BaseReader
from pelican.urlwrappers import URLWrapper

from publishing.engine.moments import DATES, quick_date
from publishing.engine.processes import in_processes, number_of
from publishing.engine.readers import quicken
from publishing.engine.story import BODIES, Story, dump, load
from publishing.inputs import is_settled

log = logging.getLogger("pelican")


class Stamp(NamedTuple):
    """What tells that a file is as it was, as long as nobody sets its clock back."""

    changed: int
    """Nanoseconds."""
    size: int
    node: int

    @classmethod
    def of(cls, path: str | Path) -> Stamp:
        """Look at the file at *path*."""
        status = os.stat(path)
        return cls(status.st_mtime_ns, status.st_size, status.st_ino)

    def to_keep(self, now: int) -> Stamp:
        """Give what is kept of the stamp of a file that is read *now* (nanoseconds): no time when
        the file may change again and have the same.
        """
        return self if is_settled(self.changed, now) else self._replace(changed=0)


@dataclass(frozen=True, slots=True)
class Read:
    """A file that was read as a story: None where it gave none."""

    path: str
    stamp: Stamp
    story: Story | None


@dataclass(slots=True)
class StoryReading:
    """Reads the stories of one generator."""

    generator: ArticlesGenerator
    generation: str
    """Begins the names of the files that the stories' HTML is written to."""
    progress: Callable[[str, int, int], object] = lambda stage, done, total: None
    """Told how many of how many stories are read."""

    def read(self, paths: Sequence[str]) -> list[Read]:
        """Read the files at *paths*, below the content, in that order."""
        for reader in self.generator.readers.readers.values():
            make_quick(reader)
        settings = self.generator.settings
        number = number_of(len(paths), settings.get("BUILD_PROCESSES", 0))
        parts = in_processes(number, lambda each: self._part(paths, each, number))
        self.progress("Stories", len(paths), len(paths))
        found = {read.path: read for part in parts for read in self._unpacked(part)}
        return [found[path] for path in paths]

    def _part(self, paths: Sequence[str], each: int, number: int) -> bytes | list[Read]:
        file = f"{self.generation}-{each}"
        part = []
        for place, path in enumerate(paths[each::number]):
            part.append(self._read(path, file))
            if not each:
                self.progress("Stories", min(1 + place * number, len(paths) - 1), len(paths))
        self.generator.settings[BODIES].finish()
        return dump(part) if each else part

    def _unpacked(self, part: bytes | list[Read]) -> list[Read]:
        if isinstance(part, list):
            return part
        unpacked: list[Read] = load(part, self.generator.settings)
        for read in unpacked:
            if read.story is not None:
                read.story.join(self.generator.settings, self.generator.context)
        return unpacked

    def _read(self, path: str, file: str) -> Read:
        stamp = Stamp.of(f"{self.generator.path}/{path}").to_keep(time.time_ns())
        story = self._story(path)
        if story is not None:
            story.put_away(file)
        return Read(path, stamp, story)

    def _story(self, path: str) -> Story | None:
        """Read one story as Pelican does; None for one that is to be skipped or cannot be read."""
        generator = self.generator
        try:
            story = generator.readers.read_file(
                base_path=generator.path,
                path=path,
                content_class=Story,
                context=generator.context,
                preread_signal=signals.article_generator_preread,
                preread_sender=generator,
                context_signal=signals.article_generator_context,
                context_sender=generator,
            )
        except Exception:
            told = generator.settings.get("DEBUG", False)
            log.exception("Could not process %s", path, exc_info=told)
            return None
        if isinstance(story, SkipStub) or not story.is_valid():
            return None
        read: Story = story
        return read


def make_quick(reader: BaseReader) -> None:
    """Let *reader* read ordinary dates without guessing at their form, and ordinary texts without
    Python-Markdown.
    """
    if "process_metadata" in vars(reader):
        return
    quicken(reader)
    slow, known = reader.process_metadata, dict[tuple[type, str], URLWrapper]()

    def process(name: str, value: Any) -> Any:
        if name in DATES and isinstance(value, str):
            return quick_date(value) or slow(name, value)
        made = slow(name, value)
        if isinstance(made, URLWrapper):
            return known.setdefault((type(made), made.name), made)
        if isinstance(made, list) and made and isinstance(made[0], URLWrapper):
            return [known.setdefault((type(each), each.name), each) for each in made]
        return made

    vars(reader)["process_metadata"] = process
