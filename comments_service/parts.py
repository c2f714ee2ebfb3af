"""Gives views and commands what they work with: settings, database, threads, the time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import cast

from flask import current_app

from comment_archive.directory import Directory
from comments_service.config import Config
from comments_service.db import Database
from comments_service.shared_counts import NoCounts, SharedCounts


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts that app.py joined."""

    config: Config
    database: Database
    counts: SharedCounts = field(default_factory=NoCounts)

    def directory(self) -> Directory:
        """Read which threads the published site has; raises FileNotFoundError before the first
        build.
        """
        path = self.config.threads_file
        stamp = path.stat()
        return _read_directory(path, stamp.st_ino, stamp.st_mtime_ns)


@lru_cache(maxsize=2)
def _read_directory(path: Path, inode: int, changed: int) -> Directory:
    return Directory.read(path)


def parts() -> Parts:
    """Give the parts of the running application."""
    return cast(Parts, current_app.extensions["parts"])


def now() -> datetime:
    """Give the present moment; the one clock of web and command line."""
    return datetime.now(UTC)
