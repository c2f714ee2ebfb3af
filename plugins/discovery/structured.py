"""Structured data in the words of https://schema.org, as search engines read them
(https://developers.google.com/search/docs/appearance/structured-data).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from plugins.campaign.changes import Correction
from plugins.discovery.identities import story_identity
from plugins.discovery.json_text import script_text
from plugins.discovery.records import GALLERIES, HOME, Publication, Story, Theme
from plugins.galleries.views import picture_of

if TYPE_CHECKING:  # who publishes messages needs no reader of albums
    from plugins.galleries.albums import Album, AlbumPhoto

LONGEST_HEADLINE = 110
"""Characters of a headline; what is longer, search engines cut off."""

Node = dict[str, object]


def structured_story(publication: Publication, story: Story, cards: Sequence[str] = ()) -> Markup:
    """Give a story and the way to it; *cards* are addresses of pictures made for sharing."""
    section = [(story.section_address, story.section)] if story.section else []
    trail = [*section, (story.address, story.title)]
    return _graph(article_node(publication, story, cards), trail_node(publication, trail))


def structured_theme(publication: Publication, theme: Theme, listed: Sequence[str]) -> Markup:
    """Give a theme's page with the addresses of the stories *listed* there, and the way to it."""
    node = _collection_node(publication, theme.address, theme.title, theme.summary, listed)
    return _graph(node, trail_node(publication, [(theme.address, theme.title)]))


def structured_albums(
    publication: Publication, albums: Iterable[Album], title: str, description: str
) -> Markup:
    """Give the page of all albums with their list, and the way to it."""
    listed = [album.address for album in albums]
    node = _collection_node(publication, GALLERIES, title, description, listed)
    return _graph(node, trail_node(publication, [(GALLERIES, title)]))


def structured_album(publication: Publication, album: Album, title: str) -> Markup:
    """Give an album with its photos, and the way to it; *title* is that of all albums."""
    trail = [(GALLERIES, title), (album.address, album.title)]
    return _graph(gallery_node(publication, album), trail_node(publication, trail))


def structured_photo(
    publication: Publication, album: Album, photo: AlbumPhoto, title: str
) -> Markup:
    """Give a photo, and the way to it over its album; *title* is that of all albums."""
    url = publication.absolute(photo.address)
    node = photo_node(publication, album, photo) | {
        "@id": f"{url}#photo",
        "mainEntityOfPage": {"@type": "WebPage", "@id": url},
        "representativeOfPage": True,
        "inLanguage": publication.language,
        "isPartOf": {"@id": gallery_identity(publication, album)},
    }
    name = photo.caption or photo.alt or album.title
    trail = [(GALLERIES, title), (album.address, album.title), (photo.address, name)]
    return _graph(node, trail_node(publication, trail))


def structured_site(publication: Publication) -> Markup:
    """Give the site as a whole, for its home page."""
    node: Node = {
        "@type": "WebSite",
        "@id": site_identity(publication),
        "url": publication.absolute(HOME),
        "name": publication.name,
        "description": publication.description,
        "inLanguage": publication.language,
        "publisher": _publisher_node(publication),
    }
    return _graph(node)


def article_node(publication: Publication, story: Story, cards: Sequence[str] = ()) -> Node:
    """Give the NewsArticle of *story*; facts that it has not are left out."""
    url = publication.absolute(story.address)
    picture = publication.picture(story.picture)
    node: Node = {
        "@type": "NewsArticle",
        "@id": story_identity(url),
        "mainEntityOfPage": {"@type": "WebPage", "@id": url},
        "url": url,
        "headline": headline(story.title),
        "description": story.lead,
        "datePublished": story.published.isoformat(timespec="seconds"),
        "dateModified": story.modified.isoformat(timespec="seconds"),
        "image": [*filter(None, [picture]), *map(publication.absolute, cards)],
        "author": author_node(publication, story.credit),
        "publisher": _publisher_node(publication),
        "articleSection": story.section,
        "keywords": list(story.tags),
        "creditText": story.credit,
        "isBasedOn": story.source_url,
        "correction": [_correction_node(each) for each in story.corrections],
        "inLanguage": publication.language,
        "isAccessibleForFree": True,
        "isPartOf": {"@id": site_identity(publication)},
    }
    return _told(node)


