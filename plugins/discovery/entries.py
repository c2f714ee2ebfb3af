"""What feeds say of a story or an album: one entry each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from plugins.campaign.changes import Correction, Update
from plugins.discovery.links import absolute
from plugins.discovery.records import Publication, Story
from plugins.discovery.structured import author_node
from plugins.galleries.albums import Album, AlbumPhoto
from plugins.galleries.views import picture_of
from plugins.words.catalogue import Words

IN_ENTRY = 20
"""Photos of an album that its entry shows."""

FIGURE = Markup('<figure><img src="{src}" alt="{alt}">{caption}</figure>\n')
PHOTO = Markup(
    '<figure><a href="{page}"><img src="{src}" alt="{alt}" width="{width}" height="{height}"></a>'
    "{caption}</figure>\n"
)
CAPTION = Markup("<figcaption>{}</figcaption>")
PARAGRAPH = Markup("<p>{}</p>\n")
LINK = Markup('<p><a href="{}">{}</a></p>\n')
CORRECTIONS = Markup("<h2>{heading}</h2>\n<ul>\n{items}\n</ul>\n<hr>\n")
CORRECTION = Markup("<li>{}</li>")
DAY = Markup('<time datetime="{}">{}</time>')

Item = Story | Album
"""What has an entry of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A story or an album as both kinds of feed show it; addresses are absolute."""

    id: str
    """Stays when a title changes, a story's when its address does too."""
    url: str
    title: str
    summary: str
    published: datetime
    updated: datetime
    author: str
    html: str
    replies: str = ""
    """A story's messages' feed, without the ending."""
    tags: tuple[str, ...] = ()
    picture: str = ""


def moments(item: Item) -> tuple[datetime, datetime]:
    """Say since when *item* reads as it does, and since when it can be read."""
    if isinstance(item, Story):
        return item.modified, item.published
    return item.date, item.date


def entry_of(publication: Publication, item: Item, words: Words) -> Entry:
    """Make the entry of *item*."""
    if isinstance(item, Story):
        return story_entry(publication, item, words)
    return album_entry(publication, item, words)


def story_entry(publication: Publication, story: Story, words: Words) -> Entry:
    """Make the entry of *story*; its corrections stand before everything else."""
    return Entry(
        id=publication.absolute(f"/stories/{story.thread}/"),
        url=publication.absolute(story.address),
        replies=publication.absolute(story.messages),
        title=story.title,
        summary=story_summary(story, words),
        published=story.published,
        updated=story.modified,
        author=str(author_node(publication, story.credit)["name"]),
        tags=story.tags,
        picture=publication.picture(story.picture),
        html=story_html(publication, story, words),
    )


def album_entry(publication: Publication, album: Album, words: Words) -> Entry:
    """Make the entry of *album*, with its first photos."""
    url = publication.absolute(album.address)
    cover = picture_of(album.cover.photo).large if album.cover else ""
    return Entry(
        id=url,
        url=url,
        title=album.title,
        summary=album.summary,
        published=album.date,
        updated=album.date,
        author=str(author_node(publication, album.credit)["name"]),
        picture=publication.absolute(cover) if cover else "",
        html=album_html(publication, album, words),
    )


def story_summary(story: Story, words: Words) -> str:
    """Give what *story* is about, its newest correction first: many readers of feeds show no more
    of it than that.
    """
    if not story.corrections:
        return story.lead
    newest = story.corrections[0]
    told = words("story.correction_on", day=words.day(newest.day), text=newest.text)
    return words("story.corrected_lead", correction=told, lead=story.lead)


def story_html(publication: Publication, story: Story, words: Words) -> str:
    """Give all of *story* as HTML that can stand anywhere."""
    changes = [_corrections(story.corrections, words), _update(story.revision, words)]
    parts = [*changes, _figure(publication, story)]
    return "".join([*parts, absolute(story.html, publication.absolute(story.address))])


def album_html(publication: Publication, album: Album, words: Words) -> str:
    """Give what *album* is about and its first photos, as HTML that can stand anywhere."""
    photos = album.photos
    parts = [PARAGRAPH.format(album.summary)] if album.summary else []
    parts += [_photo(publication, photo) for photo in photos[:IN_ENTRY]]
    if len(photos) > IN_ENTRY:
        way = words("album.open", title=album.title, n=len(photos))
        parts.append(LINK.format(publication.absolute(album.address), way))
    return "".join(parts)


def _corrections(corrections: Sequence[Correction], words: Words) -> Markup:
    if not corrections:
        return Markup()
    items = Markup("\n").join(_correction(correction, words) for correction in corrections)
    return CORRECTIONS.format(heading=words("story.corrections"), items=items)


def _correction(correction: Correction, words: Words) -> Markup:
    day = DAY.format(correction.day.isoformat(), words.day(correction.day))
    return CORRECTION.format(words("story.correction_on", day=day, text=correction.text))


def _update(update: Update | None, words: Words) -> Markup:
    if update is None:
        return Markup()
    day = DAY.format(update.moment.date().isoformat(), words.day(update.moment))
    if not update.text:
        return PARAGRAPH.format(words("story.updated", day=day))
    return PARAGRAPH.format(words("story.updated_with", day=day, text=update.text))


def _figure(publication: Publication, story: Story) -> Markup:
    src = publication.picture(story.picture)
    if not src:
        return Markup()
    return FIGURE.format(src=src, alt=story.picture_alt, caption=_caption(story.picture_caption))


def _photo(publication: Publication, photo: AlbumPhoto) -> Markup:
    shown = picture_of(photo.photo)
    return PHOTO.format(
        page=publication.absolute(photo.address),
        src=publication.absolute(shown.large),
        alt=photo.alt,
        width=shown.large_width,
        height=shown.large_height,
        caption=_caption(" · ".join(filter(None, (photo.caption, photo.credit)))),
    )


def _caption(text: str) -> Markup:
    return CAPTION.format(text) if text else Markup()
