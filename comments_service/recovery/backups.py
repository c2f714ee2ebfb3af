"""The folder of backups: one more is made, and those that are past their term go."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from comments_service.config import Config
from comments_service.db import Database
from comments_service.recovery import taken_back
from comments_service.recovery.writing import PART, STAMP, SUFFIX, Written, write_backup

ALL_WITHIN = timedelta(days=2)
"""So long every backup stays, however many there are."""


def back_up(config: Config, database: Database, now: datetime) -> Written:
    """Make a backup in the folder of *config*, bring up the list of what visitors took back, and
    remove the backups that are past their term. Raises BackupRefused, KeyRefused and OSError.
    """
    written = write_backup(database, config.backups_folder, now=now, key=config.backup_key)
    if database.is_current():  # an older form is not what the models read
        taken_back.complete(database, config.backups_folder)
    rotate(config.backups_folder, now, daily=config.backups_daily, weekly=config.backups_weekly)
    return written


def rotate(folder: Path, now: datetime, *, daily: int, weekly: int) -> list[Path]:
    """Remove the backups that nothing keeps; gives them. There stay all of two days, the last of
    each of *daily* days, the last of each of *weekly* weeks, and always the newest.
    """
    made = dict(sorted(_listed(folder), reverse=True))
    kept = {moment for moment in made if now - moment <= ALL_WITHIN}
    kept |= set(list(made)[:1])
    kept |= _last_of_each(made, "%Y-%j", daily) | _last_of_each(made, "%G-%V", weekly)
    gone = [path for moment, path in made.items() if moment not in kept]
    gone += [path for moment, path in _listed(folder, PART) if now - moment > ALL_WITHIN]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def newest(folder: Path) -> datetime | None:
    """Give the moment of the newest backup in *folder*."""
    return max((moment for moment, _ in _listed(folder)), default=None)


def _listed(folder: Path, end: str = "") -> Iterable[tuple[datetime, Path]]:
    """Yield moment and path of the backups in *folder*, or of what was left of some."""
    for path in folder.glob(f"*{SUFFIX}*"):
        if path.name.endswith(PART) != (end == PART):
            continue
        try:
            moment = datetime.strptime(path.name.partition(".")[0] + "+0000", f"{STAMP}%z")
        except ValueError:  # somebody's own name: it is not ours to remove
            continue
        yield moment, path


def _last_of_each(newest_first: Iterable[datetime], span: str, most: int) -> set[datetime]:
    last: dict[str, datetime] = {}
    for moment in newest_first:
        last.setdefault(moment.strftime(span), moment)
    return set(list(last.values())[:most])