def gallery_node(publication: Publication, album: Album) -> Node:
    """Give the ImageGallery of *album*; facts that it has not are left out."""
    node: Node = {
        "@type": "ImageGallery",
        "@id": gallery_identity(publication, album),
        "url": publication.absolute(album.address),
        "name": album.title,
        "description": album.summary,
        "datePublished": album.date.isoformat(timespec="seconds"),
        "inLanguage": publication.language,
        "creditText": album.credit,
        "publisher": _publisher_node(publication),
        "isPartOf": {"@id": site_identity(publication)},
    }
    photos = [photo_node(publication, album, photo) for photo in album.photos]
    return _told(node) | {"image": photos}


def photo_node(publication: Publication, album: Album, photo: AlbumPhoto) -> Node:
    """Give the ImageObject of *photo* in the file for sharing; facts that it has not are left
    out.
    """
    shown = picture_of(photo.photo)
    node: Node = {
        "@type": "ImageObject",
        "url": publication.absolute(photo.address),
        "contentUrl": publication.absolute(shown.large),
        "thumbnailUrl": publication.absolute(shown.src),
        "width": shown.large_width,
        "height": shown.large_height,
        "caption": photo.caption,
        "description": photo.alt,
        "creditText": photo.credit or album.credit,
        "dateCreated": photo.taken,
    }
    return _told(node)


def trail_node(publication: Publication, trail: Iterable[tuple[str, str]]) -> Node:
    """Give the way from the home page through (address, name) pairs."""
    items = [
        {
            "@type": "ListItem",
            "position": position,
            "name": name,
            "item": publication.absolute(address),
        }
        for position, (address, name) in enumerate([(HOME, publication.name), *trail], 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def author_node(publication: Publication, credit: str) -> Node:
    """Name who made something: who stands first in its line of *credit*, else its publisher."""
    first = credit.partition("·")[0].strip()
    if first and first != publication.publisher:
        return {"@type": "Organization", "name": first}
    return _publisher_node(publication)


def gallery_identity(publication: Publication, album: Album) -> str:
    """Give the identity of an album."""
    return f"{publication.absolute(album.address)}#gallery"


def site_identity(publication: Publication) -> str:
    """Give the identity of the site."""
    return f"{publication.url}/#site"


def headline(title: str) -> str:
    """Give *title*, cut to what search engines take."""
    if len(title) <= LONGEST_HEADLINE:
        return title
    return title[: LONGEST_HEADLINE - 1] + "…"


def _publisher_node(publication: Publication) -> Node:
    return {
        "@type": "Organization",
        "name": publication.publisher,
        "url": publication.publisher_url,
    }


def _correction_node(correction: Correction) -> Node:
    return {
        "@type": "CorrectionComment",
        "datePublished": correction.day.isoformat(),
        "text": correction.text,
    }


def _collection_node(
    publication: Publication, address: str, name: str, description: str, listed: Sequence[str]
) -> Node:
    """Give a page that lists the pages at the addresses *listed*."""
    url = publication.absolute(address)
    return {
        "@type": "CollectionPage",
        "@id": f"{url}#page",
        "url": url,
        "name": name,
        "description": description,
        "inLanguage": publication.language,
        "isPartOf": {"@id": site_identity(publication)},
        "mainEntity": _list("ItemList", [publication.absolute(each) for each in listed]),
    }


def _list(kind: str, urls: Sequence[str]) -> Node:
    items = [
        {"@type": "ListItem", "position": position, "url": url}
        for position, url in enumerate(urls, 1)
    ]
    return {"@type": kind, "numberOfItems": len(items), "itemListElement": items}


def _told(node: Node) -> Node:
    """Leave out what is empty."""
    return {key: value for key, value in node.items() if value not in ("", [])}


def _graph(*nodes: Node) -> Markup:
    return script_text({"@context": "https://schema.org", "@graph": list(nodes)})
