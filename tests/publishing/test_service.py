"""The publisher as a service: woken at once, one leader, a stand-by, an end in good order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest
from sqlalchemy import text, update

from comment_archive.files import Archive
from comments_service.bell import LOCK, pipe_of
from comments_service.errors import Deposed
from comments_service.models import Action, Comment, PublisherState
from tests.living_site import ROOT, LivingSite
from tests.publishing.running import Process, in_a_thread, processes
from tests.site.browserless import wait_until

NEVER = 3600.0
"""Seconds between two looks, so that only a ring can have woken it."""


def is_live(site, number):
    """Say whether a message is on the site."""
    return site.comment(number).live_at is not None


def approved_live(site, **changes):
    """Approve a message and wait until it is on the site."""
    number = site.post_approved(**changes)
    wait_until(lambda: is_live(site, number), seconds=30)
    return number


def state_of(site):
    """Give the row in which the publisher tells what it does."""
    with site.database.reading() as session:
        return session.get(PublisherState, 1)


FIGURES = "accountability/index.html"
"""Counts the days that are over by the clock, which differs between publisher and test."""


def is_as_built_anew(site, folder):
    """Say whether the site is what a clean build of the same state gives."""
    published, clean = site.tree(), site.clean_build(folder / "clean")
    assert published.pop(FIGURES)
    assert clean.pop(FIGURES)
    return published == clean


def take_lock_away(site):
    """End the connection by which the leader holds its lock on PostgreSQL."""
    query = text(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted "
        "AND objid = :lock AND database = (SELECT oid FROM pg_database "
        "WHERE datname = current_database())"
    )
    with site.database.engine.begin() as connection:
        assert connection.execute(query, {"lock": LOCK}).scalars().all() == [True]


def test_each_decision_wakes_it(site):
    """A decision is published at once, in a round of its own, without a look in between."""
    with in_a_thread(site.publisher, look_every=NEVER):
        for rounds in (1, 2, 3):
            approved_live(site)
            assert state_of(site).figures["rounds"] == rounds


def test_withdrawal_wakes_it(site):
    """What is taken down does not wait for the next look either."""
    with in_a_thread(site.publisher, look_every=NEVER):
        number = approved_live(site)
        site.decide(number, Action.WITHDRAW)
        wait_until(lambda: not is_live(site, number), seconds=30)


def test_it_starts_without_pelican():
    """What only a build needs is not loaded, so that a publisher is there soon and stays small."""
    loads = "import sys, serving.demo, serving.environment, serving.logs, serving.processes; "
    code = loads + "sys.exit(bool({'pelican', 'PIL', 'rich'} & sys.modules.keys()))"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_lost_ring_costs_a_look_only(site):
    """What nobody rang for is found by looking."""
    number = site.post()
    with in_a_thread(site.publisher, look_every=0.05):
        approved_live(site)
        with site.database.writing() as session:
            values = {"state": "approved", "html": "<p>x</p>", "policy": 1, "publish_at": site.now}
            session.execute(update(Comment).where(Comment.id == number).values(values))
        wait_until(lambda: is_live(site, number), seconds=30)


def test_pipe_that_is_removed_costs_looks_only(site):
    """The publisher of an SQLite site goes on when somebody tidies its pipe away."""
    if site.database.engine.dialect.name == "postgresql":
        return
    with in_a_thread(site.publisher, look_every=0.05):
        approved_live(site)
        pipe_of(site.database.engine).unlink()
        approved_live(site)


def test_lost_connection_is_made_anew(site):
    """A publisher whose PostgreSQL connection is ended leads again, in another term."""
    if site.database.engine.dialect.name == "sqlite":
        return
    with in_a_thread(site.publisher, look_every=NEVER):
        approved_live(site)
        term = state_of(site).term
        take_lock_away(site)
        approved_live(site)
        assert state_of(site).term == term + 1


def test_stand_by_takes_over(site, tmp_path):
    """When the leader is killed amid its work, the other goes on: nothing is lost, every message
    has one place, and the site is that of a clean build.
    """
    with processes(site, (), ()) as (leader, other):
        numbers = [site.post_approved(thread=thread) for thread in ["first", "second"] * 10]
        wait_until(lambda: is_live(site, numbers[0]), seconds=30)
        numbers += [site.post_approved() for _ in range(3)]
        leader.send(signal.SIGKILL)
        numbers += [site.post_approved() for _ in range(3)]
        other.wait_for("leading")
        wait_until(lambda: all(is_live(site, number) for number in numbers), seconds=30)
        other.send(signal.SIGTERM)
        assert other.ended() == 0
        assert leader.ended() == -signal.SIGKILL
    places = [site.comment(number).wall_position for number in numbers]
    assert sorted(places) == list(range(1, len(numbers) + 1))
    assert state_of(site).term == 2
    assert state_of(site).seen_at is None
    assert is_as_built_anew(site, tmp_path)


def test_second_one_ends_where_that_is_wanted(sqlite_site):
    """With --alone a second publisher says in one line why it ends."""
    with processes(sqlite_site, ()) as (leader,):
        second = Process(sqlite_site, "--alone")
        assert second.ended() == 1
        assert [line for line in second.said if "Another publisher" in line] == second.said
        leader.send(signal.SIGINT)
        assert leader.ended() == 0


def test_leader_of_an_earlier_term_writes_nothing(site, tmp_path):
    """A publisher that lost its lock unnoticed cannot confirm or begin a round any more, and the
    next one publishes what it left, also into a copy of the archive that lacks what it wrote.
    """
    if site.database.engine.dialect.name == "sqlite":
        return  # there the lock goes with the process alone
    site.post_approved(text="从第一台机器发布")
    site.publish()
    other = LivingSite(tmp_path / "other", site.database_url, site.database, site.moderator)
    other.show_build_of(site)
    number = site.post_approved(text="第一台没有发布完")
    with site.publisher.source.alone() as lead:
        first = lead.begin("one", site.now)
        export = first.export_due(site.now)
        take_lock_away(site)
        with other.publisher.source.alone() as further:
            second = further.begin("two", site.now)
            for deed in (
                lambda: first.confirm(export, site.now),
                lambda: first.export_due(site.now),
                lambda: first.see(site.now),
                lambda: first.note_problem("x", site.now),
                lead.clear,
            ):
                with pytest.raises(Deposed):
                    deed()
            assert not is_live(site, number)
            other.publisher.source, other.now = second, site.now
            other.publisher.publish_due()
    assert is_live(site, number)
    assert other.tree() == site.clean_build(tmp_path / "clean")


def test_take_down_elsewhere_reaches_an_archive_that_was_not_written_last(site, tmp_path):
    """A machine that leads again takes down what another one took down meanwhile."""
    words = "在别的机器上撤下的留言"
    number = site.post_approved(text=words)
    site.post_approved()
    site.publish()
    other = LivingSite(tmp_path / "other", site.database_url, site.database, site.moderator)
    other.show_build_of(site)
    site.decide(number, Action.ERASE)
    other.now = site.now
    other.publish()
    assert words in site.page("messages/index.html")
    site.publisher.publish_due()
    site.publisher._has_new_day = True  # as at the start of every term
    site.publisher.publish_due()
    assert words not in site.page("messages/index.html")
    assert site.tree() == site.clean_build(tmp_path / "clean")


@pytest.fixture
def blocked(site):
    """Give a site with a running publisher that is amid a round: it reads a page that is a pipe
    until the test writes what stood there.
    """
    page = site.release.public / "stories" / "first" / "index.html"
    words = page.read_bytes()
    page.unlink()
    os.mkfifo(page)
    with processes(site, ()) as (publisher,):
        number = site.post_approved()
        with page.open("wb") as pipe:  # opens when the other side reads

            def go_on():
                pipe.write(words)
                pipe.close()

            yield site, publisher, number, go_on


def test_stop_finishes_the_round(blocked, tmp_path):
    """Asked to stop amid a round, the publisher ends with it, in good order."""
    site, publisher, number, go_on = blocked
    publisher.send(signal.SIGTERM)
    go_on()
    assert publisher.ended() == 0
    assert is_live(site, number)
    assert state_of(site).seen_at is None
    assert is_as_built_anew(site, tmp_path)


def test_second_request_ends_at_once(blocked):
    """Asked twice, it does not wait for the round; what was due stays due."""
    site, publisher, number, _ = blocked
    publisher.send(signal.SIGTERM)
    publisher.send_until_ended(signal.SIGINT)
    assert publisher.ended() in {-signal.SIGTERM, -signal.SIGINT}
    assert not is_live(site, number)


def test_stop_while_a_build_is_at_work(site):
    """A publisher that waits for a build ends when asked, and loses nothing."""
    with processes(site, ()) as (publisher,):
        with Archive(site.archive).locked():
            number = site.post_approved()
            publisher.wait_for("waiting for a build that is at work")
            publisher.send(signal.SIGTERM)
            assert publisher.ended() == 0
        assert not is_live(site, number)
    site.publish()
    assert is_live(site, number)


def test_full_builds_at_the_same_time(site, tmp_path):
    """Builds and a publisher that work at the same time lose nothing and end with the same site."""
    with processes(site, ()) as (publisher,):
        builder = threading.Thread(target=lambda: site.build(force=True))
        builder.start()
        numbers = []
        while builder.is_alive():
            numbers.append(site.post_approved())
            if len(numbers) % 3 == 0:
                site.decide(numbers[0], Action.PIN if len(numbers) % 2 else Action.UNPIN)
            builder.join(0.3)
        wait_until(lambda: all(is_live(site, number) for number in numbers), seconds=30)
        publisher.send(signal.SIGTERM)
        assert publisher.ended() == 0
    assert is_as_built_anew(site, tmp_path)
