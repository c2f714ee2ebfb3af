"""The demonstration: a built site, messages in every state, a moderator for this run."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from comments_service import accounts
from comments_service.config import Config
from comments_service.db import Database
from comments_service.export import Exporter
from comments_service.models import Account, Comment, Role
from comments_service.notifications.notifier import Notifier
from comments_service.parts import Parts
from comments_service.retention.keeper import Keeper
from plugins.campaigns import campaign_folder
from publishing.due_builds import DueBuilds
from publishing.release import Releases
from publishing.worker import Publisher
from serving import demo_board
from serving.environment import build_plan, remember
from serving.processes import build_command
from theme.illustrations.photographs import make_photographs

MODERATOR = "demo"


@dataclass(frozen=True, slots=True)
class Demo:
    """A site ready to be served."""

    config: Config
    password: str

    def welcome(self) -> None:
        """Print where everything is."""
        url = self.config.site_url
        lines = (
            "",
            f"  The site      {url}/",
            f"  All messages  {url}/messages/",
            f"  The desk      {url}/desk/",
            f"                name {MODERATOR}, password {self.password} (for this run)",
            "",
            "  Ctrl-C stops everything; the data stays in " + str(self.config.var),
            "",
        )
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()


@contextmanager
def prepared(config: Config, port: int) -> Iterator[Demo]:
    """Build the site, fill an empty database, publish; the moderator's account is closed again at
    the end.
    """
    from publishing.build import build  # loads Pelican, which a publisher does without

    database = Database.connect(config.database)
    database.upgrade()
    joined = publisher(config, database)
    joined.require_alone()
    remember(config, port)
    photograph()
    step("Building the site ...")
    build(build_plan(config), force=repair_archive(config), warn=step)
    password = secrets.token_urlsafe(12)
    with database.writing() as session:
        moderator = _open_account(session, password)
        is_empty = not session.scalar(select(func.count()).select_from(Comment))
    try:
        if is_empty:
            step("Leaving demonstration messages ...")
            demo_board.fill(joined, database, config, moderator)
        joined.publish_due()
        yield Demo(config, password)
    finally:
        with database.writing() as session:
            accounts.disable(session, session.merge(moderator))


def photograph() -> None:
    """Make the photographs of the demonstration's albums from their drawings, where they are
    missing; another campaign's albums hold their own.
    """
    content = campaign_folder(os.environ) / "content"
    make_photographs(content / "pictures", content / "galleries", tell=step)


def repair_archive(config: Config) -> bool:
    """Make the archive anew from the database if it was lost; says whether it was."""
    database = Database.connect(config.database)
    exporter = Exporter.of(config, database)
    is_repaired = database.is_current() and exporter.repair(datetime.now(UTC))
    database.engine.dispose()
    return is_repaired


def publisher(config: Config, database: Database) -> Publisher[Any]:
    """Join the service's export with the publisher."""
    exporter = Exporter.of(config, database)
    releases = Releases(config.releases)
    builds = DueBuilds(releases, build_command)
    return Publisher(exporter, exporter.archive, releases, builds=builds)


@contextmanager
def beside_publisher(config: Config, database: Database) -> Iterator[None]:
    """Do beside the publisher what only one process may: tell visitors and moderators by mail and
    otherwise, and keep house at night.
    """
    notifier = Notifier(database, config, Parts(config, database).directory)
    keeper = Keeper(database, config, Exporter.of(config, database).timezone)
    with notifier.beside(), keeper.beside():
        yield


def _open_account(session: Session, password: str) -> Account:
    account = accounts.find_account(session, MODERATOR)
    if account is None:
        return accounts.create_account(session, MODERATOR, password, Role.CHIEF)
    accounts.set_password(session, account, password)
    return account


def step(sentence: str) -> None:
    """Say in one line what is done now."""
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()
