"""Pelican's side of the message board."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any, ClassVar

from markupsafe import Markup
from pelican import signals
from pelican.contents import Article, Content
from pelican.generators import ArticlesGenerator, Generator

from comment_archive.directory import BOARD, Directory, SiteInfo, ThreadInfo
from comment_archive.files import Archive, write_aside
from plugins.campaign.addresses import former_slugs, story_slug, thread_of
from plugins.message_board.rendering import WORDS, SlotRenderer
from plugins.message_board.slots import LATEST, THREAD, WALL, Slot, board_slots, wrap
from plugins.offering import RECORDS, offer


def connect() -> None:
    """Connect the handlers."""
    signals.content_object_init.connect(prepare_story)
    signals.all_generators_finalized.connect(offer_slots)
    signals.finalized.connect(write_own_files)


def prepare_story(content: Content) -> None:
    """Give stories the id of their thread and whether it takes messages."""
    if isinstance(content, Article):
        head = content.metadata
        former = former_slugs(head.get("formerly", ""))
        thread = thread_of(story_slug(str(content.source_path)), former, head.get("thread", ""))
        settings: Any = content.settings
        days = settings["MESSAGES_CLOSE_DAYS"]
        vars(content).update(
            thread=thread,
            comments_open=head.get("comments", "open") == "open",
            comments_until=last_open_day(head.get("comments_until", ""), content.date.date(), days),
        )


def last_open_day(told: str, published: date, days: int) -> date | None:
    """Give the last day on which a story takes messages: the one that its head tells, else *days*
    after it was published; None when there is none.
    """
    if told:
        return date.fromisoformat(told)
    return published + timedelta(days=days) if days else None


def offer_slots(generators: list[Generator]) -> None:
    """Write which threads exist, and give ``slot`` and ``message_limit`` to every template."""
    articles = next(g for g in generators if isinstance(g, ArticlesGenerator))
    settings = articles.settings
    records = Path(settings["OUTPUT_PATH"]) / RECORDS
    directory = make_directory(settings, articles.articles)
    directory.write(records / "threads.json")
    shutil.copytree(
        Path(settings["THEME"]) / "templates" / "slots", records / "slots", dirs_exist_ok=True
    )
    write_aside(records / WORDS, settings["WORDS"].dump())
    renderer = SlotRenderer.of_templates(
        Archive(Path(settings["COMMENT_ARCHIVE"])), directory, records / "slots"
    )
    settings["SLOT_RENDERER"] = renderer
    offer(
        generators,
        slot=SlotFunction(renderer),
        message_limit=settings["MESSAGE_LIMIT"],
        messages_closed=settings["MESSAGES_CLOSED"],
        messages_email=settings["MESSAGES_EMAIL"],
        board=BOARD,
    )


def make_directory(settings: dict[str, Any], articles: list[Any]) -> Directory:
    """List the threads of all stories, and the board."""
    identity, footer = settings["CAMPAIGN"].campaign, settings["CAMPAIGN"].footer
    site = SiteInfo(
        url=settings["SITEURL"],
        name=identity.name,
        language=identity.language,
        timezone=settings["TIMEZONE"],
        stylesheet=settings["STYLESHEET"],
        icon=settings["ICON"],
        script=settings["SCRIPT"],
        desk_style=settings["PAGE_STYLES"]["desk"],
        desk_script=settings["PAGE_SCRIPTS"]["desk"],
        form_script=settings["PAGE_SCRIPTS"]["message-form"],
        icp=footer.icp,
        police=footer.police,
        police_url=footer.police_url,
        page_length=settings["MESSAGES_PER_PAGE"],
    )
    is_open = not settings["MESSAGES_CLOSED"]
    threads = [
        ThreadInfo(
            id=article.thread,
            title=article.title,
            url=f"/{article.url}",
            date=article.date.isoformat(),
            is_open=is_open and article.comments_open,
            closes_on=article.comments_until.isoformat() if article.comments_until else None,
        )
        for article in articles
    ]
    newest = max((thread.date for thread in threads), default="1970-01-01T00:00:00+00:00")
    board = ThreadInfo(
        id=BOARD,
        title=settings["WORDS"]("messages.board"),
        url="/messages/",
        date=newest,
        is_open=is_open,
    )
    return Directory(site=site, threads={thread.id: thread for thread in (*threads, board)})


@dataclass(frozen=True)
class SlotFunction:
    """What templates call as ``slot(name)``."""

    renderer: SlotRenderer
    name: ClassVar[str] = "slot"

    def __call__(self, name: str) -> Markup:
        """Give slot *name* between its markers; within a shell, whose names are not known yet, an
        empty one.
        """
        html = "" if "@@" in name else self.renderer.render(Slot.parse(name))
        return Markup(wrap(name, html))  # noqa: S704 -- made by our own templates with autoescape

    def depends(self, name: str) -> bytes:
        """Digest what a slot shows of stories; messages are brought to it by the publisher."""
        if "@@" in name:
            return b""
        slot, threads = Slot.parse(name), self.renderer.directory.threads
        if slot.thread:
            return _digest([threads[slot.thread]] if slot.kind == THREAD else [])
        return self._whole if slot.kind in (WALL, LATEST) else b""

    @cached_property
    def _whole(self) -> bytes:
        threads = self.renderer.directory.threads
        return _digest([threads[key] for key in sorted(threads)])


def _digest(threads: list[ThreadInfo]) -> bytes:
    return blake2b(repr(threads).encode(), digest_size=8).digest()


def write_own_files(pelican: Any) -> None:
    """Write the feeds and the older pages, each filled by one slot alone."""
    renderer = pelican.settings["SLOT_RENDERER"]
    output = Path(pelican.settings["OUTPUT_PATH"])
    for slot in board_slots(renderer.directory, renderer.older):
        content = renderer.whole_file(slot, output / RECORDS)
        write_aside(output / str(slot.own_file(renderer.directory)), content.encode())
