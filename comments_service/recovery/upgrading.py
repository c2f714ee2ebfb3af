"""Brings the tables to the newest form, with a backup before it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from comments_service.config import Config
from comments_service.db import Database
from comments_service.errors import CommentsError, UpgradeFailed
from comments_service.recovery.backups import back_up

Tell = Callable[[str], None]


def upgrade(config: Config, database: Database, now: datetime, tell: Tell) -> None:
    """Back up, then migrate; *tell* is given a line for each step.

    Raises UpgradeFailed, which says how to go back, and before anything was changed where the
    backup failed.
    """
    before, newest = database.revision(), database.newest_revision()
    if before == newest:
        tell(f"The tables are up to date (form {newest}).")
        return
    if before is not None and not database.knows(before):
        raise UpgradeFailed(
            f"The tables have form {before}, which this version does not know: it is older than "
            "they are. Nothing was changed; install the version that made them, or a newer one"
        )
    backup = None if before is None else _backed_up(config, database, now, tell)
    tell(f"Bringing the tables from form {before or 'nothing'} to {newest} ...")
    try:
        database.upgrade()
    except Exception as error:
        raise UpgradeFailed(_way_back(database, before, backup, error)) from error
    tell(f"The tables are up to date (form {newest}).")


def _backed_up(config: Config, database: Database, now: datetime, tell: Tell) -> str:
    tell("Backing up ...")
    try:
        written = back_up(config, database, now)
    except (CommentsError, OSError, SQLAlchemyError) as error:
        raise UpgradeFailed(
            f"The backup failed, so nothing was changed: {error}. Mend that (COMMENTS_BACKUPS "
            "names another folder) and try again"
        ) from error
    tell(f"Backed up {written.rows} rows to {written.path}.")
    return str(written.path)


def _way_back(database: Database, before: str | None, backup: str | None, error: Exception) -> str:
    now = database.revision()
    is_as_before = now == before
    stands = "are as they were" if is_as_before else f"were left at form {now}"
    way = "install the version you came from and start it"
    if not is_as_before:
        way = (
            "install the version you came from, name an empty database (COMMENTS_DATABASE_URL) "
            f'and run ./run comments "restore {backup}"'
        )
    return f"The migration failed, and the tables {stands} ({error}). To go back, {way}"
