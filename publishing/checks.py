"""Looks a release over before readers see it: every page parses, internal links resolve, the slot
map is whole, and nothing shrank as if a part of it were lost.

:func:`examine` looks at one page by itself, in any process; :func:`conclude` puts together what was
found of all pages of a release, :func:`conclude_some` of a few that an edit changes in place.
"""

from __future__ import annotations

import json
import os
import posixpath
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from comment_archive.directory import BOARD, Directory
from plugins.discovery.redirects import GONE
from plugins.drafts.shared import FOLDER
from plugins.message_board.slots import KINDS, THREAD, WALL
from plugins.trees import own_files
from publishing.changed import is_secret
from publishing.markup import read
from publishing.release import Release
from publishing.views import find_view, without_checked

NEEDED = (
    "404.html",
    "accountability/index.html",
    "feed.json",
    "feed.xml",
    "index.html",
    "messages/feed.json",
    "messages/feed.xml",
    "messages/index.html",
    "robots.txt",
    "sitemap.xml",
)
"""Files that no release of a site with messages is without."""
OF_SERVICE = re.compile(
    r"/messages/(?:new|proof|\d+(?:/report)?|(?:receipt|mail|reports)(?:/.*)?)|/desk(?:/.*)?"
)
"""Addresses that the service answers; no file of the site is there."""
OF_STORY = re.compile(r"/(stories/[^/#?]+)(?:/|$)")
"""The address of a story, or one below it."""
TOO_SMALL = 2 / 3
"""Of the last release's pages or bytes: with less, something is probably lost."""
FEW_PAGES, FEW_BYTES = 10, 100_000
"""Less than that may go unasked, as in a site that has only begun."""
ALMOST_NOTHING = 1 / 10
"""Of a page's former size."""
SMALL_PAGE = 2_000
"""Bytes of a page that may become anything."""
BY_CONTENT = ("assets/", "pagefind/")
"""Folders of files whose names tell what they hold: no editor may link to them, and a page that
shows one is rendered anew before that goes.
"""
TOLD = 50
"""Problems that are told; a broken theme has one on every page."""
OF_MESSAGE = re.compile(r"m-\d+")
"""The ids of messages, which come and go by themselves."""
SIZE = "size.json"
"""Within the records: how much the release held when it was made."""
SMALLER = "./run build --smaller"
"""What says yes to a release that is much smaller than the last one."""


class PageFacts(NamedTuple):
    """What one page holds, small enough for ten thousand of them."""

    name: str
    """From the public folder."""
    size: int
    problems: tuple[str, ...]
    """``what: how to mend``, without the page's name."""
    links: tuple[str, ...]
    """Addresses within the site, from its root, without a query; each once. Most stand on several
    pages: they are the same objects there.
    """
    ids: str
    """The ids that links may name, with a space before and behind each."""
    slots: tuple[str, ...]
    headings: int
    """How many h1."""
    is_redirect: bool
    view: bytes = b""
    """The digest of the first view of a thread in it."""


def examine(
    name: str, page: bytes, site: str = "", checked: Collection[bytes] = frozenset()
) -> PageFacts:
    """Look at the page *page* that is published as *name*; *site* is the site's own address, links
    to which count as internal; *checked* are the digests of views that need no look any more.
    """
    view, size, more = find_view(page), len(page), list[str]()
    if view is not None and checked:
        page, more = without_checked(page, view, checked)
    reading = read(page, site)
    own = {"", f"/{name.removesuffix('index.html')}"}
    ids = f" {' '.join([*reading.ids, *more])} "
    problems, outward = list(reading.problems), []
    for link in dict.fromkeys(reading.links):
        whole = link if link[:1] in ("/", "#", "") else _joined(link, posixpath.dirname(name))
        path, _, fragment = whole.partition("#")
        if path not in own:
            outward.append(whole)
        elif not _holds(ids, fragment):
            problems.append(f"#{fragment} is no id of this page: mend the link or the id")
    return PageFacts(
        name,
        size,
        tuple(problems),
        tuple(map(sys.intern, dict.fromkeys(outward))),
        ids,
        tuple(map(sys.intern, reading.slots)),
        reading.headings,
        reading.is_redirect,
        view.digest if view is not None else b"",
    )


