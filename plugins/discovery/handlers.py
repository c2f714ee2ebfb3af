"""Pelican's side of what machines find."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup
from pelican import signals
from pelican.generators import ArticlesGenerator, Generator, PagesGenerator

from plugins.assets.files import write_file
from plugins.campaign.generator import WITHDRAWN
from plugins.discovery import structured
from plugins.discovery.files import FileMaker
from plugins.discovery.links import pictures
from plugins.discovery.records import Publication, Story, Theme
from plugins.discovery.redirects import (
    Redirect,
    RedirectError,
    album_redirects,
    maps,
    marks,
    photo_redirects,
    redirects,
)
from plugins.discovery.sitemap import contents_of, locations
from plugins.galleries.albums import Album, AlbumPhoto
from plugins.offering import RECORDS, offer

log = logging.getLogger(__name__)

UNLISTED = frozenset({"404"})
"""Templates of pages that ask search engines to leave them out."""


def connect() -> None:
    """Connect the handlers."""
    signals.all_generators_finalized.connect(offer_structured_data)
    signals.finalized.connect(write_files)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where stories and themes stand, once every plugin is done with them."""

    articles: ArticlesGenerator
    pages: PagesGenerator

    def stories(self) -> list[Story]:
        """Give every story that readers see, newest first."""
        return [story_of(article) for article in self.articles.articles]

    def themes(self, stories: Iterable[Story]) -> list[Theme]:
        """Give every theme's page, with its own of *stories*."""
        known = {story.slug: story for story in stories}
        return [
            theme_of(page, [known[story.slug] for story in page.stories])
            for page in self.pages.pages
            if page.template == "theme_page"
        ]

    def addresses(self, settings: dict[str, Any], albums: Iterable[Album]) -> Iterator[str]:
        """Yield the address of every page that search engines may list."""
        yield from (f"/{each.url}" for each in (*self.articles.articles, *self.pages.pages))
        for story_list in settings["STORY_LISTS"]:
            yield from (page.address for page in story_list.pages())
        for album in albums:
            yield album.address
            yield from (photo.address for photo in album.photos)
        for name in settings["DIRECT_TEMPLATES"]:
            file = settings.get(f"{name.upper()}_SAVE_AS", f"{name}.html")
            if name not in UNLISTED and not file.startswith(f"{RECORDS}/"):
                yield f"/{file.removesuffix('index.html')}"


def offer_structured_data(generators: list[Generator]) -> None:
    """Give templates what makes structured data, and keep where stories and themes stand."""
    articles = next(g for g in generators if isinstance(g, ArticlesGenerator))
    pages = next(g for g in generators if isinstance(g, PagesGenerator))
    settings = articles.settings
    settings["DISCOVERY"] = Sources(articles, pages)
    publication, words = publication_of(settings), settings["WORDS"]
    galleries = words("gallery.title")

    def structured_story(article: Any, *cards: str) -> Markup:
        return structured.structured_story(publication, story_of(article), cards)

    def structured_theme(page: Any) -> Markup:
        return structured.structured_theme(publication, theme_of(page, ()), listed_of(page))

    def structured_albums(albums: Iterable[Album]) -> Markup:
        description = words("gallery.description", name=publication.name)
        return structured.structured_albums(publication, albums, galleries, description)

    def structured_album(album: Album) -> Markup:
        return structured.structured_album(publication, album, galleries)

    def structured_photo(album: Album, photo: AlbumPhoto) -> Markup:
        return structured.structured_photo(publication, album, photo, galleries)

    def structured_site() -> Markup:
        return structured.structured_site(publication)

    offer(
        generators,
        structured_story=structured_story,
        structured_theme=structured_theme,
        structured_albums=structured_albums,
        structured_album=structured_album,
        structured_photo=structured_photo,
        structured_site=structured_site,
    )


