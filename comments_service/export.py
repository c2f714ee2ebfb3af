"""Projects approved comments from the database into the archive; can make all of it anew."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CursorResult,
    bindparam,
    case,
    func,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from comment_archive.directory import Directory
from comment_archive.files import PAGE_LENGTH, Archive, Together, page_of, write_aside
from comment_archive.ledger import counted_day, write_ledger
from comment_archive.records import Change
from comments_service import publication
from comments_service.bell import Bell, alone
from comments_service.config import Config
from comments_service.db import Database
from comments_service.ledger import first_day, last_day, make_ledger, over_at
from comments_service.models import Comment, PublisherState, State, public_comments
from comments_service.projection import NOW, head_of_series, last_places, page_of_series
from comments_service.publication import Figures, require_term
from comments_service.reasons import REASONS

BATCH = 500
"""Comments brought to the archive at a time."""
IS_CONFIRMED = func.coalesce(Comment.publish_at, null()).is_(None)
"""That a comment waits for nothing, said so that SQLite looks at the last places and not, by the
index, at all comments.
"""
PUBLISHED = select(
    select(PublisherState.place).scalar_subquery(),
    select(func.max(Comment.wall_position)).where(IS_CONFIRMED).scalar_subquery(),
)
NUMBERS: BindParameter[int] = bindparam("numbers", expanding=True)
PLACES = (
    select(Comment.id, Comment.thread, Comment.position, Comment.wall_position)
    .where(Comment.position.is_not(None))
    .order_by(Comment.wall_position)
)
PLACES_OF = PLACES.where(or_(Comment.id.in_(NUMBERS), Comment.reply_to_id.in_(NUMBERS)))
GIVE_PLACES = (
    update(Comment)
    .where(Comment.id == bindparam("number"))
    .values(position=bindparam("place"), wall_position=bindparam("wall_place"))
    .execution_options(synchronize_session=False)
)
NOTE_LIVE = (
    update(Comment)
    .where(Comment.id == bindparam("number"), Comment.version == bindparam("seen"))
    .values(publish_at=None, live_at=case((public_comments(NOW), NOW), else_=None))
    .execution_options(synchronize_session=False)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A comment as a round found it."""

    number: int
    version: int
    thread: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Export:
    """What one round brought to the archive."""

    changes: tuple[Change, ...]
    seen: tuple[Seen, ...]
    is_new_day: bool = False
    """Whether the public figures were made anew, since a day is over."""
    is_everything: bool = False
    """Whether the whole archive was written, not only what changed."""
    is_full: bool = False
    """Whether as much was taken as a round may hold, so that more is probably due."""

    @property
    def threads(self) -> tuple[str, ...]:
        """The threads that something happened in."""
        changed = {change.thread for change in self.changes}
        return tuple(sorted(changed | {each.thread for each in self.seen}))

    def only(self, threads: Collection[str]) -> Export:
        """Give the part that happened in *threads*."""
        return replace(
            self,
            changes=tuple(change for change in self.changes if change.thread in threads),
            seen=tuple(each for each in self.seen if each.thread in threads),
            is_everything=self.is_everything and set(threads) >= set(self.threads),
        )


