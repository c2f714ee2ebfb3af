"""The keeper: beside the publisher it does the night's work once a night."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from comments_service.models import Action, UsedProof
from comments_service.recovery import taken_back
from comments_service.recovery.backups import newest
from comments_service.retention import forgetting
from comments_service.retention.keeper import AFTER_FAILURE, Keeper
from tests.living_site import make_config

EVENING = datetime(2026, 3, 1, 15, 0, tzinfo=UTC)
"""23:00 in Shanghai."""


@pytest.fixture
def keeper(sqlite_site):
    """Give a keeper with the site's clock, on an evening."""
    sqlite_site.now = EVENING
    keeper = Keeper(sqlite_site.database, sqlite_site.config, clock=lambda: sqlite_site.now)
    assert keeper.keep_due() == []
    return keeper


def test_once_a_night(sqlite_site, keeper):
    """At three o'clock by the site's clock it backs up and forgets, and then not until the next
    night; after a night off it does so at once.
    """
    number = sqlite_site.post(text="广告")
    sqlite_site.decide(number, Action.SPAM)
    done = {}
    for hours in range(0, 24 * 40):
        sqlite_site.now = EVENING + timedelta(hours=hours)
        if works := keeper.keep_due():
            done[sqlite_site.now] = works
    moments = sorted(done)
    assert moments[0] == EVENING + timedelta(hours=4)
    assert {later - earlier for earlier, later in pairwise(moments)} == {timedelta(days=1)}
    assert set(map(tuple, done.values())) == {("backup", "retention")}
    assert sqlite_site.comment(number).text == ""
    assert newest(sqlite_site.config.backups_folder) == moments[-1]
    assert len(list(sqlite_site.config.backups_folder.glob("*.gz"))) <= 7 + 4
    sqlite_site.now += timedelta(days=3, hours=5)
    assert keeper.keep_due() == ["backup", "retention"]
    assert keeper.keep_due() == []


def test_a_failure_holds_up_nothing_else(sqlite_site, keeper, caplog):
    """When the backup fails, what is past its term goes all the same; the backup is tried again a
    quarter of an hour later.
    """
    folder = sqlite_site.config.backups_folder
    folder.parent.mkdir(exist_ok=True)
    folder.write_bytes(b"no folder")
    sqlite_site.now += timedelta(hours=5)
    assert keeper.keep_due() == ["retention"]
    assert "the night's work failed" in caplog.text
    folder.unlink()
    assert keeper.keep_due() == []
    sqlite_site.now += AFTER_FAILURE
    assert keeper.keep_due() == ["backup"]


def test_without_backups(sqlite_site):
    """Who backs up by other means switches the nightly one off; what visitors took back is listed
    all the same.
    """
    config = make_config(sqlite_site.root, sqlite_site.database_url, backups_daily=0)
    sqlite_site.now = EVENING
    keeper = Keeper(sqlite_site.database, config, clock=lambda: sqlite_site.now)
    sqlite_site.decide(sqlite_site.post_approved(), Action.ERASE)
    keeper.keep_due()
    sqlite_site.now += timedelta(days=1)
    assert keeper.keep_due() == ["retention"]
    assert [path.name for path in config.backups_folder.iterdir()] == [taken_back.NAME]


def test_beside_the_publisher_until_stopped(sqlite_site, keeper):
    """It works in a thread of its own and ends with the block."""
    with sqlite_site.database.writing() as session:
        session.add(UsedProof(digest="a", expires_at=EVENING))
    sqlite_site.now += timedelta(days=2)
    looked = threading.Event()
    asked = keeper.clock

    def clock():
        looked.set()
        return asked()

    keeper.clock = clock
    with keeper.beside():
        assert looked.wait(20)
    assert not [thread for thread in threading.enumerate() if thread.name == "keeper"]
    with sqlite_site.database.reading() as session:
        assert session.get(UsedProof, "a") is None


def test_ends_between_two_transactions(sqlite_site, keeper, caplog, monkeypatch):
    """When the publisher is to end, the work stops after the transaction at hand and is no failure;
    the next publisher goes on with it.
    """
    monkeypatch.setattr(forgetting, "BATCH", 1)
    with sqlite_site.database.writing() as session:
        session.add_all(UsedProof(digest=each, expires_at=EVENING) for each in "abc")
    sqlite_site.now += timedelta(days=2)
    keeper._stop.set()
    assert keeper.keep_due() == ["backup"]
    assert caplog.text == ""
    count = select(func.count()).select_from(UsedProof)
    with sqlite_site.database.reading() as session:
        assert session.scalar(count) == 2
    keeper._stop.clear()
    assert keeper.keep_due() == ["retention"]
    with sqlite_site.database.reading() as session:
        assert session.scalar(count) == 0


def test_a_clock_that_jumps_forgets_nothing(sqlite_site, keeper):
    """A clock that is a year ahead for an hour makes no words go; when it is right again the nights
    go on as before.
    """
    number = sqlite_site.post(text="广告")
    sqlite_site.decide(number, Action.SPAM)
    evening = sqlite_site.now
    sqlite_site.now = evening + timedelta(days=400)
    assert keeper.keep_due() == []
    sqlite_site.now += timedelta(hours=1)
    assert keeper.keep_due() == []
    sqlite_site.now = evening + timedelta(hours=2)
    assert keeper.keep_due() == []
    assert sqlite_site.comment(number).text == "广告"
    sqlite_site.now = evening + timedelta(hours=5)
    assert keeper.keep_due() == ["backup", "retention"]
    assert sqlite_site.comment(number).text == "广告"
