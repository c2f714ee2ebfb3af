"""Which addresses of the site changed, and when: for a cache before it that must forget its copies.

::

    releases/changed.tsv    a moment and an address each; ``#7`` where release 7 was switched in

Only the newest line of an address counts, so the file is made smaller whenever it has doubled, and
is never much longer than the site has addresses.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from comment_archive.files import write_aside
from plugins.drafts.shared import FOLDER

JOURNAL = "changed.tsv"
"""Beside the releases."""
LARGE = 1 << 20
"""Bytes from which the journal is made smaller."""
REMEMBERED = timedelta(days=90)
"""What is older than that is forgotten when the journal is made smaller."""
ALL = "let the cache forget the whole site"
TWINS = (".gz", ".br")
"""The compressed forms of a file; they have no address of their own."""


class TooOldError(Exception):
    """The journal does not reach back that far, or not to that."""


def addresses_of(names: Iterable[str]) -> list[str]:
    """Give the addresses, from the site's root, at which the files *names* are seen, but for shared
    drafts: theirs are secrets, and no cache keeps them.
    """
    seen = (name for name in names if not name.endswith(TWINS) and not is_secret(name))
    return sorted({quote(f"/{name.removesuffix('index.html')}") for name in seen})


def is_secret(name: str) -> bool:
    """Say whether whoever knows the address of the file *name* sees what is not public."""
    return name.startswith(f"{FOLDER}/")


def compare(new: Path, old: Path | None) -> Iterator[str]:
    """Yield the names of the files that differ between two trees, or are in one of them only.

    Files that do not differ get the time they had in *old*, so that readers' caches stay good.
    Folders that both trees link to are the same.
    """
    return _compare(str(new), "" if old is None else str(old), "")


def _compare(new: str, old: str, prefix: str) -> Iterator[str]:
    ours, theirs = _entries(new), _entries(old)
    for name in sorted(ours.keys() | theirs.keys()):
        one, other = ours.get(name), theirs.get(name)
        if one and other and one.is_symlink() and one.inode() == other.inode():
            continue  # one link with two names, of which a large wall has 50,000
        one, other = _seen(one), _seen(other)
        if one is None and other is None:
            continue
        folders = [entry.path if entry and entry.is_dir() else "" for entry in (one, other)]
        if folders == ["", ""]:
            if one is None or other is None or not _is_same(one, other):
                yield f"{prefix}{name}"
            continue
        if (one and not folders[0]) or (other and not folders[1]):
            yield f"{prefix}{name}"  # a file here, a folder there
        if not _are_one(one, other):
            yield from _compare(folders[0], folders[1], f"{prefix}{name}/")


def _entries(folder: str) -> dict[str, os.DirEntry[str]]:
    if not folder:
        return {}
    with os.scandir(folder) as entries:
        return {entry.name: entry for entry in entries}


def _seen(entry: os.DirEntry[str] | None) -> os.DirEntry[str] | None:
    """Give *entry* unless a link of that name leads nowhere."""
    return entry if entry and (entry.is_dir() or entry.is_file()) else None


def _are_one(one: os.DirEntry[str] | None, other: os.DirEntry[str] | None) -> bool:
    """Say whether two folders are one, which a link leads to."""
    if one is None or other is None or not (one.is_symlink() or other.is_symlink()):
        return False
    return os.path.samestat(one.stat(), other.stat())


def _is_same(new: os.DirEntry[str], old: os.DirEntry[str]) -> bool:
    """Say whether two files hold the same; the new one then gets the old one's time."""
    status, former = new.stat(), old.stat()
    if os.path.samestat(status, former):
        return True
    if status.st_size != former.st_size or _content(new.path) != _content(old.path):
        return False
    if status.st_mtime_ns != former.st_mtime_ns:
        os.utime(new.path, ns=(former.st_atime_ns, former.st_mtime_ns))
    return True


