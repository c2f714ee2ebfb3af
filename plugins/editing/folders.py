"""Folders of albums: their text, their pictures, and what should not stand among these."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from plugins.campaign.addresses import former_slugs, slug_of
from plugins.campaign.states import NEVER, State, state_of
from plugins.editing.pictures import is_photo, natural
from plugins.editing.sources import Source, read_source

GALLERIES = "galleries"
"""The folder of the content that holds the albums."""
TEXT = "index.md"
BESIDE = frozenset({TEXT, "Thumbs.db", "photographs.toml"})
"""Files that may stand among pictures; the last tells a demonstration what to photograph."""
UNSPOKEN = "photo"
"""Address of a picture of whose name nothing can be spoken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlbumFolder:
    """A folder of pictures with a text."""

    folder: Path
    source: Source
    """Of a file that is missing, it holds nothing."""
    pictures: tuple[str, ...]
    """Names of the pictures, 2 before 10."""
    strangers: tuple[str, ...] = ()
    """Names of whatever else stands there."""

    @property
    def slug(self) -> str:
        """The album's name in its address."""
        return slug_of(self.folder.name)

    @property
    def address(self) -> str:
        """Where the album's page stands."""
        return f"/{GALLERIES}/{self.slug}/"

    @property
    def formerly(self) -> tuple[str, ...]:
        """What the album was called in its address before."""
        return former_slugs(self.source.value("formerly"))

    @property
    def is_there(self) -> bool:
        """Whether it has a text at all."""
        return bool(self.source.body_line or self.source.problems)

    @property
    def is_published(self) -> bool:
        """Whether it has a text, and is no draft; nothing of an album waits for a moment."""
        is_public = state_of(self.source.value, NEVER) is State.PUBLISHED
        return bool(self.source.body_line) and is_public

    def is_shown(self, *, has_drafts: bool) -> bool:
        """Say whether a site shows it, one that *has_drafts* or one for readers."""
        return bool(self.source.body_line) if has_drafts else self.is_published

    def source_of(self, name: str) -> str:
        """Give the path of a picture below the content folder."""
        return f"{GALLERIES}/{self.folder.name}/{name}"

    def slugs(self) -> dict[str, str]:
        """Give the name in its address of every picture, each its own; they do not depend on the
        album's text.
        """
        return dict(zip(self.pictures, unique_slugs(self.pictures), strict=True))


def read_folder(folder: Path) -> AlbumFolder:
    """Read the album in *folder*."""
    text = folder / TEXT
    pictures, strangers = _listing(folder)
    source = read_source(text) if text.is_file() else Source(text)
    return AlbumFolder(folder=folder, source=source, pictures=pictures, strangers=strangers)


def read_folders(content: Path) -> tuple[AlbumFolder, ...]:
    """Read every album below the *content* folder, by the names of their folders."""
    root = content / GALLERIES
    paths = sorted(root.iterdir()) if root.is_dir() else []
    return tuple(read_folder(path) for path in paths if path.is_dir() and _is_usable(path.name))


def pictures_in(folder: Path) -> tuple[str, ...]:
    """Name the pictures in *folder*, 2 before 10."""
    return _listing(folder)[0]


def _listing(folder: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Name the pictures in *folder* and what should not be there."""
    pictures, strangers = [], []
    with os.scandir(folder) as entries:
        for entry in entries:
            if is_photo(entry.name) and _is_usable(entry.name) and entry.is_file():
                pictures.append(entry.name)
            elif not entry.name.startswith(".") and entry.name not in BESIDE:
                strangers.append(entry.name)
    return tuple(sorted(pictures, key=natural)), tuple(sorted(strangers))


def _is_usable(name: str) -> bool:
    return not name.startswith(".") and is_text(name)


def is_text(name: str) -> bool:
    """Tell whether the name of a file can be written in UTF-8; one from an old archive cannot."""
    return not any("\ud800" <= sign <= "\udfff" for sign in name)


@cache
def _slug_of(stem: str) -> str:
    """Read a name once a process: checks, albums and their links all ask for it."""
    return slug_of(stem)


def unique_slugs(names: Sequence[str]) -> list[str]:
    """Give each of the files *names* an address: its stem's, with a number when that is taken."""
    used: set[str] = set()
    slugs = []
    for name in names:
        wanted = _slug_of(Path(name).stem) or UNSPOKEN
        free, number = wanted, 1
        while free in used:
            number += 1
            free = f"{wanted}-{number}"
        used.add(free)
        slugs.append(free)
    return slugs
