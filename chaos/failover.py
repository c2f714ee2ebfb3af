"""Kills the PostgreSQL server that leads while visitors write, and lets its stand-by take over:
what was acknowledged is there, once, and writers go on by themselves.
"""

from __future__ import annotations

import time
from pathlib import Path

from chaos.cluster import Cluster, running
from chaos.rows import Row, at_least, at_most
from chaos.stage import ask, wait_for
from chaos.writers import Writers, kept
from comments_service.models import Action

MOST_SECONDS = 2.0
"""How long nobody may write, once the stand-by leads."""
MANY = {False: 2000, True: 60}
"""Messages acknowledged before the server is killed, and as many again after it: in the long form
and in the quick one.
"""


def run(folder: Path, quick: bool) -> list[Row]:
    """Fail over with four writers, at all services in turn."""
    with running(folder) as cluster:
        return failed_over(cluster, MANY[quick])


def failed_over(cluster: Cluster, many: int) -> list[Row]:
    """Kill the leader after *many* messages were acknowledged, promote the stand-by, and look again
    after as many more.
    """
    ports = [service.port for service in cluster.services]
    with Writers(ports) as writers:
        _wait_for_more(writers, many)
        cluster.leader.kill()
        cluster.standby.promote()
        promoted = time.monotonic()
        _wait_for_more(writers, many)
    seconds = min(moment for moment in writers.moments if moment > promoted) - promoted
    return [
        at_least("messages acknowledged", 2 * many, len(writers.acknowledged)),
        *kept(writers, cluster.site.database, "after the fail-over"),
        at_most("seconds until a writer went on, once promoted", MOST_SECONDS, seconds, " s"),
        Row(
            "tries that visitors saw fail",
            "any, none acknowledged",
            ", ".join(f"{many} × {kind}" for kind, many in writers.failures.items()) or "0",
            True,
        ),
        _is_published(cluster),
    ]


def _is_published(cluster: Cluster) -> Row:
    """Approve a message after the fail-over, and see that a publisher brings it to readers."""
    words = "倒换之后还能看到。"
    number = cluster.site.post(text=words, nonce="published after all")
    cluster.site.decide(number, Action.APPROVE)
    path = "/stories/first/"
    seconds = wait_for(lambda: words in ask(cluster.nginx.port, path).text, f"{path} shows {words}")
    return Row("a message approved afterwards is read", "yes", f"after {seconds:.1f} s", True)


def _wait_for_more(writers: Writers, many: int) -> None:
    wanted = len(writers.acknowledged) + many
    wait_for(lambda: len(writers.acknowledged) >= wanted, f"{wanted} messages are acknowledged")
