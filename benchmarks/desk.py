"""How quick is the moderators' desk over a million messages? On SQLite and on PostgreSQL.

Both boards are filled with the same messages (parts/desk_fill.py) and kept below var/bench; they
are asked in turn. The short form has few messages and judges no time, but counts.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from benchmarks.parts import desk_decisions, desk_pages, desk_queue, desk_search, words
from benchmarks.parts.desk_boards import BOARDS, Board, filled
from benchmarks.parts.table import Question, Row, figure, known, report, versions_of

WORDS = Question(what="10,000 listed words looked for in a message", limit=1000, unit=" µs")
REMARKS = (
    "Milliseconds from the call to the last row fetched, SQLAlchemy's work included; a deep page "
    "is two statements. PostgreSQL as its wheel sets it up: a Unix socket, 128 MB of buffers.",
    "Queries and decisions are judged by the median, searches and pages over HTTP by 99 of 100; "
    "processor: the same of the milliseconds that ours and the server's process ran.",
    "Search: as many frequent, middling, rare and absent words of each length, warm.",
    "Decisions: the whole transaction with its chain of hashes, forced to the disk.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How much is measured."""

    messages: int
    queries: int
    words: int
    """Of each length and kind: frequent, middling, rare, absent."""
    compared: int
    bulks: int
    pages: int
    is_judged: bool
    """Whether times are."""


FULL = Form(
    messages=1_000_000, queries=300, words=60, compared=2, bulks=20, pages=300, is_judged=True
)
SHORT = Form(messages=10_000, queries=3, words=5, compared=5, bulks=1, pages=3, is_judged=False)


def main(quick: bool) -> int:
    """Measure and print; gives 1 when a figure is missed."""
    form = SHORT if quick else FULL
    with _folder(quick) as folder, filled(folder, form.messages) as boards:
        rows = list(_rows(boards, form))
        versions = versions_of("sqlalchemy", "psycopg", "flask", "granian") | _servers(boards)
    remarks = (*REMARKS, *_load())
    return report("desk", rows, versions, remarks=remarks, keep=not quick)


def _rows(boards: Sequence[Board], form: Form) -> Iterator[Row]:
    """Measure everything, and say so: the whole takes some minutes."""
    is_judged = form.is_judged
    _tell("the queue")
    yield from desk_queue.measure(boards, form.queries, is_judged=is_judged)
    _tell("searches")
    yield from desk_search.measure(boards, form.words, form.compared, is_judged=is_judged)
    _tell("decisions")
    yield from desk_decisions.measure(boards, form.bulks, is_judged=is_judged)
    _tell("pages over HTTP")
    yield from desk_pages.measure(boards, form.pages, is_judged=is_judged)
    yield from map(desk_queue.true_counts, boards)
    _tell("words")
    microseconds = words.measure()
    yield WORDS.answered(microseconds) if is_judged else WORDS.noted(figure(microseconds, " µs"))
    for board in boards:
        speed = figure(board.count / board.seconds, " a second")
        size = figure(board.size / board.count, " bytes each")
        yield known(f"{board.count:,} messages filled in, {board.name}", f"{speed}, {size}")


@contextmanager
def _folder(quick: bool) -> Iterator[Path]:
    """Give the folder of the boards; that of the short form is removed again."""
    if not quick:
        yield BOARDS
        return
    with tempfile.TemporaryDirectory(prefix="huisheng-") as folder:
        yield Path(folder)


def _servers(boards: Sequence[Board]) -> dict[str, str]:
    """Give the versions of the databases."""
    versions = {}
    for board in boards:
        query = "SELECT sqlite_version()" if board.is_sqlite else "SHOW server_version"
        with board.database.engine.connect() as connection:
            versions[board.name] = str(connection.scalar(text(query)))
    return versions


def _load() -> list[str]:
    """Say how busy the machine was, if it tells: others' work lengthens the longest times most."""
    if not hasattr(os, "getloadavg"):
        return []
    load, nice = figure(os.getloadavg()[2]), os.nice(0)
    ran = f"; this ran at nice {nice}" if nice else ""
    return [f"Load in the last quarter of an hour: {load} on {os.cpu_count()} cores{ran}."]


def _tell(what: str) -> None:
    sys.stderr.write(f"Measuring: {what}\n")