@lru_cache(maxsize=4096)
def _joined(link: str, folder: str) -> str:
    """Give a relative *link* of a page in *folder* from the site's root."""
    path, found, fragment = link.partition("#")
    end = "/" if path.endswith("/") or posixpath.basename(path) in (".", "..") else ""
    whole = posixpath.normpath(f"/{folder}/{path}").lstrip("/")
    return f"/{whole}{end if whole else ''}{found}{fragment}"


def _holds(ids: str, fragment: str) -> bool:
    """Say whether a page with *ids* can show *fragment*."""
    if fragment in ("", "top") or f" {fragment} " in ids:
        return True
    return "%" in fragment and f" {unquote(fragment)} " in ids


@dataclass(slots=True)
class _Links:
    """Which addresses the pages name: each with the first page that does, and how many do."""

    first: dict[str, str] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)

    def add(self, facts: PageFacts) -> None:
        """Note the links of one page; a shared draft may lead to what is not public yet."""
        for link in () if is_secret(facts.name) else facts.links:
            if link in self.first:
                self.times[link] = self.times.get(link, 0) + 1
            else:
                self.first[link] = facts.name

    def broken(self, site: _Files) -> Iterator[str]:
        """Yield a line for each address that leads nowhere."""
        for link, page in self.first.items():
            path, _, fragment = link.partition("#")
            found = site.find(path)
            if found is None and OF_SERVICE.fullmatch(path):
                continue
            if site.is_withdrawn(path):  # the reader is told so; other stories may still name it
                continue
            others = f" (and {self.times[link]} more pages)" if link in self.times else ""
            if found is None:
                yield f"{page}: {link} leads nowhere{others}: mend the address, or take it out"
            elif fragment and found.endswith(".html") and not _holds(site.ids(found), fragment):
                yield f"{page}: {link} names no id of that page{others}: mend the link or the id"


@dataclass(slots=True)
class _Files:
    """The files of a release, as they will be."""

    public: str
    added: dict[str, str] = field(default_factory=dict)
    """Pages that were examined, with their ids."""
    removed: Collection[str] = frozenset()
    behind: Mapping[str, Path] = field(default_factory=dict)
    """Where pages are that come with a link, which is not there yet."""
    _found: dict[str, str | None] = field(default_factory=dict)

    def find(self, path: str) -> str | None:
        """Give the file that is shown at *path*; None when there is none."""
        if path not in self._found:
            name = (unquote(path) if "%" in path else path).lstrip("/")
            is_folder = not name or name.endswith("/")
            found = f"{name}index.html" if is_folder else name
            if not self._is_there(found):
                found = f"{name}/index.html"
                found = found if not is_folder and self._is_there(found) else ""
            self._found[path] = found or None
        return self._found[path]

    def is_withdrawn(self, path: str) -> bool:
        """Say whether *path* leads to a withdrawn story, or to what was below it."""
        found = OF_STORY.match(path)
        return found is not None and self._is_there(f"{found[1]}/{GONE}")

    def ids(self, name: str) -> str:
        """Give the ids of the page *name*, also of one that was not examined."""
        if name not in self.added:
            path = self.behind.get(name) or Path(self.public, name)
            self.added[name] = examine(name, path.read_bytes()).ids
        return self.added[name]

    def _is_there(self, name: str) -> bool:
        if name in self.added or name in self.behind:
            return True
        return name not in self.removed and os.path.isfile(f"{self.public}/{name}")  # noqa: PTH113 -- quicker


