"""What tasks need around them: settings with a secret made on first use, and failures told in one
sentence.
"""

from __future__ import annotations

import errno
import os
import secrets
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import ArgumentError, DBAPIError

from comment_archive.files import write_aside
from comments_service.config import Config
from comments_service.db import Database
from comments_service.errors import CommentsError
from comments_service.safety import require_safe
from plugins.campaigns import CampaignError, var_folder
from publishing.changed import TooOldError
from publishing.release import BuildError, Release, Releases
from publishing.targets.files import PublishError
from publishing.worker import AlreadyRunning
from serving import HOST as HOST
from theme.illustrations.photographs import PhotographError

if TYPE_CHECKING:
    from publishing.build import BuildPlan

HERE = Path(__file__).parents[1]
DEFAULT_PORT = 8000


class ServingError(Exception):
    """Something about this machine stands in the way; the message says how to mend it."""


TOLD = (
    BuildError,
    CommentsError,
    AlreadyRunning,
    CampaignError,
    PhotographError,
    PublishError,
    ServingError,
    TooOldError,
)
"""Failures whose message is a sentence for a person."""


def prepare(port: int | None = None) -> Config:
    """Read the settings; where none are given, use this machine's: the var folder of
    the campaign, a secret of its own, *port*.
    """
    os.environ.setdefault("COMMENTS_VAR", str(var_folder(os.environ)))
    if "COMMENTS_SITE_URL" not in os.environ:
        os.environ["COMMENTS_SITE_URL"] = _own_address(Path(os.environ["COMMENTS_VAR"]), port)
    if not {"COMMENTS_SECRET_KEY", "COMMENTS_SECRET_KEY_FILE"} & os.environ.keys():
        os.environ["COMMENTS_SECRET_KEY_FILE"] = str(_own_secret(Path(os.environ["COMMENTS_VAR"])))
    return Config.from_environ(os.environ)


def prepare_to_serve(port: int) -> Config:
    """Read the settings as :func:`prepare` does; raises ConfigError where they would not be safe
    before the public.
    """
    config = prepare(port)
    require_safe(config, os.environ)
    return config


def level_of_steps(config: Config) -> str:
    """Give the level for a process whose steps somebody wants to see: they are shown unless a level
    was asked for.
    """
    return config.log_level if os.environ.get("COMMENTS_LOG_LEVEL") else "INFO"


def build_plan(config: Config, settings: str = "pelicanconf.py") -> BuildPlan:
    """Say what to build for *config*: the settings file is looked up beside this project."""
    from publishing.build import BuildPlan  # loads Pelican, which a publisher does without

    overrides = {
        "SITEURL": config.site_url,
        "COMMENT_ARCHIVE": str(config.archive),
        "MESSAGE_LIMIT": config.max_length,
        "MESSAGES_EMAIL": config.sends_mail,
        "MESSAGES_CLOSED": config.closed,
    }
    return BuildPlan(
        settings=HERE / settings,
        releases=config.releases,
        overrides=overrides,
        kept=config.releases_kept,
    )


def releases_of(config: Config) -> Releases:
    """Give the releases of *config*."""
    return Releases(config.releases, config.releases_kept)


def current_release(config: Config) -> Release:
    """Give the release that readers see; raises ServingError before the first build."""
    current = releases_of(config).current()
    if current is None:
        raise ServingError("There is no release yet: run ./run build first")
    return current


def open_database(config: Config) -> Database:
    """Connect to the database; raises ServingError when its tables are missing or old."""
    database = Database.connect(config.database)
    if not database.is_current():
        raise ServingError("The tables are missing or old: run ./run comments upgrade first")
    return database


def require_free(asked: str) -> int:
    """Give the port that *asked* writes, if nobody listens there; raises ServingError that names
    another one to take.
    """
    port = int(asked) if asked.isascii() and asked.isdigit() else 0
    if not 0 < port < 65536:
        raise ServingError(
            f"Port {asked} does not exist: take one from 1 to 65535, such as --port 8080"
        )
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise ServingError(
                f"Port {port} cannot be used ({error.strerror}): stop what uses it, or take "
                f"another, such as --port {port + 1 if port < 65535 else 8080}"
            ) from error
    return port


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn failures that a person can mend into their sentence and exit code 1."""
    try:
        yield
    except KeyboardInterrupt:
        sys.exit(130)
    except TOLD as error:
        sys.exit(str(error))
    except (OSError, DBAPIError, ArgumentError) as error:
        sentence = _of_the_machine(error)
        if sentence is None:
            raise
        sys.exit(sentence)


def _of_the_machine(error: Exception) -> str | None:
    """Give the sentence for a full disk or a place that cannot be written."""
    number = getattr(error, "errno", None)
    text = str(error)
    if number in {errno.ENOSPC, errno.EDQUOT} or "disk is full" in text:
        place = getattr(error, "filename", None) or "the database"
        return f"The disk is full ({place}): free some space and run this again"
    if (
        number in {errno.EACCES, errno.EROFS}
        or "readonly database" in text
        or "unable to open" in text
    ):
        return f"A file cannot be written ({error}): give this user the right, or set COMMENTS_VAR"
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}: make sure that it is there and can be read"
    if isinstance(error, DBAPIError):
        cause = " ".join(str(error.orig).split())
        return f"The database does not answer: check COMMENTS_DATABASE_URL ({cause})"
    if isinstance(error, ArgumentError):
        return "COMMENTS_DATABASE_URL cannot be read: write sqlite:///file.db or postgresql://..."
    return None


def remember(config: Config, port: int) -> None:
    """Note where the site is served, so that a later `./run build` writes the same addresses."""
    write_aside(config.var / "port", str(port).encode())


def _own_address(var: Path, port: int | None) -> str:
    """Give this machine's address at *port*; without one, the port that was used last."""
    noted = var / "port"
    last = noted.read_text("utf-8") if noted.is_file() else str(DEFAULT_PORT)
    return f"http://{HOST}:{port or last}"


def _own_secret(var: Path) -> Path:
    """Give the file with this machine's secret; it is made once, readable by its owner only."""
    path = var / "secret-key"
    if not path.exists():
        var.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(".new")
        aside.touch(mode=0o600)
        aside.write_text(secrets.token_hex(32), "utf-8")
        aside.replace(path)
    return path
