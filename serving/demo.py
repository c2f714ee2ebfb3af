"""The demonstration: a built site, messages in every state, a moderator for this run."""

from __future__ import annotations

import secrets
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from comment_archive.directory import Directory
from comment_archive.files import Archive
from comments_service import accounts
from comments_service.config import Config
from comments_service.db import Database
from comments_service.export import Exporter
from comments_service.models import Account, Action, Comment
from comments_service.moderation import Ruling, decide
from comments_service.screening import Submission
from comments_service.submission import submit
from publishing.build import build
from publishing.release import Releases
from publishing.worker import Publisher
from serving.environment import HERE, build_plan, remember
from theme.illustrations.photographs import make_photographs

MESSAGES = Path(__file__).with_name("demo_messages.toml")
MODERATOR = "demo"
ACTIONS = {"approved": Action.APPROVE, "refused": Action.REFUSE, "withdrawn": Action.WITHDRAW}
"""How a message comes into the state that the file names; the others stay as screening left them.
"""


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
            fill(joined, database, config, moderator)
        joined.publish_due()
        yield Demo(config, password)
    finally:
        with database.writing() as session:
            accounts.disable(session, session.merge(moderator))


def photograph() -> None:
    """Make the photographs of the demonstration's albums from their drawings, where they are
    missing; another campaign's albums hold their own.
    """
    content = HERE / "content"
    make_photographs(content / "pictures", content / "galleries", tell=step)


def repair_archive(config: Config) -> bool:
    """Make the archive anew from the database if it was lost; says whether it was."""
    database = Database.connect(config.database)
    exporter = Exporter(database, Archive(config.archive))
    is_repaired = database.is_current() and exporter.repair(datetime.now(UTC))
    database.engine.dispose()
    return is_repaired


def publisher(config: Config, database: Database) -> Publisher[Any]:
    """Join the service's export with the publisher."""
    archive = Archive(config.archive)
    return Publisher(Exporter(database, archive), archive, Releases(config.releases))


def fill(joined: Publisher[Any], database: Database, config: Config, moderator: Account) -> None:
    """Leave the demonstration messages, an hour between any two, and decide them."""
    now = datetime.now(UTC)
    messages: list[dict[str, Any]] = tomllib.loads(MESSAGES.read_text("utf-8"))["message"]
    numbers: list[int] = []
    for index, message in enumerate(messages):
        moment = now - timedelta(hours=len(messages) - index)
        if "reply_to" in message:
            joined.publish_due()  # only what is published can be answered
        numbers.append(_leave(database, config, message, numbers, moment))
        action = ACTIONS.get(message["state"])
        if action is not None:
            by = None if action is Action.WITHDRAW else moderator
            ruling = Ruling(action=action, reason=message.get("reason"))
            with database.writing() as session:
                decide(
                    session,
                    numbers[-1],
                    ruling,
                    by=session.merge(by) if by else None,
                    now=moment,
                    undo=timedelta(),
                )


def _open_account(session: Session, password: str) -> Account:
    account = accounts.find_account(session, MODERATOR)
    if account is None:
        return accounts.create_account(session, MODERATOR, password)
    accounts.set_password(session, account, password)
    return account


def _leave(
    database: Database,
    config: Config,
    message: dict[str, Any],
    earlier: list[int],
    moment: datetime,
) -> int:
    answered = message.get("reply_to")
    submission = Submission(
        thread=message["thread"],
        text=message["text"],
        author=message["name"],
        address=message["address"],
        reply_to=earlier[answered - 1] if answered else None,
        trap="demo" if message["state"] == "spam" else "",
    )
    directory = Directory.read(config.threads_file)
    return submit(database, directory, submission, secret=config.secret_key, now=moment).number


def step(sentence: str) -> None:
    """Say in one line what is done now."""
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()