def conclude(
    facts: Iterable[PageFacts],
    release: Release,
    before: Release | None,
    *,
    may_shrink: bool = False,
) -> list[str]:
    """Say what is wrong with *release*, whose pages gave *facts*: ``page: what: how to mend``.

    *before* is the release that it would replace; with *may_shrink* it may be much smaller than
    that. Rules that only our own theme promises hold where the release has ``threads.json``.
    """
    threads = _Threads.of(release)
    links, files = _Links(), _Files(str(release.public))
    sizes = _Sizes(before)
    problems: list[str] = []
    for page in facts:
        files.added[page.name] = page.ids
        problems += _of_page(page, threads)
        links.add(page)
        sizes.add(page, is_small=page.is_redirect or files.is_withdrawn(f"/{page.name}"))
    problems += links.broken(files)
    problems += threads.missing(release)
    problems += [] if may_shrink else sizes.suspicious()
    sizes.now.write(release)
    return _first(problems)


def conclude_some(
    facts: Iterable[PageFacts],
    release: Release,
    *,
    added: Collection[str] = (),
    removed: Collection[str] = (),
    behind: Mapping[str, Path] | None = None,
    directory: Directory | None = None,
) -> list[str]:
    """Say what is wrong with the pages *facts*, that are to be put into *release*.

    *added* names other files that come with them, *removed* those that go, *behind* tells where the
    pages are that come with links to them; where the release's
    other pages link to what goes, or to an id that a changed page has no longer, that is told too.
    *directory* tells the threads as they will be; those of the release by default.
    """
    pages = list(facts)
    threads = _Threads.of(release) if directory is None else _Threads.known(directory)
    files = _Files(str(release.public), dict.fromkeys(added, " "), frozenset(removed), behind or {})
    files.added |= {page.name: page.ids for page in pages}
    links = _Links()
    problems: list[str] = []
    for page in pages:
        problems += _of_page(page, threads)
        links.add(page)
    problems += links.broken(files)
    problems += _left_behind(pages, release, files)
    return _first(problems)


def _of_page(page: PageFacts, threads: _Threads) -> Iterator[str]:
    """Yield what is wrong with one page by itself."""
    yield from (f"{page.name}: {problem}" for problem in page.problems)
    yield from threads.look_at(page)


def _first(problems: list[str]) -> list[str]:
    if len(problems) <= TOLD:
        return problems
    return [*problems[:TOLD], f"... and {len(problems) - TOLD} more problems: mend these first"]


@dataclass(slots=True)
class _Threads:
    """What the records promise of threads and slots; nothing where a site has no records."""

    urls: Mapping[str, str] | None
    """Of each thread, by its id; None without records."""
    placed: set[str] = field(default_factory=set)
    """Threads whose own page holds a place for their messages."""

    @classmethod
    def of(cls, release: Release) -> _Threads:
        """Read the threads of *release*."""
        if not (release.records / "threads.json").is_file():
            return cls(None)
        return cls.known(release.directory())

    @classmethod
    def known(cls, directory: Directory) -> _Threads:
        """Take the threads of *directory*."""
        return cls({key: thread.url for key, thread in directory.threads.items()})

    def look_at(self, page: PageFacts) -> Iterator[str]:
        """Note the slots of *page*; yields what is wrong with them, and with its heading."""
        if self.urls is None:
            return
        if page.headings != 1:
            yield f"{page.name}: {page.headings} h1: give each page one"
        for slot in dict.fromkeys(page.slots):
            kind, _, thread = slot.partition(":")
            thread = thread.partition("/")[0] or (BOARD if kind == WALL else "")
            if kind.partition("/")[0] not in KINDS:
                yield f"{page.name}: {slot} is no slot: mend its name in the template"
            elif thread and thread not in self.urls:
                yield f"{page.name}: slot {slot} belongs to no known thread: build all anew"
            elif kind in (THREAD, WALL) and page.name == _page_of(self.urls[thread]):
                self.placed.add(thread)

    def missing(self, release: Release) -> Iterator[str]:
        """Yield which files and which threads' places are not there."""
        for name in NEEDED if self.urls is not None else ():
            if not (release.public / name).is_file():
                yield f"{name}: the build has no such file: mend the theme or its settings"
        for thread, url in (self.urls or {}).items():
            if thread in self.placed:
                continue
            name = _page_of(url)
            what = (
                "has no place for its messages"
                if (release.public / name).is_file()
                else "is not there"
            )
            yield f"{name}: the page of thread {thread} {what}: mend the theme's template"


