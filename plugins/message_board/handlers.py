"""Pelican's side of the message board."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
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
from comment_archive.files import write_aside
from comment_archive.still import StillArchive
from plugins.campaign.addresses import former_slugs, story_slug, thread_of
from plugins.campaign.generator import WITHDRAWN
from plugins.message_board.facts import SHELLS
from plugins.message_board.kept import KeptSlots
from plugins.message_board.older import Baker
from plugins.message_board.rendering import WORDS, SlotRenderer
from plugins.message_board.shelf import OLDER, SLOTS, releases_in
from plugins.message_board.slots import LATEST, SUFFIXES, THREAD, WALL, Slot, feed_slots, wrap
from plugins.offering import RECORDS, offer

RELEASES = "RELEASES"
"""Setting that names the folder of all releases, for a build that makes one of them."""
EDITED = "EDITED_RELEASE"
"""Setting that names the folder of the release that the output will be brought to, for an edit."""
TWINS = "TWINS"
"""Setting with what gives the compressed twins of a file, for a release that has them."""
OWN_FILES = "OWN_FILES"
"""Setting that holds the names of all feeds, also of those that an edit left as they were."""
KEPT_SLOTS, CHANGED = "KEPT_SLOTS", "CHANGED_THREADS"
"""Settings that hold what is kept of slots, and which threads changed, between the handlers."""


def connect() -> None:
    """Connect the handlers."""
    signals.content_object_init.connect(prepare_story)
    signals.get_generators.connect(use_generator)
    signals.all_generators_finalized.connect(offer_slots)
    signals.finalized.connect(write_own_files)


def use_generator(pelican: Any) -> type[FeedsGenerator]:
    """Have the feeds written."""
    return FeedsGenerator


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
    directory = make_directory(settings, articles.articles, settings.get(WITHDRAWN, ()))
    directory.write(records / "threads.json")
    shutil.copytree(
        Path(settings["THEME"]) / "templates" / "slots", records / "slots", dirs_exist_ok=True
    )
    write_aside(records / WORDS, settings["WORDS"].dump())
    archive = StillArchive.of(Path(settings["COMMENT_ARCHIVE"]))
    renderer = SlotRenderer.of_templates(archive, directory, records / "slots")
    kept = KeptSlots.of(renderer, archive, records, _store(settings) / SLOTS)
    settings[KEPT_SLOTS], settings[CHANGED] = kept, _changed_threads(settings, directory)
    offer(
        generators,
        slot=SlotFunction(kept),
        message_limit=settings["MESSAGE_LIMIT"],
        messages_closed=settings["MESSAGES_CLOSED"],
        messages_email=settings["MESSAGES_EMAIL"],
        board=BOARD,
    )


def make_directory(
    settings: dict[str, Any], articles: Iterable[Any], withdrawn: Iterable[Any] = ()
) -> Directory:
    """List the threads of all stories, of those that were *withdrawn*, and the board."""
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
        police_badge=_address_of(settings, footer.police_badge),
        page_length=settings["MESSAGES_PER_PAGE"],
    )
    is_open = not settings["MESSAGES_CLOSED"]
    threads = [thread_info(article, is_open=is_open) for article in articles]
    newest = max((thread.date for thread in threads), default="1970-01-01T00:00:00+00:00")
    board = ThreadInfo(
        id=BOARD,
        title=settings["WORDS"]("messages.board"),
        url="/messages/",
        date=newest,
        is_open=is_open,
    )
    return Directory(
        site=site,
        threads={thread.id: thread for thread in (*threads, board)},
        withdrawn={each.thread: thread_info(each, is_open=False) for each in withdrawn},
    )


def thread_info(article: Any, *, is_open: bool) -> ThreadInfo:
    """Tell of the thread of a story, where *is_open* says whether any takes messages."""
    return ThreadInfo(
        id=article.thread,
        title=article.title,
        url=f"/{article.url}",
        date=article.date.isoformat(),
        is_open=is_open and article.comments_open,
        closes_on=article.comments_until.isoformat() if article.comments_until else None,
    )


def _address_of(settings: dict[str, Any], name: str) -> str:
    """Give the address of a picture of the campaign's; nothing where it cannot be shown."""
    found = settings["PICTURES"].named(name) if name else None
    return found.src if found else ""


