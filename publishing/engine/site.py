"""Pelican's run in our order: read, put together, render; no more of each than is needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pelican import Pelican
from pelican.generators import (
    ArticlesGenerator,
    Generator,
    SourceFileGenerator,
    StaticGenerator,
)
from pelican.plugins import signals

from publishing.checks import PageFacts
from publishing.engine import needs
from publishing.engine.bodies import Bodies
from publishing.engine.processes import in_processes, number_of
from publishing.engine.state import Before, State
from publishing.engine.stories import KEPT, StoriesGenerator
from publishing.engine.story import BODIES, Sources, Story, forget_summaries
from publishing.engine.writing import Examine, PageWriter


@dataclass(slots=True)
class Made:
    """What a run made."""

    state: State
    facts: list[PageFacts] = field(default_factory=list)
    """What was found in the pages that were rendered."""
    rendered: list[str] = field(default_factory=list)
    names: frozenset[str] = frozenset()
    """All pages, those that were not rendered too."""


@dataclass(slots=True)
class Share:
    """What one process rendered."""

    needs: dict[str, needs.Packed]
    facts: list[PageFacts]
    rendered: list[str]
    names: list[str]
    """All pages, those of other shares too; only the first one tells them."""


class Site(Pelican):  # type: ignore[misc,unused-ignore]
    """A Pelican that takes over from the build before what still holds."""

    def __init__(
        self,
        settings: dict[str, Any],
        before: Before,
        bodies: Bodies,
        *,
        examine: Examine | None = None,
        progress: Callable[[str, int, int], object] = lambda stage, done, total: None,
    ) -> None:
        settings[KEPT], settings[BODIES] = before, bodies
        self.before, self.examine, self.progress = before, examine, progress
        before.progress = progress
        Story.is_final = False
        super().__init__(settings)

    def run(self) -> Made:
        """Make the site; gives what the next build can take over."""
        needs.forget_digests()
        generators = self._generators()
        for generator in generators:
            _call(generator, "generate_context")
            _call(generator, "check_disabled_readers")
        signals.all_generators_finalized.send(generators)
        for generator in generators:
            _call(generator, "refresh_metadata_intersite_links")
        Story.is_final = True
        made = self._render(generators)
        signals.finalized.send(self)
        forget_summaries()
        needs.forget_digests()
        return made

    def _generators(self) -> list[Generator]:
        context = self.settings.copy()
        context |= {
            "generated_content": Sources(),
            "static_links": set(),
            "static_content": Sources(),
            "localsiteurl": self.settings["SITEURL"],
        }
        places = {"path": self.path, "theme": self.theme, "output_path": self.output_path}
        generators = [
            kind(context=context, settings=self.settings, **places)
            for kind in self._get_generator_classes()
        ]
        for generator in generators:
            if environment := getattr(generator, "env", None):
                needs.let_note(environment)
        return generators

    def _get_generator_classes(self) -> list[type[Generator]]:
        kinds = super()._get_generator_classes()
        return [StoriesGenerator if kind is ArticlesGenerator else kind for kind in kinds]

    def _render(self, generators: list[Generator]) -> Made:
        """Render what does not hold any more, in several processes where that is much."""
        number = 1 if self.before.can_hold else self._processes()
        watched = self._watched(generators[0].context)
        if number > 1:
            self._make_addresses()
        shares = in_processes(
            number, lambda each: self._share(generators, watched, each=each, number=number)
        )
        self.progress("Pages", len(shares[0].names), len(shares[0].names))
        return self._joined(shares)

    def _make_addresses(self) -> None:
        """Make the addresses of all stories once for all processes, which would each make them, in
        memory of its own.
        """
        for read in self.before.taken.values():
            if read.story is not None:
                read.story.get_url_setting("url")
                read.story.get_url_setting("save_as")

    def _processes(self) -> int:
        return number_of(len(self.before.taken), self.settings.get("BUILD_PROCESSES", 0))

    def _watched(self, context: dict[str, Any]) -> frozenset[str]:
        """Name what of the context leads to stories; settings do not."""
        names = context.keys() - self.settings.keys() - {"generated_content", "static_content"}
        return frozenset(name for name in names if needs.bears_contents(context[name]))

    def _share(
        self, generators: list[Generator], watched: frozenset[str], *, each: int, number: int
    ) -> Share:
        """Go through all pages and render those of share *each* of *number*; files that are no
        pages are the first one's.
        """
        expected = len(self.before.state.needs) or len(self.before.taken)
        writer = PageWriter(
            self.output_path,
            self.settings,
            holds=self.before.holds,
            watched=watched,
            examine=self.examine,
            progress=self._told(expected) if each == 0 else None,
        )
        writer.share, writer.number = each, number
        for generator in generators:
            if each == 0 or not isinstance(generator, StaticGenerator | SourceFileGenerator):
                _call(generator, "generate_output", writer)
        names = list(writer.names) if each == 0 else []
        return Share(writer.needs, writer.facts, writer.rendered, names)

    def _joined(self, shares: list[Share]) -> Made:
        state = State(self.before.generation, self.before.taken)
        for share in shares:
            state.needs |= share.needs
        beside = {file for files, _ in state.needs.values() for file in files}
        return Made(
            state,
            [fact for share in shares for fact in share.facts],
            [name for share in shares for name in share.rendered],
            frozenset(shares[0].names) | beside,
        )

    def _told(self, expected: int) -> Callable[[int], object]:
        """Give what tells how many pages are done, of about as many as are *expected*."""
        total = max(expected, 1)
        return lambda done: self.progress("Pages", min(done, total - 1), total)


def _call(generator: Generator, method: str, *arguments: object) -> None:
    if hasattr(generator, method):
        getattr(generator, method)(*arguments)
