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
    """One page of a list; it knows no more of the others than it shows, so that it stays the same
    for as long as possible.
    """

    address: str
    """Where it stands, from the site's root."""
    stories: Sequence[S]
    """Newest first."""
    number: int = 0
    """Of an older page, the oldest one being 1; 0 for the first view."""
    older: str = ""
    """The address of the next older page; empty for the oldest one."""
    newer: str = ""
    """The address of the next newer page; empty for the first view."""
    total: int = 0
    """Stories on all pages; only the first view knows, for it changes anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryList(Generic[S]):
    """A list of stories, and the template of its pages."""

    template: str
    base: str
    """Its address, from the site's root: that of the first view."""
    stories: Sequence[S]
    """All of them, newest first."""
    length: int
    """Stories on one older page."""
    about: Mapping[str, object] = field(default_factory=dict)
    """What the template needs to know besides."""

    @property
    def first_view(self) -> ListPage[S]:
        """The newest stories: those of the page that is not full yet and of the full one before."""
        total = len(self.stories)
        shown = total - first_in_view(total, self.length) + 1
        older = self._address(self._full) if self._full else ""
        return ListPage(address=self.base, stories=self.stories[:shown], older=older, total=total)

    def older_pages(self) -> Iterator[ListPage[S]]:
        """Yield the pages that have left the first view, and do not change when stories come."""
        for number in range(1, self._full + 1):
            end = len(self.stories) - (number - 1) * self.length
            yield ListPage(
                address=self._address(number),
                stories=self.stories[end - self.length : end],
                number=number,
                older=self._address(number - 1) if number > 1 else "",
                newer=self._address(number + 1) if number < self._full else self.base,
            )

    def pages(self) -> Iterator[ListPage[S]]:
        """Yield all pages."""
        yield self.first_view
        yield from self.older_pages()

    @property
    def _full(self) -> int:
        return older_pages(len(self.stories), self.length)

    def _address(self, number: int) -> str:
        return f"{self.base}{PAGES}{number}/"


def by_tag(stories: Sequence[L]) -> list[tuple[Tag, list[L]]]:
    """Give each tag with its stories, in the order of the tags' addresses."""
    found: dict[str, tuple[Tag, list[L]]] = {}
    for story in stories:
        for tag in {tag.slug: tag for tag in story.tags}.values():
            found.setdefault(tag.slug, (tag, []))[1].append(story)
    return [found[slug] for slug in sorted(found)]
