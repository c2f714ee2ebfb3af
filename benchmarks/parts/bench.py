"""What the questions about pictures share: how much is measured, with what, and where."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from benchmarks.parts.album import AlbumSite
from benchmarks.parts.photos import Camera
from benchmarks.parts.runs import HERE
from benchmarks.parts.table import Question, Row

VAR = HERE / "var" / "bench"
"""Peers and photos stay here from one run to the next."""
PEERS, PHOTOS = VAR / "peers", VAR / "photos"
B = TypeVar("B")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How much is measured: numbers of photos, and how often."""

    camera: Camera
    different: int
    """Photos that are really made; where more are wanted, they come under several names."""
    times: int
    """How often everything is run; medians count."""
    two_widths: int
    four_widths: int
    product: int
    unchanged: int
    few: int
    """Photos that are there before one more comes, and before many do."""
    many: Mapping[str, int]
    """By recipe: with as many photos the memory must be that of *few*."""
    is_short: bool = False
    """Whether no peer is asked and no time judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """One run of the benchmark."""

    form: Form
    photos: Sequence[Path]
    folder: Path
    """For everything that is made; empty at first, removed afterwards."""

    def site(self, name: str, count: int, photos: Sequence[Path] = ()) -> AlbumSite:
        """Make a site with an album of *count* photos."""
        return AlbumSite.make(self.folder / name, photos or self.photos, count)


@dataclass(frozen=True, slots=True)
class Group(Generic[B]):
    """Questions that are answered together."""

    questions: tuple[Question, ...]
    measure: Callable[[B], Iterator[Row]]

    def rows(self, bench: B) -> Iterator[Row]:
        """Measure; what fails leaves its questions unanswered and the other groups alone."""
        answered = set()
        try:
            for row in self.measure(bench):
                answered.add(row.what)
                yield row
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            why = str(error).partition("\n")[0]
            for question in self.questions:
                if question.what not in answered:
                    yield question.not_measured(why or type(error).__name__)
