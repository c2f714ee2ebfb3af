"""Lists of stories on pages that stay as they are: counted from the oldest story, as older pages of
messages are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from comment_archive.directory import first_in_view, older_pages

PAGES = "page/"
"""Below a list's address: where its older pages stand, by their number."""


class Listed(Protocol):
    """What is needed of a story."""

    @property
    def tags(self) -> Sequence[Tag]:
        """Its tags."""


class Tag(Protocol):
    """What is needed of a tag."""

    @property
    def slug(self) -> str:
        """Its name within addresses."""

    @property
    def url(self) -> str:
        """The address of its list, without the slash at the start."""


S = TypeVar("S")
L = TypeVar("L", bound=Listed)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage(Generic[S]):
    """One page of a list."""

    base: str
    """The address of the list, from the site's root: that of its first view."""
    stories: Sequence[S]
    """Newest first."""
    number: int = 0
    """Of an older page, the oldest one being 1; 0 for the first view."""
    full: int = 0
    """How many older pages there are."""
    total: int = 0
    """Stories on all pages; only the first view knows, for it changes anyway."""

    @property
    def address(self) -> str:
        """Where the page stands, from the site's root."""
        return f"{self.base}{PAGES}{self.number}/" if self.number else self.base

    @property
    def older(self) -> str:
        """The address of the next older page; empty for the oldest one."""
        number = (self.number or self.full + 1) - 1
        return f"{self.base}{PAGES}{number}/" if number else ""

    @property
    def newer(self) -> str:
        """The address of the next newer page; empty for the first view."""
        if not self.number:
            return ""
        return f"{self.base}{PAGES}{self.number + 1}/" if self.number < self.full else self.base


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryList(Generic[S]):
    """A list of stories, and the template of its pages."""

    template: str
    base: str
    stories: Sequence[S]
    """All of them, newest first."""
    length: int
    """Stories on one older page."""
    about: Mapping[str, object] = field(default_factory=dict)
    """What the template needs to know besides."""

    @property
    def first_view(self) -> ListPage[S]:
        """The newest stories: those of the page that is not full yet and of the full one before."""
        shown = len(self.stories) - first_in_view(len(self.stories), self.length) + 1
        return ListPage(
            base=self.base,
            stories=self.stories[:shown],
            full=self._full,
            total=len(self.stories),
        )

    def older_pages(self) -> Iterator[ListPage[S]]:
        """Yield the pages that have left the first view, and do not change when stories come."""
        for number in range(1, self._full + 1):
            end = len(self.stories) - (number - 1) * self.length
            stories = self.stories[end - self.length : end]
            yield ListPage(base=self.base, stories=stories, number=number, full=self._full)

    def pages(self) -> Iterator[ListPage[S]]:
        """Yield all pages."""
        yield self.first_view
        yield from self.older_pages()

    @property
    def _full(self) -> int:
        return older_pages(len(self.stories), self.length)


def by_tag(stories: Sequence[L]) -> list[tuple[Tag, list[L]]]:
    """Give each tag with its stories, in the order of the tags' addresses."""
    found: dict[str, tuple[Tag, list[L]]] = {}
    for story in stories:
        for tag in {tag.slug: tag for tag in story.tags}.values():
            found.setdefault(tag.slug, (tag, []))[1].append(story)
    return [found[slug] for slug in sorted(found)]
