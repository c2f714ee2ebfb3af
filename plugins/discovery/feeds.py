"""Feeds of stories: Atom (RFC 4287) and JSON Feed (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup

from plugins.campaign.stories import Correction
from plugins.discovery.json_text import file_text
from plugins.discovery.links import absolute
from plugins.discovery.records import HOME, Publication, Story, Theme
from plugins.discovery.structured import author_node
from plugins.words.catalogue import Words

IN_FEED = 30
NOTHING_YET = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed was changed that never held a story."""

FIGURE = Markup('<figure><img src="{src}" alt="{alt}">{caption}</figure>\n')
CAPTION = Markup("<figcaption>{}</figcaption>")
CORRECTIONS = Markup("<h2>{heading}</h2>\n<ul>\n{items}\n</ul>\n<hr>\n")
CORRECTION = Markup("<li>{}</li>")
DAY = Markup('<time datetime="{}">{}</time>')


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A story as both kinds of feed show it; addresses are absolute."""

    id: str
    """Stays when title or address change."""
    url: str
    replies: str
    """Its messages' feed, without the ending."""
    title: str
    summary: str
    published: str
    updated: str
    author: str
    tags: tuple[str, ...]
    picture: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed of stories, newest first; addresses are absolute."""

    title: str
    subtitle: str
    url: str
    """The page it belongs to."""
    own_url: str
    """The feed itself, without the ending."""
    updated: str
    entries: tuple[Entry, ...]


def site_feed(publication: Publication, stories: Sequence[Story], words: Words) -> Feed:
    """Make the feed of all stories, of which the newest are taken."""
    return _feed(publication, publication.name, publication.description, HOME, stories, words)


def theme_feed(publication: Publication, theme: Theme, words: Words) -> Feed:
    """Make the feed of one theme's stories, of which the newest are taken."""
    title = f"{theme.title} · {publication.name}"
    return _feed(publication, title, theme.summary, theme.address, theme.stories, words)


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


def entry_of(publication: Publication, story: Story, words: Words) -> Entry:
    """Make the entry of *story*; its corrections stand before everything else."""
    return Entry(
        id=publication.absolute(f"/stories/{story.thread}/"),
        url=publication.absolute(story.address),
        replies=publication.absolute(story.messages),
        title=story.title,
        summary=story.lead,
        published=_moment(story.published),
        updated=_moment(story.modified),
        author=str(author_node(publication, story)["name"]),
        tags=story.tags,
        picture=publication.picture(story.picture) if story.picture else "",
        html=entry_html(publication, story, words),
    )


def entry_html(publication: Publication, story: Story, words: Words) -> str:
    """Give all of *story* as HTML that can stand anywhere."""
    parts = [_corrections(story.corrections, words), _figure(publication, story)]
    return "".join([*parts, absolute(story.html, publication.absolute(story.address))])


def _feed(
    publication: Publication,
    title: str,
    subtitle: str,
    address: str,
    stories: Sequence[Story],
    words: Words,
) -> Feed:
    newest = stories[:IN_FEED]
    updated = max((story.modified for story in newest), default=NOTHING_YET)
    return Feed(
        title=title,
        subtitle=subtitle,
        url=publication.absolute(address),
        own_url=publication.absolute(f"{address}feed"),
        updated=_moment(updated),
        entries=tuple(entry_of(publication, story, words) for story in newest),
    )


def _item(entry: Entry) -> dict[str, Any]:
    item = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "image": entry.picture,
        "date_published": entry.published,
        "date_modified": entry.updated,
        "authors": [{"name": entry.author}],
        "tags": entry.tags,
        "content_html": entry.html,
    }
    return {key: value for key, value in item.items() if value}


def _corrections(corrections: Sequence[Correction], words: Words) -> Markup:
    if not corrections:
        return Markup()
    items = Markup("\n").join(_correction(correction, words) for correction in corrections)
    return CORRECTIONS.format(heading=words("story.corrections"), items=items)


def _correction(correction: Correction, words: Words) -> Markup:
    day = DAY.format(correction.day.isoformat(), words.day(correction.day))
    return CORRECTION.format(words("story.correction_on", day=day, text=correction.text))


def _figure(publication: Publication, story: Story) -> Markup:
    if not story.picture:
        return Markup()
    caption = CAPTION.format(story.picture_caption) if story.picture_caption else Markup()
    src = publication.picture(story.picture)
    return FIGURE.format(src=src, alt=story.picture_alt, caption=caption)


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
