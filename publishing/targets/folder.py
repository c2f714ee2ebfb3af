"""A folder of this machine, or one that is mounted."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from publishing.targets.files import File, PublishError


@dataclass(frozen=True, slots=True)
class FolderTarget:
    """Files are written aside and renamed, so that a web server there never sends a part of one."""

    folder: Path
    takes_twins = True

    @classmethod
    def at(cls, address: str) -> Self | None:
        """Take any address as a path."""
        return cls(Path(address).expanduser().absolute())

    def differing(self, public: Path, files: Sequence[File]) -> list[File]:
        """Compare sizes, and contents where these are the same."""
        if self.folder.resolve().is_relative_to(public.resolve()):
            raise PublishError(f"{self.folder} is within the release: name a folder elsewhere")
        return [file for file in files if not _is_same(file.path, self.folder / file.name)]

    def send(self, public: Path, files: Sequence[File], sent: Callable[[], object]) -> None:
        """Copy each file and rename it to its place."""
        for file in files:
            with _told_plainly(self.folder):
                _copy(file.path, self.folder / file.name)
            sent()

    def delete(self, public: Path, names: Sequence[str]) -> None:
        """Remove the files, and folders that are empty without them."""
        for name in names:
            path = self.folder / name
            with _told_plainly(self.folder):
                path.unlink(missing_ok=True)
            with suppress(OSError):  # something else is there, or the folder is gone
                for folder in path.parents[: len(Path(name).parents) - 1]:
                    folder.rmdir()


@contextmanager
def _told_plainly(folder: Path) -> Iterator[None]:
    """Turn a failure of the disk into a sentence."""
    try:
        yield
    except OSError as error:
        raise PublishError(
            f"{error.filename or folder} cannot be written ({error.strerror}): "
            "mend that and run this again"
        ) from error


def _is_same(path: Path, there: Path) -> bool:
    try:
        is_alike = there.is_file() and there.stat().st_size == path.stat().st_size
        return is_alike and there.read_bytes() == path.read_bytes()
    except NotADirectoryError:
        return False


def _copy(path: Path, there: Path) -> None:
    there.parent.mkdir(parents=True, exist_ok=True)
    aside = there.with_name(f".aside-{os.getpid()}-{there.name}"[:250])
    try:
        shutil.copyfile(path, aside)
        aside.chmod(0o644)
        aside.replace(there)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
