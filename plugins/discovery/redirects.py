"""Former addresses of stories and albums, each of which leads to where that stands now; and what
marks stories that are gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from comment_archive.files import THREAD_ID
from plugins.discovery.records import GALLERIES, STORIES, Story

if TYPE_CHECKING:  # who serves and checks pages needs no reader of albums
    from plugins.galleries.albums import Album

NGINX, CADDY = "redirects.map", "redirects.caddy"
"""The files that tell web servers of former addresses, among a release's records."""


class RedirectError(ValueError):
    """A former address cannot lead to its story; the message holds one line a mistake."""


@dataclass(frozen=True, slots=True)
class Redirect:
    """A way from one address to another, both from the site's root and with a slash at the end."""

    old: str
    new: str
    title: str
    """That of the story or the album."""

    @property
    def own_file(self) -> str:
        """The page that stands at the former address, below the public tree."""
        return f"{self.old.lstrip('/')}index.html"


ABOUT = "# Former addresses, written by the build; Caddy refuses a file that is empty.\n"
GONE = "gone.txt"
"""Stands beside the page of a withdrawn story: a web server that sees it answers 410 there and
below.
"""
GONE_TEXT = "410 Gone\n"


def marks(slugs: Iterable[str]) -> dict[str, str]:
    """Give the files that mark what stands, or stood, at *slugs* as gone."""
    return {f"{STORIES.lstrip('/')}{slug}/{GONE}": GONE_TEXT for slug in slugs}


def redirects(stories: Sequence[Story], gone: Mapping[str, str] | None = None) -> list[Redirect]:
    """Give the way from every former address; raises RedirectError when one is taken, claimed
    twice, or no address. *gone* names the withdrawn story of each address that leads nowhere.
    """
    taken = dict(gone or {}) | {story.slug: story.slug for story in stories}
    problems: list[str] = []
    found: list[Redirect] = []
    for story in sorted(stories, key=lambda story: story.slug):
        for slug in story.formerly:
            if not THREAD_ID.fullmatch(slug):
                problems.append(_problem(story, slug, "读不成地址"))
            elif slug in taken:
                problems.append(_problem(story, slug, f"已经归报道 {taken[slug]}"))
            else:
                taken[slug] = story.slug
                found.append(Redirect(f"{STORIES}{slug}/", story.address, story.title))
    if problems:
        raise RedirectError("\n".join(problems))
    return found


def album_redirects(albums: Iterable[Album]) -> list[Redirect]:
    """Give the way from every former address of an album; the checks have seen to it that none is
    taken.
    """
    return [
        Redirect(f"{GALLERIES}{slug}/", album.address, album.title)
        for album in albums
        for slug in album.formerly
    ]


def photo_redirects(albums: Iterable[Album]) -> list[Redirect]:
    """Give the ways of photos, which moved with their album."""
    return [
        Redirect(f"{way.old}{photo.slug}/", photo.address, album.title)
        for album in albums
        for way in album_redirects([album])
        for photo in album.photos
    ]


def maps(found: Iterable[Redirect]) -> dict[str, str]:
    """Give the ways as files of lines that web servers read within their ``map``, those of nginx
    and of Caddy; whatever is below an address moved with it.
    """
    ways = [(way.old.rstrip("/"), way.new.rstrip("/")) for way in found]
    nginx = "".join(f"{old} {new};\n" for old, new in ways)
    caddy = "".join(f"~^{old}(/[a-z0-9./-]*)?$ {new}${{1}}\n" for old, new in ways)
    return {NGINX: ABOUT + nginx, CADDY: ABOUT + caddy}


def _problem(story: Story, slug: str, what: str) -> str:
    return f"stories/{story.slug}: formerly: “{slug}”{what}：删去它，或者换一个"
