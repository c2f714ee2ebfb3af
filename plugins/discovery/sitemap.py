"""Which pages search engines may list (https://www.sitemaps.org/protocol.html), and how old they
are; none of it depends on messages, which would make every approval rewrite it, and none on the
files that were written, as a build may write few of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from plugins.discovery.links import join
from plugins.discovery.records import (
    GALLERIES,
    HOME,
    STORIES,
    Publication,
    Story,
    Theme,
    newest_change,
)
from plugins.galleries.albums import Album, AlbumPhoto
from plugins.galleries.views import picture_of

LARGEST = 50_000
"""Pages in one sitemap; more need several and an index of them."""
MOST_PICTURES = 1_000
"""Pictures that search engines take of one page."""
NUMBERED = re.compile(r"page/[0-9]+/$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A page of the sitemap; addresses are absolute."""

    url: str
    modified: str = ""
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What is known of the pages: keys are addresses from the site's root."""

    modified: Mapping[str, datetime]
    pictures: Mapping[str, tuple[str, ...]]


def contents_of(
    publication: Publication,
    stories: Sequence[Story],
    themes: Sequence[Theme],
    albums: Sequence[Album] = (),
) -> Contents:
    """Gather when pages changed, and which pictures belong to them."""
    modified = _ages_of_stories(stories, themes)
    shown = {story.address: story_pictures(publication, story) for story in stories}
    for album in albums:
        own = {photo.address: (_address(publication, photo),) for photo in album.photos}
        shown |= own | {album.address: _distinct(url for urls in own.values() for url in urls)}
        modified |= dict.fromkeys((album.address, *own), album.date)
    if albums:
        newest = max(album.date for album in albums)
        modified |= {GALLERIES: newest, HOME: max(modified.get(HOME, newest), newest)}
        covers = [album.cover for album in albums if album.cover]
        shown[GALLERIES] = _distinct(_address(publication, cover) for cover in covers)
    return Contents(modified=modified, pictures=shown)


def story_pictures(publication: Publication, story: Story) -> tuple[str, ...]:
    """Give the addresses of a story's own pictures, each once; those of other sites are theirs."""
    first = [publication.picture(story.picture)]
    base = publication.absolute(story.address)
    within = (join(base, address) for address in story.pictures)
    return _distinct(url for url in [*first, *within] if url.startswith(f"{publication.url}/"))


def locations(publication: Publication, pages: Iterable[str], contents: Contents) -> list[Location]:
    """Give the sitemap's lines for *pages*, in order; later pages of a list are as old as the first
    one.
    """
    return [
        Location(
            url=publication.absolute(page),
            modified=_moment(contents.modified.get(NUMBERED.sub("", page))),
            pictures=contents.pictures.get(page, ())[:MOST_PICTURES],
        )
        for page in sorted(pages)
    ]


def parts(found: Sequence[Location], largest: int = LARGEST) -> list[Sequence[Location]]:
    """Share out *found* over as many sitemaps as are needed."""
    return [found[start : start + largest] for start in range(0, len(found), largest)] or [[]]


def _ages_of_stories(stories: Sequence[Story], themes: Sequence[Theme]) -> dict[str, datetime]:
    """Say when the pages of stories and of their lists changed."""
    groups: dict[str, list[Story]] = {HOME: [*stories], STORIES: [*stories]}
    groups |= {theme.address: [*theme.stories] for theme in themes}
    for story in stories:
        for address in story.tag_addresses:
            groups.setdefault(address, []).append(story)
    newest = {key: found for key, group in groups.items() if (found := newest_change(group))}
    return {story.address: story.modified for story in stories} | newest


def _address(publication: Publication, photo: AlbumPhoto) -> str:
    return publication.absolute(picture_of(photo.photo).large)


def _distinct(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))


def _moment(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""
