"""Albums are checked as stories are: their heads, their texts, and what stands in their folders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from plugins.editing.bodies import check_body
from plugins.editing.folders import GALLERIES, TEXT, AlbumFolder, is_text
from plugins.editing.heads import ALBUM_KEYS, check_head
from plugins.editing.site import Site
from plugins.problems import Problem, Severity

LARGEST = 20_000_000
"""Bytes that a picture may have before somebody is told."""
MEGABYTE = 1_000_000


def check_album(album: AlbumFolder, site: Site) -> Iterator[Problem]:
    """Check an album: its head, its text, its pictures, and what else is in its folder."""
    source = album.source
    yield from source.problems
    if source.body_line:
        yield from check_head(source, ALBUM_KEYS, site)
        file = f"{GALLERIES}/{album.folder.name}/{TEXT}"
        yield from check_body(source, album.address, file, site, album)
    if not album.is_there and (album.pictures or album.strangers):
        mend = "write it as docs/zh-CN/galleries.md shows, or take the folder away"
        yield Problem(source.path, 1, "the file is missing", mend)
    if album.is_published and not album.pictures:
        mend = "put some beside the file, or add a line status: draft"
        yield Problem(source.path, 1, "the album has no picture", mend)
    for name in album.strangers:
        yield _problem_of_stranger(album.folder / name)
    yield from check_sizes(album.folder / name for name in album.pictures)


def _problem_of_stranger(path: Path) -> Problem:
    """Tell of something in an album's folder that is neither its text nor a picture."""
    if not is_text(path.name):
        what = f"{path.name!a} is no name in UTF-8"
        return Problem(path.parent / TEXT, 1, what, "give the file another name")
    if path.is_dir():
        mend = "put the pictures beside the album's text"
        return Problem(path, 1, "a folder within an album is not read", mend)
    if path.suffix == ".svg":
        mend = "save it as PNG, or put it into content/pictures for a story"
        return Problem(path, 1, f"{path.name} is a drawing, albums show photos", mend)
    if path.suffix == ".md" or path.name.lower().startswith(TEXT):
        mend = f"let it be called {TEXT}, or put it elsewhere"
        return Problem(path, 1, f"{path.name} is not the text of the album", mend)
    return Problem(path, 1, f"{path.name} is no picture", "put the file elsewhere")


def check_places(content: Path) -> Iterator[Problem]:
    """Find what stands in the folder of all albums and is none."""
    root = content / GALLERIES
    for path in sorted(root.iterdir()) if root.is_dir() else ():
        if not is_text(path.name):
            what = f"{path.name!a} is no name in UTF-8"
            yield Problem(root, 1, what, "give it another name")
        elif path.is_file() and not path.name.startswith(".") and path.name != "Thumbs.db":
            mend = f"give every album a folder of its own, with a text {TEXT}"
            yield Problem(path, 1, f"{path.name} belongs to no album", mend)


def check_sizes(pictures: Iterable[Path]) -> Iterator[Problem]:
    """Find pictures that are larger than they need be; they are published all the same."""
    for path in pictures:
        size = path.stat().st_size
        if size > LARGEST:
            what = f"the file has {size // MEGABYTE} MB"
            mend = f"a JPEG of up to {LARGEST // MEGABYTE} MB looks the same on the site"
            yield Problem(path, 1, what, mend, Severity.WARNING)
