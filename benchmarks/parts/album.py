"""A small site with one large album, built by the product in a process of its own.

python -m benchmarks.parts.album FOLDER    builds the site of that folder
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.parts.photos import link
from benchmarks.parts.runs import HERE, Run, run
from benchmarks.parts.stage import ALBUM

SAMPLE = HERE / "tests" / "site" / "sample"
ADDRESS = f"/{ALBUM.as_posix()}/"
HEAD = """title: 测试相册
date: 2026-11-20
theme: culture
summary: 用来计时的照片。
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlbumSite:
    """A site below *folder*, with all its caches: whoever removes them starts from nothing."""

    folder: Path

    @classmethod
    def make(cls, folder: Path, photos: Sequence[Path], count: int) -> AlbumSite:
        """Make the content: the tests' sample, and an album that shows *photos* *count* times."""
        shutil.rmtree(folder, ignore_errors=True)
        site = cls(folder=folder)
        shutil.copytree(SAMPLE, site.content)
        link(photos, count, site.content / ALBUM)
        (site.content / ALBUM / "index.md").write_text(HEAD, "utf-8")
        return site

    @property
    def content(self) -> Path:
        """What editors wrote."""
        return self.folder / "content"

    @property
    def count(self) -> int:
        """How many photos the album has."""
        return len(list((self.content / ALBUM).glob("*.jpg")))

    @property
    def cache(self) -> Path:
        """Where the product keeps pictures that it made."""
        return self.folder / "cache" / "pictures"

    @property
    def public(self) -> Path:
        """What readers get."""
        return self.folder / "releases" / "current" / "public"

    def add(self, photo: Path, number: int) -> None:
        """Drop one more photo into the album."""
        link([photo], 1, self.content / ALBUM, first=number)

    def forget(self) -> None:
        """Remove all that was made."""
        for name in ("cache", "releases", "archive"):
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def remove(self) -> None:
        """Remove the site and all that was made of it."""
        shutil.rmtree(self.folder)

    def build(self) -> Run:
        """Make a release in a fresh process."""
        return run([sys.executable, "-m", "benchmarks.parts.build", self.folder])
