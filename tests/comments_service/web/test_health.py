"""What supervisors, Prometheus and the desk are told of the publisher."""

from __future__ import annotations

import re
import subprocess
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from comment_archive.due import Due
from comments_service.app import create_app
from comments_service.counters import POSTS
from comments_service.db import Database
from comments_service.models import Action, Comment, PublisherState, State
from comments_service.publication import BOUNDS, Figures
from serving.environment import HERE
from tests.comments_service.web.test_desk import log_in
from tests.living_site import make_config


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
    answer = client.get("/readyz/publisher")
    assert (answer.status_code, "start ./run publisher" in answer.text) == (503, True)
    term = leading(now)
    assert client.get("/readyz/publisher").text == "ok\n"
    is_late(now, now.post_approved())
    now.publisher.source.note_problem("OSError: the disk is full", datetime.now(UTC))
    answer = client.get("/readyz/publisher")
    assert (answer.status_code, "OSError: the disk is full" in answer.text) == (503, True)
    term.leave()
    assert "start ./run publisher" in client.get("/readyz/publisher").text
    assert client.get("/healthz").text == "ok\n"


def test_late_build_is_told(client, now):
    """A scheduled story that is five minutes late is told, with the mend; one that waits is not."""
    term, records = leading(now), now.release.records
    for minutes, is_late in ((-60, False), (4, False), (6, True)):
        moment = datetime.now(UTC) - timedelta(minutes=minutes)
        Due(moment=moment.isoformat()).write(records)
        answer = client.get("/readyz/publisher")
        assert (answer.status_code, "run ./run build" in answer.text) == (
            200 + 303 * is_late,
            is_late,
        )
        late = figures(client)["huisheng_due_build_late_seconds"]
        assert late == pytest.approx(max(minutes, 0) * 60, abs=30)
    now.publisher.source.note_problem("content/x.md:1", datetime.now(UTC))
    assert "content/x.md:1" in client.get("/readyz/publisher").text
    Due(moment=moment.isoformat(), is_held=True).write(records)
    assert "brought back by hand" in client.get("/readyz/publisher").text
    term.leave()


def test_ready(client, site):
    """The service is ready while a message can be stored for a thread that is there."""
    for _ in range(2):
        assert (client.get("/readyz").status_code, client.get("/readyz").text) == (200, "ok\n")
    assert client.get("/healthz").text == "ok\n"


def test_not_ready_without_a_build(client, site):
    """Before the first build it lives, and says what is missing."""
    (site.releases / "current").unlink()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "no build is published: run ./run build\n")
    assert client.get("/healthz").status_code == 200


def test_not_ready_with_old_tables(client, site):
    """Tables of another version are told with the command."""
    site.database.downgrade("-1")
    try:
        answer = client.get("/readyz")
    finally:
        site.database.upgrade()  # PostgreSQL's is that of all tests
    assert (answer.status_code, "run ./run comments upgrade" in answer.text) == (503, True)


@pytest.fixture
def client_of(sqlite_site):
    """Give a client of a service that works with another database."""

    opened = []

    def open_client(url):
        opened.append(create_app(make_config(sqlite_site.root, url)))
        return opened[-1].test_client()

    yield open_client
    for app in opened:
        app.extensions["parts"].database.engine.dispose()


