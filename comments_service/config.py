"""The service's settings: read once from the environment, then passed on as one frozen record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from comments_service.errors import ConfigError

PREFIX = "COMMENTS_"
LEAST_SECRET = 32
SITE_URL = re.compile(r"https?://([\w.-]+|\[[0-9a-fA-F:.]+\])(:[0-9]{1,5})?")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """One field a setting; ``COMMENTS_`` and the field's name in capitals is its variable
    (docs/configuration.md).
    """

    secret_key: str
    """Signs cookies and receipts: at least 32 characters, kept outside the code."""
    site_url: str = "http://127.0.0.1:8000"
    """Where readers find the site; https makes cookies secure."""
    var: Path = Path("var")
    """The folder of database, archive and releases."""
    database_url: str = ""
    """SQLAlchemy address; empty: SQLite in the var folder."""
    undo_seconds: int = 10
    """How long an approval waits, so that it can be taken back unseen."""
    proxy_hops: int = 0
    """How many proxies of ours stand before the service; addresses they did not report are not
    believed.
    """
    max_length: int = 500
    """Characters a message may have."""
    log_level: str = "WARNING"
    """The least level that is logged: DEBUG, INFO, WARNING or ERROR."""

    @property
    def undo(self) -> timedelta:
        """How long an approval waits before it is published."""
        return timedelta(seconds=self.undo_seconds)

    @property
    def database(self) -> str:
        """The database's address, with the default filled in."""
        return self.database_url or f"sqlite:///{(self.var / 'comments.db').absolute()}"

    @property
    def archive(self) -> Path:
        """The folder of published messages."""
        return self.var / "archive"

    @property
    def releases(self) -> Path:
        """The folder of finished builds."""
        return self.var / "releases"

    @property
    def threads_file(self) -> Path:
        """Where the published build tells which threads exist."""
        return self.releases / "current" / "records" / "threads.json"

    @property
    def is_https(self) -> bool:
        """Whether readers reach the site encrypted."""
        return urlsplit(self.site_url).scheme == "https"

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Config:
        """Read every setting from *environ*; raises ConfigError with the variable's name and the
        mend.
        """
        return cls(
            secret_key=_secret(environ),
            site_url=_site_url(environ),
            var=Path(environ.get("COMMENTS_VAR") or "var"),
            database_url=_database_url(environ),
            undo_seconds=_number(environ, "COMMENTS_UNDO_SECONDS", default=10, most=3600),
            proxy_hops=_number(environ, "COMMENTS_PROXY_HOPS", default=0, most=10),
            max_length=_number(environ, "COMMENTS_MAX_LENGTH", default=500, least=1, most=10_000),
            log_level=_level(environ),
        )


def _secret(environ: Mapping[str, str]) -> str:
    secret = environ.get("COMMENTS_SECRET_KEY", "")
    file = environ.get("COMMENTS_SECRET_KEY_FILE")
    if not secret and file:
        secret = _read_secret(Path(file))
    if len(secret) < LEAST_SECRET:
        raise ConfigError(
            "COMMENTS_SECRET_KEY (or the file in COMMENTS_SECRET_KEY_FILE) needs at least "
            f"{LEAST_SECRET} characters, for example from: "
            "python -c 'import secrets; print(secrets.token_hex(32))'; see docs/configuration.md"
        )
    return secret


def _read_secret(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"COMMENTS_SECRET_KEY_FILE cannot be read: {error}") from error


def _site_url(environ: Mapping[str, str]) -> str:
    url = (environ.get("COMMENTS_SITE_URL") or "http://127.0.0.1:8000").rstrip("/")
    if not SITE_URL.fullmatch(url):
        raise ConfigError(
            f"COMMENTS_SITE_URL is {url!r}; it must look like https://example.org, without a path"
        )
    return url


def _database_url(environ: Mapping[str, str]) -> str:
    """Accept the usual postgresql:// and name our driver in it."""
    url = environ.get("COMMENTS_DATABASE_URL", "")
    scheme, colon, rest = url.partition("://")
    if colon and scheme in {"postgres", "postgresql"}:
        return f"postgresql+psycopg://{rest}"
    if colon and scheme not in {"sqlite", "postgresql+psycopg"}:
        raise ConfigError(
            f"COMMENTS_DATABASE_URL begins with {scheme}://; sqlite:// and postgresql:// are known"
        )
    return url


def _level(environ: Mapping[str, str]) -> str:
    level = (environ.get("COMMENTS_LOG_LEVEL") or "WARNING").upper()
    if level not in LEVELS:
        raise ConfigError(f"COMMENTS_LOG_LEVEL is {level!r}; it must be one of {', '.join(LEVELS)}")
    return level


def _number(
    environ: Mapping[str, str], name: str, *, default: int, least: int = 0, most: int
) -> int:
    text = environ.get(name, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit()) or not least <= int(text) <= most:
        raise ConfigError(f"{name} is {text!r}; it must be a whole number from {least} to {most}")
    return int(text)
