"""Pagefind's indexes: made by its program beside a build, kept by what they were made of."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import weakref
from collections.abc import Iterable, Mapping
from pathlib import Path

from filelock import FileLock
from pagefind_bin_extended import get_executable

from plugins.assets.files import link_file
from plugins.search.documents import Document
from plugins.search.parts import SHARED, Part, parts_of
from plugins.search.runner import SearchError

KEPT = 4
"""For how many builds indexes stay in the cache, if every part changes each time."""
LEAST_SECONDS = 3600.0
"""How long an index stays after a build asked for it: one that shares the cache may be at work."""
ROOT = Path(__file__).parents[2]

__all__ = ["Indexing", "SearchError", "publish_index"]


class Indexing:
    """The index of the stories on its way: whatever is missing of it is made meanwhile.

    Documents are read while it is started, and only those of parts that changed.
    """

    def __init__(self, documents: Iterable[Document], cache: Path) -> None:
        """Start to index *documents*, the oldest first, with the *cache* of former indexes."""
        self._cache = cache
        parts = [(part, part.fingerprint) for part in parts_of(documents)]
        self._folders = [(part.folder, cache / name) for part, name in parts]
        self._runner: subprocess.Popen[str] | None = None
        cache.mkdir(parents=True, exist_ok=True)
        with self._alone():
            missing = [(part, name) for part, name in parts if not (cache / name).is_dir()]
            self._note_use()
        if missing:
            self._start(missing)

    def files(self) -> Mapping[str, Path]:
        """Wait, and give every file of the index: its name below the index's folder, and where it
        is in the cache.

        Raises SearchError when Pagefind cannot make it.
        """
        self._wait()
        return {
            f"{below}{path.relative_to(folder).as_posix()}": path
            for below, folder in self._folders
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not (below and _is_shared(path))
        }

    def publish(self, folder: Path) -> None:
        """Wait, and put the index into *folder*; raises SearchError."""
        for name, path in self.files().items():
            link_file(path, folder / name)
        with self._alone():
            self._note_use()
            self._prune()

    def _alone(self) -> FileLock:
        """Keep other builds from removing what this one is about to use."""
        return FileLock(self._cache / ".lock")

    def _note_use(self) -> None:
        for _, folder in self._folders:
            if folder.is_dir():
                os.utime(folder)

    def _start(self, missing: Iterable[tuple[Part, str]]) -> None:
        work = tempfile.TemporaryDirectory(dir=self._cache, prefix=".")
        for part, name in missing:
            for document in part.documents:
                path = Path(work.name, name, document.url, "index.html")
                path.parent.mkdir(parents=True)
                path.write_text(document.page(), "utf-8")
        command = [sys.executable, "-m", "plugins.search.runner"]
        self._runner = subprocess.Popen(  # noqa: S603 -- a fixed command on our own files
            [*command, str(get_executable()), work.name, str(self._cache)],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
        )
        self._stop = weakref.finalize(self, _end, self._runner, work)

    def _wait(self) -> None:
        if self._runner is None:
            return
        _, told = self._runner.communicate()
        code = self._runner.returncode
        self._runner = None
        self._stop()
        if code:
            raise SearchError(told.strip() or f"Pagefind's runner ended with exit code {code}")

    def _prune(self) -> None:
        """Remove all but the indexes that were used last, or not long ago."""
        folders = [path for path in self._cache.glob("[0-9a-f]*") if path.is_dir()]
        folders.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
        old = time.time() - LEAST_SECONDS
        for folder in folders[KEPT * len(self._folders) :]:
            if folder.stat().st_mtime < old:
                shutil.rmtree(folder, ignore_errors=True)


def publish_index(documents: Iterable[Document], cache: Path, folder: Path) -> None:
    """Write the index of *documents*, the oldest first, to *folder*, from the *cache* as far as it
    was made before.

    Raises SearchError when Pagefind cannot make it.
    """
    Indexing(documents, cache).publish(folder)


def _end(runner: subprocess.Popen[str], work: tempfile.TemporaryDirectory[str]) -> None:
    """Leave nothing behind, also where a build stops before it asks for the index."""
    runner.kill()
    runner.wait()
    if runner.stderr:
        runner.stderr.close()
    work.cleanup()


def _is_shared(path: Path) -> bool:
    return any(path.match(pattern) for pattern in SHARED)
