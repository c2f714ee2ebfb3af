"""Albums: folders of pictures with a text, read into what their pages show."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, NamedTuple

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markdown.util import ETX, STX

from plugins.campaign.figures import Figures
from plugins.campaign.states import State
from plugins.editing.folders import AlbumFolder, read_folders
from plugins.editing.heads import moment_of
from plugins.editing.pictures import (
    Names,
    is_file_name,
    named_in_album,
    plain,
    split_title,
    written,
)
from plugins.galleries.options import GalleryOptions
from plugins.galleries.records import Photo
from plugins.problems import Problem, Severity

WALL = re.compile(rf"<p>{STX}wall:([0-9]+){ETX}</p>")
"""What stands in the HTML where pictures stood; no text can hold it, Markdown takes both signs
away.
"""
NO_FIGURES = Figures()
KEPT = frozenset({"hr", "img", "table"})
"""Elements that show something although they hold no words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlbumPhoto:
    """A picture of an album."""

    slug: str
    """Its name in its address, each album's pictures having different ones."""
    address: str
    photo: Photo
    alt: str = ""
    """What is to be seen; never the name of a file."""
    caption: str = ""
    credit: str = ""
    taken: str = ""
    """The day, as ``2015-12-05``; empty when the file does not tell."""
    is_named: bool = True
    """Whether the album's text names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Words between pictures."""

    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """Pictures that stand together."""

    photos: tuple[AlbumPhoto, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Album:
    """A published album."""

    slug: str
    title: str
    summary: str
    date: datetime
    """Aware, in the zone of the site."""
    theme: str = ""
    credit: str = ""
    formerly: tuple[str, ...] = ()
    """Slugs it had before."""
    cover: AlbumPhoto | None = None
    """The picture that stands for it; none when nothing of it can be shown."""
    options: GalleryOptions = field(default_factory=GalleryOptions)
    parts: tuple[Text | Wall, ...] = ()
    path: Path
    """Of its text."""
    unpublished: str = ""
    """Its state, if readers do not see it."""
    photos: tuple[AlbumPhoto, ...] = field(init=False, repr=False, compare=False)
    """All of its pictures, in their order."""

    def __post_init__(self) -> None:
        walls = [part.photos for part in self.parts if isinstance(part, Wall)]
        object.__setattr__(self, "photos", tuple(photo for wall in walls for photo in wall))

    @property
    def address(self) -> str:
        """Where its page stands."""
        return f"/galleries/{self.slug}/"


def album_sources(content: Path, *, has_drafts: bool = False) -> tuple[str, ...]:
    """Name the pictures of all published albums by their paths below the *content* folder, and
    those of drafts for a site that *has_drafts*.
    """
    shown = (each for each in read_folders(content) if each.is_shown(has_drafts=has_drafts))
    return tuple(folder.source_of(name) for folder in shown for name in folder.pictures)


def read_albums(
    content: Path,
    photos: Mapping[str, Photo],
    *,
    options: Mapping[str, Any],
    zone: tzinfo,
    figures: Figures = NO_FIGURES,
    has_drafts: bool = False,
) -> tuple[Album, ...]:
    """Read the published albums below the *content* folder, and drafts for a site that
    *has_drafts*, the newest first; see read_album.
    """
    shown = (each for each in read_folders(content) if each.is_shown(has_drafts=has_drafts))
    albums = [
        read_album(folder, photos, options=options, zone=zone, figures=figures) for folder in shown
    ]
    by_slug = sorted(albums, key=lambda album: album.slug)
    return tuple(sorted(by_slug, key=lambda album: album.date, reverse=True))


def read_album(
    folder: AlbumFolder,
    photos: Mapping[str, Photo],
    *,
    options: Mapping[str, Any],
    zone: tzinfo,
    figures: Figures = NO_FIGURES,
) -> Album:
    """Read an album with those of its pictures that *photos* has, by source; its date is of *zone*.

    Its text is converted with the *options* of Markdown; its title and its summary may name
    *figures*. Its head was checked before: raises
    ValueError for a date that is none.
    """
    value = folder.source.value
    date = moment_of(value("date"))
    if date is None:
        raise ValueError(f"{folder.source.path}: the date {value('date')!r} was not checked")
    reader = _Reader(folder=folder, photos=photos, slugs=folder.slugs())
    parts = tuple(reader.parts(options))
    shown = [photo for part in parts if isinstance(part, Wall) for photo in part.photos]
    return Album(
        slug=folder.slug,
        title=figures.text(value("title")),
        summary=figures.text(value("summary")),
        date=date.replace(tzinfo=zone),
        theme=value("theme"),
        credit=value("credit"),
        formerly=folder.formerly,
        cover=_cover(folder, shown),
        options=GalleryOptions.from_head({key: value(key) for key in folder.source.every}),
        parts=parts,
        path=folder.source.path,
        unpublished="" if folder.is_published else State.DRAFT.value,
    )


def unnamed_without_alt(album: Album) -> list[Problem]:
    """Tell of the pictures of which neither the album's text nor the file says what is to be
    seen.
    """
    return [
        Problem(
            album.path,
            1,
            f"照片“{name}”没有替代文字",
            f"在正文里写一行 {written(name, '照片上有什么')}",
            Severity.PUBLISHING,
            rule="alt-missing",
        )
        for photo in album.photos
        if not photo.is_named and not photo.alt
        for name in [Path(photo.photo.source).name]
    ]


def _cover(folder: AlbumFolder, photos: Sequence[AlbumPhoto]) -> AlbumPhoto | None:
    """Give the picture that the head names, else the first one."""
    wanted = folder.source_of(Names.of(folder.pictures).find(folder.source.value("cover")))
    named = [photo for photo in photos if photo.photo.source == wanted]
    return next(iter([*named, *photos]), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Reads one album's text."""

    folder: AlbumFolder
    photos: Mapping[str, Photo]
    slugs: Mapping[str, str]

    def parts(self, options: Mapping[str, Any]) -> Iterator[Text | Wall]:
        """Give what the page shows: the text, the pictures that stand in it, then the others."""
        walls = PictureWalls(self.folder)
        pieces = WALL.split(_markdown(options, walls).convert(f"\n{self.folder.source.body}"))
        others = [Named(name) for name in self.folder.pictures if name not in walls.names_found]
        waiting: list[AlbumPhoto] = []
        for place, piece in enumerate(pieces):
            if place % 2:
                waiting += self._shown(walls.found[int(piece)], is_named=True)
            elif html := piece.strip():
                yield from _wall(waiting)
                waiting = []
                yield Text(html=html)
        yield from _wall([*waiting, *self._shown(others, is_named=False)])

    def _shown(self, named: Iterable[Named], *, is_named: bool) -> Iterator[AlbumPhoto]:
        for each in named:
            if photo := self.photos.get(self.folder.source_of(each.name)):
                yield self._photo(photo, each, is_named=is_named)

    def _photo(self, photo: Photo, named: Named, *, is_named: bool) -> AlbumPhoto:
        told, slug = photo.made.description, self.slugs[named.name]
        caption, credit = split_title(named.title)
        caption = caption or told.caption
        words = [
            said for said in (named.alt, told.alt, caption) if not is_file_name(said, named.name)
        ]
        return AlbumPhoto(
            slug=slug,
            address=f"{self.folder.address}{slug}/",
            photo=photo,
            alt=next(filter(None, words), ""),
            caption=caption,
            credit=credit or self.folder.source.value("credit") or told.credit,
            taken=told.taken,
            is_named=is_named,
        )


def _wall(photos: Sequence[AlbumPhoto]) -> Iterator[Wall]:
    if photos:
        yield Wall(photos=tuple(photos))


def _markdown(options: Mapping[str, Any], walls: PictureWalls) -> Markdown:
    """Make a Markdown with *options* as Pelican takes them."""
    configured = options.get("extension_configs", {})
    extensions = dict.fromkeys([*options.get("extensions", []), *configured])
    every = {**options, "extensions": [*extensions, walls]}
    return Markdown(**every)  # type: ignore[no-untyped-call]


class Named(NamedTuple):
    """A picture as an album's text names it."""

    name: str
    alt: str = ""
    title: str = ""


class PictureWalls(Extension):
    """Takes an album's own pictures out of its text: a paragraph of nothing else becomes a mark at
    which the HTML can be split, and pictures within other text follow that.
    """

    def __init__(self, folder: AlbumFolder) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.names = Names.of(folder.pictures)
        self.folder = folder
        self.found: list[list[Named]] = []
        """The pictures at each mark."""
        self.names_found: set[str] = set()

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802, RUF100
        """Join Python-Markdown after its inline patterns, before a text is set."""
        md.treeprocessors.register(_TakePictures(md, self), "album_pictures", 19)

    def take(self, images: Iterable[etree.Element]) -> None:
        """Keep what *images* say, each picture once."""
        wall: list[Named] = []
        for image in images:
            name = self.name_of(image)
            if name not in self.names_found:
                self.names_found.add(name)
                alt, title = plain(image.get("alt", "")), plain(image.get("title", ""))
                wall.append(Named(name, alt, title))
        self.found.append(wall)

    def name_of(self, image: etree.Element) -> str:
        """Give the name of the picture that *image* shows; empty when it is none of the album."""
        return named_in_album(plain(image.get("src", "")), self.folder.folder.name, self.names)


class _TakePictures(Treeprocessor):
    """Takes the pictures out of the tree."""

    def __init__(self, md: Markdown, walls: PictureWalls) -> None:
        super().__init__(md)
        self.walls = walls

    def run(self, root: etree.Element) -> None:
        """Put a mark behind every block that holds pictures, or in its place."""
        blocks: list[etree.Element] = []
        for block in root:
            images = [image for image in block.iter("img") if self.walls.name_of(image)]
            _remove(block, images)
            if not images or not _is_empty(block):
                blocks.append(block)
            if images:
                blocks.append(self._mark(images))
        root[:] = blocks

    def _mark(self, images: Iterable[etree.Element]) -> etree.Element:
        mark = etree.Element("p")
        mark.text = f"{STX}wall:{len(self.walls.found)}{ETX}"
        mark.tail = "\n"
        self.walls.take(images)
        return mark


def _remove(block: etree.Element, images: Iterable[etree.Element]) -> None:
    """Take *images* out of *block*; what follows them stays."""
    parents = {child: parent for parent in block.iter() for child in parent}
    for image in images:
        parent = parents[image]
        place = list(parent).index(image)
        before = parent[place - 1] if place else None
        if before is None:
            parent.text = (parent.text or "") + (image.tail or "")
        else:
            before.tail = (before.tail or "") + (image.tail or "")
        parent.remove(image)


def _is_empty(block: etree.Element) -> bool:
    return not "".join(block.itertext()).strip() and not any(
        element.tag in KEPT for element in block.iter()
    )
