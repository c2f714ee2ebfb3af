"""Which threads exist: written by the full build beside the site, read by the service and the
publisher.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from comment_archive.files import page_of, write_aside
from comment_archive.tables import Table, write_table

BOARD = "board"
"""The thread of messages that belong to no story; they stand on the wall only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteInfo:
    """What pages made outside Pelican need to know of the site."""

    url: str
    """Absolute, without a slash at the end."""
    name: str
    language: str
    timezone: str
    stylesheet: str
    icon: str
    script: str = ""
    """Empty in a record that an older version wrote, like the numbers below."""
    desk_style: str = ""
    desk_script: str = ""
    """What the moderators' desk needs besides."""
    form_script: str = ""
    """What the form of a message loads when somebody writes."""
    icp: str = ""
    """The number that stands at the foot of every page, where the law asks for one."""
    police: str = ""
    police_url: str = ""
    police_badge: str = ""
    """The address of the picture that stands beside the number."""
    page_length: int
    """Messages on one page of a thread or of the wall."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadInfo:
    """A story (or the board) that takes messages."""

    id: str
    title: str
    url: str
    """From the site's root, such as /stories/red-vest/."""
    date: str
    """The story's day, ISO 8601."""
    is_open: bool
    closes_on: str | None = None
    """The last day on which messages are taken, ISO 8601."""

    def __hash__(self) -> int:
        """Hash the id alone, which no two threads share."""
        return hash(self.id)

    def takes_messages(self, today: datetime.date) -> bool:
        """Say whether a message may be left on *today*."""
        closed_since = self.closes_on is not None and today > datetime.date.fromisoformat(
            self.closes_on
        )
        return self.is_open and not closed_since


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """All threads, and the facts of the site they stand on."""

    site: SiteInfo
    threads: Mapping[str, ThreadInfo]
    withdrawn: Mapping[str, ThreadInfo] = field(default_factory=dict)
    """Threads of stories that were withdrawn: their messages are kept and shown nowhere."""

    def find(self, thread: str) -> ThreadInfo | None:
        """Give the thread, also one whose story was withdrawn; None where there is no story."""
        return self.threads.get(thread) or self.withdrawn.get(thread)

    def stories(self) -> Mapping[str, ThreadInfo]:
        """Give all threads, those of withdrawn stories among them."""
        return {**self.threads, **self.withdrawn} if self.withdrawn else self.threads

    def dump(self) -> bytes:
        """Give the content of ``threads.json``."""
        data = {
            **self._head(),
            "threads": [plain(self.threads[key]) for key in sorted(self.threads)],
        }
        return (json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()

    def write(self, path: Path) -> None:
        """Write ``threads.json``, and beside it the table that :meth:`look_into` asks."""
        write_aside(path, self.dump())
        rows = ((key, plain(self.threads[key])) for key in sorted(self.threads))
        write_table(_table_of(path), self._head(), rows)

    def _head(self) -> dict[str, Any]:
        """Give what every reader needs; few stories are ever withdrawn."""
        withdrawn = [plain(self.withdrawn[key]) for key in sorted(self.withdrawn)]
        return {"site": plain(self.site)} | ({"withdrawn": withdrawn} if withdrawn else {})

    @classmethod
    def look_into(cls, path: Path) -> Directory:
        """Give the directory that was written to *path*, each thread read when it is asked for:
        what costs the same whatever the number of threads.

        Raises FileNotFoundError before the first build.
        """
        table = Table(_table_of(path))
        return cls._of(table.head(), _Threads(table))

    @classmethod
    def read(cls, path: Path) -> Directory:
        """Read ``threads.json``; raises FileNotFoundError before the first build."""
        data: dict[str, Any] = json.loads(path.read_bytes())
        return cls._of(data, _by_id(data["threads"]))

    @classmethod
    def _of(cls, head: Mapping[str, Any], threads: Mapping[str, ThreadInfo]) -> Directory:
        withdrawn = _by_id(head.get("withdrawn", ()))
        return cls(site=SiteInfo(**head["site"]), threads=threads, withdrawn=withdrawn)


def plain(record: SiteInfo | ThreadInfo) -> dict[str, Any]:
    """Give the fields of a record that holds plain values only, in a fifth of ``asdict``'s time."""
    return {name: getattr(record, name) for name in record.__slots__}


def _by_id(threads: Iterable[Mapping[str, Any]]) -> dict[str, ThreadInfo]:
    return {each["id"]: ThreadInfo(**each) for each in threads}


@dataclass(frozen=True, slots=True)
class _Threads(Mapping[str, ThreadInfo]):
    """The threads of a table; those that were asked for are remembered."""

    table: Table
    known: dict[str, ThreadInfo] = field(default_factory=dict)

    def __getitem__(self, key: str) -> ThreadInfo:
        if (found := self.known.get(key)) is None:
            found = self.known[key] = ThreadInfo(**self.table.row(key))
        return found

    def __iter__(self) -> Iterator[str]:
        return self.table.keys()

    def __len__(self) -> int:
        return self.table.count()


def _table_of(path: Path) -> Path:
    return path.with_suffix(".db")


def older_pages(last: int, length: int) -> int:
    """Give how many pages of *length* positions have left the first view.

    The first view shows the unfinished page and the full one before it, so it is never nearly
    empty; a page gets an address of its own when it leaves that view and from then on keeps its
    content.
    """
    return max(last // length - 1, 0)


def first_in_view(last: int, length: int) -> int:
    """Give the first position that the first view of a series shows."""
    return older_pages(last, length) * length + 1


def page_address(base: str, page: int) -> str:
    """Give the address of an older page of the series whose pages stand below *base*."""
    return f"{base}{page}/"


def pages_base(thread: ThreadInfo | None) -> str:
    """Give the address below which a thread's older pages stand; the wall's for None."""
    return "/messages/" if thread is None or thread.id == BOARD else f"{thread.url}messages/"


def permalink(thread: ThreadInfo, *, number: int, position: int, last: int, length: int) -> str:
    """Give the address where a message stands now.

    *position* and *last* are those of its thread; for the board, those of the wall.
    """
    page = page_of(position, length)
    moved = page <= older_pages(last, length)
    address = page_address(pages_base(thread), page) if moved else thread.url
    return f"{address}#m-{number}"
