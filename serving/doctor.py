"""Looks whether this machine and its settings are fit to serve visitors, and says how to mend what
is not.

Each check is a function of the settings that yields what it finds; :data:`CHECKS` lists them in the
order in which a person would mend them. Nothing is left changed, and no visitor's data is shown.
"""

from __future__ import annotations

import os
import shutil
import smtplib
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from comment_archive.files import Archive
from comments_service import publication
from comments_service.config import Config
from comments_service.db import Database
from comments_service.models import Comment
from comments_service.notifications import mail
from comments_service.readiness import late_build
from comments_service.recovery.backups import newest
from comments_service.safety import dangers, is_local
from comments_service.shared_counts import counts_of
from publishing.release import Releases
from serving.durability import of_connection
from serving.findings import Finding, Findings, Level

LITTLE_SPACE, TOO_LITTLE_SPACE = 2_000_000_000, 200_000_000
"""Bytes that should be free on a disk of ours, and without which it will soon be full."""
FEW_FILES = 10_000
"""Files that should still fit on it: a full release of a small site and its twins."""
APART = timedelta(seconds=5)
"""By how much the clocks of two machines may differ."""
OLD_BACKUP = timedelta(days=2)
"""One is made every night."""
BORN = datetime(2025, 1, 1, tzinfo=UTC)
"""No clock that is right shows less."""

Check = Callable[[Config], Findings]


def examine(config: Config) -> Iterator[tuple[str, Finding]]:
    """Make every check; yields its name and each thing that it found. A check that fails is a
    finding too; those that ask the database are left out when something is wrong with it.
    """
    wrong = set[str]()
    for name, check in CHECKS.items():
        if name in ASKING and "database" in wrong:
            continue
        try:
            for finding in check(config):
                if finding.level is Level.WRONG:
                    wrong.add(name)
                yield name, finding
        except (OSError, SQLAlchemyError, ArgumentError, ValueError) as error:
            wrong.add(name)
            cause = " ".join(str(getattr(error, "orig", None) or error).split())
            yield name, Finding(Level.WRONG, f"could not be looked at: {cause}")


def of_secret(config: Config) -> Findings:
    """Look whether the secret could be guessed, or read by others."""
    if found := list(_dangers(config, "secret")):
        yield from found
        return
    file = os.environ.get("COMMENTS_SECRET_KEY_FILE")
    if file and (mode := Path(file).stat().st_mode) & (stat.S_IRGRP | stat.S_IROTH):
        told = f"{file} may be read by others ({stat.filemode(mode)}): chmod 600 {file}"
        yield Finding(Level.WARNING, told)
    else:
        yield Finding(Level.FINE, "long and mixed")


def of_address(config: Config) -> Findings:
    """Look whether visitors' sessions are encrypted, and their addresses are believed rightly."""
    if is_local(config):
        yield Finding(Level.FINE, f"{config.site_url}, for this machine alone")
    elif found := list(_dangers(config, "address")):
        yield from found
    elif not config.proxy_hops:
        yield Finding(
            Level.WRONG,
            "COMMENTS_PROXY_HOPS is 0, so all visitors seem to come from the web server and "
            "limits hold for them together: set it to 1",
        )
    else:
        yield Finding(Level.FINE, f"{config.site_url}, behind {config.proxy_hops} of our proxies")


def of_debugging(config: Config) -> Findings:
    """Look whether inner details would be shown."""
    yield from _dangers(config, "debug") or [Finding(Level.FINE, "off")]


def of_database(config: Config) -> Findings:
    """Look whether the database answers, keeps what it acknowledged, and has our tables."""
    if (file := _sqlite_file(config)) and not file.exists():
        yield Finding(Level.WRONG, f"{file} is not there: run ./run comments upgrade")
        return
    if file and (mode := file.stat().st_mode) & stat.S_IROTH:
        told = f"every user of this machine may read {file} ({stat.filemode(mode)})"
        yield Finding(Level.WARNING, f"{told}: chmod 600 {file}*")
    with _opened(config) as database:
        with database.engine.connect() as connection:
            yield from of_connection(connection)
        if database.is_current():
            yield Finding(Level.FINE, "the tables are those of this version")
        else:
            yield Finding(Level.WRONG, "the tables are missing or old: run ./run comments upgrade")


