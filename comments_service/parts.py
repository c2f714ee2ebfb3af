"""Gives views and commands what they work with: settings, database, threads, the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from flask import current_app

from comment_archive.directory import Directory
from comments_service.config import Config
from comments_service.db import Database


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts that app.py joined."""

    config: Config
    database: Database

    def directory(self) -> Directory:
        """Read which threads the published site has; raises FileNotFoundError before the first
        build.
        """
        return Directory.read(self.config.threads_file)


def parts() -> Parts:
    """Give the parts of the running application."""
    return cast(Parts, current_app.extensions["parts"])


def now() -> datetime:
    """Give the present moment; the one clock of web and command line."""
    return datetime.now(UTC)
