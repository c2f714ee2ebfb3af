"""The files of a release as they are published: in which order, as what, and how long kept."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path, PurePosixPath
from typing import Protocol, Self

from publishing.changed import is_secret

HASHED = re.compile(r"(?:assets/[a-z-]+|pictures/[^/]+)-[0-9a-f]{10}(?:-[0-9a-z]+)?\.[a-z]+")
"""Files whose name changes with their content."""
FOREVER = "public, max-age=31536000, immutable"
ASK = "public, max-age=0, must-revalidate"
"""Browsers keep the file, and ask each time whether it is still the newest."""
TWINS = (".gz", ".br")
TYPES = {
    ".avif": "image/avif",
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".gif": "image/gif",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webm": "video/webm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}
FEEDS = {".json": "application/feed+json", ".xml": "application/atom+xml"}
FEED_NAMES = ("feed", "messages")
"""How the files of feeds are called, without their ending."""
UNKNOWN = "application/octet-stream"


class PublishError(Exception):
    """A release could not be brought to a place; the message says how to mend that."""


class Kind(IntEnum):
    """What a file is, in the order in which files are sent: what pages need comes before them."""

    ASSET = 0
    """Its name changes with its content."""
    OTHER = 1
    PAGE = 2
    """A page, or a list of pages: feed or site map."""


@dataclass(frozen=True, slots=True)
class File:
    """One file of a release."""

    name: str
    """From the public folder."""
    path: Path

    @property
    def kind(self) -> Kind:
        """What it is; a compressed twin is what its file is."""
        name = _of_twin(self.name)
        if HASHED.fullmatch(name):
            return Kind.ASSET
        is_page = name.endswith((".html", ".xml")) or _is_feed(name)
        return Kind.PAGE if is_page else Kind.OTHER

    @property
    def cache_control(self) -> str:
        """How long browsers keep it."""
        if is_secret(self.name):
            return "no-store"
        return FOREVER if self.kind is Kind.ASSET else ASK

    @property
    def content_type(self) -> str:
        """What it is sent as."""
        suffix = PurePosixPath(self.name).suffix
        return FEEDS[suffix] if _is_feed(self.name) else TYPES.get(suffix, UNKNOWN)


class Target(Protocol):
    """A place that a release is brought to."""

    takes_twins: bool
    """Whether a web server there can send compressed twins; else they are left out."""

    @classmethod
    def at(cls, address: str) -> Self | None:
        """Give the place that *address* names, None when it is of another kind."""

    def differing(self, public: Path, files: Sequence[File]) -> list[File]:
        """Give those of *files* that are not there, or with other content; raises PublishError."""

    def send(self, public: Path, files: Sequence[File], sent: Callable[[], object]) -> None:
        """Bring *files* there and call *sent* after each; raises PublishError."""

    def delete(self, public: Path, names: Sequence[str]) -> None:
        """Remove files that *public* has no longer from there, if they are there; raises
        PublishError.
        """


def files_of(public: Path, *, with_twins: bool) -> list[File]:
    """Give the files of a release in the order in which they are sent; linked folders are part of
    it.
    """
    found = [
        File(name, public / name)
        for name in _names(str(public))
        if with_twins or not name.endswith(TWINS)
    ]
    return sorted(found, key=lambda file: (file.kind, file.name))


def _names(folder: str, prefix: str = "") -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue  # a file that is being written
            if entry.is_dir():
                yield from _names(entry.path, f"{prefix}{entry.name}/")
            else:
                yield f"{prefix}{entry.name}"


def _of_twin(name: str) -> str:
    return name[:-3] if name.endswith(TWINS) else name


def _is_feed(name: str) -> bool:
    path = PurePosixPath(name)
    return path.stem in FEED_NAMES and path.suffix in FEEDS
