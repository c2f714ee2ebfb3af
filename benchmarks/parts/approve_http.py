"""From a decision to the page that a reader gets, over real HTTP and through all processes.

A visitor's message is posted, a moderator approves it, and the story's page is asked for until the
message stands there; the undo window is zero.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.parts.runs import RunFailedError
from benchmarks.parts.table import Question, Row, figure, known
from comments_service.models import Action
from tests.living_site import SECRET, LivingSite
from tests.site.browserless import Visitor, commands, free_port, running

P95 = Question(what="decision to page over HTTP: 95 of 100 within", limit=300, unit=" ms")
BETWEEN_LOOKS = 0.005
"""Seconds between two looks at the page."""
LONGEST = 60
"""Seconds after which a message that is not seen counts as lost."""


def measure(rounds: int, *, is_judged: bool) -> Iterator[Row]:
    """Approve *rounds* messages through service, publisher and web server."""
    taken = sorted(_taken(rounds))
    p95 = taken[max(int(len(taken) * 0.95) - 1, 0)]
    note = f"{len(taken)} approvals"
    text = f"{figure(p95, P95.unit)} ({note})"
    yield P95.answered(p95, note=note) if is_judged else P95.noted(text)
    yield known("decision to page over HTTP: median", figure(statistics.median(taken), P95.unit))
    yield known("decision to page over HTTP: longest", figure(taken[-1], P95.unit))


def _taken(rounds: int) -> list[float]:
    """Give the milliseconds that each approval took to be seen."""
    with tempfile.TemporaryDirectory(prefix="huisheng-") as folder:
        root, port = Path(folder), free_port()
        site = LivingSite.make(root, f"sqlite:///{root / 'comments.db'}", page_length=20)
        site.build()
        environment = {
            "COMMENTS_VAR": str(root / "var"),
            "COMMENTS_DATABASE_URL": site.database_url,
            "COMMENTS_SECRET_KEY": SECRET,
            "COMMENTS_SITE_URL": f"http://127.0.0.1:{port}",
            "COMMENTS_UNDO_SECONDS": "0",
        }
        with running(commands(port), environment, port):
            taken = [_approve(site, port, number) for number in range(rounds)]
        site.close()
    return taken


def _approve(site: LivingSite, port: int, number: int) -> float:
    reader, words = Visitor(port), f"第{number}次计时的留言"
    comment = site.post(text=words, nonce=f"bench-{number}")
    began = time.perf_counter()
    site.decide(comment, Action.APPROVE)
    while words not in reader.get("/stories/first/").text:
        if time.perf_counter() - began > LONGEST:
            raise RunFailedError(f"the approved message {number} was not seen in {LONGEST} seconds")
        time.sleep(BETWEEN_LOOKS)  # what is measured happens in other processes meanwhile
    return (time.perf_counter() - began) * 1000
