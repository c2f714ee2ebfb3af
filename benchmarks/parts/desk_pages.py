"""The desk's pages over HTTP: real servers, a moderator who is logged in."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.parts.desk_boards import Board
from benchmarks.parts.desk_clock import Clock, Times
from benchmarks.parts.desk_decisions import NAME, moderator
from benchmarks.parts.desk_queue import DIFFERENT, ONE_STORY, deep_in
from benchmarks.parts.desk_texts import WORDS
from benchmarks.parts.runs import RunFailedError
from benchmarks.parts.table import Question, Row
from comments_service.queue import ON_A_PAGE, Choice
from serving.processes import server_command
from tests.living_site import SECRET, LivingSite
from tests.site.browserless import Visitor, free_port, running

OK = 200
LIMIT = 30
"""Milliseconds."""
P99 = 0.99
WARM_UP = 5
PASSWORD = "long enough password"

Address = Callable[[int], str]
"""Gives the address of a page; the number says which of several alike it is."""


def measure(boards: Sequence[Board], times: int, *, is_judged: bool) -> Iterator[Row]:
    """Fetch every page from both servers in turn, *times* times."""
    with ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="huisheng-")))
        site = LivingSite.make(root, f"sqlite:///{root / 'comments.db'}")
        site.build()
        site.close()
        visitors = [stack.enter_context(_served(board, root)) for board in boards]
        pages = [_pages(board) for board in boards]
        taken = [{what: Times() for what in pages[0]} for _ in boards]
        clock = Clock(None)
        for turn in range(-WARM_UP, times):
            for what in pages[0]:
                for visitor, addresses, took in zip(visitors, pages, taken, strict=True):
                    kept = took[what] if turn >= 0 else Times()
                    clock.time(partial(_fetch, visitor, addresses[what](turn)), kept)
    for what in pages[0]:
        for board, took in zip(boards, taken, strict=True):
            name = f"HTTP: {what}, 99 of 100 within, {board.name}"
            question = Question(what=name, limit=LIMIT, unit=" ms")
            took[what].cpu.clear()  # ours says nothing about the server's
            yield took[what].row(question, share=P99, is_judged=is_judged)


@contextmanager
def _served(board: Board, root: Path) -> Iterator[Visitor]:
    """Serve *board* with the site in *root*; gives a moderator who is logged in."""
    moderator(board)
    port = free_port()
    environment = {
        "COMMENTS_VAR": str(root / "var"),
        "COMMENTS_DATABASE_URL": board.url,
        "COMMENTS_SECRET_KEY": SECRET,
        "COMMENTS_SITE_URL": f"http://127.0.0.1:{port}",
    }
    with running([server_command(port)], environment, port):
        visitor = Visitor(port)
        form = visitor.get("/desk/login").form("/desk/login")
        page = visitor.post("/desk/login", form | {"name": NAME, "password": PASSWORD})
        if page.status != OK or page.path.startswith("/desk/login"):
            raise RunFailedError(f"the log-in was answered with {page.status}")
        yield visitor


def _pages(board: Board) -> dict[str, Address]:
    """Name the pages that are fetched, with their addresses."""
    half = board.count // 2
    with board.database.reading() as session:
        deep = deep_in(session, Choice(), half, DIFFERENT)
    return {
        "first page": lambda turn: "/desk/",
        f"page {half:,} deep": lambda turn: f"/desk/?after={deep[turn % len(deep)]}",
        "last page": lambda turn: "/desk/?last=1",
        "one story": lambda turn: f"/desk/?thread={ONE_STORY}",
        "by attention": lambda turn: "/desk/?order=attention",
        "search": lambda turn: "/desk/search?" + urlencode({"q": WORDS[turn % len(WORDS)]}),
    }


def _fetch(visitor: Visitor, address: str) -> None:
    """Fetch a page and make sure that messages stand on it."""
    page = visitor.get(address)
    if page.status != OK or page.text.count("/desk/comments/") < ON_A_PAGE:
        raise RunFailedError(f"{address} was answered with {page.status}: {page.text[:200]}")
