"""Projects approved comments from the database into the archive; can make all of it anew."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, literal_column, or_, select, update
from sqlalchemy.orm import Session, joinedload

from comment_archive.directory import BOARD, Directory
from comment_archive.files import PAGE_LENGTH, Archive, Series, page_of
from comment_archive.ledger import counted_day, write_ledger
from comment_archive.records import ApprovedComment, Change, Head, Parent
from comments_service.config import Config
from comments_service.db import Database
from comments_service.ledger import first_day, last_day, make_ledger, over_at
from comments_service.models import Comment, State, public_comments
from comments_service.reasons import REASONS

ANONYMOUS = "网友"
PUBLISHER_LOCK = 0x68756973
"""Number of the lock by which publishers on several machines find that one is at work."""
BATCH = 500
"""Comments brought to the archive at a time."""


@dataclass(frozen=True, slots=True)
class Export:
    """What one round brought to the archive."""

    changes: tuple[Change, ...]
    seen: tuple[tuple[int, int], ...]
    """(comment id, version) of each comment of the round."""
    is_new_day: bool = False
    """Whether the public figures were made anew, since a day is over."""


@dataclass(frozen=True, slots=True)
class Exporter:
    """The publisher's side of the database."""

    database: Database
    archive: Archive
    timezone: str = "Asia/Shanghai"
    """The site's, by which days end."""

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
    def alone(self) -> Iterator[bool]:
        """Say whether no publisher on any machine works on this database, and keep it so meanwhile.

        PostgreSQL has a lock for that; SQLite lives on one machine, where a file's lock is enough.
        """
        if self.database.engine.dialect.name != "postgresql":
            yield True
            return
        with self.database.engine.connect() as connection:
            is_ours = bool(connection.scalar(select(func.pg_try_advisory_lock(PUBLISHER_LOCK))))
            connection.commit()
            try:
                yield is_ours
            finally:
                connection.execute(select(func.pg_advisory_unlock_all()))

    def next_due(self) -> datetime | None:
        """Give the moment from which there is something to publish."""
        with self.database.reading() as session:
            due = session.scalar(select(func.min(Comment.publish_at)))
            day_over = self._day_over(session)
        return min((moment for moment in (due, day_over) if moment), default=None)

    def export_due(self, now: datetime) -> Export:
        """Write what is due at *now* into the archive.

        May be repeated after a crash at any point: a comment stays due until :meth:`confirm`, and
        an archive that was made anew changes everything until then.
        """
        with self.database.writing() as session:
            due = _due(session, now)
            new = _give_positions(session, due)
        with self.database.reading() as session:
            is_whole = self._is_whole(session)
            if not is_whole:
                self.archive.note_behind()
            is_in_step = is_whole and not self.archive.is_behind()
            numbers = [comment.id for comment in due] if is_in_step else None
            changes = _changes(session, numbers, new)
            self._write(session, changes, now)
            is_new_day = self._account(session, now)
        seen = tuple((comment.id, comment.version) for comment in due)
        return Export(tuple(changes), seen, is_new_day)

    def confirm(self, export: Export, now: datetime) -> None:
        """Note that *export* is live; a comment that changed meanwhile stays due."""
        self.archive.note_in_step()
        with self.database.writing() as session:
            for number, version in sorted(export.seen):  # as decisions lock them
                is_same = (Comment.id == number, Comment.version == version)
                live_at = case((public_comments(now), now), else_=None)
                values = {"publish_at": None, "live_at": live_at}
                session.execute(update(Comment).where(*is_same).values(values))

    def repair(self, now: datetime) -> bool:
        """Make the archive anew if it was lost; says whether it was.

        The figures are left to the next export, which then knows that the site may show older ones.
        """
        with self.database.reading() as session:
            if self._is_whole(session):
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

    def _is_whole(self, session: Session) -> bool:
        """Say whether the archive goes as far as what was confirmed; else it is made anew."""
        confirmed = select(func.max(Comment.wall_position)).where(Comment.publish_at.is_(None))
        return self.archive.wall().head().last >= (session.scalar(confirmed) or 0)

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
        """Write the archive pages of *changes*, each once, and the heads of their series."""
        changes = list(changes)
        threads = {change.thread for change in changes}
        for thread, page in sorted({(c.thread, page_of(c.position, PAGE_LENGTH)) for c in changes}):
            _write_page(session, self.archive.thread(thread), page, thread, now)
        for page in sorted({page_of(change.wall_position, PAGE_LENGTH) for change in changes}):
            _write_page(session, self.archive.wall(), page, None, now)
        for thread in sorted(threads):
            self.archive.thread(thread).write_head(_head(session, thread, now))
        if changes:
            self.archive.wall().write_head(_head(session, None, now))


