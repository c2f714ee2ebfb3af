"""Kills the service while visitors write: nothing acknowledged is lost, nothing stored twice."""

from __future__ import annotations

import os
import random
import signal
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from chaos.rows import Row, at_least, at_most
from chaos.servers import PostgreSQL, address_of
from chaos.stage import WORKERS, Service, make_site, wait_for
from chaos.writers import Writers, kept
from comments_service.db import Database
from plugins.progress import shown
from tests.living_site import LivingSite

MOST_UNTIL_READY = 3.0
FEWEST, MOST = 20, 90
"""Messages that are acknowledged in a life of the service, before it is killed."""


@dataclass(frozen=True, slots=True)
class Form:
    """How often it is killed, and how much must be acknowledged meanwhile."""

    cycles: int
    acknowledged: int


WORKERS_KILLED = 2
"""One after the other, while the others go on."""
ON_SQLITE = {False: Form(200, 10_000), True: Form(2, 40)}
ON_POSTGRESQL = {False: Form(50, 2_000), True: Form(1, 20)}
"""The long forms, and the quick ones."""


def run(folder: Path, quick: bool) -> list[Row]:
    """Kill the service on SQLite."""
    site = make_site(folder)
    try:
        rows = killed(site, ON_SQLITE[quick], "SQLite")
        return [*rows, *_is_in_order(site.database)]
    finally:
        site.close()


def run_on_postgresql(folder: Path, quick: bool) -> list[Row]:
    """Kill the service on PostgreSQL, which itself goes on."""
    with PostgreSQL.make(folder / "postgresql") as server:
        site = make_site(folder / "site", address_of(server))
        try:
            return killed(site, ON_POSTGRESQL[quick], "PostgreSQL")
        finally:
            site.close()


def killed(site: LivingSite, form: Form, where: str) -> list[Row]:
    """Kill the service of *site* again and again at random moments, with four visitors writing."""
    service = Service.of(site)
    service.start()
    try:
        first = service.wait_until_ready()
        with Writers([service.port]) as writers:
            times = []
            with shown("Kills", form.cycles) as step:
                for _ in range(form.cycles):
                    times.append(_kill(service, writers))
                    step()
            replaced = [_kill_a_worker(service, writers) for _ in range(WORKERS_KILLED)]
    finally:
        service.stop()
    return [
        at_least(f"{where}: kills of all processes of the service", form.cycles, len(times)),
        at_least(f"{where}: messages acknowledged", form.acknowledged, len(writers.acknowledged)),
        at_least(
            f"{where}: killed workers replaced, the other one answering",
            WORKERS_KILLED,
            sum(replaced),
        ),
        *kept(writers, site.database, where),
        at_most(f"{where}: ready again, at most", MOST_UNTIL_READY, max(first, *times), " s"),
    ]


def _kill(service: Service, writers: Writers) -> float:
    """Kill it amid its work; gives the seconds until it is back."""
    chance = random.SystemRandom()
    wanted = len(writers.acknowledged) + chance.randint(FEWEST, MOST)
    wait_for(lambda: len(writers.acknowledged) >= wanted, f"{wanted} messages are acknowledged")
    service.kill()
    service.start()
    return service.wait_until_ready()


def _kill_a_worker(service: Service, writers: Writers) -> bool:
    """Kill one worker as a system without memory does; says whether another took its place, without
    a new start of the service.
    """
    workers = service.children()
    os.kill(workers[0], signal.SIGKILL)
    wanted = len(writers.acknowledged) + FEWEST
    wait_for(lambda: len(writers.acknowledged) >= wanted, "the other worker takes messages")
    wait_for(lambda: len(set(service.children()) - {workers[0]}) == WORKERS, "a worker is replaced")
    return service.is_running()


def _is_in_order(database: Database) -> list[Row]:
    """Let SQLite look through the whole file."""
    with database.engine.connect() as connection:
        told = str(connection.execute(text("PRAGMA integrity_check")).scalar())
        orphans = len(connection.execute(text("PRAGMA foreign_key_check")).all())
    is_met = told == "ok" and not orphans
    return [Row("SQLite: integrity check", "ok", f"{told}, {orphans} orphans", is_met)]
