"""Structured data in the words of https://schema.org, as search engines read them
(https://developers.google.com/search/docs/appearance/structured-data).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from plugins.campaign.data import Picture
from plugins.campaign.stories import Correction
from plugins.discovery.json_text import script_text
from plugins.discovery.records import GALLERIES, HOME, Publication, Story, Theme

LONGEST_HEADLINE = 110
"""Characters of a headline; what is longer, search engines cut off."""

Node = dict[str, object]


def structured_story(publication: Publication, story: Story, cards: Sequence[str] = ()) -> Markup:
    """Give a story and the way to it; *cards* are addresses of pictures made for sharing."""
    section = [(story.section_address, story.section)] if story.section else []
    trail = [*section, (story.address, story.title)]
    return _graph(article_node(publication, story, cards), trail_node(publication, trail))


def structured_theme(publication: Publication, theme: Theme) -> Markup:
    """Give a theme's page with the list of its stories, and the way to it."""
    url = publication.absolute(theme.address)
    node: Node = {
        "@type": "CollectionPage",
        "@id": f"{url}#page",
        "url": url,
        "name": theme.title,
        "description": theme.summary,
        "inLanguage": publication.language,
        "isPartOf": {"@id": site_identity(publication)},
        "mainEntity": _list("ItemList", [_listed(publication, story) for story in theme.stories]),
    }
    return _graph(node, trail_node(publication, [(theme.address, theme.title)]))


def structured_gallery(
    publication: Publication, pictures: Iterable[Picture], title: str, address: str = GALLERIES
) -> Markup:
    """Give the pictures of the gallery at *address*, and the way to it."""
    url = publication.absolute(address)
    node: Node = {
        "@type": "ImageGallery",
        "@id": f"{url}#gallery",
        "url": url,
        "name": title,
        "inLanguage": publication.language,
        "isPartOf": {"@id": site_identity(publication)},
        "image": [_picture_node(publication, picture) for picture in pictures],
    }
    return _graph(node, trail_node(publication, [(address, title)]))


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
    images = [publication.picture(story.picture)] if story.picture else []
    node: Node = {
        "@type": "NewsArticle",
        "@id": story_identity(url),
        "mainEntityOfPage": {"@type": "WebPage", "@id": url},
        "url": url,
        "headline": headline(story.title),
        "description": story.lead,
        "datePublished": story.published.isoformat(timespec="seconds"),
        "dateModified": story.modified.isoformat(timespec="seconds"),
        "image": [*images, *map(publication.absolute, cards)],
        "author": author_node(publication, story),
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
    return {key: value for key, value in node.items() if value not in ("", [])}


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


def author_node(publication: Publication, story: Story) -> Node:
    """Name who wrote *story*: who stands first in its credit line, else its publisher."""
    first = story.credit.partition("·")[0].strip()
    if first and first != publication.publisher:
        return {"@type": "Organization", "name": first}
    return _publisher_node(publication)


def story_identity(url: str) -> str:
    """Give the identity of the story whose page is at *url*, for other data to point to."""
    return f"{url}#article"


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


def _picture_node(publication: Publication, picture: Picture) -> Node:
    url = publication.picture(picture.picture)
    node: Node = {"@type": "ImageObject", "contentUrl": url, "description": picture.alt}
    return node | ({"caption": picture.caption} if picture.caption else {})


def _listed(publication: Publication, story: Story) -> str:
    return publication.absolute(story.address)


def _list(kind: str, urls: Sequence[str]) -> Node:
    items = [
        {"@type": "ListItem", "position": position, "url": url}
        for position, url in enumerate(urls, 1)
    ]
    return {"@type": kind, "numberOfItems": len(items), "itemListElement": items}


def _graph(*nodes: Node) -> Markup:
    return script_text({"@context": "https://schema.org", "@graph": list(nodes)})
