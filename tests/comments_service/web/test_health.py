"""What supervisors, Prometheus and the desk are told of the publisher."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from comments_service.models import Comment, PublisherState
from comments_service.publication import BOUNDS, Figures
from tests.comments_service.web.test_desk import log_in


@pytest.fixture
def now(site):
    """Let the site live at the service's own time."""
    site.now = datetime.now(UTC) - timedelta(hours=1)
    return site


def figures(client):
    """Read what Prometheus reads: each name and its labels with the value."""
    answer = client.get("/metrics")
    assert answer.mimetype == "text/plain"
    lines = answer.text.splitlines()
    told = {line.split()[2] for line in lines if line.startswith("# TYPE")}
    values = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    for name in values:
        assert re.sub(r"(_bucket|_sum|_count)?(\{.*\})?$", "", name) in told
    return {name: float(value) for name, value in values.items()}


def is_late(site, number, minutes=2):
    """Let a message have been due for so long."""
    due = datetime.now(UTC) - timedelta(minutes=minutes)
    with site.database.writing() as session:
        session.execute(update(Comment).where(Comment.id == number).values(publish_at=due))


def leading(site):
    """Let a publisher lead right now."""
    with site.publisher.source.alone() as lead:
        return lead.begin("machine:1", datetime.now(UTC))


def test_figures_count_right(client, now):
    """Every round, message and file counts once, and buckets add up from the first to the last."""
    assert figures(client)["huisheng_publisher_up"] == 0
    assert figures(client)["huisheng_publish_duration_seconds_count"] == 0
    files = 0
    for thread in ("first", "second"):
        for _ in range(2):
            now.post_approved(thread=thread)
        now.now += timedelta(seconds=3)
        files += len(now.publisher.publish_due())
    told = figures(client)
    assert told["huisheng_publisher_rounds_total"] == 2
    assert told["huisheng_publisher_messages_total"] == 4
    assert told["huisheng_publisher_files_total"] == files
    assert told["huisheng_publisher_failures_total"] == 0
    assert told["huisheng_publisher_backlog"] == 0
    stamp = told["huisheng_publisher_last_publish_timestamp_seconds"]
    assert stamp == pytest.approx(now.now.timestamp(), abs=1e-3)
    counts = [told[f'huisheng_publish_duration_seconds_bucket{{le="{b}"}}'] for b in BOUNDS]
    assert counts == sorted(counts)
    assert counts[BOUNDS.index(5.0)] == 2  # the second of each two
    assert told['huisheng_publish_duration_seconds_bucket{le="+Inf"}'] == 4
    assert told["huisheng_publish_duration_seconds_sum"] == pytest.approx(2 * (123 + 3))


def test_backlog_and_its_age(client, now):
    """What waits is counted, with the age of the oldest."""
    now.publish()
    for minutes in (2, 5):
        is_late(now, now.post_approved(), minutes)
    told = figures(client)
    assert told["huisheng_publisher_backlog"] == 2
    assert told["huisheng_publisher_backlog_oldest_seconds"] == pytest.approx(300, abs=30)


def test_who_leads_is_told(client, now):
    """The leader's name, its term and the release stand beside the figures, safely quoted."""
    leading(now)
    with now.database.writing() as session:
        session.get(PublisherState, 1).leader = 'a"b\\c\nd'
    told = figures(client)
    assert told['huisheng_publisher_info{leader="a\\"b\\\\c\\nd",release=""}'] == 1
    assert (told["huisheng_publisher_up"], told["huisheng_publisher_term"]) == (1, 1)
    assert told["huisheng_publisher_stand_by"] == 0
    now.publisher.source.see(datetime.now(UTC))
    assert figures(client)["huisheng_publisher_stand_by"] == 1


def test_figures_of_other_buckets_begin_anew():
    """A row of a version with other buckets is not read as if they were these."""
    state = PublisherState(figures={"rounds": 9, "counts": [1, 2], "seconds": 1.0})
    assert Figures.of(state) == Figures()


def test_supervisor_is_told_of_the_publisher(client, now):
    """It is well while a publisher works and nothing waits too long; the service is well anyway."""
    answer = client.get("/health/publisher")
    assert (answer.status_code, "start ./run publisher" in answer.text) == (503, True)
    term = leading(now)
    assert client.get("/health/publisher").text == "ok\n"
    is_late(now, now.post_approved())
    now.publisher.source.note_problem("OSError: the disk is full", datetime.now(UTC))
    answer = client.get("/health/publisher")
    assert (answer.status_code, "OSError: the disk is full" in answer.text) == (503, True)
    term.leave()
    assert "start ./run publisher" in client.get("/health/publisher").text
    assert client.get("/health").text == "ok\n"


def test_desk_tells_when_something_was_published(client, now):
    """The desk shows the last publication, and no warning while nothing waits too long."""
    log_in(client)
    assert "上次发布" not in client.get("/desk/").text
    now.post_approved()
    now.publish()
    page = client.get("/desk/").text
    assert f'上次发布 <time datetime="{now.now.isoformat()}">' in page
    assert "没能出现在网站上" not in page


def test_desk_warns_when_nothing_is_published(client, now):
    """What is due for over a minute is told in plain words, and whether a publisher runs."""
    log_in(client)
    is_late(now, now.post_approved())
    assert "发布程序没有运行" in client.get("/desk/").text
    leading(now)
    page = client.get("/desk/").text
    assert "正在自动重试" in page
    assert "发布程序没有运行" not in page
    now.now = datetime.now(UTC)
    now.publish()
    assert "没能出现在网站上" not in client.get("/desk/").text