def test_not_ready_without_the_database(client_of):
    """A database that is away is told at once, and the process lives."""
    client = client_of("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    answer = client.get("/readyz")
    assert (answer.status_code, "the database does not answer" in answer.text) == (503, True)
    assert len(answer.text.splitlines()) == 1
    assert client.get("/healthz").status_code == 200


def test_not_ready_when_nothing_can_be_written(client_of, postgresql_url):
    """A database that only reads, as a stand-by does, is not ready."""
    joint = "&" if "?" in postgresql_url else "?"
    url = f"{postgresql_url}{joint}options=-cdefault_transaction_read_only%3Don"
    answer = client_of(url).get("/readyz")
    assert (answer.status_code, "read-only transaction" in answer.text) == (503, True)


def test_not_ready_on_a_full_disk(client_of, tmp_path):
    """SQLite on a disk that is full is not ready, and is again once there is room."""
    (small := tmp_path / "small").mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "none", str(small)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a disk of its own can only be mounted by root")
    try:
        database = Database.connect(f"sqlite:///{small / 'comments.db'}")
        database.upgrade()
        database.engine.dispose()
        client = client_of(f"sqlite:///{small / 'comments.db'}")
        with suppress(OSError), (small / "ballast").open("wb", buffering=0) as ballast:
            while True:
                ballast.write(bytes(4096))
        answers = [client.get("/readyz") for _ in range(2)]
        (small / "ballast").unlink()
        answers.append(client.get("/readyz"))
        client.application.extensions["parts"].database.engine.dispose()
    finally:
        subprocess.run(["umount", str(small)], check=True)
    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert "cannot be written" in answers[0].text


def test_board_is_counted(client, now):
    """Messages by state, the age of the oldest that waits, and decisions are told."""
    approved, refused, _ = now.post_approved(), now.post(), now.post()
    now.decide(refused, Action.REFUSE)
    now.decide(approved, Action.PIN)
    told = figures(client)
    counts = {state: told[f'huisheng_messages{{state="{state}"}}'] for state in State}
    assert {state: n for state, n in counts.items() if n} == {
        "approved": 1, "refused": 1, "pending": 1,
    }  # fmt: skip
    decided = {each: told[f'huisheng_decisions_total{{action="{each}"}}'] for each in Action}
    assert {each: n for each, n in decided.items() if n} == {"approve": 1, "refuse": 1, "pin": 1}
    oldest = now.comment(3).submitted_at
    age = (datetime.now(UTC) - oldest).total_seconds()
    assert told["huisheng_queue_oldest_seconds"] == pytest.approx(age, abs=30)
    assert told["huisheng_notices_waiting"] >= 0


def test_board_of_nothing(client):
    """On an empty board nothing waits."""
    told = figures(client)
    assert told["huisheng_queue_oldest_seconds"] == 0
    assert sum(told[f'huisheng_messages{{state="{state}"}}'] for state in State) == 0


def test_every_figure_is_explained(client):
    """Operators find each figure in their document."""
    text = (HERE / "docs" / "operators.md").read_text("utf-8")
    names = {re.sub(r"(_bucket|_sum|_count)?(\{.*\})?$", "", name) for name in figures(client)}
    assert [name for name in sorted(names) if f"`{name}`" not in text] == []


def test_posts_are_counted_by_outcome(site):
    """Each sent message counts by what became of it, in this process and in others."""
    app = create_app(make_config(site.root, site.database_url, refuse_after=2, proxy_hops=1))
    client = app.test_client()
    client.environ_base["HTTP_X_FORWARDED_FOR"] = "14.152.94.23"
    for number in range(4):  # two are taken, two have to wait
        client.post("/messages/new", data={"thread": "first", "text": f"第{number}条"})
    client.post("/messages/new", data={"thread": "first", "text": ""})
    client.post("/messages/new", data={"thread": "first"}, headers={"Origin": "https://evil.org"})
    client.get("/messages/new")
    parts = app.extensions["parts"]
    app.extensions["parts"] = replace(parts, config=replace(parts.config, var=Path("/nowhere")))
    client.post("/messages/new", data={"thread": "first", "text": "之后"})
    app.extensions["parts"] = parts
    told = figures(client)
    posts = {name: told[f'huisheng_posts_total{{outcome="{name}"}}'] for name in POSTS}
    assert posts == {"accepted": 2, "limited": 2, "refused": 1, "foreign": 1, "failed": 1}
    parts.database.engine.dispose()
    assert told['huisheng_errors_total{status="503"}'] == 1
    assert told['huisheng_errors_total{status="500"}'] == 0


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
