"""Watches the service's calls to the system: each receipt is sent only after the message was
written and the disk has confirmed it.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from chaos.rows import Row, at_least
from chaos.stage import ChaosError, Service, make_site, wait_for
from chaos.writers import Writers

CALLS = "recvfrom,sendto,sendmsg,write,writev,pwrite64,fsync,fdatasync"
SENDS = frozenset({"sendto", "sendmsg", "write", "writev"})
SYNCS = frozenset({"fsync", "fdatasync"})
MOST_BYTES = 8192
"""Of each call that are noted: a page of the database, or a form with its headers."""
LINE = re.compile(r"(\d+) +(.*)")
RESUMED = re.compile(r"<\.\.\. \w+ resumed>")
CALL = re.compile(r"(\w+)\(\d+<(.*?)>[,)]")
UNFINISHED = " <unfinished ...>"
WORDS = "probe-{writer}-{number}-end"


@dataclass(frozen=True, slots=True)
class Call:
    """One call to the system: the lines of the trace where it began and ended."""

    began: int
    ended: int
    name: str
    place: str
    """The file or the connection."""
    text: str


def run(folder: Path, quick: bool) -> list[Row]:
    """Let four visitors write to a service that is watched."""
    strace = shutil.which("strace")
    if strace is None:
        raise ChaosError("strace was not found: install it (Debian, Ubuntu: apt install strace)")
    site, trace, wanted = make_site(folder), folder / "trace", 12 if quick else 400
    watch = [strace, "-f", "-yy", "-qq", "-s", str(MOST_BYTES), "-e", f"trace={CALLS}"]
    with Service.of(site, *watch, "-o", str(trace)) as service:
        writers = Writers([service.port], words=WORDS)
        with writers:
            wait_for(lambda: len(writers.acknowledged) >= wanted, f"{wanted} messages are stored")
        os.kill(service.children()[0], signal.SIGTERM)  # strace itself would not pass it on
        service.wait()
    site.close()
    with trace.open(encoding="utf-8", errors="replace") as lines:
        calls = list(read(lines))
    sure = sum(is_sure(calls, text) for text in writers.acknowledged)
    many = len(writers.acknowledged)
    syncs = sum(call.name in SYNCS and call.place.endswith("-wal") for call in calls)
    return [
        at_least("SQLite: receipts whose sending was seen by strace", wanted, many),
        Row(
            "SQLite: of these, sent after the message was written and synced",
            "all",
            f"{sure:,} of {many:,} ({syncs / many:.2f} syncs a message)",
            sure == many > 0,
        ),
    ]


def read(lines: Iterable[str]) -> Iterator[Call]:
    """Read what `strace -f -yy` wrote; a call that another one interrupts stands in two lines."""
    begun: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(lines):
        found = LINE.match(line.rstrip("\n"))
        if not found:
            continue
        thread, text = found.groups()
        if text.endswith(UNFINISHED):
            begun[thread] = number, text.removesuffix(UNFINISHED)
            continue
        began, before = begun.pop(thread, (number, "")) if RESUMED.match(text) else (number, "")
        whole = before + RESUMED.sub("", text, count=1) if before else text
        if call := CALL.match(whole):
            yield Call(began, number, call[1], call[2], whole)


def is_sure(calls: Sequence[Call], mark: str) -> bool:
    """Say whether the message with *mark* was written to the database and synced before its receipt
    was sent. Raises ChaosError when the trace does not show its way.
    """
    marked = [call for call in calls if mark in call.text]
    asked = next((call for call in marked if call.name == "recvfrom"), None)
    if asked is None:
        raise ChaosError(f"the trace does not show who sent {mark}")
    sent = next(call for call in calls if _is_receipt(call, asked))
    written = [call for call in marked if call.name == "pwrite64" and call.ended < sent.began]
    return any(
        call.name in SYNCS
        and call.text.endswith("= 0")
        and call.place == written[0].place
        and written[0].ended < call.began
        and call.ended < sent.began
        for call in calls
        if written
    )


def _is_receipt(call: Call, asked: Call) -> bool:
    """Say whether *call* sends the receipt on the connection of *asked*, after it."""
    return (
        call.name in SENDS
        and call.place == asked.place
        and call.began > asked.ended
        and "HTTP/1.1 303" in call.text
    )
