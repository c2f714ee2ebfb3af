"""Originals for download, where an album asks for them: as they came, without what the camera
noted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from comment_archive.files import write_aside
from plugins.galleries.albums import Album, AlbumPhoto
from plugins.galleries.pipeline import link
from plugins.galleries.records import BadPictureError, Failure
from plugins.galleries.stripping import strip
from plugins.galleries.views import PICTURES

KEPT = "originals"
"""The folder within the cache."""
CODE = 1
"""To be raised with every change of what is taken out."""


def publish_originals(
    albums: Iterable[Album], content: Path, cache: Path, folder: Path
) -> tuple[dict[str, str], list[Failure]]:
    """Put the originals of the *albums* that offer them into *folder*; gives their addresses by
    source, and which cannot be offered.

    A file is read and stripped once; afterwards its name, which holds a digest, tells that it is
    there. Of a file that went bad, the last good original stays, if it was offered before.
    """
    addresses: dict[str, str] = {}
    failures: list[Failure] = []
    for photo in _offered(albums):
        kept = cache / KEPT / _name(photo)
        try:
            _keep(photo, content / photo.photo.source, kept)
        except BadPictureError as error:
            failures.append(_failure(photo, error))
        if kept.is_file():
            link(kept, folder / kept.name)
            addresses[photo.photo.source] = PICTURES + kept.name
    _prune(cache / KEPT, {Path(address).name for address in addresses.values()})
    return addresses, failures


def _offered(albums: Iterable[Album]) -> Iterator[AlbumPhoto]:
    for album in albums:
        if album.options.originals:
            yield from album.photos


def _name(photo: AlbumPhoto) -> str:
    key = hashlib.sha256(f"{photo.photo.made.digest} original {CODE}".encode()).hexdigest()[:10]
    suffix = Path(photo.photo.source).suffix.lower()
    return f"{photo.slug}-{key}-original{suffix}"


def _keep(photo: AlbumPhoto, source: Path, kept: Path) -> None:
    """Strip the original, unless that is done or the file at *source* is no longer what is shown
    of it, which was told then; raises BadPictureError.
    """
    if kept.is_file():
        return
    original = b""
    with suppress(OSError):
        original = source.read_bytes()
    if hashlib.sha256(original).hexdigest() == photo.photo.made.digest:
        write_aside(kept, strip(original))


def _prune(folder: Path, names: set[str]) -> None:
    """Remove what no album offers any more."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name not in names:
            path.unlink()


def _failure(photo: AlbumPhoto, error: BadPictureError) -> Failure:
    what = f"不能提供原片下载，{error.what}"
    return Failure(source=photo.photo.source, what=what, mend=error.mend, is_shown=False)
