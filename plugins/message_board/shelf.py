"""Where older pages of messages stand: outside the releases, each of which links to those it shows.

::

pages/<key>/threads/<thread>-<facts>/3/index.html   positions 41 to 60 of a thread
    pages/<key>/wall/3-<facts>/index.html               the same of the wall
    pages/<key>/made.txt, since.txt                     which files of the archive they show

The digests of plugins/message_board/facts.py name the folders, so that a release finds the pages
that have exactly its bytes, and another release with the same theme and titles finds them too. A
story has one link for all of its pages; those of the wall stand beside its feeds and have one each.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from comment_archive.directory import BOARD, Directory, ThreadInfo, pages_base
from comment_archive.files import PAGE_LENGTH, Archive, Series, page_of, write_aside
from comment_archive.records import Change
from comment_archive.still import read_down, version_of, written_down
from plugins.message_board.facts import facts_of
from plugins.message_board.slots import THREAD, Slot

OLDER, SLOTS = "pages", "slots"
"""In the folder of all releases: the older pages, and what plugins/message_board/kept.py keeps."""
RECORD = "pages.json"
"""Among a release's records: the digests that name its folders."""
MADE, SINCE = "made.txt", "since.txt"
SWEPT = "swept.txt"
"""In the store: for which releases it holds what they show and nothing else; it is not there when a
build may have left more.
"""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The older pages that one release shows."""

    store: Path
    """The folder of all releases' older pages."""
    key: str
    """What its pages are made of."""
    facts: str
    """What its wall shows of all stories; names the pages of the wall that are made for it."""
    slots: str
    """What its slots are made of."""

    @classmethod
    def of_records(cls, store: Path, records: Path) -> Shelf | None:
        """Read which pages in *store* belong to the release with *records*; None for a release
        whose older pages stand in its own tree.
        """
        try:
            return cls(store, **json.loads((records / RECORD).read_bytes()))
        except FileNotFoundError:
            return None

    def dump(self) -> bytes:
        """Give what :meth:`of_records` reads."""
        names = {"key": self.key, "facts": self.facts, "slots": self.slots}
        return (json.dumps(names) + "\n").encode()

    @property
    def folder(self) -> Path:
        """Where pages of this key are."""
        return self.store / self.key

    def expect(self) -> None:
        """Let the next sweep look at everything, unless the last one found this in use already."""
        mark = self.store / SWEPT
        if mark.is_file() and repr(self.dump()) not in mark.read_text("utf-8").splitlines():
            mark.unlink()

    def series(self, thread: ThreadInfo | None) -> str:
        """Name what is kept in step together: a story's pages, or those of the wall for None."""
        if thread is None:
            return f"wall-{self.facts}"
        return f"threads/{thread.id}-{facts_of(thread)}"

    def link_of(self, slot: Slot, directory: Directory) -> tuple[str, Path]:
        """Give the link by which a release shows the page *slot*, named from its public folder, and
        the folder that it leads to.
        """
        if slot.kind != THREAD:
            return f"messages/{slot.page}", self.folder / "wall" / f"{slot.page}-{self.facts}"
        thread = directory.threads[slot.thread]
        return pages_base(thread).strip("/"), self.folder / self.series(thread)

    def make_way(self, public: Path, slot: Slot, directory: Directory) -> None:
        """Make folder and link of the page *slot* in *public*, so that it can be written through
        them.
        """
        name, target = self.link_of(slot, directory)
        link = public / name
        if not os.path.lexists(link):
            target.mkdir(parents=True, exist_ok=True)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(os.path.relpath(target, link.parent))

    def note(
        self,
        archive: Archive,
        directory: Directory,
        changes: Iterable[Change],
        older: Callable[[str], int],
    ) -> None:
        """Note that all pages show what the archive's files of *changes* hold now, so that no build
        makes them again; *older* gives a thread's number of older pages, the wall's for "".
        """
        touched: dict[str, set[int]] = {}
        for change in changes:
            touched.setdefault("", set()).add(page_of(change.wall_position, PAGE_LENGTH))
            if change.thread in directory.threads and change.thread != BOARD:
                pages = touched.setdefault(change.thread, set())
                pages.add(page_of(change.position, PAGE_LENGTH))
        lines = [
            made_line(
                self.series(directory.threads[thread] if thread else None),
                older(thread),
                _versions(archive.thread(thread) if thread else archive.wall(), pages),
            )
            for thread, pages in touched.items()
        ]
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / SINCE).open("a", encoding="utf-8") as stream:
            stream.write("".join(f"{line}\n" for line in lines))


