"""How soon does a browser show what an editor saved, on a site of 1,000 stories?

A real ``./run write`` with our theme, a real Chromium with a story open. One text is saved again
and again, as editors' programs do it: written in place, and moved there from beside. The clock runs
from before the save until the event is heard, until the new bytes are served, and until the page in
the browser has the new words. The short form has few stories and judges counts, but no time.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Page

from audit.browser import Look, chromium, opened
from benchmarks.parts.bench import VAR
from benchmarks.parts.preview import Preview, previewing
from benchmarks.parts.runs import few_cores
from benchmarks.parts.table import Question, Row, known, report, versions_of
from benchmarks.parts.whole import WholeSite

SECONDS = 0.5
"""From a save to the browser, as issue and documents promise."""
EVENT = Question(
    what="a story's text saved: event heard by the browser, median", limit=SECONDS, unit=" s"
)
SERVED = Question(what="the same: new bytes served, median", limit=SECONDS, unit=" s")
SHOWN = Question(what="the same: new words on the page, median", limit=SECONDS, unit=" s")
TITLE = Question(
    what="a story's title saved, which lists show: event heard, median", limit=SECONDS, unit=" s"
)
LOST = Question(what="saves that did not come to the browser", limit=0)
PAGES = Question(what="pages told to have changed by a save of a text: median", limit=10)
SETTLED = 0.3
"""Seconds between two saves, for a person's pauses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How much is measured."""

    stories: int
    saves: int
    is_short: bool = False


FULL = Form(stories=1000, saves=25)
SHORT = Form(stories=20, saves=4, is_short=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Save:
    """What one save took, in seconds from its beginning."""

    event: float
    served: float
    shown: float
    pages: int


def main(quick: bool) -> int:
    """Measure and print; gives 1 when a figure is missed."""
    form = SHORT if quick else FULL
    with few_cores(), _folder() as folder:
        WholeSite(folder).make(form.stories)
        (folder / "settings.py").unlink()  # the preview has the project's own
        rows = list(_rows(form, folder))
    return report("write", rows, versions_of("pelican", "watchfiles"), keep=not quick)


@contextmanager
def _folder() -> Iterator[Path]:
    VAR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="write-", dir=VAR) as folder:
        yield Path(folder)


def _rows(form: Form, folder: Path) -> Iterator[Row]:
    began = time.perf_counter()
    with previewing(folder):
        first = time.perf_counter() - began
    began = time.perf_counter()
    with previewing(folder) as preview, chromium() as browser, opened(browser, Look(1280)) as page:
        again = time.perf_counter() - began
        texts = _saves(preview, page, form, _with_text)
        titles = _saves(preview, page, form, _with_title)
    yield LOST.answered(2 * form.saves - len(texts) - len(titles))
    yield PAGES.answered(median(save.pages for save in texts))
    for question, values in (
        (EVENT, [save.event for save in texts]),
        (SERVED, [save.served for save in texts]),
        (SHOWN, [save.shown for save in texts]),
        (TITLE, [save.event for save in titles]),
    ):
        told = f"{len(values)} saves, longest {max(values):.2f} s"
        is_judged = not form.is_short
        yield question.answered(median(values), note=told) if is_judged else question.noted(told)
    yield known(f"{form.stories:,} stories: first start", f"{first:.1f} s")
    yield known("a later start", f"{again:.1f} s")


def _with_text(text: str, words: str) -> str:
    return f"{text}\n{words}\n"


def _with_title(text: str, words: str) -> str:
    return text.replace("title: ", f"title: {words}", 1)


def _saves(
    preview: Preview, page: Page, form: Form, edited: Callable[[str, str], str]
) -> list[Save]:
    """Save a story again and again, and wait for each."""
    path = preview.folder / "content" / "stories" / f"story-{form.stories // 2:06}.md"
    text, address = path.read_text("utf-8"), f"/stories/{path.stem}/"
    if address not in page.url:
        page.goto(f"{preview.address}{address}")
    page.wait_for_selector("huisheng-write[data-edition]", state="attached")
    found = []
    for number in range(form.saves):
        time.sleep(SETTLED)
        words = f"第{number}次保存"
        heard = len(preview.events)
        began = time.perf_counter()
        save(path, edited(text, words), is_moved=bool(number % 2))
        event = preview.heard_since(heard)
        served = preview.get(address)[1].decode()
        if words not in served:
            continue
        at = time.perf_counter() - began
        page.wait_for_function("words => document.body.innerText.includes(words)", arg=words)
        shown = time.perf_counter() - began
        pages = sum(each.endswith("/") for each in event["changed"])
        found.append(Save(event=event["heard"] - began, served=at, shown=shown, pages=pages))
    heard = len(preview.events)
    save(path, text, is_moved=False)
    preview.heard_since(heard)
    page.wait_for_function("words => !document.body.innerText.includes(words)", arg=words)
    return found


def save(path: Path, text: str, *, is_moved: bool) -> None:
    """Save *text* as editors' programs do: in place, or beside and moved there."""
    if not is_moved:
        path.write_text(text, "utf-8")
        return
    aside = path.with_name(f".{path.name}.new")
    aside.write_text(text, "utf-8")
    aside.replace(path)
