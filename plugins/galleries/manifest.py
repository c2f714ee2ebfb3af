"""What was made of each picture, by path, size and time of change: tells which pictures need no
look.

One JSON file in the folder of what was made, a line a picture. It can be thrown away: the files
are then found again by their names, and nothing is encoded twice.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from comment_archive.files import write_aside
from plugins.galleries.records import Description, Failure, Made, Photo
from plugins.galleries.worker import ASIDE, Fault, Outcome, errors_naming

NAME = "manifest.json"
VERSION = 1
"""To be raised when the file's form changes."""
OURS = re.compile(rf"{re.escape(ASIDE)}.*|[a-z0-9-]+-[0-9a-f]{{10}}-\d+\.[a-z0-9]+")
"""Names of files that the pipeline wrote and may take away."""
BROKEN = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What is raised where a manifest is not what we wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is known of one picture."""

    size: int
    """Of its file, in bytes."""
    modified: int
    """When its file changed, in nanoseconds since 1970."""
    recipe: str
    """The digest of the recipe that was tried with that content."""
    made: Made | None = None
    """What can be shown: made of that content, or of the last good one if there is a *fault*."""
    fault: Fault | None = None
    """What is wrong with that content."""


class Manifest:
    """What was made of the wanted pictures, for one run of the pipeline."""

    def __init__(self, cache: Path, content: Path, sources: Iterable[str], recipe: str) -> None:
        """Read what is known of the *sources* below *content*, and look at the files' times and
        at what *cache* holds; *recipe* is the digest of the recipe that is to be followed.
        """
        self._path = cache / NAME
        self._recipe = recipe
        self._there = set(os.listdir(cache))  # noqa: PTH208 -- names, five times as fast
        self._saved = read_entries(self._path)
        self._stamps = {source: _stamp(f"{content}/{source}") for source in sources}
        self._entries = {
            source: entry
            for source in self._stamps
            if (entry := self._usable(self._saved.get(source)))
        }
        self._faults: dict[str, Fault] = {}

    def changed(self) -> list[str]:
        """Name the pictures that must be looked at, the largest files first: so the workers end
        at nearly the same time.
        """
        changed = [source for source in self._stamps if not self._is_current(source)]
        return sorted(changed, key=lambda source: (-self._stamps[source][0], source))

    def known(self, source: str) -> Made | None:
        """Give what the same recipe made of the picture before."""
        entry = self._entries.get(source)
        return entry.made if entry and entry.recipe == self._recipe else None

    def take(self, outcome: Outcome) -> None:
        """Note what became of a picture."""
        before = self._entries.get(outcome.source)
        fault = outcome.failure
        if fault and not fault.is_lasting:
            self._faults[outcome.source] = fault
            return
        size, modified = self._stamps[outcome.source]
        self._entries[outcome.source] = Entry(
            size=size,
            modified=modified,
            recipe=self._recipe,
            made=outcome.made or (before.made if before else None),
            fault=fault,
        )

    def save(self) -> None:
        """Write the manifest if it differs, once all files that it names are on the disk."""
        if self._entries == self._saved:
            return
        if hasattr(os, "sync"):
            os.sync()
        with errors_naming(self._path):
            write_aside(self._path, _written(self._entries))
        self._saved = dict(self._entries)

    def prune(self) -> None:
        """Remove the files that no picture needs any more."""
        named = {
            name
            for entry in self._entries.values()
            if entry.made
            for _, name, _ in entry.made.files
        }
        for name in self._there - named:
            if OURS.fullmatch(name):
                (self._path.parent / name).unlink(missing_ok=True)

    def photos(self) -> dict[str, Photo]:
        """Give the pictures that can be shown, by source, in the order of the sources."""
        entries = ((source, self._entries.get(source)) for source in self._stamps)
        return {
            source: Photo(source=source, made=entry.made)
            for source, entry in entries
            if entry and entry.made
        }

    def failures(self) -> tuple[Failure, ...]:
        """Give the pictures that cannot be shown as they are now, in the order of their paths."""
        lasting = {source: each.fault for source, each in self._entries.items() if each.fault}
        return tuple(
            Failure(
                source=source, what=fault.what, mend=fault.mend, is_shown=self._is_shown(source)
            )
            for source, fault in sorted((lasting | self._faults).items())
        )

    def _usable(self, entry: Entry | None) -> Entry | None:
        """Forget what was made if one of its files is lost."""
        if entry is None or entry.made is None:
            return entry
        if self._there.issuperset([name for _, name, _ in entry.made.files]):
            return entry
        return replace(entry, made=None) if entry.fault else None

    def _is_current(self, source: str) -> bool:
        entry = self._entries.get(source)
        return (
            entry is not None
            and (entry.size, entry.modified) == self._stamps[source]
            and entry.recipe == self._recipe
        )

    def _is_shown(self, source: str) -> bool:
        entry = self._entries.get(source)
        return entry is not None and entry.made is not None


def read_entries(path: Path) -> dict[str, Entry]:
    """Read a manifest; one that is broken or from another version counts as empty."""
    try:
        data = json.loads(path.read_bytes())
        if data["version"] != VERSION:
            return {}
        return {source: _entry(values) for source, values in data["pictures"].items()}
    except (FileNotFoundError, *BROKEN):
        return {}


def _entry(values: dict[str, Any]) -> Entry:
    made, fault = values.pop("made"), values.pop("fault")
    return Entry(
        made=_made(made) if made else None, fault=Fault(**fault) if fault else None, **values
    )


def _made(values: dict[str, Any]) -> Made:
    description = Description(**values.pop("description"))
    files = [
        (suffix, f"{stem}-{width}.{suffix}", width)
        for suffix, stem, *widths in values.pop("files")
        for width in widths
    ]
    return Made(description=description, files=tuple(files), **values)


def _written(entries: dict[str, Entry]) -> bytes:
    """Write the manifest, a line a picture: people may want to read it."""
    dump = json.JSONEncoder(ensure_ascii=False, default=_fields).encode
    lines = [f"{dump(source)}: {dump(entry)}" for source, entry in sorted(entries.items())]
    text = f'{{"version": {VERSION}, "pictures": {{\n' + ",\n".join(lines) + "\n}}\n"
    return text.encode("utf-8", "surrogateescape")


def _fields(record: Any) -> dict[str, object]:
    fields: dict[str, object] = {name: getattr(record, name) for name in record.__slots__}
    if isinstance(record, Made):
        fields["files"] = _packed(record.files)
    return fields


def _packed(files: Iterable[tuple[str, str, int]]) -> list[list[str | int]]:
    """Give suffix, beginning of the names and all widths of each format: that is read faster."""
    packed: dict[tuple[str, str], list[str | int]] = {}
    for suffix, name, width in files:
        stem = name.removesuffix(f"-{width}.{suffix}")
        packed.setdefault((suffix, stem), [suffix, stem]).append(width)
    return list(packed.values())


def _stamp(path: str) -> tuple[int, int]:
    """Give size and time of change of a file; no file has those of one that is not there."""
    try:
        status = os.stat(path)  # noqa: PTH116 -- a Path costs more than the call
    except OSError:
        return -1, -1
    return status.st_size, status.st_mtime_ns