def write_files(pelican: Any) -> None:
    """Write the feeds, the sitemap, what robots may not, and the ways from former addresses."""
    settings = pelican.settings
    output = Path(settings["OUTPUT_PATH"])
    publication = publication_of(settings)
    templates = Path(settings["THEME"]) / "templates"
    sources: Sources = settings["DISCOVERY"]
    maker = FileMaker.of_templates(publication, settings["WORDS"], templates)
    stories = sources.stories()
    themes = sources.themes(stories)
    albums: Sequence[Album] = settings.get("ALBUMS", ())
    contents = contents_of(publication, stories, themes, albums)
    pages = set(sources.addresses(settings, albums))
    gone = {slug: each.slug for each in settings.get(WITHDRAWN, ()) for slug in slugs_of(each)}
    ways = [*find_redirects(stories, gone), *album_redirects(albums)]
    files = maker.feeds(stories, themes, albums) | maker.robots() | marks(gone)
    of_drafts = settings.get("WAYS_OF_DRAFTS", ())
    files |= maker.redirects([*ways, *photo_redirects(albums), *of_drafts])
    files |= maker.sitemap(locations(publication, pages, contents))
    files |= {f"{RECORDS}/{name}": text for name, text in maps(ways).items()}
    for name, text in files.items():
        write_file(output / name, text.encode())


def slugs_of(article: Any) -> tuple[str, ...]:
    """Name all that a story was ever called in its address."""
    return article.slug, *article.formerly


def find_redirects(stories: list[Story], gone: Mapping[str, str]) -> list[Redirect]:
    """Give the way from every former address; a mistake among them is an error, which fails the
    build.
    """
    try:
        return redirects(stories, gone)
    except RedirectError as error:
        for line in str(error).splitlines():
            log.error("%s", line)
        return []


def publication_of(settings: dict[str, Any]) -> Publication:
    """Tell of the site as a whole; its channel publishes it, if it has one."""
    campaign, channel = settings["CAMPAIGN"].campaign, settings["CAMPAIGN"].channel
    catalogue = settings.get("CATALOGUE")
    return Publication(
        url=settings["SITEURL"],
        name=campaign.name,
        description=campaign.description,
        language=campaign.language,
        publisher=channel.name if channel else campaign.name,
        publisher_url=(channel.url if channel else "") or f"{settings['SITEURL']}/",
        photos=catalogue.photos if catalogue else {},
    )


def story_of(article: Any) -> Story:
    """Tell of a story what machines are told."""
    theme = article.theme_page
    return Story(
        title=article.title,
        lead=article.lead,
        slug=article.slug,
        thread=article.thread,
        read=partial(getattr, article, "content"),
        published=article.date,
        modified=article.modified,
        picture=getattr(article, "picture", ""),
        picture_alt=getattr(article, "picture_alt", ""),
        picture_caption=getattr(article, "picture_caption", ""),
        section=theme.kicker if theme else "",
        section_address=f"/{theme.url}" if theme else "",
        tags=tuple(tag.name for tag in article.tags),
        tag_addresses=tuple(f"/{tag.url}" for tag in article.tags),
        source_url=article.source_url,
        credit=article.credit,
        corrections=article.corrections,
        revision=article.revision,
        formerly=article.formerly,
        pictures=pictures_of(article),
    )


def pictures_of(article: Any) -> tuple[str, ...]:
    """Name the pictures in a story's text: from what its reader noted, unless Pelican has yet to
    put addresses in the place of names of files.
    """
    noted: tuple[str, ...] | None = getattr(article, "pictures", None)
    if noted is None or any(address.startswith(("{", "|")) for address in noted):
        return pictures(article.content)
    return noted


def theme_of(page: Any, stories: Sequence[Story]) -> Theme:
    """Tell of a theme's page with its *stories* what machines are told."""
    return Theme(
        title=page.title,
        summary=Markup(page.summary).striptags(),  # noqa: S704 -- read as text
        slug=page.slug,
        stories=stories,
    )


def listed_of(page: Any) -> list[str]:
    """Give the addresses of the stories that a theme's page shows."""
    return [f"/{story.url}" for story in page.first_view.stories]
