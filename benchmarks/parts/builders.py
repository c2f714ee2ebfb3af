"""The programs that build sites: ours, stock Pelican and Hugo; and what a run of one wrote."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import filterfalse
from pathlib import Path
from typing import Protocol

from benchmarks.parts.runs import CORES, Run, run

LASTING = frozenset(
    {
        *("archive", "archive-filled", "content", "hugo.json", "layouts"),
        *("made", "settings.py", "theme"),
    }
)
"""What a site is made of; all else in its folder was made by a build."""
OURS, STOCKS = frozenset({"releases"}), frozenset({"output", "stock-cache"})
"""What they make in the same folder."""
KEPT = frozenset({"cards", "pictures", "search"})
"""Below the cache: what plugins make of a story once, by programs of their own, and keep as long as
the story is as it is; for ours and stock alike."""
UNSEEN = "_records"
"""What the plugins write for the publisher into the tree; our build moves it beside the tree."""
TWINS = (".gz", ".br")
SHOWN = 5
GONE = "gone"
"""Beside the sites: what was made before, until everything is measured. A file system that has just
lost ten thousand files is slow to make new ones for some minutes (ext4 looks at each one freshly
deleted before it uses its number again), which would be measured as the builder's time.
"""


class Builder(Protocol):
    """A program that builds the site of one folder."""

    @property
    def folder(self) -> Path:
        """The site's folder."""

    def build(self) -> Run:
        """Build, or bring up to date what was built before."""

    def tree(self) -> Path:
        """Give the folder of what it built."""

    def forget(self) -> None:
        """Remove what it made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """Our build, as a program of its own."""

    folder: Path
    is_forced: bool = False
    watch_memory: bool = False

    def build(self) -> Run:
        """Build, or bring up to date what was built before."""
        force = ["--force"] if self.is_forced else []
        command = [sys.executable, "-m", "benchmarks.parts.build", str(self.folder), *force]
        return run(command, watch_memory=self.watch_memory)

    def tree(self) -> Path:
        """Give the folder of what it built."""
        return (self.folder / "releases" / "current").resolve() / "public"

    def forget(self) -> None:
        """Remove what it made."""
        _forget(self.folder, LASTING | STOCKS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """Pelican's own program, with the same settings, plugins and packages as ours."""

    folder: Path
    is_cached: bool = False

    def build(self) -> Run:
        """Build everything; with a cache, the stories that did not change are not read again."""
        command = [sys.executable, "-m", "pelican", "--fatal", "errors"]
        command += ["--settings", str(self.folder / "settings.py")]
        return run(command, WITH_CACHE="1" if self.is_cached else "")

    def tree(self) -> Path:
        """Give the folder of what it built."""
        return self.folder / "output"

    def forget(self) -> None:
        """Remove what it made."""
        _forget(self.folder, LASTING | OURS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hugo:
    """Hugo, on as many cores as ours."""

    folder: Path
    program: Path

    def build(self) -> Run:
        """Build everything, which is what it always does."""
        folders = {
            "source": self.folder,
            "destination": self.tree(),
            "cacheDir": self.folder / "cache",
        }
        options = [f"--{name}={folder}" for name, folder in folders.items()]
        return run([self.program, "--noBuildLock", "--quiet", *options], GOMAXPROCS=str(CORES))

    def tree(self) -> Path:
        """Give the folder of what it built."""
        return self.folder / "output"

    def forget(self) -> None:
        """Remove what it made."""
        _forget(self.folder, LASTING)


def cold(builder: Builder) -> Run:
    """Let *builder* build from nothing but what editors gave it, and what plugins keep."""
    builder.forget()
    return settled(builder)


def settled(builder: Builder) -> Run:
    """Let *builder* build when the disk has nothing of others to write any more."""
    os.sync()
    return builder.build()


def _forget(folder: Path, lasting: frozenset[str]) -> None:
    """Move away everything in *folder* but what is *lasting*, and what plugins keep."""
    (gone := folder.parent / GONE).mkdir(exist_ok=True)
    aside = Path(tempfile.mkdtemp(dir=gone))
    for path in _children(folder, lasting | {"cache"}) + _children(folder / "cache", KEPT):
        path.rename(aside / path.name)


def remove_gone(sites: Path) -> None:
    """Remove from the folder of all *sites* what was moved away."""
    shutil.rmtree(sites / GONE, ignore_errors=True)


def _children(folder: Path, but: frozenset[str]) -> list[Path]:
    found = list(folder.iterdir()) if folder.is_dir() else []
    return [path for path in found if path.name not in but]


Snapshot = dict[str, tuple[int, int]]
"""Of each file, which one it is and when it changed."""


def snapshot(tree: Path) -> Snapshot:
    """Remember all files of *tree*."""
    return {
        name: (status.st_ino, status.st_mtime_ns)
        for name in names_in(tree)
        for status in ((tree / name).stat(),)
    }


def written(before: Snapshot, after: Snapshot) -> int:
    """Count the files that were written, anew or again, or removed."""
    return len(dict(before.items() ^ after.items()))


def names_in(tree: Path) -> Iterator[str]:
    """Name all files of *tree*, those of linked folders too, but for the plugins' records."""
    for folder, folders, files in os.walk(tree, followlinks=True):
        if Path(folder) == tree and UNSEEN in folders:
            folders.remove(UNSEEN)
        yield from (Path(folder, file).relative_to(tree).as_posix() for file in files)


def differing(ours: Path, theirs: Path) -> Sequence[str]:
    """Name the files that two trees do not hold alike; compressed twins of others do not count.

    A few are told on the standard error stream.
    """
    mine, other = (set(filterfalse(_is_twin, names_in(tree))) for tree in (ours, theirs))
    names = sorted(mine ^ other)
    names += [name for name in sorted(mine & other) if not _is_same(ours / name, theirs / name)]
    for name in names[:SHOWN]:
        sys.stderr.write(f"{name} is not the same in {ours} and {theirs}\n")
    return names


def digests(tree: Path) -> dict[str, bytes]:
    """Give a digest of every file of *tree*."""
    return {name: hashlib.sha256((tree / name).read_bytes()).digest() for name in names_in(tree)}


def _is_same(path: Path, other: Path) -> bool:
    return path.read_bytes() == other.read_bytes()


def _is_twin(name: str) -> bool:
    return name.endswith(TWINS)
