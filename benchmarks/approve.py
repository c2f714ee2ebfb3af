"""How long does an approval take to reach a reader? The whole way, over real HTTP and processes.

A visitor's message is posted, a moderator approves it, and the story's page is asked for until the
message stands there; the undo window is zero.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.parts.table import Question, figure, known, report, versions_of
from comments_service.models import Action
from tests.living_site import SECRET, LivingSite
from tests.site.browserless import Visitor, commands, free_port, running

P95 = Question(what="decision to page: 95 of 100 within", limit=2, unit=" s")


def measure(site: LivingSite, port: int, rounds: int) -> list[float]:
    """Approve *rounds* messages one after another; gives the seconds each took to be seen."""
    reader, seconds = Visitor(port), []
    for number in range(rounds):
        words = f"第{number}次计时的留言"
        comment = site.post(text=words, nonce=f"bench-{number}")
        began = time.perf_counter()
        site.decide(comment, Action.APPROVE)
        while words not in reader.get("/stories/first/").text:
            time.sleep(0.005)
        seconds.append(time.perf_counter() - began)
    return seconds


def main(quick: bool) -> int:
    """Measure and print; gives 1 when the figure is missed."""
    with tempfile.TemporaryDirectory(prefix="huisheng-") as folder:
        root, port = Path(folder), free_port()
        site = LivingSite.make(root, f"sqlite:///{root / 'comments.db'}", page_length=20)
        site.build()
        environment = {
            "COMMENTS_VAR": str(root / "var"),
            "COMMENTS_DATABASE_URL": site.database_url,
            "COMMENTS_SECRET_KEY": SECRET,
            "COMMENTS_SITE_URL": f"http://127.0.0.1:{port}",
        }
        with running(commands(port), environment, port):
            seconds = sorted(measure(site, port, 10 if quick else 100))
        site.close()
    p95 = seconds[int(len(seconds) * 0.95) - 1]
    rows = [
        P95.answered(p95, note=f"{len(seconds)} approvals"),
        known("decision to page: median", figure(statistics.median(seconds), " s")),
        known("decision to page: longest", figure(seconds[-1], " s")),
    ]
    return report("approve", rows, versions_of("pelican", "flask", "sqlalchemy"), keep=not quick)
