"""What a build leaves for the next one: the stories as they were read, and what each page needs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pelican.utils import posixize_path

from publishing.engine.memory import no_collection
from publishing.engine.needs import ALL, MISSING, Needs, Packed, digest_of
from publishing.engine.reading import Read, Stamp
from publishing.engine.story import Story, dump, load_each

FORM = 5
"""Of the file; one of another form is not read."""
STATE = "state/state.pickle"
"""Within a release's records."""
TOGETHER = 500
"""Stories, and pages, that are written down in one piece."""
COMPUTED = frozenset({"content", "summary", "url", "save_as"})
"""What a story tells that stands in none of its own attributes."""


@dataclass(slots=True)
class State:
    """What one build has read and made; handed on, it says what of it still holds."""

    generation: str = "0"
    reads: dict[str, Read] = field(default_factory=dict)
    needs: dict[str, Packed] = field(default_factory=dict)
    """By page."""
    files: frozenset[str] = frozenset()
    """Every file of the public tree that the build itself made."""

    def dump(self) -> bytes:
        """Write it down."""
        return b"".join(self._pieces())

    def _pieces(self) -> Iterator[bytes]:
        """Yield what is written down one after the other, as each takes memory twice."""
        reads, needs = [*self.reads.values()], [*self.needs.items()]
        yield dump((FORM, self.generation, self.files))
        for start in range(0, max(len(reads), len(needs)), TOGETHER):
            end = start + TOGETHER
            yield dump((list(map(_told, reads[start:end])), needs[start:end]))

    @classmethod
    def read(cls, path: Path, settings: dict[str, Any]) -> State | None:
        """Read what a build with the same *settings* left at *path*; None where nothing of use is
        there.
        """
        if not path.is_file():
            return None
        with no_collection():
            (form, *head), *pieces = load_each(path.read_bytes(), settings)
            if form != FORM:
                return None
            generation, files = head
            reads = (read for told, _ in pieces for read in told)
            known = {where: Read(where, Stamp(*stamp), story) for where, *stamp, story in reads}
            needs = {name: each for _, told in pieces for name, each in told}
        return cls(generation, known, needs, files)

    def write(self, path: Path) -> None:
        """Leave it at *path* of a new release for the next build."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with no_collection(), path.open("wb") as stream:
            stream.writelines(self._pieces())


@dataclass(slots=True)
class Before:
    """The state of the build before, as this build looks at it."""

    state: State
    path: Path
    """Where the state of this build will be kept; the HTML of stories is kept beside it."""
    generation: str
    """Begins the names of this build's files of stories' HTML."""
    can_hold: bool
    """Whether pages may be as they were: everything but stories is the same."""
    taken: dict[str, Read] = field(default_factory=dict)
    progress: Callable[[str, int, int], object] = lambda stage, done, total: None
    """Told how far each stage is."""
    _changes: dict[str, Change] | None = None

    @classmethod
    def nothing(cls, records: Path) -> Before:
        """Begin a release, with *records*, from nothing."""
        return cls(State(), records / STATE, "0", can_hold=False)

    @classmethod
    def of(cls, records: Path, settings: dict[str, Any]) -> Before | None:
        """Go on from what the last build of a release, with the same *settings*, left in its
        *records*.
        """
        state = State.read(records / STATE, settings)
        if state is None:
            return None
        number = str(int(state.generation) + 1)
        return cls(state, records / STATE, number, can_hold=True)

    def unchanged(self, path: str, stamp: Stamp) -> Read | None:
        """Give the story at *path* if its file is as it was."""
        read = self.state.reads.get(path)
        is_same = read is not None and read.story is not None and read.stamp == stamp
        return read if is_same else None

    def take(self, reads: Sequence[Read]) -> None:
        """Keep what this build has read."""
        self.taken = {read.path: read for read in reads}

    def holds(
        self, name: str, context: Mapping[str, Any], given: Mapping[str, Any]
    ) -> Packed | None:
        """Give what the page *name* needs if nothing of it changed since the build before."""
        kept = self.state.needs.get(name) if self.can_hold else None
        if kept is None:
            return None
        needs = Needs.unpacked(kept)
        if self._touched(needs):
            return None
        if any(digest_of(_value(each, context, given)) != was for each, was in needs.names):
            return None
        contents = context["generated_content"]
        for where, attribute, was in needs.joined:
            content = dict.get(contents, where)
            if content is None or digest_of(getattr(content, attribute, MISSING)) != was:
                return None
        asked = (
            _value(function, context, given).depends(*arguments) == was
            for function, arguments, was in needs.asked
        )
        return kept if all(asked) else None

    def _touched(self, needs: Needs) -> bool:
        changes = self.changes()
        return any(
            where in changes and changes[where].touches(what) for where, what in needs.looked_at
        )

    def changes(self) -> dict[str, Change]:
        """Give what changed of each story, by its path."""
        if self._changes is None:
            self._changes = dict(_changes(self.state.reads, self.taken))
        return self._changes


@dataclass(frozen=True, slots=True)
class Change:
    """What differs in a story that was read again."""

    attributes: frozenset[str]
    known: frozenset[str]
    """What could be compared; anything else may differ as well."""

    def touches(self, looked_at: frozenset[str]) -> bool:
        """Say whether a page that looked at these attributes may be another now."""
        if not self.attributes:
            return False
        if ALL in looked_at or ALL in self.attributes:
            return True
        return bool(looked_at & self.attributes) or not looked_at <= self.known


def _told(read: Read) -> tuple[Any, ...]:
    return read.path, *read.stamp, read.story


def _changes(before: Mapping[str, Read], now: Mapping[str, Read]) -> Iterator[tuple[str, Change]]:
    whole = Change(frozenset({ALL}), frozenset())
    for path in before.keys() | now.keys():
        old, new = before.get(path), now.get(path)
        if old is new and not (old and old.story and old.story.relinked()):
            continue
        where = posixize_path(os.path.normpath(path))  # Pelican finds "./story.md", too
        if old is None or new is None or old.story is None or new.story is None:
            yield where, whole
        else:
            yield where, _compared(old.story, new.story)


def _compared(old: Story, new: Story) -> Change:
    names = old._own | new._own
    known = frozenset(names | COMPUTED)
    if old is new:
        return Change(new.relinked() | {"metadata", "summary"}, known)
    differ = {
        name
        for name in names - {"_body", "_text"}
        if digest_of(vars(old).get(name)) != digest_of(vars(new).get(name))
    }
    if not hasattr(old, "settings"):
        old.join(new.settings, new._context)
    if old._content != new._content:
        differ.add("content")
    if {"content", "metadata"} & differ:
        differ.add("summary")
    differ |= {name for name in ("url", "save_as") if getattr(old, name) != getattr(new, name)}
    return Change(frozenset(differ), known)


def _value(name: str, context: Mapping[str, Any], given: Mapping[str, Any]) -> Any:
    return given[name] if name in given else context.get(name)
