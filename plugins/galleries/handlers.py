"""Pelican's side of pictures and albums."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment
from pelican import signals
from pelican.generators import Generator
from pelican.readers import Readers

from plugins.editing.folders import pictures_in
from plugins.editing.handlers import (
    SHOW_UNPUBLISHED,
    WITHHELD,
    EditingError,
    campaign_of,
    tell,
)
from plugins.editing.pictures import Names, find_picture
from plugins.galleries import executors
from plugins.galleries.albums import Album, album_sources, read_albums, unnamed_without_alt
from plugins.galleries.generator import AlbumsGenerator
from plugins.galleries.originals import publish_originals
from plugins.galleries.pipeline import Catalogue, make_pictures, place
from plugins.galleries.recipe import RECIPES, Recipe
from plugins.galleries.records import Description, Failure, PicturesError
from plugins.galleries.views import Picture, drawing_of, picture_of
from plugins.offering import offer
from plugins.problems import Problem, Severity
from plugins.templates import environment_of
from plugins.typography.blocks import Shown
from plugins.typography.handlers import EXTENSION, make_filters

STRIPS = "plugins.galleries.blocks:AlbumStrips"
PICTURES = "pictures"
"""The folder of the content for pictures of stories and of the home page, and of the site for all
pictures.
"""


def connect() -> None:
    """Connect the handlers."""
    signals.initialized.connect(make)
    signals.get_generators.connect(use_generator)
    signals.readers_init.connect(show_in_texts)
    signals.all_generators_finalized.connect(offer_pictures)


class SettingError(PicturesError):
    """A setting of the pictures has a value that it cannot have."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures of the site, by what editors call them."""

    content: Path
    catalogue: Catalogue
    names: Names
    """The paths of all pictures below the content, good or bad."""

    def named(self, name: str) -> Picture | None:
        """Give the picture called *name* in ``content/pictures``; none when it cannot be shown."""
        return self.at(f"{PICTURES}/{name}")

    def at(self, source: str) -> Picture | None:
        """Give the picture whose path below the content is *source*."""
        if source.endswith(".svg"):
            return drawing_of(self.content / source)
        photo = self.catalogue.photos.get(source)
        return picture_of(photo) if photo else None

    def caption(self, source: str) -> str:
        """Give what the file of a picture tells for its caption."""
        photo = self.catalogue.photos.get(source)
        told = photo.made.description if photo else Description()
        return " · ".join(filter(None, (told.caption, told.credit)))


def make(pelican: Any) -> None:
    """Make what is missing of all pictures, publish them, and read the albums, before stories are
    read: these show both.

    Raises EditingError when this build cannot be with what is wrong with pictures.
    """
    settings = pelican.settings
    campaign_of(settings)  # mistakes are told before an hour of pictures
    content, kept = Path(settings["PATH"]), Path(settings["PICTURE_CACHE"])
    published = Path(settings["OUTPUT_PATH"]) / PICTURES
    has_drafts = bool(settings.get(SHOW_UNPUBLISHED))
    drawings, sources = drawings_of(content), sources_of(content, has_drafts=has_drafts)
    catalogue = without(catalogue_of(settings, sources), settings[WITHHELD])
    place(catalogue, kept, published)
    settings["CATALOGUE"] = catalogue
    settings["PICTURES"] = Pictures(content, catalogue, Names.of([*drawings, *sources]))
    settings["STATIC_PATHS"] = [name for name in drawings if name not in settings[WITHHELD]]
    settings["ALBUMS"] = albums = read_albums(
        content,
        catalogue.photos,
        options=settings["MARKDOWN"],
        figures=settings["CAMPAIGN"].known_figures,
        zone=ZoneInfo(settings["TIMEZONE"]),
        has_drafts=has_drafts,
    )
    settings["ORIGINALS"], refused = publish_originals(albums, content, kept, published)
    problems = [*told(content, [*catalogue.failures, *refused])]
    problems += (problem for album in albums for problem in unnamed_without_alt(album))
    if stopping := tell(problems, settings):
        raise EditingError("\n".join(map(str, stopping)))


def catalogue_of(settings: dict[str, Any], sources: Sequence[str]) -> Catalogue:
    """Make what is missing of the pictures *sources*; raises SettingError."""
    content, kept = Path(settings["PATH"]), Path(settings["PICTURE_CACHE"])
    cluster = settings.get("BUILD_CLUSTER", "")
    return make_pictures(
        content,
        sources,
        kept,
        recipe_of(settings),
        executor=executors.cluster(cluster, content, kept) if cluster else executors.local,
    )


