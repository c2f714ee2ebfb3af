"""Feeds of stories and albums: Atom (RFC 4287) and JSON Feed
(https://www.jsonfeed.org/version/1.1/).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from plugins.discovery.entries import Entry, Item, entry_of, moments
from plugins.discovery.json_text import file_text
from plugins.discovery.records import GALLERIES, HOME, Publication, Story, Theme
from plugins.galleries.albums import Album
from plugins.words.catalogue import Words

IN_FEED = 30
NOTHING_YET = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed was changed that never held anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed of stories and albums, the last changed first; addresses are absolute."""

    title: str
    subtitle: str
    url: str
    """The page it belongs to."""
    own_url: str
    """The feed itself, without the ending."""
    entries: tuple[Entry, ...]

    @property
    def updated(self) -> datetime:
        """The moment of its newest change."""
        return max((entry.updated for entry in self.entries), default=NOTHING_YET)


def site_feed(
    publication: Publication, stories: Sequence[Story], albums: Sequence[Album], words: Words
) -> Feed:
    """Make the feed of all stories and albums."""
    items: list[Item] = [*stories, *albums]
    return _feed(publication, publication.name, publication.description, HOME, items, words)


def theme_feed(publication: Publication, theme: Theme, words: Words) -> Feed:
    """Make the feed of one theme's stories."""
    title = f"{theme.title} · {publication.name}"
    return _feed(publication, title, theme.summary, theme.address, theme.stories, words)


def albums_feed(publication: Publication, albums: Sequence[Album], words: Words) -> Feed:
    """Make the feed of all albums."""
    title = f"{words('gallery.title')} · {publication.name}"
    subtitle = words("gallery.description", name=publication.name)
    return _feed(publication, title, subtitle, GALLERIES, albums, words)


def json_feed(publication: Publication, feed: Feed) -> str:
    """Give the file of *feed* as a JSON Feed."""
    data = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.subtitle,
        "home_page_url": feed.url,
        "feed_url": f"{feed.own_url}.json",
        "language": publication.language,
        "authors": [{"name": publication.publisher, "url": publication.publisher_url}],
        "items": [_item(entry) for entry in feed.entries],
    }
    return file_text(data)


def _feed(
    publication: Publication,
    title: str,
    subtitle: str,
    address: str,
    items: Sequence[Item],
    words: Words,
) -> Feed:
    """Make a feed of those of *items* that changed last: what was corrected comes back, however
    old it is.
    """
    latest = sorted(items, key=moments, reverse=True)[:IN_FEED]
    return Feed(
        title=title,
        subtitle=subtitle,
        url=publication.absolute(address),
        own_url=publication.absolute(f"{address}feed"),
        entries=tuple(entry_of(publication, item, words) for item in latest),
    )


def _item(entry: Entry) -> dict[str, Any]:
    item = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "image": entry.picture,
        "date_published": entry.published.isoformat(timespec="seconds"),
        "date_modified": entry.updated.isoformat(timespec="seconds"),
        "authors": [{"name": entry.author}],
        "tags": entry.tags,
    }
    return {key: value for key, value in item.items() if value} | {"content_html": entry.html}