def _content(path: str) -> bytes:
    with open(path, "rb") as stream:  # noqa: PTH123 -- for each of ten thousand files
        return stream.read()


@dataclass(frozen=True, slots=True)
class Journal:
    """The journal of the releases in *root*; who writes it holds the archive's lock."""

    root: Path
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    @property
    def path(self) -> Path:
        """Where it is."""
        return self.root / JOURNAL

    def note(self, addresses: Iterable[str], *, durable: bool = True) -> None:
        """Note that *addresses* change now."""
        self._append(addresses, durable=durable)

    def note_switch(self, number: int, addresses: Iterable[str]) -> None:
        """Note that release *number* is switched in, and what is other in it."""
        self._append([f"#{number}", *addresses], durable=True)

    def since(self, mark: str) -> list[str]:
        """Give the addresses that changed since *mark*: after a release (its number) was switched
        in, or from a moment (ISO 8601, in UTC unless it says otherwise).

        Raises TooOldError when the journal does not reach back so far, or *mark* is neither.
        """
        lines = list(self._lines())
        if mark.isdigit():
            switched = [moment for moment, what in lines if what == f"#{int(mark)}"]
            if not switched:
                raise TooOldError(f"Nothing is known of a switch to release {mark}: {ALL}")
            return _later(lines, min(switched), is_included=False)
        moment = _moment(mark)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        if not lines or moment < datetime.fromisoformat(lines[0][0]):
            raise TooOldError(f"The list of changes does not reach back to {mark}: {ALL}")
        return _later(lines, _text(moment), is_included=True)

    def _append(self, what: Iterable[str], *, durable: bool) -> None:
        moment = _text(self.clock())
        lines = [f"{moment}\t{one}\n" for one in what]
        if not lines:
            return
        with self.path.open("a+b") as stream:
            stream.write("".join([_before(stream, moment), *lines]).encode())
            size = stream.tell()
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
        if size > LARGE:
            self._shrink(size)

    def _shrink(self, size: int) -> None:
        """Keep the newest line of each address, and the earliest of each release."""
        first, *lines = self._lines()
        if first[1].isdigit() and size < 2 * int(first[1]):
            return
        oldest = _text(self.clock() - REMEMBERED)
        newest = {what: moment for moment, what in lines}
        newest |= {what: moment for moment, what in reversed(lines) if what.startswith("#")}
        kept = sorted((moment, what) for what, moment in newest.items() if moment >= oldest)
        text = "".join(f"{moment}\t{what}\n" for moment, what in kept)
        write_aside(self.path, f"{max(first[0], oldest)}\t{len(text)}\n{text}".encode())

    def _lines(self) -> Iterator[tuple[str, str]]:
        """Yield (moment, what) of each whole line, the oldest first; the first one tells since when
        all is known, and how long the file was when it was made smaller.
        """
        if not self.path.is_file():
            return
        for line in self.path.read_text("utf-8", "replace").splitlines():
            moment, found, what = line.partition("\t")
            if found:
                yield moment, what


def _later(lines: list[tuple[str, str]], start: str, *, is_included: bool) -> list[str]:
    return sorted(
        {
            what
            for moment, what in lines
            if what.startswith("/") and (moment > start or (is_included and moment == start))
        }
    )


def _before(stream: BinaryIO, moment: str) -> str:
    """Give what has to stand before new lines: the first line, or the end of one cut off."""
    if stream.seek(0, os.SEEK_END) == 0:
        return f"{moment}\t0\n"
    stream.seek(-1, os.SEEK_END)
    return "" if stream.read(1) == b"\n" else "\n"


def _moment(mark: str) -> datetime:
    try:
        return datetime.fromisoformat(mark)
    except ValueError as error:
        what = "the number of a release, or a moment such as 2026-03-01T12:30"
        raise TooOldError(f"{mark!r} is no mark to count from: write {what}") from error


def _text(moment: datetime) -> str:
    """Write a moment so that texts stand in the order of moments."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