@dataclass(frozen=True, slots=True)
class Exporter:
    """The publisher's side of the database."""

    database: Database
    archive: Archive
    timezone: str = "Asia/Shanghai"
    """The site's, by which days end."""
    term: int | None = None
    """In which it may write; None for one that is only used while no publisher runs."""

    @classmethod
    def of(cls, config: Config, database: Database) -> Exporter:
        """Make the exporter of this machine; its days end as those of the published site do."""
        archive = Archive(config.archive)
        try:
            site = Directory.read(config.threads_file).site
        except FileNotFoundError:  # before the first build
            return cls(database, archive)
        return cls(database, archive, site.timezone)

    @contextmanager
    def alone(self) -> Iterator[Lead | None]:
        """Give the lead over this database, which nobody else has meanwhile on any machine; None
        where another publisher has it.
        """
        with alone(self.database.engine) as bell:
            yield None if bell is None else Lead(self, bell)

    def next_due(self, without: Collection[str] = ()) -> datetime | None:
        """Give the moment from which there is something to publish in other threads than
        *without*.
        """
        query = select(func.min(Comment.publish_at)).where(*_not_in(without))
        with self.database.reading() as session:
            due = session.scalar(query)
            day_over = self._day_over(session)
        return min((moment for moment in (due, day_over) if moment), default=None)

    def export_due(self, now: datetime, without: Collection[str] = ()) -> Export:
        """Write what is due at *now* into the archive, but nothing of the threads *without*; at
        most :data:`BATCH` comments, those that wait longest.

        May be repeated after a crash at any point: a comment stays due until :meth:`confirm`, and
        an archive that was made anew, or that was not the one written last, changes everything
        until then. Raises Deposed.
        """
        with self.database.writing() as session:
            require_term(session, self.term)
            due = _due(session, now, without)
            new = _give_positions(session, due)
        with self.database.reading() as session:
            place, confirmed = session.execute(PUBLISHED).one()
            if not (self._is_last_written(place) and self._is_whole(confirmed)):
                self.archive.note_behind()
            is_in_step = not self.archive.is_behind()
            numbers = [comment.id for comment in due] if is_in_step else None
            changes = _changes(session, numbers, new)
            self._write(session, changes, now)
            is_new_day = self._account(session, now)
        return Export(
            tuple(changes), _seen(due), is_new_day, not is_in_step, is_full=len(due) == BATCH
        )

    def confirm(
        self,
        export: Export,
        now: datetime,
        *,
        files: int = 0,
        release: str = "",
        problem: str | None = None,
    ) -> int:
        """Note that *export* is live in *release*, for which *files* were written, and what
        *problem* there is with the rest; gives how many comments are still due.

        A comment that changed meanwhile stays due. Raises Deposed.
        """
        if export.is_everything:
            self.archive.note_in_step()
        with self.database.writing() as session:
            require_term(session, self.term)
            live = [
                seen for seen in sorted(export.seen, key=_number) if _confirm(session, seen, now)
            ]
            if live or export.is_everything:
                state = self._note_round(session, live, now, files=files)
                state.release = release
                state.problem, state.problem_at = problem, now if problem else None
            return publication.backlog(session, now)

    def note_problem(self, problem: str, now: datetime) -> None:
        """Note why something could not be published. Raises Deposed."""
        with self.database.writing() as session:
            require_term(session, self.term)
            publication.note_problem(session, problem, now)

    def leave(self) -> None:
        """Note that the term is over in good order."""
        if self.term is not None:
            with self.database.writing() as session:
                publication.end_term(session, self.term)

    def see(self, now: datetime) -> None:
        """Note that the publisher works, or stands by where it has no term."""
        with self.database.writing() as session:
            publication.see(session, self.term, now)

    def repair(self, now: datetime) -> bool:
        """Make the archive anew if it was lost; says whether it was.

        The figures are left to the next export, which then knows that the site may show older ones.
        """
        with self.database.reading() as session:
            _, confirmed = session.execute(PUBLISHED).one()
        if self._is_whole(confirmed):
            return False
        self.rebuild(now, with_figures=False)
        return True

    def rebuild(self, now: datetime, *, with_figures: bool = True) -> int:
        """Make the whole archive anew beside the old one and put it in its place; gives the number
        of messages.
        """
        beside = Archive(self.archive.root.with_name(self.archive.root.name + ".new"))
        writer = Exporter(self.database, beside, self.timezone)
        with self.archive.locked():
            shutil.rmtree(beside.root, ignore_errors=True)
            with self.database.reading() as session:
                writer._write(session, _changes(session, None), now)
                if with_figures:
                    writer._account(session, now)
            beside.note_behind()
            before = self.archive.root.with_name(self.archive.root.name + ".old")
            shutil.rmtree(before, ignore_errors=True)
            if self.archive.root.exists():
                self.archive.root.replace(before)
            beside.root.replace(self.archive.root)
            shutil.rmtree(before, ignore_errors=True)
            return self.archive.wall().head().count

    def _note_round(
        self, session: Session, live: list[Seen], now: datetime, *, files: int
    ) -> PublisherState:
        state = publication.locked_state(session)
        spans = [(now - seen.due_at).total_seconds() for seen in live]
        state.figures = asdict(Figures.of(state).with_round(spans, files))
        state.published_at, state.place = now, self._place()
        state.seen_at = state.seen_at if self.term is None else now
        return state

    def _place(self) -> str:
        """Give the name of this archive, made on first use: a copy elsewhere has another one."""
        path = self.archive.root.with_name(f"{self.archive.root.name}.id")
        if not path.is_file():
            write_aside(path, secrets.token_hex(16).encode())
        return path.read_text("ascii")

    def _is_last_written(self, place: str | None) -> bool:
        """Say whether what was published last went through this archive, and not through that of
        another *place*; else it may lack what another machine took down meanwhile.
        """
        return not place or place == self._place()

    def _is_whole(self, confirmed: int | None) -> bool:
        """Say whether the archive goes as far as what was *confirmed*; else it is made anew."""
        return self.archive.wall().head().last >= (confirmed or 0)

    def _day_over(self, session: Session) -> datetime | None:
        """Give the moment from which there is one more day to account for."""
        counted = counted_day(self.archive)
        day = first_day(session, self.timezone) if counted is None else counted + timedelta(days=1)
        return None if day is None else over_at(day, self.timezone)

    def _account(self, session: Session, now: datetime) -> bool:
        """Bring the public figures up to the last day that is over; says whether they changed."""
        day, counted = last_day(now, self.timezone), counted_day(self.archive)
        if counted is not None and counted >= day:
            return False
        ledger = make_ledger(session, day, timezone=self.timezone, reasons=REASONS)
        return ledger is not None and write_ledger(self.archive, ledger)

    def _write(self, session: Session, changes: Iterable[Change], now: datetime) -> None:
        """Write the archive pages of *changes*, each once, and then the heads of their series."""
        changes, archive = list(changes), self.archive
        threads = {change.thread for change in changes}
        pages = {(c.thread, page_of(c.position, PAGE_LENGTH)) for c in changes}
        with Together() as together:
            write = together.write
            for thread, page in sorted(pages):
                comments = page_of_series(session, page, thread, now)
                archive.thread(thread).write_page(page, comments, write)
            for page in sorted({page_of(change.wall_position, PAGE_LENGTH) for change in changes}):
                comments = page_of_series(session, page, None, now)
                archive.wall().write_page(page, comments, write)
            for thread in sorted(threads):
                archive.thread(thread).write_head(head_of_series(session, thread, now), write)
            if changes:
                archive.wall().write_head(head_of_series(session, None, now), write)


