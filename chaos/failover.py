"""Kills the PostgreSQL server that leads while visitors write, and lets its stand-by take over:
what was acknowledged is there, once, and writers go on by themselves.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from chaos.cluster import Cluster, running
from chaos.rows import Row, at_least, at_most, none_of
from chaos.servers import STANDBY
from chaos.stage import ask, wait_for
from chaos.writers import Writers, kept
from comments_service.models import Action

MOST_SECONDS = 2.0
"""How long nobody may write, once the stand-by leads."""


@dataclass(frozen=True, slots=True)
class Form:
    """How often the leader is killed, and how much is acknowledged before and after each time."""

    rounds: int
    many: int


FORMS = {False: Form(5, 500), True: Form(1, 60)}
"""The long form, and the quick one."""


def run(folder: Path, quick: bool) -> list[Row]:
    """Fail over with four writers, at all services in turn."""
    form = FORMS[quick]
    with ExitStack() as stack, running(folder) as cluster:
        with Writers([service.port for service in cluster.services]) as writers:
            gaps = _fail_over(stack, cluster, writers, form)
        least, many = 2 * form.rounds * form.many, len(writers.acknowledged)
        failed = sum(writers.failures.values())
        return [
            at_least("messages acknowledged", least, many),
            *kept(writers, cluster.site.database, f"after {form.rounds} fail-overs"),
            none_of("answers that were no receipt", failed, many + failed, "answers"),
            at_most(
                "until a writer went on after a promotion, at most", MOST_SECONDS, max(gaps), " s"
            ),
            _is_published(cluster),
        ]


def _fail_over(stack: ExitStack, cluster: Cluster, writers: Writers, form: Form) -> list[float]:
    """Kill the leader and promote its stand-by, again and again; gives the seconds until a message
    was acknowledged after each promotion.
    """
    leader, standby, gaps = cluster.leader, cluster.standby, list[float]()
    for left in reversed(range(form.rounds)):
        _wait_for_more(writers, form.many)
        leader.kill()
        standby.promote()
        promoted = time.monotonic()
        _wait_for_more(writers, form.many)
        gaps.append(min(moment for moment in writers.moments if moment > promoted) - promoted)
        if left:
            leader, standby = standby, stack.enter_context(leader.made_anew_behind(standby))
            leader.change(synchronous_standby_names=STANDBY)
            wait_for(leader.has_synchronous_standby, "the new stand-by follows synchronously")
    return gaps


def _is_published(cluster: Cluster) -> Row:
    """Approve a message after the fail-over, and see that a publisher brings it to readers."""
    words = "倒换之后还能看到。"
    number = cluster.site.post(text=words, nonce="published after all")
    cluster.site.decide(number, Action.APPROVE)
    path = "/stories/first/"
    seconds = wait_for(lambda: words in ask(cluster.nginx.port, path).text, f"{path} shows {words}")
    return Row("a message approved afterwards is read", "yes", f"after {seconds:.1f} s", True)


def _wait_for_more(writers: Writers, many: int) -> None:
    for wanted in range(len(writers.acknowledged) + 1, len(writers.acknowledged) + many + 1):
        wait_for(partial(_are, writers, wanted), f"{wanted} messages are acknowledged")


def _are(writers: Writers, wanted: int) -> bool:
    return len(writers.acknowledged) >= wanted
