"""How long is a site away when its machine is lost? From an empty folder, a backup and the content
to pages that are served; every approved message must be there, and none that was erased since.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy import text as sql
from sqlalchemy.engine import make_url
from werkzeug.test import Client
from werkzeug.wrappers import Response

from benchmarks.parts.desk_boards import Board, filled
from benchmarks.parts.desk_fill import AT_ONCE, BETWEEN, FIRST_DAY, OF_A_THREAD, thread_name
from benchmarks.parts.table import Question, Row, figure, known, report, versions_of
from comments_service.db import Database
from comments_service.export import Exporter
from comments_service.models import Account, Action, Comment, State
from comments_service.moderation import Ruling, decide
from comments_service.recovery import taken_back
from comments_service.recovery.backups import back_up
from comments_service.recovery.restoring import restore, verify
from comments_service.retention.forgetting import forget_overdue
from plugins.trees import all_files
from serving.site import ServiceOrNotFound, WholeFiles
from tests.living_site import SAMPLE, LivingSite, make_config

T = TypeVar("T")
MESSAGE = re.compile(rb'<article class="message" id="[a-z-]*(\d+)"')
ERASED = 10
"""Messages that their visitors erase after the backup."""
DRILL = Question(what="from an empty folder to a served site", limit=600, unit=" s")
MISSING = Question(what="approved messages that are not on the pages", limit=0)
BACK = Question(
    what="erased messages that are on the pages, or have words in the database", limit=0
)
REMARKS = (
    "The drill: restore (tables, rows, triggers, search, chain looked over), what was taken back, "
    "what is past its term, the archive, a full build with its checks, the first page over WSGI.",
    "A fifth of the messages are approved; a story has a thousand messages.",
)


def main(quick: bool) -> int:
    """Measure and print; gives 1 when a figure is missed."""
    count = 2000 if quick else 100_000
    with _folder() as folder, filled(folder / "boards", count) as boards:
        rows = [row for board in boards for row in _measure(board, folder, is_judged=not quick)]
    return report(
        "restore", rows, versions_of("sqlalchemy", "pyrage"), remarks=REMARKS, keep=not quick
    )


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="huisheng-") as folder:
        yield Path(folder)


def _measure(board: Board, folder: Path, *, is_judged: bool) -> Iterator[Row]:
    """Back *board* up, lose it, and bring it back."""
    sys.stderr.write(f"Measuring: {board.name}\n")
    now, kept = _morning_after(board.count), folder / board.name
    config = make_config(kept, board.url)
    seconds, written = _timed(lambda: back_up(config, board.database, now))
    size = f"{figure(written.size / board.count, ' bytes')} a message"
    yield known(f"backup, {board.name}", f"{figure(seconds, ' s')} ({size})")
    erased = _erase_some(board, now)
    taken_back.complete(board.database, config.backups_folder)
    seconds, _ = _timed(lambda: verify(written.path))
    yield known(f"restore --verify, {board.name}", figure(seconds, " s"))
    with _empty_database(board, kept) as database:
        work = partial(_served, database, written.path, kept / "new", board.count)
        seconds, site = _timed(work)
        note = f"{board.name}, {board.count:,} messages"
        yield DRILL.answered(seconds, note=note) if is_judged else DRILL.noted(note)
        found = _found(site, database, erased)
        yield MISSING.answered(found.missing, note=f"{found.approved:,} are approved")
        yield BACK.answered(found.back, note=f"{len(erased)} were erased")


def _served(database: Database, backup: Path, folder: Path, count: int) -> LivingSite:
    """Do what an operator does on a new machine, until a reader sees messages."""
    site = _restored(database, backup, folder, count)
    if not MESSAGE.search(_first_page(site)):
        raise AssertionError("the page of all messages shows none")
    return site


@contextmanager
def _empty_database(board: Board, folder: Path) -> Iterator[Database]:
    """Give an empty database of the same kind as *board*'s, elsewhere."""
    url = f"sqlite:///{folder / 'new' / 'comments.db'}"
    if not board.is_sqlite:
        with board.database.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.execute(sql("CREATE DATABASE restored"))
        url = make_url(board.url).set(database="restored").render_as_string(hide_password=False)
    database = Database.connect(url)
    try:
        yield database
    finally:
        database.engine.dispose()


def _erase_some(board: Board, now: datetime) -> list[int]:
    """Let visitors erase messages that were published."""
    query = select(Comment.id).where(Comment.state == State.APPROVED).order_by(Comment.id)
    with board.database.writing() as session:
        numbers = list(session.scalars(query.limit(ERASED)))
        for number in numbers:
            ruling = Ruling(action=Action.ERASE)
            decide(session, number, ruling, by=None, now=now, undo=timedelta())
    return numbers


def _morning_after(count: int) -> datetime:
    """Give the moment at which the machine is lost: a day after the last message came."""
    return FIRST_DAY + BETWEEN * (count // AT_ONCE) + timedelta(days=1)


def _restored(database: Database, backup: Path, folder: Path, count: int) -> LivingSite:
    """Do what an operator does on a new machine: restore, then build."""
    now = _morning_after(count)
    restore(database, backup)
    taken_back.replay(database, backup.parent, now)
    config = make_config(folder, str(database.engine.url))
    forget_overdue(database, config, now)
    site = _with_content(database, folder, count // OF_A_THREAD)
    Exporter.of(config, database).rebuild(now)
    site.build(force=True)
    return site


def _with_content(database: Database, folder: Path, stories: int) -> LivingSite:
    """Give the editors' content, which version control keeps."""
    shutil.copytree(SAMPLE, folder / "content")
    nobody = Account(name="")  # nothing is decided here
    site = LivingSite(folder, str(database.engine.url), database, nobody)
    for number in range(1, stories):
        site.write_story(thread_name(number))
    return site


def _first_page(site: LivingSite) -> bytes:
    """Give the page of all messages, as the server sends it."""
    public = site.release.public
    others = ServiceOrNotFound(_nothing, public / "404.html")
    server = WholeFiles(others, root=public.absolute(), index_file=True)
    page: bytes = Client(server, Response).get("/messages/", buffered=True).data
    return page


def _nothing(environ: object, start: Callable[..., object]) -> list[bytes]:
    start("404 Not Found", [])
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is on the pages, against what should be."""

    approved: int
    missing: int
    back: int


def _found(site: LivingSite, database: Database, erased: list[int]) -> Found:
    pages = (path for path in all_files(site.release.public) if path.suffix == ".html")
    shown = {int(number) for page in pages for number in MESSAGE.findall(page.read_bytes())}
    with database.reading() as session:
        of_site = select(Comment.id).where(Comment.state == State.APPROVED)
        approved = set(session.scalars(of_site))
        with_words = select(func.count()).where(Comment.id.in_(erased), Comment.text != "")
        words = session.scalar(with_words) or 0
    return Found(
        approved=len(approved),
        missing=len(approved - shown),
        back=len(shown.intersection(erased)) + words,
    )


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    done = work()
    return time.perf_counter() - began, done
