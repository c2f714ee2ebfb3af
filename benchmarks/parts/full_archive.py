"""Fills an archive with as many messages as are wanted, without a database and without a wait for
the disk; the same call always gives the same bytes.

    python -m benchmarks.parts.full_archive FOLDER THREADS MESSAGES [BUSIEST]

fills the archive FOLDER; its threads are story-00001 and so on.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from html import escape
from itertools import islice
from pathlib import Path

from benchmarks.parts.desk_texts import characters, messages
from comment_archive.files import PAGE_LENGTH
from comment_archive.markup import POLICY
from comment_archive.records import Head

SEED = 20151205
DIFFERENT = 4096
"""Texts that are made; with more messages they come again, each under another name and time."""
NAMES = characters()[:800]
FIRST_DAY = datetime(2020, 1, 1, tzinfo=UTC)
BETWEEN = timedelta(seconds=40)
REPLY_OF, REPLY_TO = 5, 3
"""Each fifth message of a thread answers the third one before it."""


def thread_names(count: int) -> list[str]:
    """Give the names of *count* threads."""
    return [f"story-{number:05}" for number in range(1, count + 1)]


def fill_archive(
    folder: Path, threads: Sequence[str], messages: int, *, busiest: int | None = None
) -> None:
    """Write *messages* messages of *threads* into the empty archive *folder*, as its own writer
    does.

    They come in turn, one to each thread; of *busiest*, if given, the first thread gets so many,
    evenly over the time, and the others share the rest.
    """
    plan = Plan.made(len(threads), messages, busiest)
    writer = Writer(threads, plan)
    _write_series(folder / "wall", range(messages), writer.on_wall)
    for number, name in enumerate(threads):
        if places := plan.of_thread(number):
            _write_series(folder / "threads" / name, places, writer.in_thread)


@dataclass(frozen=True, slots=True)
class Plan:
    """Which thread each message belongs to; messages are counted from 0, as they come."""

    owners: array[int]
    """The thread's number, by message."""
    places: array[int]
    """The message's number within its thread, from 0, by message."""
    order: array[int]
    """All messages, thread by thread."""
    starts: list[int]
    """Where each thread begins in :attr:`order`, and where the last one ends."""

    @classmethod
    def made(cls, threads: int, messages: int, busiest: int | None) -> Plan:
        """Share out *messages*."""
        owners = array("I", _owners(threads, messages, busiest))
        counts = [0] * threads
        places = array("I", bytes(4 * messages))
        for message, owner in enumerate(owners):
            places[message] = counts[owner]
            counts[owner] += 1
        starts = [0]
        for count in counts:
            starts.append(starts[-1] + count)
        order = array("I", bytes(4 * messages))
        for message, owner in enumerate(owners):
            order[starts[owner] + places[message]] = message
        return cls(owners, places, order, starts)

    def of_thread(self, number: int) -> array[int]:
        """Give the messages of one thread."""
        return self.order[self.starts[number] : self.starts[number + 1]]

    def before(self, message: int, by: int) -> int:
        """Give the message of the same thread that stands *by* places before *message*."""
        return self.order[self.starts[self.owners[message]] + self.places[message] - by]


class Writer:
    """Writes single messages as the archive holds them."""

    def __init__(self, threads: Sequence[str], plan: Plan) -> None:
        self._threads, self._plan = threads, plan
        self._texts = [
            json.dumps(f"<p>{escape(text)}</p>", ensure_ascii=False)
            for text in islice(messages(SEED), DIFFERENT)
        ]

    def on_wall(self, message: int) -> tuple[int, str]:
        """Give the place of *message* on the wall, and what is stored there."""
        return message + 1, self._stored(message)

    def in_thread(self, message: int) -> tuple[int, str]:
        """Give the place of *message* in its thread, and what is stored there."""
        return self._plan.places[message] + 1, self._stored(message)

    def _stored(self, message: int) -> str:
        position = self._plan.places[message] + 1
        is_reply = position % REPLY_OF == 0
        return self._pattern % {
            "address": f"{message % 200 + 20}.{message // 200 % 256}.{message // 51200 % 256}.*",
            "author": _author(message),
            "html": self._texts[message * 2654435761 % DIFFERENT],
            "number": message + 1,
            "position": position,
            "reply_to": self._parent(message, position) if is_reply else "null",
            "submitted_at": (FIRST_DAY + BETWEEN * message).isoformat(),
            "thread": self._threads[self._plan.owners[message]],
            "wall_position": message + 1,
        }

    def _parent(self, message: int, position: int) -> str:
        parent = self._plan.before(message, REPLY_TO)
        values = {
            "author": _author(parent),
            "number": parent + 1,
            "position": position - REPLY_TO,
        }
        return json.dumps(values, ensure_ascii=False, indent=1).replace("\n", "\n  ")

    @cached_property
    def _pattern(self) -> str:
        """How a message is stored, with places for its own facts; to fill in is much quicker than
        to write each as JSON.
        """
        values = {
            "address": "%(address)s",
            "author": "%(author)s",
            "by_editor": False,
            "edited": False,
            "html": "@%(html)s@",
            "number": "@%(number)d@",
            "policy": POLICY,
            "position": "@%(position)d@",
            "reply_to": "@%(reply_to)s@",
            "submitted_at": "%(submitted_at)s",
            "thread": "%(thread)s",
            "wall_position": "@%(wall_position)d@",
        }
        text = json.dumps(values, indent=1, sort_keys=True)
        return text.replace('"@', "").replace('@"', "").replace("\n", "\n ")


def _owners(threads: int, messages: int, busiest: int | None) -> Iterator[int]:
    """Yield the thread of each message."""
    turn, first = 0, 0 if busiest is None else 1
    share = busiest or 0
    for message in range(messages):
        if (message + 1) * share // messages > message * share // messages:
            yield 0
        else:
            yield first + turn
            turn = (turn + 1) % (threads - first)


def _author(message: int) -> str:
    return f"网友{NAMES[message * 40503 % len(NAMES)]}"


def _write_series(
    folder: Path, numbers: Sequence[int], stored: Callable[[int], tuple[int, str]]
) -> None:
    """Write the messages *numbers*, which stand at the places from 1 on, and their head."""
    folder.mkdir(parents=True)
    for page, first in enumerate(range(0, len(numbers), PAGE_LENGTH), 1):
        texts = {
            str(place): text for place, text in map(stored, numbers[first : first + PAGE_LENGTH])
        }
        lines = (f' "{place}": {texts[place]}' for place in sorted(texts))
        content = "{\n" + ",\n".join(lines) + "\n}\n"
        (folder / f"{page}.json").write_bytes(content.encode())
    head = asdict(Head(last=len(numbers), count=len(numbers)))
    text = json.dumps(head, indent=1, sort_keys=True) + "\n"
    (folder / "head.json").write_bytes(text.encode())


def main() -> None:
    """Do what the command line says."""
    folder, threads, messages, *busiest = sys.argv[1:]
    names = thread_names(int(threads))
    fill_archive(Path(folder), names, int(messages), busiest=int(busiest[0]) if busiest else None)


if __name__ == "__main__":
    main()
