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

from sqlalchemy.exc import OperationalError

from comments_service.config import Config
from comments_service.db import Database
from comments_service.errors import CommentsError
from publishing.build import BuildError, BuildPlan
from publishing.worker import AlreadyRunning

HERE = Path(__file__).parents[1]
HOST = "127.0.0.1"


class ServingError(Exception):
    """Something about this machine stands in the way; the message says how to mend it."""


def prepare(port: int | None = None) -> Config:
    """Read the settings; where none are given, use this machine's: the var folder, a secret of its
    own, *port*.
    """
    os.environ.setdefault("COMMENTS_VAR", str(HERE / "var"))
    if port is not None:
        os.environ.setdefault("COMMENTS_SITE_URL", f"http://{HOST}:{port}")
    if not {"COMMENTS_SECRET_KEY", "COMMENTS_SECRET_KEY_FILE"} & os.environ.keys():
        os.environ["COMMENTS_SECRET_KEY_FILE"] = str(_own_secret(Path(os.environ["COMMENTS_VAR"])))
    return Config.from_environ(os.environ)


def build_plan(config: Config, settings: str = "pelicanconf.py") -> BuildPlan:
    """Say what to build for *config*: the settings file is looked up beside this project."""
    overrides = {
        "SITEURL": config.site_url,
        "COMMENT_ARCHIVE": str(config.archive),
        "MESSAGE_LIMIT": config.max_length,
    }
    return BuildPlan(settings=HERE / settings, releases=config.releases, overrides=overrides)


def open_database(config: Config) -> Database:
    """Connect to the database; raises ServingError when its tables are missing or old."""
    database = Database.connect(config.database)
    if not database.is_current():
        raise ServingError("The tables are missing or old: run ./run comments upgrade first")
    return database


def require_free(port: int) -> None:
    """Make sure nobody listens on *port*; raises ServingError that names another one to take."""
    if not 0 < port < 65536:
        raise ServingError(
            f"Port {port} does not exist: take one from 1 to 65535, such as --port 8080"
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


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn failures that a person can mend into their sentence and exit code 1."""
    try:
        yield
    except KeyboardInterrupt:
        sys.exit(130)
    except (BuildError, CommentsError, AlreadyRunning, ServingError) as error:
        sys.exit(str(error))
    except (OSError, OperationalError) as error:
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
    if isinstance(error, OperationalError):
        cause = " ".join(str(error.orig).split())
        return f"The database does not answer: check COMMENTS_DATABASE_URL ({cause})"
    return None


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