@dataclass(slots=True)
class InStep:
    """What the pages of one key show: of each series their number and the archive's files."""

    folder: Path
    lines: dict[str, str]
    """By series, as :func:`made_line` writes them."""

    @classmethod
    def read(cls, folder: Path) -> InStep:
        """Read what the last build wrote into *folder*, and what was noted since."""
        lines = {_series_of(line): line for line in _lines(folder / MADE)}
        since: dict[str, list[str]] = {}
        for line in _lines(folder / SINCE):
            since.setdefault(_series_of(line), []).append(line)
        for series, later in since.items():
            lines[series] = _joined(series, [lines.get(series, ""), *later])
        return cls(folder, lines)

    def write(self) -> None:
        """Write it down, once the pages are on the disk."""
        if hasattr(os, "sync"):
            os.sync()
        text = "".join(f"{self.lines[series]}\n" for series in sorted(self.lines))
        write_aside(self.folder / MADE, text.encode())
        (self.folder / SINCE).unlink(missing_ok=True)


def made_line(series: str, pages: int, versions: dict[str, str]) -> str:
    """Write down that the first *pages* pages of *series* show these *versions* of the archive's
    files.
    """
    return f"{series}\t{pages}\t{written_down(versions)}"


def read_line(line: str | None) -> tuple[int, dict[str, str]]:
    """Read what :func:`made_line` wrote: how many pages there are, and what they show."""
    parts = (line or "").split("\t")
    if len(parts) != 3 or not parts[1].isdigit():
        return 0, {}
    return int(parts[1]), read_down(parts[2])


def stale_pages(line: str | None, pages: int, versions: dict[str, str], length: int) -> set[int]:
    """Give which of the first *pages* pages of *length* positions do not show *versions*, when they
    were made as *line* tells.
    """
    made, shown = read_line(line)
    stale = set(range(made + 1, pages + 1))
    for name in versions.keys() | shown.keys():
        if versions.get(name) != shown.get(name):
            last = int(name) * PAGE_LENGTH
            first = last - PAGE_LENGTH + 1
            stale |= set(range(page_of(first, length), min(page_of(last, length), pages) + 1))
    return stale


def releases_in(root: Path) -> list[Path]:
    """Give the folders of all releases in *root*, that which readers see first, then the newest."""
    if not root.is_dir():
        return []
    current = (root / "current").resolve()
    numbered = (folder for folder in root.iterdir() if folder.name.isdigit())
    return sorted(numbered, key=lambda folder: (folder == current, folder.name), reverse=True)


def sweep(root: Path) -> None:
    """Remove the pages, and what was kept of slots, that no release in *root* shows; costs a look
    when none of that can be there.
    """
    store = root / OLDER
    found = [(folder, Shelf.of_records(store, folder / "records")) for folder in releases_in(root)]
    shelves = [(folder, shelf) for folder, shelf in found if shelf is not None]
    told = "".join(f"{line}\n" for line in sorted({repr(shelf.dump()) for _, shelf in shelves}))
    mark = store / SWEPT
    if not store.is_dir() or (mark.is_file() and mark.read_text("utf-8") == told):
        return
    _keep_only(store, {shelf.key for _, shelf in shelves})
    _keep_only(root / SLOTS, {shelf.slots for _, shelf in shelves})
    for key in {shelf.key for _, shelf in shelves}:
        _sweep_key([(folder, shelf) for folder, shelf in shelves if shelf.key == key])
    mark.write_text(told, "utf-8")


def _sweep_key(shelves: Sequence[tuple[Path, Shelf]]) -> None:
    """Remove pages of one key, and what is known of them, that none of its releases shows."""
    folder = shelves[0][1].folder
    shown = set()
    for release, shelf in {shelf.facts: (release, shelf) for release, shelf in shelves}.values():
        threads = Directory.read(release / "records" / "threads.json").threads.values()
        shown |= {shelf.series(thread) for thread in (*threads, None)}
    _keep_only(folder / "threads", {name.rpartition("/")[2] for name in shown})
    for path in _folders(folder / "wall"):
        page = path.name.partition("-")[0]
        links = (release / "public" / "messages" / page for release, _ in shelves)
        if not any(link.is_symlink() and link.readlink().name == path.name for link in links):
            shutil.rmtree(path)
    in_step = InStep.read(folder)
    kept = {name: line for name, line in in_step.lines.items() if name in shown}
    if kept != in_step.lines:
        InStep(folder, kept).write()


def _keep_only(folder: Path, names: Collection[str]) -> None:
    for path in _folders(folder):
        if path.name not in names:
            shutil.rmtree(path)


def _folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [path for path in folder.iterdir() if path.is_dir()]


def _series_of(line: str) -> str:
    return line.partition("\t")[0]


def _lines(path: Path) -> list[str]:
    """Give the lines that were written whole."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return []
    return [line for line in text.split("\n")[:-1] if line]


def _joined(series: str, lines: Iterable[str]) -> str:
    """Give one line for all that *lines* tell of *series*, the last one being right."""
    pages, versions = 0, dict[str, str]()
    for line in lines:
        pages, later = read_line(line)
        versions |= later
    return made_line(series, pages, versions)


def _versions(series: Series, pages: Iterable[int]) -> dict[str, str]:
    found = {}
    for page in pages:
        try:
            found[str(page)] = version_of((series.folder / f"{page}.json").stat())
        except FileNotFoundError:
            continue
    return found
