"""Approves messages as the publisher does, in a filled archive and release, and says what each
takes.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.parts.full_archive import fill_archive, thread_names
from benchmarks.parts.full_release import fill_release
from comment_archive.files import PAGE_LENGTH, Archive, Series, page_of
from comment_archive.markup import POLICY
from comment_archive.records import ApprovedComment, Change, Head
from publishing.release import Release
from publishing.republish import Republisher

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A site of some size."""

    root: Path
    names: Sequence[str]

    @classmethod
    def filled(cls, root: Path, stories: int, messages: int, *, busiest: int) -> Board:
        """Fill a site below *root*, with the archive that is there already if it is whole; the
        first of its *stories* has *busiest* of the *messages*.
        """
        board = cls(root=root, names=thread_names(stories))
        if board.archive.wall().head().last < messages:  # its head is written at the end
            shutil.rmtree(root, ignore_errors=True)
            fill_archive(root / "archive", board.names, messages, busiest=busiest)
        shutil.rmtree(root / "releases", ignore_errors=True)
        fill_release(root / "releases", board.archive, board.names)
        return board

    @property
    def archive(self) -> Archive:
        """Its messages."""
        return Archive(self.root / "archive")

    def publisher(self, *, durable: bool = True) -> Republisher:
        """Give a publisher that is just started; whether it waits for the disk."""
        release = Release((self.root / "releases" / "current").resolve())
        return Republisher(release, self.archive, durable=durable)

    def sample(self, count: int) -> list[str]:
        """Give *count* stories, the busiest not among them, spread over all."""
        step = (len(self.names) - 1) // count
        return list(self.names[1 : 1 + count * step : step])

    def approve(self, thread: str) -> Change:
        """Bring one more message of *thread* to the archive, as the export does."""
        series, wall = self.archive.thread(thread), self.archive.wall()
        position, wall_position = series.head().last + 1, wall.head().last + 1
        comment = ApprovedComment(
            number=wall_position,
            thread=thread,
            position=position,
            wall_position=wall_position,
            author=f"读者{wall_position}",
            address="14.152.94.*",
            html=f"<p>第{wall_position}条：谢谢你们守着<em>湿地</em>。</p>",
            policy=POLICY,
            submitted_at=NOW + timedelta(seconds=wall_position),
        )
        _append(series, position, comment)
        _append(wall, wall_position, comment)
        return Change(thread=thread, position=position, wall_position=wall_position, is_new=True)


@dataclass(slots=True)
class Waits:
    """The seconds that were spent waiting for the disk to have what was written."""

    seconds: float = 0.0

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Add the waits of what is done meanwhile."""
        names = [name for name in ("fsync", "sync") if hasattr(os, name)]
        before = {name: getattr(os, name) for name in names}
        for name in names:
            setattr(os, name, self._timing(before[name]))
        try:
            yield
        finally:
            for name in names:
                setattr(os, name, before[name])

    def _timing(self, call: Callable[..., None]) -> Callable[..., None]:
        def wait(*arguments: int) -> None:
            began = time.perf_counter()
            call(*arguments)
            self.seconds += time.perf_counter() - began

        return wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What one approval took, from the archive to the files."""

    milliseconds: float
    """Without the waits for the disk."""
    whole: float
    """The same with them."""
    processor: float
    """Milliseconds that the processor worked for it."""
    written: int
    """Files."""
    pieces: int
    """Pieces of HTML that were rendered and kept."""


def publish(republisher: Republisher, change: Change) -> Approval:
    """Publish *change* and say what that took."""
    waits, known = Waits(), len(republisher.renderer.fragments)
    with waits.counted():
        began, worked = time.perf_counter(), time.thread_time()
        written = republisher.republish([change])
        seconds, worked = time.perf_counter() - began, time.thread_time() - worked
    return Approval(
        milliseconds=(seconds - waits.seconds) * 1000,
        whole=seconds * 1000,
        processor=worked * 1000,
        written=len(written),
        pieces=len(republisher.renderer.fragments) - known,
    )


def _append(series: Series, position: int, comment: ApprovedComment) -> None:
    page, head = page_of(position, PAGE_LENGTH), series.head()
    first = (page - 1) * PAGE_LENGTH + 1
    kept = enumerate(series.between(first, position - 1), first)
    series.write_page(page, [*kept, (position, comment)])
    series.write_head(Head(last=position, count=head.count + 1, pinned=head.pinned))
