"""Writes what is begun: all of it or nothing, and never over what is there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from plugins.problems import ContentError

Head = Mapping[str, str]


def head_text(head: Head) -> str:
    """Write the head of a text; keys without a value are left out."""
    return "".join(f"{key}: {value}\n" for key, value in head.items() if value)


class BeginError(ContentError):
    """Nothing can be begun here; the message says why and how to mend it."""


@contextmanager
def all_or_nothing() -> Iterator[Begun]:
    """Remove everything that was made, if the block does not come to its end."""
    begun = Begun()
    try:
        yield begun
    except BaseException:
        for path in reversed(begun.made):
            path.rmdir() if path.is_dir() else path.unlink(missing_ok=True)
        raise


class Begun:
    """The files and folders that were made."""

    def __init__(self) -> None:
        self.made: list[Path] = []

    def folder(self, path: Path) -> None:
        """Make the folder *path* and those around it, where they are missing."""
        if not path.is_dir():
            self.folder(path.parent)
            path.mkdir()
            self.made.append(path)

    def write(self, path: Path, content: bytes) -> None:
        """Write a new file; raises FileExistsError."""
        self.folder(path.parent)
        with path.open("xb") as file:
            self.made.append(path)
            file.write(content)

    def copy(self, source: Path, path: Path) -> None:
        """Copy a file as it is, with its time; raises FileExistsError."""
        self.folder(path.parent)
        with source.open("rb") as given, path.open("xb") as file:
            self.made.append(path)
            shutil.copyfileobj(given, file)
        shutil.copystat(source, path)