@dataclass(frozen=True, slots=True)
class Lead:
    """The lead over a database, as long as its lock is held; rings when something was decided."""

    exporter: Exporter
    bell: Bell

    def begin(self, leader: str, now: datetime) -> Exporter:
        """Begin a term for *leader*; gives the exporter that may write in it."""
        with self.exporter.database.writing() as session:
            return replace(self.exporter, term=publication.begin_term(session, leader, now))

    def fileno(self) -> int | None:
        """Give what can be read when somebody rang or the lock is gone, where there is one."""
        return self.bell.fileno()

    def clear(self) -> None:
        """Forget the rings so far; raises Deposed when the lock is gone."""
        self.bell.clear()


def _seen(due: Iterable[Comment]) -> tuple[Seen, ...]:
    return tuple(
        Seen(number=comment.id, version=comment.version, thread=comment.thread, due_at=moment)
        for comment in due
        if (moment := comment.publish_at) is not None
    )


def _number(seen: Seen) -> int:
    """Order comments as decisions lock them."""
    return seen.number


def _confirm(session: Session, seen: Seen, now: datetime) -> bool:
    """Note that a comment is live as it was *seen*; says whether it is still like that."""
    values = {"number": seen.number, "seen": seen.version, "now": now}
    return bool(cast(CursorResult[Any], session.execute(NOTE_LIVE, values)).rowcount)


def _not_in(threads: Collection[str]) -> list[ColumnElement[bool]]:
    return [Comment.thread.not_in(threads)] if threads else []


def _due(session: Session, now: datetime, without: Collection[str]) -> list[Comment]:
    query = (
        select(Comment)
        .where(Comment.publish_at <= now, *_not_in(without))
        .order_by(Comment.publish_at, Comment.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)  # what is being decided right now comes next time
    )
    return list(session.scalars(query))


def _give_positions(session: Session, due: Iterable[Comment]) -> set[int]:
    """Number comments that become public for the first time, in the order of their approval; gives
    their ids.
    """
    new = set()
    for comment in due:
        if comment.state is State.APPROVED and comment.position is None:
            last, wall_last = last_places(session, comment.thread)
            values = {"number": comment.id, "place": last + 1, "wall_place": wall_last + 1}
            session.execute(GIVE_PLACES, values)
            new.add(comment.id)
    return new


def _changes(
    session: Session, numbers: list[int] | None, new: Collection[int] = ()
) -> list[Change]:
    """Give the places of the comments *numbers* and of replies that name them; all for None. Those
    that are *new* were on no page before.
    """
    query = PLACES if numbers is None else PLACES_OF
    rows = session.execute(query, {"numbers": numbers})
    return [
        Change(thread=thread, position=position, wall_position=wall_position, is_new=number in new)
        for number, thread, position, wall_position in rows
        if position is not None and wall_position is not None
    ]