def of_clock(config: Config) -> Findings:
    """Look whether the clock is right, as far as the database can tell."""
    now = datetime.now(UTC)
    if now < BORN:
        yield Finding(Level.WRONG, f"it shows {now:%Y-%m-%d}: let this machine set it (NTP)")
        return
    with _opened(config) as database, database.reading() as session:
        newest = session.scalar(select(func.max(Comment.submitted_at)))
        theirs = None if _sqlite_file(config) else session.scalar(select(func.now()))
    if newest is not None and newest > now + APART:
        told = f"a message of {newest:%Y-%m-%d %H:%M} UTC is there, and it is {now:%Y-%m-%d %H:%M}"
        yield Finding(Level.WRONG, f"{told}: one of the clocks was wrong; set them by NTP")
    elif theirs is not None and abs(theirs - now) > APART:
        told = f"the database's clock differs by {abs(theirs - now).total_seconds():.0f} seconds"
        yield Finding(Level.WRONG, f"{told}: set both by NTP")
    else:
        yield Finding(Level.FINE, f"{now:%Y-%m-%d %H:%M} UTC")


def of_folders(config: Config) -> Findings:
    """Look whether archive and releases can be written, and are in step."""
    for folder in (config.var, config.archive, config.releases):
        if folder.exists() and (problem := _writing_fails(folder)):
            yield Finding(Level.WRONG, f"{folder} cannot be written ({problem}): give the right")
            return
    if not config.var.exists():
        yield Finding(Level.WRONG, f"{config.var} is not there: run ./run comments upgrade")
        return
    yield Finding(Level.FINE, f"{config.var.absolute()} can be written")
    if Archive(config.archive).is_behind():
        told = "the archive was made anew and is not on the pages yet: run ./run build"
        yield Finding(Level.WARNING, told)


def of_site(config: Config) -> Findings:
    """Look whether a release is shown."""
    current = Releases(config.releases).current()
    if current is None:
        yield Finding(Level.WRONG, "there is no release: run ./run build")
    elif not (current.public / "index.html").is_file():
        told = f"release {current.folder.name} has no home page: run ./run build --force"
        yield Finding(Level.WRONG, told)
    else:
        yield Finding(Level.FINE, f"release {current.folder.name} is shown")


def of_space(config: Config) -> Findings:
    """Look whether the disks of database, archive and releases have room."""
    file = _sqlite_file(config)
    places = [config.var, config.releases, *([file.parent] if file else [])]
    for place in {path.stat().st_dev: path for path in places if path.exists()}.values():
        free = shutil.disk_usage(place).free
        told = f"{free / 1e9:.1f} GB free at {place.absolute()}"
        if free < LITTLE_SPACE:
            level = Level.WRONG if free < TOO_LITTLE_SPACE else Level.WARNING
            yield Finding(level, f"{told}: make room; ./run prune removes old releases")
        elif 0 < (left := _files_left(place)) < FEW_FILES:
            told = f"only {left:,} more files fit at {place.absolute()} (inodes)"
            yield Finding(Level.WARNING, f"{told}: remove small files, or take a larger disk")
        else:
            yield Finding(Level.FINE, told)


def of_publisher(config: Config) -> Findings:
    """Look whether decisions reach the site."""
    with _opened(config) as database, database.reading() as session:
        standing = publication.standing(session, datetime.now(UTC))
    if not standing.is_running:
        told = "none is running, so decisions do not reach the site: start ./run publisher"
        yield Finding(Level.WARNING, told)
    elif standing.is_stuck:
        problem = standing.problem or "its log tells why"
        yield Finding(Level.WRONG, f"decisions wait since {standing.waiting_since}: {problem}")
    else:
        yield Finding(Level.FINE, "at work")
    for late in late_build(config, datetime.now(UTC), standing.problem):
        yield Finding(Level.WRONG, late)


