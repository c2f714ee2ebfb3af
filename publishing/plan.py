"""Says which slots, and so which files, a change of the archive touches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import takewhile

from comment_archive.directory import BOARD, Directory
from comment_archive.files import page_of
from comment_archive.records import Change
from plugins.message_board.slots import COUNT, LATEST, SUFFIXES, THREAD, WALL, Slot


def touched_slots(
    changes: Iterable[Change], directory: Directory, older: Callable[[str], int]
) -> list[Slot]:
    """Give the slots to render anew after *changes*; *older* gives a thread's number of older
    pages, the wall's for "".

    A page that just left the first view is the one before that of the message that pushed it out,
    so the page before each change is looked at as well. Slots that turn out the same are not
    written.
    """
    slots: set[Slot] = set()
    length = directory.site.page_length
    for change in changes:
        slots |= {Slot(kind) for kind in (WALL, LATEST, *SUFFIXES)}
        slots |= _older(WALL, "", page_of(change.wall_position, length), older(""))
        if change.thread in directory.threads and change.thread != BOARD:
            slots |= {Slot(kind, change.thread) for kind in (THREAD, COUNT, *SUFFIXES)}
            slots |= _older(
                THREAD, change.thread, page_of(change.position, length), older(change.thread)
            )
    return sorted(slots)


def missing_pages(
    changes: Iterable[Change],
    directory: Directory,
    older: Callable[[str], int],
    has: Callable[[Slot], bool],
) -> Iterator[Slot]:
    """Yield the older pages, of the wall and of the threads of *changes*, that a release does not
    have yet; they are the last ones, since pages come in their order.
    """
    yield from _last_ones(WALL, "", older(""), has)
    for thread in sorted({change.thread for change in changes} - {BOARD}):
        if thread in directory.threads:
            yield from _last_ones(THREAD, thread, older(thread), has)


def _last_ones(kind: str, thread: str, last: int, has: Callable[[Slot], bool]) -> Iterator[Slot]:
    slots = (Slot(kind, thread, page) for page in range(last, 0, -1))
    return takewhile(lambda slot: not has(slot), slots)


def _older(kind: str, thread: str, page: int, last: int) -> set[Slot]:
    """Give the page and the one before it, as far as they have an address of their own."""
    return {Slot(kind, thread, number) for number in (page - 1, page) if 1 <= number <= last}
