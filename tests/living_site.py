"""A small site with everything real: content, builds, database, archive, publisher."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import select

from comment_archive.directory import Directory
from comment_archive.files import Archive
from comments_service import accounts
from comments_service.config import Config
from comments_service.db import Database
from comments_service.export import Exporter
from comments_service.models import Account, Action, Comment, Decision, Role
from comments_service.moderation import VISITORS_ACTIONS, Ruling, decide
from comments_service.replies import reply
from comments_service.screening import Submission
from comments_service.storing import Receipt
from comments_service.submission import submit
from plugins.drafts.shared import FILE
from plugins.trees import all_files
from publishing.build import BuildPlan, build
from publishing.release import Release, Releases
from publishing.worker import Publisher

ROOT = Path(__file__).parents[1]
SAMPLE = Path(__file__).parent / "site" / "sample"
SECRET = "a secret for tests, long enough to be taken"
START = datetime(2026, 3, 1, 4, 30, tzinfo=UTC)
PAGE = 3

STORY = """title: {title}
date: {date}
theme: {theme}
tags: 测试
summary: {title}的摘要。
picture: scene.svg
picture_alt: 画面
comments: {comments}

{body}
"""


@cache
def password_hash() -> str:
    """Give the hash of the moderator's password; making one takes long on purpose."""
    return accounts._hash("long enough password")


def make_config(root: Path, database_url: str, **changes) -> Config:
    """Make settings whose var folder is *root*."""
    values = {
        "secret_key": SECRET,
        "site_url": "http://127.0.0.1:8000",
        "var": root / "var",
        "database_url": database_url,
        "undo_seconds": 0,
    }
    return Config(**(values | changes))


def make_submission(**changes) -> Submission:
    """Make an ordinary submission, with *changes*."""
    values = {
        "thread": "first",
        "text": "你好，志愿者。",
        "author": "路人",
        "address": "14.152.94.23",
    }
    return Submission(**(values | changes))


