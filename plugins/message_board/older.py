"""Makes the older pages of a build: only those that no build or republish made before."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from comment_archive.directory import BOARD, Directory, ThreadInfo, older_pages, pages_base
from comment_archive.files import page_of
from comment_archive.still import HEAD, StillArchive, StillSeries
from plugins.message_board.facts import facts_of_all, facts_on_wall, pages_key, slots_key
from plugins.message_board.rendering import SlotRenderer
from plugins.message_board.shelf import RECORD, InStep, Shelf, made_line, stale_pages
from plugins.message_board.slots import THREAD, WALL, Slot

Twins = Callable[[str, bytes], Mapping[str, bytes]]


@dataclass(frozen=True, slots=True)
class Base:
    """A release whose pages a build goes on from."""

    public: Path
    records: Path
    shelf: Shelf

    @classmethod
    def of(cls, folder: Path, store: Path) -> Base | None:
        """Look at the release in *folder*; None when it links to no pages in *store*."""
        shelf = Shelf.of_records(store, folder / "records")
        return cls(folder / "public", folder / "records", shelf) if shelf else None

    def directory(self) -> Directory:
        """Read which threads it has."""
        return Directory.read(self.records / "threads.json")


@dataclass(slots=True)
class Baker:
    """Makes older pages and the links of one build."""

    renderer: SlotRenderer
    archive: StillArchive
    records: Path
    """With the shells, which pages are put into."""
    output: Path
    """The tree that gets the links."""
    tree: Path
    """Where that tree will stand."""
    shelf: Shelf
    base: Base | None
    """The release whose pages of the wall are gone on from."""
    shown: Path | None
    """The tree that readers see now: what is the same in it is not written again."""
    twins: Twins | None = None
    """Gives the compressed twins of a page, for releases that have them."""
    rendered: int = 0
    """How many pages were rendered."""

    @classmethod
    def of(
        cls,
        renderer: SlotRenderer,
        archive: StillArchive,
        records: Path,
        output: Path,
        *,
        tree: Path,
        store: Path,
        bases: Sequence[Path] = (),
        twins: Twins | None = None,
    ) -> Baker:
        """Prepare the older pages of the build into *output*; *bases* are the folders of the
        releases that are there, the one that readers see first.
        """
        slots = slots_key(renderer.directory, records)
        facts = facts_of_all(renderer.directory)
        key = pages_key(slots, records, have_twins=twins is not None)
        shelf = Shelf(store, key, facts, slots)
        found = (Base.of(folder, store) for folder in bases)
        base = next((base for base in found if base and base.shelf.key == shelf.key), None)
        shown = bases[0] / "public" if bases else None
        return cls(renderer, archive, records, output, tree, shelf, base, shown, twins)

    def bake(self, only: Collection[str] | None = None) -> None:
        """Make the pages that are missing or not in step, and link to all of them; to those that
        *only* these threads have or change on the wall, where the base has all the others.
        """
        self.shelf.expect()
        in_step = InStep.read(self.shelf.folder)
        before = dict(in_step.lines)
        threads, link = self.renderer.directory.threads, self._linker()
        is_edit = only is not None and self.base is not None
        for name in sorted(threads.keys() & set(only or ()) if is_edit else threads):
            if name != BOARD:
                self._bake_thread(threads[name], in_step, link)
        self._bake_wall(in_step, link, is_edit=is_edit)
        if in_step.lines != before:
            in_step.write()
        (self.records / RECORD).write_bytes(self.shelf.dump())

    def _linker(self) -> Callable[[str, str], None]:
        """Give what makes a link, named from the tree, to a folder of the shelf."""
        to_shelf, output = os.path.relpath(self.shelf.folder, self.tree), str(self.output)
        base = str(self.base.public) if self.base else ""

        def link(name: str, folder: str) -> None:
            target = f"{'../' * name.count('/')}{to_shelf}/{folder}"
            if _is_taken(f"{base}/{name}", target, f"{output}/{name}"):
                return
            Path(output, name).parent.mkdir(parents=True, exist_ok=True)
            os.symlink(target, f"{output}/{name}")

        return link

    def _bake_thread(
        self, thread: ThreadInfo, in_step: InStep, link: Callable[[str, str], None]
    ) -> None:
        series = self.archive.thread(thread.id)
        pages = self._pages(series)
        if not pages:
            return
        name, versions = self.shelf.series(thread), _of_pages(series)
        line = made_line(name, pages, versions)
        if (was := in_step.lines.get(name)) != line:
            folder = self.shelf.folder / name
            for page in sorted(stale_pages(was, pages, versions, self._length)):
                self._make(Slot(THREAD, thread.id, page), folder / str(page))
            _drop_surplus(folder, pages)
            in_step.lines[name] = line
        link(pages_base(thread).strip("/"), name)

    def _bake_wall(
        self, in_step: InStep, link: Callable[[str, str], None], *, is_edit: bool
    ) -> None:
        series = self.archive.wall()
        pages, versions = self._pages(series), _of_pages(series)
        names = self._named_by_base(pages)
        was = in_step.lines.get(self.base.shelf.series(None)) if self.base else None
        own = self._differing(pages) | {page for page in range(1, pages + 1) if page not in names}
        names |= {page: f"{page}-{self.shelf.facts}" for page in own}
        for page in sorted(own | stale_pages(was, pages, versions, self._length)):
            self._make(Slot(WALL, page=page), self.shelf.folder / "wall" / names[page])
        for page in sorted(own) if is_edit else range(1, pages + 1):
            link(f"messages/{page}", f"wall/{names[page]}")
        if pages:
            name = self.shelf.series(None)
            in_step.lines[name] = made_line(name, pages, versions)

    def _named_by_base(self, pages: int) -> dict[int, str]:
        """Give the folder of each page of the wall that the base links to."""
        names: dict[int, str] = {}
        if self.base is None:
            return names
        folder = f"{self.base.public}/messages"
        for page in range(1, pages + 1):
            try:
                names[page] = os.readlink(f"{folder}/{page}").rpartition("/")[2]
            except OSError:
                continue
        return names

    def _differing(self, pages: int) -> set[int]:
        """Give the pages of the wall with messages of stories that are not what they are for the
        base.
        """
        if self.base is None or self.base.shelf.facts == self.shelf.facts:
            return set()
        before, now = self.base.directory(), self.renderer.directory
        found: set[int] = set()
        for name in {*before.threads, *before.withdrawn, *now.threads, *now.withdrawn}:
            if facts_on_wall(before, name) != facts_on_wall(now, name):
                found |= self._on_wall(self.archive.thread(name))
        return {page for page in found if page <= pages}

    def _on_wall(self, series: StillSeries) -> set[int]:
        """Give the pages of the wall on which the messages of *series* stand."""
        messages = series.between(1, series.head().last)
        return {page_of(message.wall_position, self._length) for message in messages}

    def _make(self, slot: Slot, folder: Path) -> None:
        """Write the page *slot* into *folder* if it is not there as it should be."""
        self.rendered += 1
        content = self.renderer.whole_file(slot, self.records).encode()
        name, path = slot.own_file(self.renderer.directory), folder / "index.html"
        if put_page(path, content, self.shown / str(name) if self.shown else None) and self.twins:
            self._put_twins(path, self.twins(path.name, content))

    def _put_twins(self, path: Path, twins: Mapping[str, bytes]) -> None:
        """Write the compressed twins of the page *path*, with its time."""
        changed = path.stat().st_mtime_ns
        for name, content in twins.items():
            put_page(path.with_name(name), content, None)
            os.utime(path.with_name(name), ns=(changed, changed))

    @property
    def _length(self) -> int:
        return self.renderer.directory.site.page_length

    def _pages(self, series: StillSeries) -> int:
        return older_pages(series.head().last, self._length)


def _is_taken(other: str, target: str, link: str) -> bool:
    """Make *link* one more name of the link *other* if that leads to *target*; says whether it
    could: it costs half of a new one to make, and to remove, and is seen to be the same.
    """
    try:
        if os.readlink(other) != target:
            return False
        os.link(other, link, follow_symlinks=False)
    except (OSError, NotImplementedError):
        return False
    return True


def put_page(path: Path, content: bytes, shown: Path | None) -> bool:
    """Make *path* hold *content*, by one rename; says whether it did not before.

    Where the file *shown* holds the same, it gets one more name, so that browsers may go on using
    what they have of it.
    """
    if _holds(path, content):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".aside-{path.name}")
    aside.unlink(missing_ok=True)
    if shown is not None and _holds(shown, content):
        aside.hardlink_to(shown)
    else:
        aside.write_bytes(content)
        aside.chmod(0o644)
    aside.replace(path)
    return True


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except (FileNotFoundError, NotADirectoryError):
        return False


def _of_pages(series: StillSeries) -> dict[str, str]:
    """Give the versions of what older pages are made of: all but the head, which every message
    changes.
    """
    versions = series.versions()
    versions.pop(HEAD, None)
    return versions


def _drop_surplus(folder: Path, pages: int) -> None:
    """Remove what an archive that had more messages left."""
    for path in folder.iterdir():
        if path.name.isdigit() and int(path.name) > pages:
            shutil.rmtree(path)