def without(catalogue: Catalogue, withheld: Collection[str]) -> Catalogue:
    """Give *catalogue* without the pictures that are *withheld*; their files stay in the cache."""
    photos = catalogue.photos.items()
    shown = {source: photo for source, photo in photos if source not in withheld}
    return replace(catalogue, photos=shown)


def sources_of(content: Path, *, has_drafts: bool = False) -> list[str]:
    """Name the pictures that are made anew, by their paths below the *content*; see album_sources
    for *has_drafts*.
    """
    names = pictures_in(content / PICTURES) if (content / PICTURES).is_dir() else ()
    return [
        *(f"{PICTURES}/{name}" for name in names),
        *album_sources(content, has_drafts=has_drafts),
    ]


def drawings_of(content: Path) -> list[str]:
    """Name the pictures that are published as they are, by their paths below the *content*."""
    return sorted(f"{PICTURES}/{path.name}" for path in (content / PICTURES).glob("*.svg"))


def recipe_of(settings: dict[str, Any]) -> Recipe:
    """Give the recipe that PICTURE_QUALITY names; raises SettingError for an unknown one."""
    name = settings.get("PICTURE_QUALITY", "standard")
    if name not in RECIPES:
        known = ", ".join(RECIPES)
        raise SettingError(f"PICTURE_QUALITY is {name!r}: set it to one of {known}")
    return RECIPES[name]


def told(content: Path, failures: Iterable[Failure]) -> Iterator[Problem]:
    """Tell of pictures that cannot be shown as they are now."""
    for failure in failures:
        what = f"{failure.what}{'（网站上先留着原来那张）' if failure.is_shown else ''}"
        path, severity = content / failure.source, Severity.PUBLISHING
        yield Problem(path, 1, what, failure.mend, severity, rule="picture-damaged")


def use_generator(pelican: Any) -> type[AlbumsGenerator]:
    """Have the pages of albums written."""
    return AlbumsGenerator


def show_in_texts(readers: Readers) -> None:
    """Let stories and pages show pictures and albums as the theme does."""
    settings = readers.settings
    options = settings["MARKDOWN"]["extension_configs"]
    shown = InTexts.of(settings)
    options.setdefault(EXTENSION, {})["show"] = shown.picture
    options[STRIPS] = {"show": shown.album}


@dataclass(frozen=True, slots=True)
class InTexts:
    """Shows pictures and albums within a text, by the theme's own macros."""

    pictures: Pictures
    albums: Mapping[str, Album]
    environment: Environment

    @classmethod
    def of(cls, settings: dict[str, Any]) -> InTexts:
        """Take what it needs from the *settings*."""
        environment = environment_of(Path(settings["THEME"]) / "templates")
        words = settings["WORDS"]
        environment.globals.update(
            word=words,
            label=words.label,
            picture_of=picture_of,
            page_scripts=settings["PAGE_SCRIPTS"],
        )
        environment.filters.update(make_filters(tuple(settings.get("WHOLE_WORDS", ()))))
        environment.filters["day"] = words.day
        albums = {album.slug: album for album in settings["ALBUMS"]}
        return cls(settings["PICTURES"], albums, environment)

    def picture(self, address: str, words: str) -> Shown | None:
        """Show the picture at *address* with its *words*; leaves those of other sites."""
        source = find_picture(address, self.pictures.names)
        if not source:
            return None
        html = self._macro("_figure.html", "story_picture")(self.pictures.at(source), words)
        return Shown(html, self.pictures.caption(source))

    def album(self, slug: str) -> str:
        """Show the album at *slug* in a few slides; nothing when there is none."""
        album = self.albums.get(slug)
        return str(self._macro("_album.html", "album_strip")(album)) if album else ""

    def _macro(self, template: str, name: str) -> Callable[..., str]:
        macro: Callable[..., str] = getattr(self.environment.get_template(template).module, name)
        return macro


def offer_pictures(generators: list[Generator]) -> None:
    """Give ``picture``, ``picture_of``, ``albums``, ``home_album`` and ``cover_of`` to every
    template.
    """
    settings = generators[0].settings
    albums = settings["ALBUMS"]
    offer(
        generators,
        albums=albums,
        home_album=home_album(albums, settings["CAMPAIGN"].home_gallery),
        picture=cache(settings["PICTURES"].named),
        picture_of=cache(picture_of),
        cover_of=cover_of,
    )


def home_album(albums: tuple[Album, ...], wanted: str) -> Album | None:
    """Give the album for the home page: the one that is *wanted*, else the newest."""
    named = [album for album in albums if album.slug == wanted]
    return next(iter([*named, *albums]), None)


def cover_of(album: Album) -> str:
    """Name the cover's file, for the pictures that stand for the album where it is shared."""
    return album.cover.photo.source if album.cover else ""
