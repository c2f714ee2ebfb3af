"""How many messages does the service take, at what cost, beside Isso and Waline?

All boards run at once and are loaded in turn by wrk: two worker processes, messages moderated,
screening and the look at where a form comes from switched on, each message synced to the disk
before its answer. The short form sends few messages by hand, asks no peer and judges no time.
"""

from __future__ import annotations

import re
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.parts import boards
from benchmarks.parts.bench import PEERS
from benchmarks.parts.boards import Board
from benchmarks.parts.load import Load, by_hand, by_wrk, memory_of_tree, pages_by_wrk, watched
from benchmarks.parts.table import Question, Row, figure, known, report, versions_of
from chaos.servers import Nginx
from comments_service.models import Action
from publishing import twins
from tests.living_site import LivingSite
from tests.site.browserless import free_port

MS = " ms"
OURS = {"SQLite": "sqlite", "PostgreSQL": "postgresql"}
PAGE_MESSAGES = 50
SYNCS = re.compile(r"\b(?:fsync|fdatasync)\(")
REMARKS = (
    "Ours, Isso (gunicorn) and Waline: two worker processes, Waline one, as its own settings say. "
    "Waline asks a server of others at every request which ways to sign in there are; here a "
    "process of this machine answers that.",
    "CPU is that of the board's own processes; PostgreSQL's is not counted.",
    "Each message has words of its own and comes from another network.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How much is measured."""

    rounds: int
    seconds: float
    """Of each load."""
    many: int
    """Messages that are to be taken without a failure."""
    is_short: bool = False


FULL = Form(rounds=3, seconds=8, many=20_000)
SHORT = Form(rounds=1, seconds=0, many=300, is_short=True)


def main(quick: bool) -> int:
    """Measure and print; gives 1 when a figure is missed."""
    form = SHORT if quick else FULL
    with tempfile.TemporaryDirectory(prefix="huisheng-") as folder:
        rows = list(_rows(Path(folder), form))
    versions = versions_of("flask", "sqlalchemy", "granian", "psycopg")
    peers = (
        {}
        if quick
        else {"Isso": boards.ISSO[0].partition("==")[2]}
        | {"Waline": boards.WALINE["@waline/vercel"]}
    )
    return report("service", rows, versions | peers, remarks=REMARKS, keep=not quick)


def _rows(folder: Path, form: Form) -> Iterator[Row]:
    if not form.is_short:
        _tell("installing the peers, once")
        yield from _beside_peers(folder / "peers", form)
    _tell(f"{form.many} messages")
    yield from _many(folder / "many", form)
    for connections, limit in ((16, 1.0), (64, 0.3)):
        _tell(f"counting syncs at {connections} connections")
        yield _syncs(folder / f"syncs-{connections}", form, connections, limit)
    _tell("a page of messages")
    yield from _page(folder / "page", form)


def _beside_peers(folder: Path, form: Form) -> Iterator[Row]:
    venv, package = boards.install_isso(PEERS), boards.install_waline(PEERS)
    with ExitStack() as stack:
        sqlite, _ = stack.enter_context(boards.ours(folder / "sqlite"))
        running = {
            "SQLite": sqlite,
            "PostgreSQL": stack.enter_context(boards.ours_on_postgresql(folder / "postgresql")),
            "Isso": stack.enter_context(boards.isso(folder / "isso", venv)),
            "Waline": stack.enter_context(boards.waline(folder / "waline", package)),
        }
        at_16 = _in_turn(running, form, 16)
        at_64 = _in_turn({name: running[name] for name in OURS}, form, 64)
    for name in OURS:
        yield from _judged(name, at_16, at_64[name])
    for name, loads in at_16.items():
        yield known(f"{name}, 16 connections", _told(loads))
    for name, loads in at_64.items():
        yield known(f"{name}, 64 connections", _told(loads))


def _in_turn(running: Mapping[str, Board], form: Form, connections: int) -> dict[str, list[Load]]:
    """Load all boards one after the other, and all again; a first short load of each warms it."""
    for board in running.values():
        by_wrk(board.port, board.name, connections, 1)
    loads: dict[str, list[Load]] = {name: [] for name in running}
    for number in range(form.rounds):
        for name, board in running.items():
            _tell(f"round {number + 1} of {form.rounds}, {connections} connections: {name}")
            loads[name].append(_load(board, connections, form.seconds))
    return loads


def _load(board: Board, connections: int, seconds: float) -> Load:
    def send() -> dict[str, float]:
        return by_wrk(board.port, board.name, connections, seconds)

    return watched(board.pid, board.stored, send)


def _judged(name: str, at_16: Mapping[str, Sequence[Load]], at_64: Sequence[Load]) -> Iterator[Row]:
    """Compare ours on the database *name* with the peers."""
    mine, isso, waline = at_16[name], at_16["Isso"], at_16["Waline"]
    rate, its = _median(mine, "rate"), _median(isso, "rate")
    posts = Question(
        what=f"{name}: posts a second at 16 connections over Isso's",
        limit=2.5,
        unit="×",
        is_smallest=True,
    )
    yield posts.answered(rate / its, note=f"{rate:.0f}", peers=f"Isso {its:.0f}")
    slow = _median(waline, "rate")
    posts = Question(what=f"{name}: the same over Waline's", limit=6, unit="×", is_smallest=True)
    yield posts.answered(rate / slow, note=f"{rate:.0f}", peers=f"Waline {slow:.0f}")
    cpu, theirs = _median(mine, "cpu_each"), _median(isso, "cpu_each")
    costs = Question(what=f"{name}: CPU a post over Isso's", limit=0.45, unit="×")
    yield costs.answered(cpu / theirs, note=figure(cpu, MS), peers=f"Isso {figure(theirs, MS)}")
    p99, worst = _median(mine, "p99"), _median(isso, "p99")
    tail = Question(what=f"{name}: p99 at 16 connections over Isso's", limit=1, unit="×")
    yield tail.answered(p99 / worst, note=figure(p99, MS), peers=f"Isso {figure(worst, MS)}")
    median = _median(mine, "median")
    tail = Question(what=f"{name}: p99 at 16 connections over its own median", limit=4, unit="×")
    yield tail.answered(p99 / median, note=figure(median, MS))
    yield Question(what=f"{name}: p99 at 64 connections", limit=300, unit=MS).answered(
        _median(at_64, "p99")
    )


def _many(folder: Path, form: Form) -> Iterator[Row]:
    """Send many messages over 64 connections; look at what failed and at the memory."""
    with boards.ours(folder) as (board, _):
        failed = posts = 0
        while posts < form.many:
            load = (
                watched(board.pid, board.stored, lambda: by_hand(board.port, 16, form.many))
                if form.is_short
                else _load(board, 64, form.seconds)
            )
            failed, posts = failed + load.failed, posts + load.posts
        memory = memory_of_tree(board.pid)
    lost = Question(what=f"of {form.many} messages, answered by no receipt", limit=0)
    yield lost.answered(failed, note=f"{posts} sent")
    most = Question(what="memory of all processes after them", limit=155, unit=" MB")
    yield most.noted(figure(memory, " MB")) if form.is_short else most.answered(memory)


def _syncs(folder: Path, form: Form, connections: int, limit: float) -> Row:
    """Count how often the service waits for the disk, by strace."""
    log = folder / "syncs"
    strace = shutil.which("strace") or "strace"
    watch = (strace, "-f", "--seccomp-bpf", "-qq", "-e", "trace=fsync,fdatasync", "-o", str(log))
    question = Question(
        what=f"syncs a post at {connections} connections",
        limit=limit,
        words="" if limit == 1 else f"< {limit}",
    )
    with boards.ours(folder, *watch) as (board, _):
        before = _count(log)
        if form.is_short:
            send = lambda: by_hand(board.port, connections, form.many)  # noqa: E731
            load = watched(board.pid, board.stored, send)
        else:
            load = _load(board, connections, form.seconds)
        counted = _count(log) - before
    return question.answered(counted / load.posts, note=f"{counted} for {load.posts} posts")


def _count(log: Path) -> int:
    return len(SYNCS.findall(log.read_text("ascii", "replace"))) if log.is_file() else 0


def _page(folder: Path, form: Form) -> Iterator[Row]:
    """Ask nginx for a story with 50 messages while there is no service, and Isso for as many."""
    site = _story_of_messages(folder)
    page = (site.release.public / "stories" / "first" / "index.html").read_text("utf-8")
    baked = Question(
        what="messages in the page, without a service", limit=PAGE_MESSAGES, is_smallest=True
    )
    yield baked.answered(page.count('id="m-'))
    if not form.is_short:
        port = free_port()
        public, nobody = site.release.public, free_port()
        venv = boards.install_isso(PEERS)
        nginx = Nginx.make(folder / "nginx", port=port, public=public, services=[nobody])
        _use_all_cores(folder / "nginx" / "nginx.conf")
        with nginx, boards.isso(folder / "isso", venv, moderated=False) as its:
            _fill(its)
            yield _judged_pages(form, port, its)
    site.close()


def _story_of_messages(folder: Path) -> LivingSite:
    folder.mkdir(parents=True)
    database = f"sqlite:///{folder / 'comments.db'}"
    site = LivingSite.make(folder, database, page_length=PAGE_MESSAGES)
    site.build()
    for number in range(PAGE_MESSAGES):
        site.decide(site.post(text=f"第{number}条：今天在图书馆帮忙"), Action.APPROVE)
    site.publish()
    twins.fill(site.release.public, site.release.records)  # as `./run build` leaves them
    return site


def _use_all_cores(config: Path) -> None:
    """Let nginx have a worker a core, as Debian's own settings do."""
    config.write_text("worker_processes auto;\n" + config.read_text("utf-8"), "utf-8")


def _fill(board: Board) -> None:
    while board.stored() < PAGE_MESSAGES:
        by_wrk(board.port, board.name, 1, 1)


def _judged_pages(form: Form, port: int, its: Board) -> Row:
    pages, answers = [], []
    for _ in range(form.rounds):
        pages.append(pages_by_wrk(port, "/stories/first/", 16, form.seconds / 2))
        path = f"/?uri=%2Fboard%2F&limit={PAGE_MESSAGES}"
        answers.append(pages_by_wrk(its.port, path, 16, form.seconds / 2))
    ours, theirs = statistics.median(pages), statistics.median(answers)
    question = Question(
        what=f"pages with {PAGE_MESSAGES} messages a second over Isso's answers, without a service",
        limit=1000, unit="×", is_smallest=True,
    )  # fmt: skip
    return question.answered(ours / theirs, note=f"{ours:.0f}", peers=f"Isso {theirs:.0f}")


def _median(loads: Sequence[Load], name: str) -> float:
    middle: float = statistics.median(getattr(each, name) for each in loads)
    return middle


def _told(loads: Sequence[Load]) -> str:
    """Write the medians of *loads*."""
    return (
        f"{_median(loads, 'rate'):.0f} posts a second, "
        f"CPU {figure(_median(loads, 'cpu_each'), MS)}, "
        f"median {figure(_median(loads, 'median'), MS)}, p99 {figure(_median(loads, 'p99'), MS)}, "
        f"longest {figure(max(each.longest for each in loads), MS)}, "
        f"{sum(each.failed for each in loads)} of {sum(each.posts for each in loads)} failed"
    )


def _tell(step: str) -> None:
    sys.stderr.write(f"{step} …\n")
