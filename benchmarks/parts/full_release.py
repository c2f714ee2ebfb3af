"""Fills a release with the pages of as many stories as are wanted, without a build: a page for each
story, the lists it stands in, home page, wall, records and slot map.

The pages are those of a real small build, with other stories' names and more words in them.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from comment_archive.directory import BOARD, Directory, ThreadInfo
from comment_archive.files import Archive
from plugins.message_board.slots import names_in, wrap
from publishing.release import Release, Releases
from tests.living_site import LivingSite

STORY, OTHER = "first", "second"
"""The stories of the small build: the page of the one, which shows a card of the other, is the
pattern of all.
"""
LISTED = 12
"""Stories on one page of a list."""
PAGE_LENGTH = 20
"""Messages on one page of a thread or the wall."""
LISTS = ("stories/page/{}", "culture/page/{}", "tags/bird/page/{}")
"""The lists that every story stands in, by the folder of a page."""
BODY = "<p>" + "湿地上的鸟儿又回来了，志愿者们守着它们。" * 40 + "</p>"


def fill_release(root: Path, archive: Archive, names: Sequence[str]) -> Release:
    """Make the current release below *root*, with a story for each of *names* and the counts of
    *archive*; their messages are not on the pages yet.
    """
    with tempfile.TemporaryDirectory(prefix="huisheng-") as folder:
        small = LivingSite.make(
            Path(folder), f"sqlite:///{folder}/comments.db", page_length=PAGE_LENGTH
        )
        small.build()
        release = Releases(root).fresh()
        shutil.copytree(small.release.folder, release.folder, dirs_exist_ok=True)
        small.close()
    directory = Directory.look_into(release.records / "threads.json")
    threads = {name: _thread(directory.threads[STORY], name) for name in names}
    board = {BOARD: directory.threads[BOARD]}
    Directory(site=directory.site, threads=threads | board).write(release.records / "threads.json")
    counts = {name: archive.thread(name).head().count for name in names}
    release.slot_map().write(_pages(release, counts))
    Releases(root).switch(release)
    return release


def _thread(pattern: ThreadInfo, name: str) -> ThreadInfo:
    return replace(pattern, id=name, title=f"故事{name}", url=f"/stories/{name}/")


def _pages(release: Release, counts: dict[str, int]) -> Iterator[tuple[str, list[str]]]:
    """Write every page with slots, and yield its name and their names."""
    for page in ("index.html", "messages/index.html", "accountability/index.html"):
        yield page, names_in((release.public / page).read_text("utf-8"))
    yield from _story_pages(release, list(counts))
    yield from _list_pages(release, counts)


def _story_pages(release: Release, names: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    text = (release.public / "stories" / STORY / "index.html").read_text("utf-8")
    pattern = text.replace("正文一段。", BODY)
    shutil.rmtree(release.public / "stories")
    for number, name in enumerate(names):
        beside = names[number - 1]
        page = pattern.replace(f":{STORY}-->", f":{name}-->").replace(f"/{STORY}/", f"/{name}/")
        page = page.replace(f":{OTHER}-->", f":{beside}-->").replace(f"/{OTHER}/", f"/{beside}/")
        yield _write(release, f"stories/{name}/index.html", page)


def _list_pages(release: Release, counts: dict[str, int]) -> Iterator[tuple[str, list[str]]]:
    head, _, foot = (release.public / "404.html").read_text("utf-8").partition("<main")
    names = list(counts)
    for page, first in enumerate(range(0, len(names), LISTED), 1):
        cards = "".join(_card(name, counts[name]) for name in names[first : first + LISTED])
        for folder in LISTS:
            name = f"{folder.format(page)}/index.html"
            yield _write(release, name, f"{head}<main><ol>{cards}</ol></main>{foot}")


def _card(name: str, count: int) -> str:
    slot = wrap(f"count:{name}", str(count))
    return f'<li><a href="/stories/{name}/">故事{name}</a><p>{slot}条留言</p></li>\n'


def _write(release: Release, name: str, page: str) -> tuple[str, list[str]]:
    path = release.public / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, "utf-8")
    return name, names_in(page)