@dataclass(frozen=True)
class SlotFunction:
    """What templates call as ``slot(name)``."""

    kept: KeptSlots
    name: ClassVar[str] = "slot"

    def __call__(self, name: str) -> Markup:
        """Give slot *name* between its markers; within a shell, whose names are not known yet, an
        empty one.
        """
        html = "" if "@@" in name else self.kept.render(Slot.parse(name))
        return Markup(wrap(name, html))  # noqa: S704 -- made by our own templates with autoescape

    def depends(self, name: str) -> bytes:
        """Digest what a slot shows of stories; messages are brought to it by the publisher."""
        if "@@" in name:
            return b""
        slot, threads = Slot.parse(name), self.kept.renderer.directory.threads
        if slot.thread:
            return _digest([threads[slot.thread]] if slot.kind == THREAD else [])
        return self._whole if slot.kind in (WALL, LATEST) else b""

    @cached_property
    def _whole(self) -> bytes:
        directory = self.kept.renderer.directory
        shown = [directory.threads[key] for key in sorted(directory.threads)]
        return _digest([*shown, *(directory.withdrawn[key] for key in sorted(directory.withdrawn))])


def _digest(threads: list[ThreadInfo]) -> bytes:
    return blake2b(repr(threads).encode(), digest_size=8).digest()


class FeedsGenerator(Generator):
    """Writes the feeds, each filled by one slot alone; of an edited release only those of stories
    that are not what they were.
    """

    def generate_context(self) -> None:
        """Have nothing to add: handlers offer what is shown of messages."""

    def generate_output(self, writer: Any) -> None:
        """Write every feed; a writer that is one of several has its share of the threads."""
        share, number = getattr(writer, "share", 0), getattr(writer, "number", 1)
        kept: KeptSlots = self.settings[KEPT_SLOTS]
        feeds = list(feed_slots(kept.renderer.directory))
        forms = len(SUFFIXES)  # both forms of a feed are made of what is read once
        own = (feed for place, feed in enumerate(feeds) if place // forms % number == share)
        _write_feeds(self.settings, kept, own)


def write_own_files(pelican: Any) -> None:
    """Write the older pages, and name the feeds that were written."""
    settings = pelican.settings
    kept: KeptSlots = settings[KEPT_SLOTS]
    directory = kept.renderer.directory
    settings[OWN_FILES] = frozenset(str(s.own_file(directory)) for s in feed_slots(directory))
    _bake_older_pages(settings, kept, settings[CHANGED])


def _changed_threads(settings: dict[str, Any], directory: Directory) -> set[str] | None:
    """Name the stories that differ from those of the release that is edited; None for a full
    build.
    """
    if EDITED not in settings:
        return None
    now = directory.threads
    before = Directory.read(Path(settings[EDITED]) / "records" / "threads.json").threads
    return {key for key in before.keys() | now.keys() if before.get(key) != now.get(key)}


def _write_feeds(settings: dict[str, Any], kept: KeptSlots, feeds: Iterable[Slot]) -> None:
    output, bases = Path(settings["OUTPUT_PATH"]), _bases(settings)
    only: set[str] | None = settings[CHANGED]
    for slot in feeds:
        if only is None or not slot.thread or slot.thread in only:
            name = str(slot.own_file(kept.renderer.directory))
            kept.put_feed(slot, output / name, bases[0] / "public" / name if bases else None)


def _bake_older_pages(settings: dict[str, Any], kept: KeptSlots, only: set[str] | None) -> None:
    output, tree = Path(settings["OUTPUT_PATH"]), Path(settings["OUTPUT_PATH"])
    records = output / RECORDS
    if EDITED in settings:
        tree = Path(settings[EDITED]) / "public"
        for name in SHELLS:
            if not (records / name).is_file():  # as it was, so it was not rendered
                shutil.copy(Path(settings[EDITED]) / "records" / name, records / name)
    store = _store(settings) / OLDER
    baker = Baker.of(
        kept.renderer,
        kept.archive,
        records,
        output,
        tree=tree,
        store=store,
        bases=_bases(settings),
        twins=settings.get(TWINS),
    )
    baker.bake(only)


def _bases(settings: dict[str, Any]) -> list[Path]:
    return releases_in(Path(settings[RELEASES])) if RELEASES in settings else []


def _store(settings: dict[str, Any]) -> Path:
    """Give the folder of what outlives a build."""
    return Path(settings.get(RELEASES) or Path(settings["OUTPUT_PATH"]) / RECORDS / "store")
