"""Pelican's side of what machines find."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup
from pelican import signals
from pelican.generators import ArticlesGenerator, Generator, PagesGenerator

from comment_archive.files import write_aside
from plugins.discovery import structured
from plugins.discovery.files import FileMaker
from plugins.discovery.records import Publication, Story, Theme
from plugins.discovery.redirects import Redirect, RedirectError, map_text, redirects
from plugins.discovery.sitemap import contents_of, locations, public_pages
from plugins.galleries.albums import Album, AlbumPhoto
from plugins.message_board.handlers import RECORDS
from plugins.offering import offer

log = logging.getLogger(__name__)


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

    def themes(self) -> list[Theme]:
        """Give every theme's page."""
        return [theme_of(page) for page in self.pages.pages if page.template == "theme_page"]


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
        return structured.structured_theme(publication, theme_of(page))

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
    stories, themes = sources.stories(), sources.themes()
    albums: Sequence[Album] = settings.get("ALBUMS", ())
    contents = contents_of(publication, stories, themes, albums)
    pages = public_pages(output, publication.url, RECORDS)
    ways = find_redirects(stories)
    files = maker.feeds(stories, themes, albums) | maker.robots() | maker.redirects(ways)
    files |= maker.sitemap(locations(publication, pages, contents))
    files[f"{RECORDS}/redirects.map"] = map_text(ways)
    for name, text in files.items():
        write_aside(output / name, text.encode())


def find_redirects(stories: list[Story]) -> list[Redirect]:
    """Give the way from every former address; a mistake among them is an error, which fails the
    build.
    """
    try:
        return redirects(stories)
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
        html=article.content,
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
        formerly=article.formerly,
    )


def theme_of(page: Any) -> Theme:
    """Tell of a theme's page what machines are told."""
    return Theme(
        title=page.title,
        summary=Markup(page.summary).striptags(),  # noqa: S704 -- read as text
        slug=page.slug,
        stories=tuple(map(story_of, page.stories)),
    )
