"""The archive's files: each series of messages in small pages, so that a change rewrites one of
them.

::

threads/<thread id>/head.json    {"last": 41, "count": 40, "pinned": [7]}
    threads/<thread id>/1.json       positions 1 to 50
    wall/head.json, wall/1.json ...  all threads together
    ledger.json                      the public figures (comment_archive/ledger.py)
    pages-are-behind                 only while an archive that was made anew is not on the pages
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import lru_cache
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from comment_archive.records import ApprovedComment, Head, Parent

PAGE_LENGTH = 50
"""Positions in one archive file; a matter of the archive alone, the site pages as it likes."""

REMEMBERED = 64
"""Pages that a process keeps in mind: those of its last changes."""

EMPTY = b"{}\n"
"""A page of which nothing is to be seen."""

MESSAGES = REMEMBERED * PAGE_LENGTH
"""Messages that a process keeps in mind."""

SERIES = 512
"""Series whose folder and size a process keeps in mind."""

BEHIND = "pages-are-behind"
"""A file that is there from when the archive is made anew until all pages are in step."""

THREAD_ID = re.compile(r"[a-z0-9-]{1,80}")


T = TypeVar("T")
Write = Callable[[Path, bytes], bool]
"""Replaces a file; says whether it differs."""


def write_aside(path: Path, content: bytes) -> bool:
    """Replace the file at *path* by rename, only if it differs; says whether it did.

    A reader sees the old file or the new one, never a part. The folder is made when missing.
    """
    with Together() as together:
        return together.write(path, content)


class Together:
    """Replaces files as :func:`write_aside` does, but lets them wait for the disk together, which
    takes hardly longer than for one; they are in place when the block is left, in the order in
    which they were written.
    """

    MOST = 64
    """Files that wait at a time, all of them open."""

    def __init__(self) -> None:
        self._waiting: list[tuple[FileIO, str, Path]] = []

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Put what waits in its place; where the block raised, throw it away."""
        try:
            if error is None:
                self._finish()
        finally:
            while self._waiting:
                stream, aside, _ = self._waiting.pop()
                stream.close()
                Path(aside).unlink(missing_ok=True)

    def write(self, path: Path, content: bytes) -> bool:
        """Let the file at *path* have *content*; says whether it differs from what is there."""
        if path.is_file() and read_whole(str(path)) == content:
            return False
        if len(self._waiting) == self.MOST:
            self._finish()
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(dir=path.parent, prefix=".aside-")
        stream = open(handle, "wb", buffering=0)  # noqa: SIM115, PTH123 -- closed with the others
        self._waiting.append((stream, aside, path))
        write_whole(stream, content)
        return True

    def _finish(self) -> None:
        """Make all contents outlast a power failure, then all names."""
        for stream, _, _ in self._waiting:
            os.fsync(stream.fileno())
        folders = {path.parent: None for _, _, path in self._waiting}
        while self._waiting:
            stream, aside, path = self._waiting[0]
            stream.close()
            Path(aside).chmod(0o644)
            Path(aside).replace(path)
            self._waiting.pop(0)
        for folder in folders:
            keep_names(folder)


