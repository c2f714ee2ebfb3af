"""What does an edit cost when the site is large? Against stock Pelican with its cache, and Hugo."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from benchmarks.parts.bench import Group
from benchmarks.parts.builders import (
    Builder,
    Ours,
    Stock,
    cold,
    differing,
    digests,
    settled,
    snapshot,
    written,
)
from benchmarks.parts.corpus import StoryFolder
from benchmarks.parts.runs import Run, cpu_of, seconds_of
from benchmarks.parts.table import Question, Row, figure
from benchmarks.parts.yard import Yard

EDITED, ADDED, NOTHING = "one story's body edited", "one story added", "nothing changed"
LIMITS = {EDITED: 1.0, ADDED: 1.5, NOTHING: 0.5}
"""Seconds on the clock, the start of the program included."""
SITES = ("minimal", "our theme")
SECONDS = {
    (site, deed): Question(what=f"{site}, 10,000 stories: {deed}", limit=limit, unit=" s")
    for site in SITES
    for deed, limit in LIMITS.items()
}
NONE_WRITTEN = {
    site: Question(what=f"{site}: files written when nothing changed", limit=0) for site in SITES
}
ONE_WRITTEN = Question(what="minimal: files written when one body changed", limit=1)
EQUAL = {
    "minimal": Question(what="minimal, edited: files other than stock Pelican's", limit=0),
    "our theme": Question(what="our theme, edited: files other than a clean build's", limit=0),
}


@dataclass(frozen=True, slots=True)
class Folders:
    """The stories of one site, as often as somebody reads them."""

    each: Sequence[StoryFolder]
    count: int

    def edit(self, edition: int) -> None:
        """Change the text of the story in the middle."""
        self._everywhere(lambda folder: folder.edit(self.count // 2, edition))

    def add(self, turn: int) -> None:
        """Add one more story, the newest."""
        self._everywhere(lambda folder: folder.edit(self.count + turn - 1, 0))

    def restore(self, turns: int) -> None:
        """Take back all that *turns* edits and additions did."""
        self.edit(0)
        for folder in self.each:
            for number in range(self.count, self.count + turns):
                folder.path(number).unlink(missing_ok=True)

    def _everywhere(self, change: Callable[[StoryFolder], None]) -> None:
        for folder in self.each:
            change(folder)


@dataclass(frozen=True, slots=True)
class Deed:
    """What one deed took, by builder."""

    runs: dict[str, list[Run]] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)
    """Files written, in the last turn."""

    def did(self, name: str, builder: Builder) -> None:
        """Let *builder* bring its site up to date, and count."""
        before = snapshot(builder.tree())
        self.runs.setdefault(name, []).append(settled(builder))
        self.files[name] = written(before, snapshot(builder.tree()))

    def told(self, name: str) -> str:
        """Say what it took."""
        runs = self.runs[name]
        seconds, cpu = figure(seconds_of(runs), " s"), figure(cpu_of(runs), " s")
        return f"{seconds}, CPU {cpu}, {self.files[name]:,} files"


def minimal(yard: Yard) -> Iterator[Row]:
    """Edit the minimal site under everybody's eyes; ours must then be what stock's is."""
    count = yard.form.stories
    site = yard.minimal(count)
    builders: dict[str, Builder] = {
        "ours": Ours(folder=site.folder),
        "stock": Stock(folder=site.folder, is_cached=True),
    }
    folders = [site.stories]
    if not yard.form.is_short:
        hugo = yard.hugo(count)
        builders["Hugo"] = yard.hugo_of(hugo)
        folders.append(hugo.stories)
    with _restored(Folders(folders, count), yard.form.times) as stories:
        deeds = _edited(stories, builders, yard.form.times)
        yield from _rows(yard, "minimal", deeds)
        other = differing(builders["ours"].tree(), builders["stock"].tree())
        yield EQUAL["minimal"].answered(len(other))


def whole(yard: Yard) -> Iterator[Row]:
    """Edit the site with our theme; it must then be what a clean build of ours gives."""
    site = yard.whole(yard.form.whole)
    ours = Ours(folder=site.folder)
    with _restored(Folders([site.stories], yard.form.whole), yard.form.times) as stories:
        yield from _rows(yard, "our theme", _edited(stories, {"ours": ours}, yard.form.times))
        edited = digests(ours.tree())
        cold(ours)
        yield EQUAL["our theme"].answered(len(edited.items() ^ digests(ours.tree()).items()))


def _questions(site: str) -> tuple[Question, ...]:
    files = (ONE_WRITTEN,) if site == "minimal" else ()
    return (*(SECONDS[site, deed] for deed in LIMITS), *files, NONE_WRITTEN[site], EQUAL[site])


EDITS: tuple[Group[Yard], ...] = tuple(
    Group(_questions(site), measure) for site, measure in zip(SITES, (minimal, whole), strict=True)
)


@contextmanager
def _restored(stories: Folders, turns: int) -> Iterator[Folders]:
    """Give *stories* as they were made, and leave them so."""
    stories.restore(turns)
    try:
        yield stories
    finally:
        stories.restore(turns)


def _edited(stories: Folders, builders: Mapping[str, Builder], turns: int) -> Mapping[str, Deed]:
    """Build all, then do each deed in turn, and let all builders follow, in turn."""
    for builder in builders.values():
        cold(builder)
    deeds = {deed: Deed() for deed in LIMITS}
    for turn in range(1, turns + 1):
        for deed, did in deeds.items():
            if deed == EDITED:
                stories.edit(turn)
            elif deed == ADDED:
                stories.add(turn)
            for name, builder in builders.items():
                did.did(name, builder)
    return deeds


def _rows(yard: Yard, site: str, deeds: Mapping[str, Deed]) -> Iterator[Row]:
    for deed, did in deeds.items():
        peers = "; ".join(f"{name}: {did.told(name)}" for name in did.runs if name != "ours")
        question, told = SECONDS[site, deed], did.told("ours")
        if yard.form.is_short:
            yield question.noted(told, peers=peers)
        else:
            yield question.answered(seconds_of(did.runs["ours"]), note=told, peers=peers)
    if site == "minimal":
        yield ONE_WRITTEN.answered(deeds[EDITED].files["ours"])
    yield NONE_WRITTEN[site].answered(deeds[NOTHING].files["ours"])
