"""Says why the service cannot take messages right now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from comment_archive.due import Due
from comments_service.config import Config
from comments_service.db import Database
from comments_service.models import LastTime

NAME = "asked whether ready"
"""Of the row that is written to see whether anything can be."""


def obstacles(config: Config, database: Database, now: datetime) -> Iterator[str]:
    """Give each thing that stands in the way, with its mend; nothing where all is well."""
    try:
        if database.is_current():
            _write(database, now)
        else:
            yield "the tables are missing or old: run ./run comments upgrade"
    except SQLAlchemyError as error:
        cause = " ".join(str(getattr(error, "orig", None) or type(error).__name__).split())
        yield f"the database does not answer or cannot be written ({cause}): ./run doctor says more"
    if not config.threads_file.is_file():
        yield "no build is published: run ./run build"


def due_build(config: Config) -> Due:
    """Give what the build that readers see left for its next moment."""
    return Due.read(config.threads_file.parent)


def late_build(config: Config, now: datetime, problem: str | None) -> Iterator[str]:
    """Say that what an editor scheduled is not public though its moment is long gone; *problem* is
    what the publisher told last.
    """
    due = due_build(config)
    if due.is_late(now):
        held = "an older release was brought back by hand"
        why = held if due.is_held else problem or "the publisher's log tells why"
        yield f"what was scheduled for {due.moment} is not public ({why}): run ./run build"


def _write(database: Database, now: datetime) -> None:
    """Commit something, so that a full disk, a stand-by and a locked file are found; waits for
    nobody who is away.
    """
    options = {"takes_write_lock": True}
    try:
        with database.engine.connect().execution_options(**options) as connection:
            at = update(LastTime).where(LastTime.name == NAME).values(at=now)
            if connection.execute(at).rowcount == 0:
                connection.execute(insert(LastTime).values(name=NAME, at=now))
            connection.commit()
    except IntegrityError:
        return  # another process wrote the first row in this moment: so it can be written
