"""Renders slots: one function of (archive, slot), the same in a full build and in a republish."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import cast

from jinja2 import Environment
from markupsafe import Markup

from comment_archive.directory import (
    BOARD,
    Directory,
    ThreadInfo,
    first_in_view,
    older_pages,
    page_address,
    pages_base,
)
from comment_archive.files import Archive, Series
from comment_archive.ledger import read_ledger
from comment_archive.records import ApprovedComment, Head
from comment_archive.text import strip_controls
from plugins.discovery.json_text import value_text
from plugins.message_board.fragments import Fragments
from plugins.message_board.ledger import LedgerView
from plugins.message_board.slots import (
    COUNT,
    FEED,
    LATEST,
    LEDGER,
    SUFFIXES,
    THREAD,
    Slot,
    fill,
    splice,
)
from plugins.message_board.views import MessageView, ViewMaker, nest, newest_first
from plugins.templates import environment_of
from plugins.words.catalogue import Words

ON_HOME_PAGE = 6
IN_FEED = 50
FEEDS = 4
"""Feeds whose messages are kept in mind."""
PIECES = Markup("@@pieces@@")
"""Stands in a feed until its pieces are put there, each of which was looked through when it was
made.
"""
WORDS = "words.json"
"""The words of the interface, among a release's records."""
COMPILED = "compiled"
"""The slots' templates as Python's code, beside them."""


