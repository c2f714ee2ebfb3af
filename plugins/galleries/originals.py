"""Originals for download, where an album asks for them: as they came, without what the camera
noted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from comment_archive.files import write_aside
from plugins.galleries.albums import Album, AlbumPhoto
from plugins.galleries.pipeline import link
from plugins.galleries.records import BadPictureError, Failure
from plugins.galleries.stripping import strip
from plugins.galleries.views import PICTURES

KEPT = "originals"
"""The folder within the cache."""


def publish_originals(
    albums: Iterable[Album], content: Path, cache: Path, folder: Path
) -> tuple[dict[str, str], list[Failure]]:
    """Put the originals of the *albums* that offer them into *folder*; gives their addresses by
    source, and which cannot be offered.

    A file is read and stripped once; afterwards its name, which holds a digest, tells that it is
    there.
    """
    addresses: dict[str, str] = {}
    failures: list[Failure] = []
    for photo in _offered(albums):
        kept = cache / KEPT / _name(photo)
        try:
            if not kept.is_file():
                write_aside(kept, strip((content / photo.photo.source).read_bytes()))
        except BadPictureError as error:
            failures.append(_failure(photo, error))
            continue
        link(kept, folder / kept.name)
        addresses[photo.photo.source] = PICTURES + kept.name
    return addresses, failures


def _offered(albums: Iterable[Album]) -> Iterator[AlbumPhoto]:
    for album in albums:
        if album.options.originals:
            yield from album.photos


def _name(photo: AlbumPhoto) -> str:
    suffix = Path(photo.photo.source).suffix.lower()
    return f"{photo.slug}-{photo.photo.made.digest[:10]}-original{suffix}"


def _failure(photo: AlbumPhoto, error: BadPictureError) -> Failure:
    what = f"the original cannot be offered: {error.what}"
    return Failure(source=photo.photo.source, what=what, mend=error.mend, is_shown=True)
