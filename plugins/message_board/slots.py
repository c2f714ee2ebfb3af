"""Slots: the runs of HTML between two markers that depend on messages, and nothing else on the site
does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from comment_archive.directory import BOARD, Directory, page_address, pages_base

MARKER = re.compile(r"<!--slot ([a-z0-9:/@-]+)-->")
CLOSING = re.compile(r"<!--/slot ([a-z0-9:/@-]+)-->")
PLACEHOLDER = re.compile(r"@@([a-z_]+)@@")

THREAD, COUNT, WALL, LATEST = "thread", "count", "wall", "latest"
LEDGER = "ledger"
FEED, JSON_FEED = "feed", "jsonfeed"
KINDS = frozenset({THREAD, COUNT, WALL, LATEST, LEDGER, FEED, JSON_FEED})
SUFFIXES = {FEED: "xml", JSON_FEED: "json"}
"""The kinds that are a whole file, and how its name ends."""


class SlotError(ValueError):
    """A slot's name or its markers are not as they should be."""


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """One slot: its kind, its thread (empty for the whole site), its older page (0 for the first
    view).

    Written as ``thread:<id>``, ``thread:<id>/<n>``, ``count:<id>``, ``wall``, ``wall/<n>``,
    ``latest``, ``ledger``, ``feed``, ``feed:<id>``, ``jsonfeed``, ``jsonfeed:<id>``.
    """

    kind: str
    thread: str = ""
    page: int = 0

    def __str__(self) -> str:
        """Write the slot's name."""
        name = f"{self.kind}:{self.thread}" if self.thread else self.kind
        return f"{name}/{self.page}" if self.page else name

    @classmethod
    def parse(cls, name: str) -> Slot:
        """Read a slot's name; raises SlotError for what is none."""
        parts = re.fullmatch(r"([a-z]+)(?::([a-z0-9-]{1,80}))?(?:/([1-9][0-9]*))?", name)
        if parts is None or parts[1] not in KINDS:
            raise SlotError(f"{name!r} is not the name of a slot")
        return cls(parts[1], parts[2] or "", int(parts[3] or 0))

    def own_file(self, directory: Directory) -> str | None:
        """Give the file that this slot alone fills, or None for one that stands within pages of the
        site.
        """
        thread = directory.threads.get(self.thread) if self.thread else None
        if self.page:
            base = pages_base(thread if self.kind == THREAD else None)
            return page_address(base, self.page).lstrip("/") + "index.html"
        if suffix := SUFFIXES.get(self.kind):
            base = "messages/feed" if thread is None else f"{thread.url.lstrip('/')}messages"
            return f"{base}.{suffix}"
        return None


def wrap(name: str, html: str) -> str:
    """Put the markers of slot *name* round *html*."""
    return f"<!--slot {name}-->{html}<!--/slot {name}-->"


def names_in(page: str) -> list[str]:
    """Give the names of the slots in *page*, in order; raises SlotError when one is not closed."""
    if "slot " not in page:
        return []
    names = MARKER.findall(page)
    opened, closed = Counter(names), Counter(CLOSING.findall(page))
    if opened != closed:
        name = next(iter((opened - closed) or (closed - opened)))
        raise SlotError(f"slot {name} is not closed as often as it is opened")
    return names


def splice(page: str, name: str, html: str) -> str:
    """Replace what slot *name* holds, wherever it stands in *page*; raises SlotError if it stands
    nowhere.
    """
    opened, closed = f"<!--slot {name}-->", f"<!--/slot {name}-->"
    head, *tails = page.split(opened)
    if not tails:
        raise SlotError(f"slot {name} is not in the page")
    return head + "".join(opened + html + _after(tail, closed, name) for tail in tails)


def fill(shell: str, values: dict[str, str]) -> str:
    """Put *values* (escaped already) in place of a shell's ``@@name@@`` placeholders."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), shell)


def feed_slots(directory: Directory) -> Iterator[Slot]:
    """Yield every slot that is a feed: those of all messages, and those of each story."""
    yield from map(Slot, SUFFIXES)
    for thread in sorted(directory.threads.keys() - {BOARD}):
        yield from (Slot(kind, thread) for kind in SUFFIXES)


def _after(tail: str, closed: str, name: str) -> str:
    _, found, rest = tail.partition(closed)
    if not found:
        raise SlotError(f"slot {name} is not closed")
    return found + rest