def keep_names(folder: Path | str) -> None:
    """Make the renames in *folder* outlast a power failure, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_whole(path: str) -> bytes:
    """Give what the file *path* holds, by half of the system calls that :mod:`pathlib` makes."""
    with open(path, "rb", buffering=0) as stream:  # noqa: PTH123 -- no Path is made either
        return stream.readall()


def write_whole(stream: FileIO, content: bytes) -> None:
    """Write all of *content*, of which a disk that is nearly full may take a part at a time."""
    left = memoryview(content)
    while left:
        left = left[stream.write(left) :]


def page_of(position: int, length: int) -> int:
    """Give the number, from 1, of the page of *length* positions that holds *position*."""
    return (position - 1) // length + 1


@dataclass(frozen=True, slots=True)
class Series:
    """One sequence of messages by position, in a folder of page files."""

    folder: Path

    def head(self) -> Head:
        """Read the size; a series that was never written is empty."""
        return _remembered(f"{self.folder}/head.json", _head) or Head()

    def between(self, first: int, last: int) -> Iterator[ApprovedComment]:
        """Yield the messages at positions *first* to *last*, both included, in their order."""
        for page in range(page_of(max(first, 1), PAGE_LENGTH), page_of(last, PAGE_LENGTH) + 1):
            stored = _remembered(f"{self.folder}/{page}.json", _page) or {}
            for position, comment in stored.items():
                if first <= position <= last:
                    yield comment

    def at(self, position: int) -> ApprovedComment | None:
        """Give the message at *position*, if one is to be seen there."""
        return next(self.between(position, position), None)

    def write_page(
        self,
        page: int,
        comments: Iterable[tuple[int, ApprovedComment]],
        write: Write = write_aside,
    ) -> bool:
        """Write one page of (position, message); says whether the file changes."""
        texts = sorted((str(position), _text(comment)) for position, comment in comments)
        stored = ",\n".join(f' "{position}": {text}' for position, text in texts)
        return write(
            self.folder / f"{page}.json", f"{{\n{stored}\n}}\n".encode() if texts else EMPTY
        )

    def write_head(self, head: Head, write: Write = write_aside) -> bool:
        """Write the size; says whether the file changes."""
        return write(self.folder / "head.json", _dump(asdict(head)))


@dataclass(frozen=True, slots=True)
class Archive:
    """The folder that holds every published message."""

    root: Path

    def thread(self, thread: str) -> Series:
        """Give the series of one thread; raises ValueError for what is no thread id."""
        if not THREAD_ID.fullmatch(thread):
            raise ValueError(f"{thread!r} is not a thread id ([a-z0-9-], up to 80)")
        return _series(f"{self.root}/threads/{thread}")

    @contextmanager
    def locked(self, seconds: float = -1) -> Iterator[None]:
        """Keep others from writing messages to archive or site while a step is done.

        Raises filelock.Timeout when it is not our turn within *seconds*; waits for ever by default.
        """
        from filelock import FileLock  # dear to load, and a look at single messages needs none

        self.root.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self.root.with_name(f"{self.root.name}.lock"), timeout=seconds):
            yield

    def note_behind(self) -> None:
        """Note that pages may be behind all of the archive, since it is about to be made anew."""
        write_aside(self.root / BEHIND, b"")

    def is_behind(self) -> bool:
        """Say whether the archive was made anew and not every page has been brought in step."""
        return (self.root / BEHIND).exists()

    def note_in_step(self) -> None:
        """Note that every page is in step with the archive."""
        (self.root / BEHIND).unlink(missing_ok=True)

    def threads(self) -> list[str]:
        """Name the threads that have messages."""
        return sorted(folder.name for folder in (self.root / "threads").glob("*"))

    def wall(self) -> Series:
        """Give the series of all threads together."""
        return Series(self.root / "wall")


@lru_cache(maxsize=SERIES)
def _series(folder: str) -> Series:
    return Series(Path(folder))


def _remembered(path: str, read: Callable[[str, int, int, int], T]) -> T | None:
    """Give what *path* holds, read once for each of its versions; None where there is no file."""
    try:
        status = os.stat(path)  # noqa: PTH116 -- asked for each message's thread: half as dear
        return read(path, status.st_mtime_ns, status.st_ino, status.st_size)
    except FileNotFoundError:
        return None


@lru_cache(maxsize=SERIES)
def _head(path: str, changed: int, node: int, size: int) -> Head:
    data: dict[str, Any] = json.loads(read_whole(path))
    return Head(**data | {"pinned": tuple(data.get("pinned", ()))})


@lru_cache(maxsize=REMEMBERED)
def _page(path: str, changed: int, node: int, size: int) -> dict[int, ApprovedComment]:
    """Give the messages of a page by position, in order."""
    return {position: _message(text) for position, text in sorted(_texts(read_whole(path)))}


def _texts(page: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield what *page* holds at each position, unread: of all versions of a page, and of the two
    pages that hold a message, most texts are known.
    """
    if not (page.startswith(b'{\n "') and page.endswith(b"\n }\n}\n")):
        page = _dump(json.loads(page))  # nobody wrote it like that but by hand
    for part in page[len(b"{\n") : -len(b"\n }\n}\n")].split(b"\n },\n"):
        position, found, text = part.partition(b": ")
        if found:
            yield int(position.strip(b' "')), text + b"\n }"


def _dump(data: object) -> bytes:
    return (_json(data) + "\n").encode()


@lru_cache(maxsize=MESSAGES)
def _text(comment: ApprovedComment) -> str:
    """Write down a message as it stands in a page; the same one stands in two pages, and in all
    their versions.
    """
    return _json(asdict(comment)).replace("\n", "\n ")  # within words there is none, but "\\n"


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1, default=_moment)


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()  # equal moments are written alike
    raise TypeError(f"the archive cannot hold a {type(value).__name__}")


@lru_cache(maxsize=MESSAGES)
def _message(text: bytes) -> ApprovedComment:
    """Read a message: the same text gives the same object, so that whoever looks up what was made
    of it need not compare it.
    """
    data: dict[str, Any] = json.loads(text)
    parent = data["reply_to"]
    data["submitted_at"] = datetime.fromisoformat(data["submitted_at"])
    data["reply_to"] = Parent(**parent) if parent else None
    return ApprovedComment(**data)
