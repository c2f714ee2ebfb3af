"""The service's settings: read once from the environment, then passed on as one frozen record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from comments_service import postgresql
from comments_service.errors import ConfigError, KeyRefused

PREFIX = "COMMENTS_"
LEAST_SECRET = 32
SITE_URL = re.compile(r"https?://([\w.-]+|\[[0-9a-fA-F:.]+\])(:[0-9]{1,5})?")
MAIL_SCHEMES = frozenset({"smtp", "smtps", "smtp+starttls"})
SENDER = re.compile(r"[^@\s<>]+@[^@\s<>]+")
REDIS_SCHEMES = {
    "redis": "redis",
    "rediss": "rediss",
    "unix": "unix",
    "valkey": "redis",
    "valkeys": "rediss",
}
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
    redis_url: str = ""
    """Where limits and proofs of work are shared, redis:// or rediss:// or unix://; empty: in the
    database alone.
    """
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
    closed: str = ""
    """Why no message is taken anywhere at the moment; empty while messages are taken."""
    editor_name: str = "编辑部"
    """Whose name stands over the editors' replies."""
    words_by_sound: bool = False
    """Whether listed words are also found when other characters of the same sound stand there."""
    proof_after: int = 5
    """Messages of one masked network within ten minutes, after which browsers prove work."""
    hold_after: int = 20
    """The same, after which messages are marked for a closer look."""
    refuse_after: int = 60
    """The same, after which the visitor is asked to wait."""
    check_url: str = ""
    """Where an external content check is asked; empty: nowhere."""
    check_secret: str = ""
    """Signs what is sent there."""
    check_seconds: int = 3
    """How long its answer is waited for; after that the message is held."""
    mail_url: str = ""
    """The mail server, smtp:// or smtps:// or smtp+starttls://; empty: no mail is sent."""
    mail_from: str = ""
    """The sender's address of all mail."""
    notify_urls: str = ""
    """Where moderators are told what waits: Apprise addresses, one a line or between blanks."""
    releases_kept: int = 3
    """Finished builds that stay on the disk to go back to, the current one among them."""
    notify_minutes: int = 15
    """The least time between two such notices."""
    backups: str = ""
    """The folder of backups; empty: in the var folder."""
    backup_key: str = ""
    """The public key that backups are encrypted for; empty: they are not."""
    backups_daily: int = 7
    """Days of which the last backup stays; 0: none is made by itself."""
    backups_weekly: int = 4
    """Weeks of which the last backup stays."""
    address_log_days: int = 0
    """Days for which a message's full address is kept, sealed; 0: it is not kept."""
    address_log_key: str = ""
    """The public key that full addresses are sealed for."""

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
    def backups_folder(self) -> Path:
        """The folder of backups, with the default filled in."""
        return Path(self.backups) if self.backups else self.var / "backups"

    @property
    def threads_file(self) -> Path:
        """Where the published build tells which threads exist."""
        return self.var.joinpath("releases", "current", "records", "threads.json")

    @property
    def sends_mail(self) -> bool:
        """Whether there is a mail server, so that visitors may leave an address."""
        return bool(self.mail_url)

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
            redis_url=_redis_url(environ),
            undo_seconds=_number(environ, "COMMENTS_UNDO_SECONDS", default=10, most=3600),
            proxy_hops=_number(environ, "COMMENTS_PROXY_HOPS", default=0, most=10),
            max_length=_number(environ, "COMMENTS_MAX_LENGTH", default=500, least=1, most=10_000),
            log_level=_level(environ),
            closed=environ.get("COMMENTS_CLOSED", "").strip(),
            editor_name=environ.get("COMMENTS_EDITOR_NAME", "").strip() or "编辑部",
            words_by_sound=_switch(environ, "COMMENTS_WORDS_BY_SOUND"),
            proof_after=_number(environ, "COMMENTS_PROOF_AFTER", default=5, most=100_000),
            hold_after=_number(environ, "COMMENTS_HOLD_AFTER", default=20, most=100_000),
            refuse_after=_number(
                environ, "COMMENTS_REFUSE_AFTER", default=60, least=1, most=100_000
            ),
            check_url=_web_address(environ, "COMMENTS_CHECK_URL"),
            check_secret=_check_secret(environ),
            check_seconds=_number(environ, "COMMENTS_CHECK_SECONDS", default=3, least=1, most=10),
            **_mail(environ),
            notify_urls=_secret_text(environ, "COMMENTS_NOTIFY_URLS"),
            releases_kept=_number(environ, "COMMENTS_RELEASES_KEPT", default=3, least=1, most=1000),
            notify_minutes=_number(
                environ, "COMMENTS_NOTIFY_MINUTES", default=15, least=1, most=1440
            ),
            backups=environ.get("COMMENTS_BACKUPS", "").strip(),
            backup_key=_public_key(environ, "COMMENTS_BACKUP_KEY"),
            backups_daily=_number(environ, "COMMENTS_BACKUPS_DAILY", default=7, most=1000),
            backups_weekly=_number(environ, "COMMENTS_BACKUPS_WEEKLY", default=4, most=1000),
            address_log_days=_number(environ, "COMMENTS_ADDRESS_LOG_DAYS", default=0, most=3650),
            address_log_key=_address_log_key(environ),
        )