@dataclass(frozen=True, slots=True)
class SlotRenderer:
    """Renders the slots of one build, or of one round of changes: while it is used, the archive
    stays as it is.
    """

    archive: Archive
    directory: Directory
    environment: Environment
    maker: ViewMaker = field(init=False)
    entries: dict[str, list[tuple[MessageView, str]]] = field(init=False, default_factory=dict)
    """What the feeds that were asked for last hold, by their thread."""

    def __post_init__(self) -> None:
        """Let the templates ask for pieces that are remembered, as long as they are."""
        object.__setattr__(self, "maker", ViewMaker(self.archive, self.directory))
        self.environment.globals.setdefault("fragment", Fragments(self.environment))

    @property
    def fragments(self) -> Fragments:
        """The pieces that were rendered with these templates."""
        return cast(Fragments, self.environment.globals["fragment"])

    @classmethod
    def of_templates(cls, archive: Archive, directory: Directory, templates: Path) -> SlotRenderer:
        """Make a renderer with the templates in the folder *templates*, and the words beside it."""
        compiled = templates.parent / COMPILED
        environment = environment_of(templates, compiled)
        environment.filters["json"] = value_text
        environment.globals["word"] = words = Words.load(templates.parent / WORDS)
        environment.filters["day"] = words.day
        if not compiled.is_dir():
            for name in environment.list_templates():
                environment.get_template(name)
        return cls(archive, directory, environment)

    def render(self, slot: Slot) -> str:
        """Give what stands between the markers of *slot*, or the whole file of a feed."""
        if slot.kind in SUFFIXES:
            return self._feed(slot)
        if slot.kind == COUNT:
            return str(self._count(slot))
        if slot.kind == LATEST:
            views = self._newest(self.archive.wall(), ON_HOME_PAGE)
            return self._template("latest.html", messages=views)
        if slot.kind == LEDGER:
            return self._ledger()
        return self._series_page(slot)

    def whole_file(self, slot: Slot, shells: Path) -> str:
        """Give the content of a slot's own file: a feed, or an older page made of its shell in
        *shells*.
        """
        if slot.kind in SUFFIXES:
            return self.render(slot)
        shell = (
            shells / ("thread-page.html" if slot.kind == THREAD else "wall-page.html")
        ).read_text("utf-8")
        values = {"number": str(slot.page), "thread": slot.thread}
        if slot.kind == THREAD:
            thread = self.directory.threads[slot.thread]
            values |= {"title": thread.title, "story_url": thread.url}
        page = fill(shell, {name: escape(value) for name, value in values.items()})
        return splice(page, str(slot), self.render(slot))

    def older(self, thread: str) -> int:
        """Give the number of older pages of *thread*, of the wall for ""."""
        series = self.archive.thread(thread) if thread else self.archive.wall()
        return older_pages(series.head().last, self.directory.site.page_length)

    def _series_page(self, slot: Slot) -> str:
        """Render the first view (page 0) or an older page of a thread or the wall."""
        series, length = self._series(slot), self.directory.site.page_length
        head = series.head()
        if slot.page:
            first, last = (slot.page - 1) * length + 1, slot.page * length
            views = self._views(series, first, last, in_thread=slot.kind == THREAD)
        else:
            views = self._first_view(series, head, in_thread=slot.kind == THREAD)
        thread = self._thread(slot)
        base = pages_base(thread)
        older = slot.page - 1 if slot.page else older_pages(head.last, length)
        name = ("thread" if slot.kind == THREAD else "wall") + ("_page" if slot.page else "")
        return self._template(
            f"{name}.html",
            messages=nest(views) if slot.kind == THREAD else newest_first(views),
            count=self._count(slot),
            older_url=page_address(base, older) if older else None,
            **(self._of_thread(slot, thread, views) if thread else {}),
        )

    def _first_view(self, series: Series, head: Head, *, in_thread: bool) -> list[MessageView]:
        """Give the pinned messages, wherever they stand, and the newest ones without these."""
        maker = self.maker
        found = (series.at(position) for position in head.pinned)
        pinned = [
            maker.view(comment, is_pinned=True, in_thread=in_thread)
            for comment in found
            if comment and self._is_shown(comment)
        ]
        numbers = {view.comment.number for view in pinned}
        first = first_in_view(head.last, self.directory.site.page_length)
        views = self._views(series, first, head.last, in_thread=in_thread)
        return pinned + [view for view in views if view.comment.number not in numbers]

    def _ledger(self) -> str:
        ledger = read_ledger(self.archive)
        words = cast(Words, self.environment.globals["word"])
        view = LedgerView.of(ledger, words) if ledger else None
        return self._template("ledger.html", ledger=view)

    def _of_thread(
        self, slot: Slot, thread: ThreadInfo, views: list[MessageView]
    ) -> dict[str, object]:
        """Give what only the pages of a thread show."""
        page = page_address(pages_base(thread), slot.page) if slot.page else thread.url
        data = self.fragments.structured_data(views, self.directory.site.url, page)
        return {"thread": thread, "structured_data": data}

    def _feed(self, slot: Slot) -> str:
        entries, thread = self._entries(slot), self._thread(slot)
        piece, between = (
            (self.fragments.entry, "\n") if slot.kind == FEED else (self.fragments.item, ",\n")
        )
        url = self.directory.site.url
        pieces = between.join(piece(view, address, url) for view, address in entries)
        dates = [view.moment for view, _ in entries]
        newest_story = self.directory.threads[BOARD]
        shell = self._template(
            f"feed.{SUFFIXES[slot.kind]}",
            entries=PIECES if entries else "",
            thread=thread,
            updated=max(dates, default=(thread or newest_story).date),
            own_address=slot.own_file(self.directory),
        )
        before, _, after = shell.rpartition(PIECES)  # what follows them is the template's alone
        return before + pieces + after

    def _entries(self, slot: Slot) -> list[tuple[MessageView, str]]:
        """Give the messages of a feed and where they stand; both forms of one feed ask for them."""
        if slot.thread not in self.entries:
            views = self._newest(self._series(slot), IN_FEED)
            self.entries[slot.thread] = [(view, self.maker.address(view.comment)) for view in views]
            if len(self.entries) > FEEDS:
                del self.entries[next(iter(self.entries))]
        return self.entries[slot.thread]

    def _template(self, name: str, **context: object) -> str:
        context |= {"site": self.directory.site, "address": self.maker.address}
        html = strip_controls(self.environment.get_template(name).render(context))
        return html.strip("\n") + "\n"

    def _views(
        self, series: Series, first: int, last: int, *, in_thread: bool = False
    ) -> list[MessageView]:
        maker = self.maker
        shown = filter(self._is_shown, series.between(first, last))
        return [maker.view(comment, in_thread=in_thread) for comment in shown]

    def _is_shown(self, comment: ApprovedComment) -> bool:
        """Say whether the story of a message was not withdrawn."""
        return comment.thread not in self.directory.withdrawn

    def _count(self, slot: Slot) -> int:
        """Count the messages that are shown in the series of *slot*."""
        count = self._series(slot).head().count
        if slot.thread:
            return count
        hidden = (self.archive.thread(thread) for thread in self.directory.withdrawn)
        return count - sum(series.head().count for series in hidden)

    def _newest(self, series: Series, number: int) -> list[MessageView]:
        """Give the newest messages, newest first, looking back over gaps as far as needed."""
        found: list[MessageView] = []
        last = series.head().last
        while last > 0 and len(found) < number:
            first = max(last - number + 1, 1)
            found += self._views(series, first, last)[::-1]
            last = first - 1
        return found[:number]

    def _series(self, slot: Slot) -> Series:
        return self.archive.thread(slot.thread) if slot.thread else self.archive.wall()

    def _thread(self, slot: Slot) -> ThreadInfo | None:
        return self.directory.threads[slot.thread] if slot.thread else None
