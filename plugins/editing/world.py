"""What checks depend on beside the stories themselves."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from plugins.editing.kept import SETTLED

PLUGINS = Path(__file__).parents[1]
"""The code of all checks."""


def world_of(content: Path, *others: Path) -> str:
    """Give a digest of all files of the *content* folder but stories, of the checks' code, and of
    the folders *others*; it differs when one of them was changed.

    Files are not read: their times tell. As long as one was changed just now, no two digests are
    the same, as it may be changed once more in the same moment.
    """
    digest, newest = hashlib.sha256(), 0
    for name, status in _files((content, PLUGINS, *others), content / "stories"):
        digest.update(f"{name}\0{status.st_mtime_ns}\0{status.st_size}\0{status.st_ino}\n".encode())
        newest = max(newest, status.st_mtime_ns)
    if (now := time.time_ns()) - newest < SETTLED:
        digest.update(f"{now}".encode())
    return digest.hexdigest()


def _files(folders: Iterable[Path], stories: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Yield every file below *folders* in the order of names, without *stories* and compiled
    code.
    """
    for folder in folders:
        for within, below, names in os.walk(folder):
            below[:] = sorted({*below} - {"__pycache__"})
            is_story = Path(within) == stories or stories in Path(within).parents
            for name in sorted(names):
                if not (is_story and name.endswith(".md")):
                    path = os.path.join(within, name)  # noqa: PTH118 -- a thousand times
                    yield ascii(path), os.lstat(path)