def _secret(environ: Mapping[str, str]) -> str:
    secret = _secret_text(environ, "COMMENTS_SECRET_KEY")
    if len(secret) < LEAST_SECRET:
        raise ConfigError(
            "COMMENTS_SECRET_KEY (or the file in COMMENTS_SECRET_KEY_FILE) needs at least "
            f"{LEAST_SECRET} characters, for example from: "
            "python -c 'import secrets; print(secrets.token_hex(32))'; see docs/configuration.md"
        )
    return secret


def _secret_text(environ: Mapping[str, str], name: str) -> str:
    """Give the setting *name*, or the content of the file that ``<name>_FILE`` names."""
    file = environ.get(f"{name}_FILE")
    if environ.get(name) or not file:
        return environ.get(name, "").strip()
    try:
        return Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{name}_FILE cannot be read: {error}") from error


def _switch(environ: Mapping[str, str], name: str) -> bool:
    text = environ.get(name, "").strip()
    if text not in {"", "0", "1"}:
        raise ConfigError(f"{name} is {text!r}; it must be 1 or 0")
    return text == "1"


def _web_address(environ: Mapping[str, str], name: str) -> str:
    url = environ.get(name, "").strip()
    if url and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname):
        raise ConfigError(f"{name} must look like https://check.example.org/messages")
    return url


def _check_secret(environ: Mapping[str, str]) -> str:
    secret = _secret_text(environ, "COMMENTS_CHECK_SECRET")
    if environ.get("COMMENTS_CHECK_URL", "").strip() and len(secret) < LEAST_SECRET:
        raise ConfigError(
            f"COMMENTS_CHECK_SECRET needs at least {LEAST_SECRET} characters, known to the check "
            "as well; see docs/configuration.md"
        )
    return secret


def _mail(environ: Mapping[str, str]) -> dict[str, str]:
    """Give the mail server and the sender; both or none. The server's address holds a password, so
    no message repeats it.
    """
    url = _secret_text(environ, "COMMENTS_MAIL_URL")
    sender = environ.get("COMMENTS_MAIL_FROM", "").strip()
    parts = urlsplit(url)
    if url and (parts.scheme not in MAIL_SCHEMES or not parts.hostname):
        raise ConfigError(
            "COMMENTS_MAIL_URL must look like smtp+starttls://user:password@mail.example.org:587"
        )
    if bool(url) != bool(sender) or (sender and not SENDER.fullmatch(sender)):
        raise ConfigError(
            "COMMENTS_MAIL_FROM must be an address such as board@example.org, and is needed with "
            "COMMENTS_MAIL_URL only"
        )
    return {"mail_url": url, "mail_from": sender}


def _public_key(environ: Mapping[str, str], name: str) -> str:
    """Give a public key whose digits are right, before something is to be encrypted for it."""
    key = environ.get(name, "").strip()
    if key:
        from comments_service.sealing import read_public_key  # only those who encrypt load it

        try:
            read_public_key(key)
        except KeyRefused as error:
            raise ConfigError(f"{name}: {error}") from error
    return key


def _address_log_key(environ: Mapping[str, str]) -> str:
    key = _public_key(environ, "COMMENTS_ADDRESS_LOG_KEY")
    if environ.get("COMMENTS_ADDRESS_LOG_DAYS", "").strip() not in {"", "0"} and not key:
        raise ConfigError(
            "COMMENTS_ADDRESS_LOG_KEY is needed with COMMENTS_ADDRESS_LOG_DAYS: make a key by "
            './run comments "make-key FILE" and keep the file away from this machine'
        )
    return key


def _site_url(environ: Mapping[str, str]) -> str:
    url = (environ.get("COMMENTS_SITE_URL") or "http://127.0.0.1:8000").rstrip("/")
    if not SITE_URL.fullmatch(url):
        raise ConfigError(
            f"COMMENTS_SITE_URL is {url!r}; it must look like https://example.org, without a path"
        )
    return url


def _database_url(environ: Mapping[str, str]) -> str:
    """Accept the usual postgresql://, with one server or several, and name our driver in it."""
    url = _secret_text(environ, "COMMENTS_DATABASE_URL")
    scheme, colon, rest = url.partition("://")
    if colon and scheme in {"postgres", "postgresql", postgresql.DRIVER}:
        return postgresql.address(rest)
    if colon and scheme != "sqlite":
        raise ConfigError(
            f"COMMENTS_DATABASE_URL begins with {scheme}://; sqlite:// and postgresql:// are known"
        )
    return url


def _redis_url(environ: Mapping[str, str]) -> str:
    """Accept Valkey's names for its addresses too; they may hold a password, which no message
    repeats.
    """
    url = _secret_text(environ, "COMMENTS_REDIS_URL")
    scheme, _, rest = url.partition("://")
    if url and (scheme not in REDIS_SCHEMES or not rest):
        raise ConfigError("COMMENTS_REDIS_URL must look like redis://:password@127.0.0.1:6379/0")
    return f"{REDIS_SCHEMES[scheme]}://{rest}" if url else ""


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
