"""What whoever begins something must know of the campaign: where it stands, which day it is there,
what is there already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from plugins.editing.heads import moment_of
from plugins.editing.sources import Source, read_source
from plugins.starting.answers import Theme, themes_of


@dataclass(frozen=True, slots=True)
class Desk:
    """A campaign's content, as it is today."""

    content: Path
    today: date
    """In the zone of the site."""

    def sources(self, part: str) -> list[Source]:
        """Read the texts of one folder, such as ``stories``."""
        return [read_source(path) for path in sorted((self.content / part).rglob("*.md"))]

    def themes(self) -> tuple[Theme, ...]:
        """Give the themes, in their order."""
        return themes_of(self.sources("themes"))

    def last_credit(self, stories: Sequence[Source]) -> str:
        """Give the credit of the newest of *stories* that has one."""
        credited = [story for story in stories if story.value("credit")]
        dated = ((moment_of(story.value("date")), story) for story in credited)
        newest = max(
            ((moment, story.path, story) for moment, story in dated if moment), default=None
        )
        return newest[2].value("credit") if newest else ""
