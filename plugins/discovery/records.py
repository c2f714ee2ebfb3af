"""What machines are told of the site and its stories: plain facts, without Pelican."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from plugins.campaign.changes import Correction, Update
from plugins.galleries.records import Photo
from plugins.galleries.views import PICTURES, picture_of

HOME = "/"
STORIES = "/stories/"
GALLERIES = "/galleries/"
"""Addresses that do not depend on what editors write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """The site as a whole, and who answers for it."""

    url: str
    """Absolute, without a slash at the end."""
    name: str
    description: str
    language: str
    publisher: str
    publisher_url: str
    photos: Mapping[str, Photo] = field(default_factory=dict)
    """Every picture that files were made of, by its path below the content."""

    def absolute(self, address: str) -> str:
        """Give *address*, which begins at the site's root, with the site before it."""
        return f"{self.url}{address}"

    def picture(self, name: str) -> str:
        """Give the absolute address of the picture *name* in ``content/pictures``: of a drawing
        itself, else of the JPEG for sharing; empty when none could be made.
        """
        if name.endswith(".svg"):
            return self.absolute(PICTURES + name)
        photo = self.photos.get(f"pictures/{name}")
        return self.absolute(picture_of(photo).large) if photo else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A story that readers can see."""

    title: str
    lead: str
    slug: str
    thread: str
    """Stays when title or address change."""
    read: Callable[[], str] = field(repr=False, compare=False)
    """Gives its text as HTML, which may stand on the disk."""
    published: datetime
    modified: datetime
    picture: str = ""
    picture_alt: str = ""
    picture_caption: str = ""
    section: str = ""
    """Name of its theme."""
    section_address: str = ""
    tags: tuple[str, ...] = ()
    tag_addresses: tuple[str, ...] = ()
    source_url: str = ""
    """Where it was taken from."""
    credit: str = ""
    """Who made it, between middle dots; the first one wrote it."""
    corrections: tuple[Correction, ...] = ()
    """Newest first."""
    revision: Update | None = None
    formerly: tuple[str, ...] = ()
    """Slugs it had before."""
    pictures: tuple[str, ...] = ()
    """The addresses of the pictures in its text, as they stand there."""

    @property
    def address(self) -> str:
        """Where it stands, from the site's root."""
        return f"{STORIES}{self.slug}/"

    @property
    def html(self) -> str:
        """Its text."""
        return self.read()

    @property
    def messages(self) -> str:
        """Where its messages' feeds stand, without their ending."""
        return f"{self.address}messages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A theme's page with its stories, newest first."""

    title: str
    summary: str
    slug: str
    stories: Sequence[Story] = ()

    @property
    def address(self) -> str:
        """Where it stands, from the site's root."""
        return f"/themes/{self.slug}/"


def newest_change(stories: Iterable[Story]) -> datetime | None:
    """Give the moment of the newest change among *stories*."""
    return max((story.modified for story in stories), default=None)
