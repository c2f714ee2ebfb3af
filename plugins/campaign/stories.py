"""How stories hang together: by theme, before and after, related."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from heapq import nsmallest
from typing import Generic, Protocol, TypeVar, overload

RELATED = 3
NEAR = 12
"""Stories before and after one in time that are looked at, for each of its tags."""
TAG = "tag"


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


def by_theme(stories: Iterable[S]) -> dict[str, list[S]]:
    """Give the stories of each theme in the order they came."""
    found: dict[str, list[S]] = {}
    for story in stories:
        found.setdefault(story.theme, []).append(story)
    return found


def with_neighbours(stories: Sequence[S]) -> Iterator[tuple[S, S | None, S | None]]:
    """Give each of *stories* (newest first) with the one before and the one after it in time."""
    older: list[S | None] = [*stories[1:], None]
    newer: list[S | None] = [None, *stories]
    return zip(stories, older, newer, strict=False)


class Kinship(Generic[S]):
    """Which stories hang together, found by their tags and their theme.

    For each tag of a story the NEAR ones before and after it in time are looked at, where these
    are too few also those of its theme and of the site, and no others: so the work grows with the
    number of stories and not with its square, and a new story changes what is shown beside a few
    of its time, not beside hundreds.
    """

    def __init__(self, stories: Sequence[S]) -> None:
        self._stories = newest_first(stories)
        self._places = {story.slug: place for place, story in enumerate(self._stories)}
        self._tags = [frozenset(story.tag_names) for story in self._stories]
        self._moments = [story.date.timestamp() for story in self._stories]
        self._groups: dict[tuple[str, str], list[int]] = {}
        for place, story in enumerate(self._stories):
            for group in _groups_of(story):
                self._groups.setdefault(group, []).append(place)

    def related(self, story: S) -> list[S]:
        """Give up to RELATED other stories: those that share most tags with *story* first, of
        these the ones of its theme, of these the nearest in time, the older one of two.
        """
        place, near = self._places[story.slug], set[int]()
        for group in _groups_of(story):
            if group[0] == TAG or len(near) < RELATED:
                near.update(self._near(group, place))
        found = nsmallest(RELATED, (self._distance(place, other) for other in near))
        return [self._stories[other] for *_, other in found]

    def _near(self, group: tuple[str, str], place: int) -> list[int]:
        """Give the places of those of *group* that stand next to the story at *place*."""
        members = self._groups[group]
        own = bisect_left(members, place)
        return members[max(own - NEAR, 0) : own] + members[own + 1 : own + 1 + NEAR]

    def _distance(self, place: int, other: int) -> tuple[int, bool, float, bool, int]:
        """Say how far apart two stories are, and which of two as far ones comes first."""
        shared = len(self._tags[place] & self._tags[other])
        is_other_theme = self._stories[other].theme != self._stories[place].theme
        later = self._moments[other] - self._moments[place]
        return -shared, is_other_theme, abs(later), later > 0, other


def _groups_of(story: Story) -> list[tuple[str, str]]:
    """Name what *story* has in common with others, the most telling first."""
    tags = dict.fromkeys(story.tag_names)
    return [*((TAG, tag) for tag in tags), ("theme", story.theme), ("site", "")]


class Lazily(Sequence[S]):
    """The stories that *find* gives, once somebody looks: most builds render few of all pages."""

    def __init__(self, find: Callable[[], list[S]]) -> None:
        self._find = find

    @cached_property
    def _found(self) -> list[S]:
        return self._find()

    def __len__(self) -> int:
        """Say how many there are."""
        return len(self._found)

    @overload
    def __getitem__(self, place: int) -> S: ...

    @overload
    def __getitem__(self, place: slice) -> list[S]: ...

    def __getitem__(self, place: int | slice) -> S | list[S]:
        """Give one, or some."""
        return self._found[place]
