"""Compressed twins of text files, for web servers that send them as they are: ``index.html.gz`` and
``index.html.br`` beside ``index.html``.

The same content always gives the same twins, in a full build and in a change of single pages.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import brotli

from plugins.trees import own_files

CHANGING = frozenset({".html", ".json", ".txt", ".xml"})
"""Written anew with every message: compressed quickly."""
LASTING = frozenset({".css", ".js", ".svg", ".webmanifest"})
"""Their names or contents stay: compressed as well as can be."""
SMALLEST = 256
"""Bytes from which on a file has twins."""
ENDINGS = (".gz", ".br")
MARK = "precompressed"
"""Within the records: there if the release has twins."""
GZIP_FORMAT = 31
"""zlib's number for a gzip head, without a name or a time, round the largest window."""


def make(name: str, content: bytes) -> dict[str, bytes]:
    """Give the twins of the file *name* with *content*, by their names; none for what is small or
    compressed already.
    """
    suffix = PurePosixPath(name).suffix
    if len(content) < SMALLEST or suffix not in CHANGING | LASTING:
        return {}
    quick = suffix in CHANGING
    return {
        f"{name}.gz": zlib.compress(content, 6 if quick else 9, GZIP_FORMAT),
        f"{name}.br": brotli.compress(content, quality=5 if quick else 11),
    }


def names_of(name: str) -> list[str]:
    """Give the names that twins of the file *name* have, whether there are any or not."""
    return [name + ending for ending in ENDINGS]


def are_kept(records: Path) -> bool:
    """Say whether the release with these *records* has twins."""
    return (records / MARK).exists()


def fill(public: Path, records: Path, before: Path | None = None) -> None:
    """Make the twins of a whole release; those of files that have the time and size they have in
    *before*, an older public tree, are taken from there.
    """
    for path in _files(public):
        old = before / path.relative_to(public) if before else None
        for name, content in _taken(path, old).items():
            twin = path.with_name(name)
            twin.write_bytes(content)
            keep_time(twin, path)
    (records / MARK).touch()


def keep_time(twin: Path | str, path: Path | str) -> None:
    """Give *twin* the time of its file, as web servers tell it."""
    changed = os.stat(path).st_mtime_ns  # noqa: PTH116 -- for each file of an approval
    os.utime(twin, ns=(changed, changed))


def _taken(path: Path, old: Path | None) -> dict[str, bytes]:
    """Give the twins of *path*, from beside *old* if that is the same file."""
    if old is not None and _is_fresh(old, path) and old.stat().st_size == path.stat().st_size:
        found = {twin.name: twin.read_bytes() for twin in _beside(old) if _is_fresh(twin, old)}
        if len(found) == len(ENDINGS):
            return found
    return make(path.name, path.read_bytes())


def _is_fresh(twin: Path, path: Path) -> bool:
    return twin.is_file() and twin.stat().st_mtime_ns == path.stat().st_mtime_ns


def _beside(path: Path) -> list[Path]:
    return [path.with_name(name) for name in names_of(path.name)]


def _files(public: Path) -> Iterator[Path]:
    """Yield the files that may have twins; pages behind links got theirs when they were made."""
    for name in own_files(public):
        if PurePosixPath(name).suffix in CHANGING | LASTING:
            yield public / name
