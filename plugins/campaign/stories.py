"""How stories hang together: by theme, before and after, related."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeVar

RELATED = 3


class Story(Protocol):
    """What is needed of a story."""

    slug: str
    theme: str
    date: datetime
    tag_names: list[str]


S = TypeVar("S", bound=Story)


def newest_first(stories: Sequence[S]) -> list[S]:
    """Order by date, then slug, so that the order never depends on the file system."""
    return sorted(
        sorted(stories, key=lambda story: story.slug), key=lambda story: story.date, reverse=True
    )


def of_theme(stories: Sequence[S], theme: str) -> list[S]:
    """Give the stories of *theme* in the order they came."""
    return [story for story in stories if story.theme == theme]


def neighbours(stories: Sequence[S], story: S) -> tuple[S | None, S | None]:
    """Give the story before and the one after *story* in time, within *stories* (newest first)."""
    place = list(stories).index(story)
    older = stories[place + 1] if place + 1 < len(stories) else None
    return older, stories[place - 1] if place else None


def related(stories: Sequence[S], story: S) -> list[S]:
    """Give up to three other stories that share most tags with *story*, its own theme and the
    newest first.
    """
    others = [other for other in stories if other is not story]

    def kinship(other: S) -> tuple[int, bool]:
        return len(set(other.tag_names) & set(story.tag_names)), other.theme == story.theme

    return sorted(others, key=kinship, reverse=True)[:RELATED]