def _due(session: Session, now: datetime) -> list[Comment]:
    query = (
        select(Comment)
        .where(Comment.publish_at <= now)
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
            position = _last(session, comment.thread) + 1
            wall_position = _last(session, None) + 1
            values = {"position": position, "wall_position": wall_position}
            session.execute(update(Comment).where(Comment.id == comment.id).values(values))
            new.add(comment.id)
    return new


def _changes(
    session: Session, numbers: list[int] | None, new: Collection[int] = ()
) -> list[Change]:
    """Give the places of the comments *numbers* and of replies that name them; all for None. Those
    that are *new* were on no page before.
    """
    columns = (Comment.id, Comment.thread, Comment.position, Comment.wall_position)
    query = select(*columns).where(Comment.position.is_not(None))
    if numbers is not None:
        query = query.where(or_(Comment.id.in_(numbers), Comment.reply_to_id.in_(numbers)))
    rows = session.execute(query.order_by(Comment.wall_position))
    return [
        Change(thread=thread, position=position, wall_position=wall_position, is_new=number in new)
        for number, thread, position, wall_position in rows
        if position is not None and wall_position is not None
    ]


def _write_page(
    session: Session, series: Series, page: int, thread: str | None, now: datetime
) -> None:
    place = Comment.wall_position if thread is None else Comment.position
    first = (page - 1) * PAGE_LENGTH + 1
    query = select(Comment).where(
        place.between(first, first + PAGE_LENGTH - 1), public_comments(now)
    )
    if thread is not None:
        query = query.where(Comment.thread == thread)
    comments = session.scalars(query.options(joinedload(Comment.reply_to)).order_by(place))
    approved = [_approved(comment, now) for comment in comments]
    series.write_page(
        page, [(c.wall_position if thread is None else c.position, c) for c in approved]
    )


def _head(session: Session, thread: str | None, now: datetime) -> Head:
    last = _last(session, thread)
    gaps, pinned = _gaps(session, thread, now), _pinned(session, thread, now)
    return Head(last=last, count=last - gaps, pinned=pinned)


def _pinned(session: Session, thread: str | None, now: datetime) -> tuple[int, ...]:
    """Give the places of the pinned comments, newest pin first; on the wall those of the board."""
    place = Comment.wall_position if thread is None else Comment.position
    query = select(place).where(
        Comment.thread == (thread or BOARD), Comment.pinned_at.is_not(None), public_comments(now)
    )
    ordered = query.order_by(Comment.pinned_at.desc(), Comment.id.desc())
    return tuple(found for found in session.scalars(ordered) if found is not None)


def _last(session: Session, thread: str | None) -> int:
    if thread is None:
        return session.scalar(select(func.max(Comment.wall_position))) or 0
    return session.scalar(select(func.max(Comment.position)).where(Comment.thread == thread)) or 0


def _gaps(session: Session, thread: str | None, now: datetime) -> int:
    """Count the positions that show nothing: they are few, so counting them beats counting the
    messages.
    """
    literal = Comment.state != literal_column("'approved'")  # else SQLite passes by the index
    taken_down = (Comment.position.is_not(None), literal)
    waiting = (
        Comment.position.is_not(None),
        Comment.state == State.APPROVED,
        Comment.hidden_until > now,
    )
    total = 0
    for conditions in (taken_down, waiting):
        query = select(func.count()).select_from(Comment).where(*conditions)
        if thread is not None:
            query = query.where(Comment.thread == thread)
        total += session.scalar(query) or 0
    return total


def _approved(comment: Comment, now: datetime) -> ApprovedComment:
    if (
        comment.position is None
        or comment.wall_position is None
        or comment.html is None
        or comment.policy is None
    ):
        raise ValueError(f"comment {comment.id} is public without a place or its HTML")
    return ApprovedComment(
        number=comment.id,
        thread=comment.thread,
        position=comment.position,
        wall_position=comment.wall_position,
        author=comment.author or ANONYMOUS,
        address="" if comment.is_by_editor else comment.address,
        html=comment.html,
        policy=comment.policy,
        submitted_at=comment.submitted_at,
        edited=comment.edited_text is not None,
        by_editor=comment.is_by_editor,
        reply_to=_parent(comment.reply_to, now),
    )


def _parent(parent: Comment | None, now: datetime) -> Parent | None:
    if parent is None or parent.position is None:
        return None
    author = (parent.author or ANONYMOUS) if parent.is_public(now) else None
    return Parent(number=parent.id, position=parent.position, author=author)