def of_backup(config: Config) -> Findings:
    """Look whether the newest backup is of the last nights."""
    made = newest(config.backups_folder)
    if not config.backups_daily:
        yield Finding(Level.FINE, "none is made by itself: COMMENTS_BACKUPS_DAILY is 0")
    elif made is None:
        told = f"none is in {config.backups_folder.absolute()}: ./run publisher makes one at night"
        yield Finding(Level.WARNING, f"{told}, ./run comments backup at once")
    elif datetime.now(UTC) - made > OLD_BACKUP:
        told = f"the newest is of {made:%Y-%m-%d}: the publisher's log tells why"
        yield Finding(Level.WARNING, f"{told}; ./run comments backup makes one at once")
    else:
        yield Finding(Level.FINE, f"the newest is of {made:%Y-%m-%d %H:%M} UTC")


def of_mail(config: Config) -> Findings:
    """Look whether the mail server lets us in; nothing is sent."""
    if not config.sends_mail:
        yield Finding(Level.FINE, "none is sent: COMMENTS_MAIL_URL is not set")
        return
    try:
        with closing(mail.connect(config)) as server:
            code, _ = server.noop()
    except (smtplib.SMTPException, OSError, ValueError) as error:
        kind = type(error).__name__
        told = f"the mail server does not let us in ({kind}): check COMMENTS_MAIL_URL"
        yield Finding(Level.WRONG, f"{told}; until then mails wait")
        return
    yield Finding(Level.FINE, f"{urlsplit(config.mail_url).hostname} answers ({code})")


def of_redis(config: Config) -> Findings:
    """Look whether limits and proofs are shared, where that is asked for."""
    if not config.redis_url:
        yield Finding(Level.FINE, "not used: the database counts")
    elif counts_of(config).look("doctor", datetime.now(UTC)) is None:
        told = "it does not answer, so the database alone counts: start it"
        yield Finding(Level.WARNING, f"{told}, or check COMMENTS_REDIS_URL")
    else:
        yield Finding(Level.FINE, "answers")


CHECKS: Mapping[str, Check] = {
    "secret": of_secret,
    "address": of_address,
    "debug": of_debugging,
    "folders": of_folders,
    "space": of_space,
    "database": of_database,
    "clock": of_clock,
    "redis": of_redis,
    "site": of_site,
    "publisher": of_publisher,
    "backup": of_backup,
    "mail": of_mail,
}
ASKING = frozenset({"clock", "publisher"})
"""Checks that ask the database."""


def _dangers(config: Config, about: str) -> list[Finding]:
    """Give what the service would refuse to start with."""
    found = dangers(config, os.environ)
    return [Finding(Level.WRONG, danger.told) for danger in found if danger.about == about]


@contextmanager
def _opened(config: Config) -> Iterator[Database]:
    """Connect to the database meanwhile."""
    database = Database.connect(config.database)
    try:
        yield database
    finally:
        database.engine.dispose()


def _sqlite_file(config: Config) -> Path | None:
    """Give the file of an SQLite database; None for PostgreSQL."""
    scheme, _, path = config.database.partition(":///")
    return Path(path) if scheme == "sqlite" else None


def _writing_fails(folder: Path) -> str:
    """Say why no file can be made and renamed in *folder*; nothing where one can."""
    try:
        with tempfile.TemporaryDirectory(prefix=".doctor-", dir=folder) as name:
            (made := Path(name, "a")).write_bytes(b"x")
            made.replace(Path(name, "b"))
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""


def _files_left(place: Path) -> int:
    """Count the files that can still be made; 0 where the system does not tell."""
    return os.statvfs(place).f_favail if hasattr(os, "statvfs") else 0