@dataclass
class LivingSite:
    """One site in a folder of its own; its clock goes on by a minute with every deed."""

    root: Path
    database_url: str
    database: Database
    moderator: Account
    now: datetime = START
    page_length: int = PAGE
    receipts: list[Receipt] = field(default_factory=list)
    publisher: Publisher = field(init=False)

    settings: dict[str, object] = field(default_factory=dict)
    """Settings of Pelican's that are not as pelicanconf.py says."""

    def __post_init__(self) -> None:
        """Start the publisher."""
        self.restart()

    def restart(self) -> None:
        """Join a publisher as the tasks do, with our clock; it has no memory of the one before."""
        archive = Archive(self.archive)
        self.publisher = Publisher(
            Exporter(self.database, archive), archive, Releases(self.releases), lambda: self.now
        )

    @classmethod
    def make(cls, root: Path, database_url: str, **changes) -> LivingSite:
        """Copy the sample content and make database and moderator."""
        shutil.copytree(SAMPLE, root / "content")
        database = Database.connect(database_url)
        database.upgrade()
        with database.writing() as session:
            moderator = Account(name="值班", role=Role.CHIEF, password_hash=password_hash())
            session.add(moderator)
        return cls(root, database_url, database, moderator, **changes)

    @property
    def config(self) -> Config:
        """The service's settings."""
        return make_config(self.root, self.database_url)

    @property
    def archive(self) -> Path:
        """Where the archive is."""
        return self.config.archive

    @property
    def releases(self) -> Path:
        """Where the releases are."""
        return self.config.releases

    @property
    def release(self) -> Release:
        """The published release."""
        current = Releases(self.releases).current()
        assert current is not None
        return current

    @property
    def directory(self) -> Directory:
        """Which threads exist."""
        return self.release.directory()

    def show_build_of(self, other: LivingSite) -> None:
        """Publish a copy of what *other* has built, which is quicker than building it again."""
        shutil.copytree(other.releases, self.releases, symlinks=True)

    def plan(self, releases: Path | None = None, archive: Path | None = None) -> BuildPlan:
        """Say how the site is built; elsewhere, with another archive, to compare."""
        overrides = {
            "PATH": str(self.root / "content"),
            "SITEURL": "http://127.0.0.1:8000",
            "COMMENT_ARCHIVE": str(archive or self.archive),
            "MESSAGES_PER_PAGE": self.page_length,
            "STORIES_PER_PAGE": self.page_length,
            "PICTURE_CACHE": str(self.root / "pictures-made"),
            **self.settings,
        }
        return BuildPlan(
            settings=ROOT / "pelicanconf.py",
            releases=releases or self.releases,
            overrides=overrides,
        )

    def build(self, *, force: bool = False) -> bool:
        """Make a release; says whether there was anything to make."""
        return build(self.plan(), force=force, now=self.now)[1]

    def write_story(self, slug: str, **changes) -> Path:
        """Write a story as an editor does."""
        values = {
            "title": f"故事{slug}",
            "date": "2015-12-10",
            "theme": "culture",
            "comments": "open",
            "body": "正文一段。",
        }
        path = self.root / "content" / "stories" / f"{slug}.md"
        path.write_text(STORY.format(**(values | changes)), "utf-8")
        return path

    def tick(self) -> datetime:
        """Let a minute go by."""
        self.now += timedelta(minutes=1)
        return self.now

    def post(self, **changes) -> int:
        """Leave a message; gives its number."""
        submission = make_submission(**({"nonce": f"n{len(self.receipts)}"} | changes))
        receipt = submit(self.database, self.directory, submission, secret=SECRET, now=self.tick())
        self.receipts.append(receipt)
        return receipt.number

    def decide(
        self, number: int, action: Action, *, undo: timedelta = timedelta(), **changes
    ) -> Decision:
        """Decide as the moderator, or as the visitor what is his alone."""
        reason = "offtopic" if action is Action.REFUSE else None
        ruling = Ruling(**({"action": action, "reason": reason} | changes))
        by = None if action in VISITORS_ACTIONS else self.moderator
        with self.database.writing() as session:
            account = session.merge(by) if by else None
            return decide(session, number, ruling, by=account, now=self.tick(), undo=undo)

    def answer(self, number: int, text: str = "谢谢您。", *, undo: timedelta = timedelta()) -> int:
        """Answer a message as the editors; gives the answer's number."""
        with self.database.writing() as session:
            by = session.merge(self.moderator)
            name = self.config.editor_name
            made = reply(session, number, text, name=name, by=by, now=self.tick(), undo=undo)
            return made.comment_id

    def post_approved(self, **changes) -> int:
        """Leave a message and approve it, without publishing yet."""
        number = self.post(**changes)
        self.decide(number, Action.APPROVE)
        return number

    def publish(self) -> list[str]:
        """Let the publisher do all that is due; gives the files it wrote."""
        written: list[str] = []
        while (due := self.publisher.source.next_due()) is not None and due <= self.now:
            written += self.publisher.publish_due()
        return written

    def comment(self, number: int) -> Comment:
        """Look at a comment."""
        with self.database.reading() as session:
            return session.scalars(select(Comment).where(Comment.id == number)).one()

    def tree(self) -> dict[str, bytes]:
        """Give every published file's content."""
        return read_tree(self.release.public)

    def page(self, name: str) -> str:
        """Give a published page's text."""
        return (self.release.public / name).read_text("utf-8")

    def times(self) -> dict[str, int]:
        """Give every published file's time of change."""
        public = self.release.public
        return {
            path.relative_to(public).as_posix(): path.stat().st_mtime_ns
            for path in all_files(public)
        }

    def clean_build(self, folder: Path, now: datetime | None = None) -> dict[str, bytes]:
        """Make archive and site anew elsewhere, from database and content alone, with the stories
        that are public *now*.
        """
        shutil.rmtree(folder, ignore_errors=True)
        archive = Archive(folder / "archive")
        shared = self.releases.with_name(FILE)
        if shared.is_file():
            folder.mkdir(exist_ok=True)
            shutil.copy(shared, folder / FILE)
        Exporter(self.database, archive).rebuild(self.now)
        release, _ = build(self.plan(folder / "releases", archive.root), now=now or self.now)
        return read_tree(release.public)

    def close(self) -> None:
        """Let go of the database."""
        self.database.engine.dispose()


def read_tree(folder: Path) -> dict[str, bytes]:
    """Give name and content of every file below *folder*, as one who follows links finds them."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in all_files(folder)}