def _page_of(url: str) -> str:
    return f"{url.lstrip('/')}index.html"


@dataclass(slots=True)
class Size:
    """How much a release holds."""

    pages: int = 0
    bytes: int = 0
    """Of its pages."""

    @classmethod
    def of(cls, release: Release) -> Size:
        """Give what was recorded of *release*, or count it."""
        record = release.records / SIZE
        if record.is_file():
            return cls(**json.loads(record.read_bytes()))
        sizes = [path.stat().st_size for path in release.public.rglob("*.html")]
        return cls(len(sizes), sum(sizes))

    def write(self, release: Release) -> None:
        """Record it with *release*."""
        text = json.dumps({"pages": self.pages, "bytes": self.bytes})
        (release.records / SIZE).write_text(f"{text}\n", "utf-8")


@dataclass(slots=True)
class _Sizes:
    """How much there is, against the release before."""

    before: Release | None
    now: Size = field(default_factory=Size)
    shrunk: list[str] = field(default_factory=list)
    folder: str = field(init=False)

    def __post_init__(self) -> None:
        self.folder = str(self.before.public) if self.before else ""

    def add(self, page: PageFacts, *, is_small: bool) -> None:
        """Count one page; it may have become small if it *is_small* by its nature."""
        self.now.pages += 1
        self.now.bytes += page.size
        if self.before is None or is_small:
            return
        try:
            former = os.stat(f"{self.folder}/{page.name}").st_size  # noqa: PTH116 -- quicker
        except OSError:
            return
        if former >= SMALL_PAGE and page.size < former * ALMOST_NOTHING:
            self.shrunk.append(f"{page.name}: it fell from {former} to {page.size} bytes")

    def suspicious(self) -> Iterator[str]:
        """Yield what became so much smaller that something may be lost."""
        mend = f"look what is missing, or accept it: {SMALLER}"
        yield from (f"{line}: {mend}" for line in self.shrunk)
        if self.before is None:
            return
        was = Size.of(self.before)
        for what, old, new, few in (
            ("pages", was.pages, self.now.pages, FEW_PAGES),
            ("bytes of pages", was.bytes, self.now.bytes, FEW_BYTES),
        ):
            if new < old * TOO_SMALL and old - new >= few:
                yield f"the site: it fell from {old} to {new} {what}: {mend}"


def _left_behind(pages: list[PageFacts], release: Release, site: _Files) -> Iterator[str]:
    """Yield which links of pages that stay name what *pages* or the removed files take away.

    Looks through all pages, but only when something is taken away that they may link to.
    """
    unlinked = (*BY_CONTENT, f"{FOLDER}/")
    linked = (name for name in site.removed if not name.startswith(unlinked))
    gone = {f"/{name.removesuffix('index.html')}" for name in linked}
    gone |= {link for page in pages for link in _lost_anchors(page, release)}
    changed = {page.name for page in pages} | set(site.removed)
    needles = [re.escape(link.encode()) for link in sorted(gone)]
    if not needles:
        return
    any_of = re.compile(b"|".join(needles))
    links = _Links()
    for name in sorted(own_files(release.public, ".html")):
        if name not in changed and any_of.search(content := (release.public / name).read_bytes()):
            facts = examine(name, content)
            links.add(
                facts._replace(links=tuple(link for link in facts.links if _is_gone(link, gone)))
            )
    yield from links.broken(site)


def _is_gone(link: str, gone: set[str]) -> bool:
    return link in gone or link.partition("#")[0] in gone


def _lost_anchors(page: PageFacts, release: Release) -> Iterator[str]:
    """Yield the addresses of ids that the published form of *page* has and the new one has not."""
    path = release.public / page.name
    if path.is_file():
        for name in examine(page.name, path.read_bytes()).ids.split():
            if f" {name} " not in page.ids and not OF_MESSAGE.fullmatch(name):
                yield f"/{page.name.removesuffix('index.html')}#{name}"
