"""The publisher starts the build that is due, as a process beside it, and goes on meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from comment_archive.due import DUE, Due
from comments_service import publication
from publishing.due_builds import LOOK_SECONDS, NOTHING, DueBuildError, DueBuilds
from publishing.release import Release, Releases
from tests.living_site import ROOT
from tests.publishing.running import Process, environment_of
from tests.site.browserless import wait_until

NOW = datetime(2026, 3, 1, 5, tzinfo=UTC)
SOON = NOW + timedelta(seconds=30)
DONE = "from pathlib import Path; Path({due!r}).write_text('{{}}')"
FAILS = "print('first'); raise SystemExit('content/x.md:1: title is missing')"
HANGS = "import time; time.sleep(600)"


@pytest.fixture
def release(tmp_path):
    """Give a release that waits for a moment."""
    release = Release(tmp_path / "000001")
    release.records.mkdir(parents=True)
    (tmp_path / "current").symlink_to("000001")
    Due(moment=SOON.isoformat(), settings="mine.py").write(release.records)
    return release


def builds(release, code):
    """Give what builds by running the Python *code*, and the settings it was told."""
    told = []

    def command(settings):
        told.append(settings)
        return [sys.executable, "-c", code.format(due=str(release.records / "due.json"))]

    return DueBuilds(Releases(release.folder.parent), command), told


def finished(due, now):
    """Look until what runs came to an end; gives the seconds until the next look."""
    seconds = LOOK_SECONDS

    def is_finished():
        nonlocal seconds
        seconds = due.look(now)
        return seconds != LOOK_SECONDS

    wait_until(is_finished, seconds=30)
    return seconds


def test_nothing_is_due(release):
    """It waits for the moment to the second, for none at all after a roll-back, and without one."""
    due, told = builds(release, DONE)
    assert due.look(NOW) == 30
    Due(moment=SOON.isoformat(), settings="mine.py", is_held=True).write(release.records)
    assert due.look(SOON + timedelta(days=1)) == NOTHING
    Due().write(release.records)
    assert due.look(SOON) == NOTHING
    (release.folder.parent / "current").unlink()
    assert due.look(SOON) == NOTHING
    assert told == []


def test_one_build_with_the_settings_of_the_release(release):
    """At the moment one build begins, with the settings that the release was made with."""
    due, told = builds(release, DONE)
    assert due.look(SOON) == LOOK_SECONDS
    assert finished(due, SOON) == NOTHING
    assert told == ["mine.py"]


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        pytest.param(FAILS, "content/x.md:1: title is missing", id="a mistake"),
        pytest.param("raise SystemExit(3)", "it said nothing", id="silently"),
        pytest.param("print('Up to date')", "Up to date", id="nothing came of it"),
    ],
)
def test_failed_build_is_tried_again(release, code, problem):
    """Each failure is told once with the last line that was said; the pauses become longer."""
    due, told = builds(release, code)
    moment = SOON
    for pause in (1, 2, 4):
        due.look(moment)
        with pytest.raises(DueBuildError, match=problem):
            finished(due, moment)
        assert due.look(moment) == pause
        moment += timedelta(seconds=pause)
    assert told == ["mine.py"] * 3


def test_build_that_cannot_be_started(release):
    """What the machine refuses is a failure like any other: it is told, and tried again."""
    due = DueBuilds(Releases(release.folder.parent), lambda settings: ["/nowhere/python"])
    for pause in (1, 2):
        with pytest.raises(DueBuildError, match="/nowhere/python"):
            due.look(SOON + timedelta(seconds=pause - 1))
        assert due.look(SOON + timedelta(seconds=pause - 1)) == pause


@pytest.mark.parametrize("text", ["", "{", "[]", '{"newer": 1}'])
def test_record_of_another_form(release, text):
    """A moment that cannot be read is none; the next build writes it anew."""
    (release.records / DUE).write_text(text, "utf-8")
    assert builds(release, DONE)[0].look(SOON) == NOTHING


def test_stopped_with_the_publisher(release):
    """A publisher that ends leaves no build behind."""
    due, _ = builds(release, HANGS)
    due.look(SOON)
    process = due._running.process
    assert due.look(SOON) == LOOK_SECONDS
    due.stop()
    assert process.returncode == -signal.SIGTERM
    due.stop()


# The publisher itself


def soon(seconds):
    """Give a moment so many seconds ahead as an editor writes it."""
    moment = datetime.now(UTC) + timedelta(seconds=seconds)
    return f"{moment.astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m-%d %H:%M:%S}"


@pytest.fixture
def site(sqlite_site):
    """Give a site whose settings are in a file of its own, as `./run build` takes it."""
    content = str(sqlite_site.root / "content")
    text = f"from pelicanconf import *\nPATH = {content!r}\nPICTURE_CACHE = {content + '-made'!r}\n"
    (sqlite_site.root / "mine.py").write_text(text, "utf-8")
    return sqlite_site


def schedule(site):
    """Build with a story that waits some seconds, by the command that editors use."""
    build(site, "2099-01-01 00:00")
    for seconds in (3, 15, 60):  # a busy machine builds for longer than that
        build(site, soon(seconds))
        if not is_public(site):
            return
    raise AssertionError("a build took a minute")


def build(site, moment):
    """Build with a story that waits for a moment."""
    site.write_story("waits", comments=f"open\npublish_at: {moment}")
    command = [sys.executable, "-m", "invoke", "build", "--settings", str(site.root / "mine.py")]
    subprocess.run(
        command, cwd=ROOT, env=environment_of(site), check=True, stdout=subprocess.DEVNULL
    )


def is_public(site):
    """Say whether readers see the story."""
    return (site.release.public / "stories" / "waits" / "index.html").is_file()


def problem_of(site):
    """Give what the publisher told to stand in the way."""
    with site.database.reading() as session:
        return publication.standing(session, datetime.now(UTC)).problem or ""


def children_of(pid):
    """Give the processes that *pid* has started."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_publisher_wakes_for_it(site):
    """At the moment the story is public, and messages are published before and after; a mistake of
    an editor in that moment is told and mended, and the publisher goes on.
    """
    schedule(site)
    wrong = site.write_story("wrong", theme="nowhere")
    with closing(Process(site)) as publisher:
        publisher.wait_for("leading")
        first = site.post_approved(text="在那以前")
        wait_until(lambda: site.comment(first).live_at is not None, seconds=30)
        publisher.wait_for("a due build failed; it is tried again")
        assert "wrong.md" in publisher.said[-1]
        assert not is_public(site)
        wait_until(lambda: "wrong.md" in problem_of(site), seconds=30)
        wrong.unlink()
        publisher.wait_for("a due build is done")
        assert is_public(site)
        last = site.post_approved(text="在那以后", thread="waits")
        wait_until(lambda: site.comment(last).live_at is not None, seconds=30)
        assert "在那以后" in site.page("stories/waits/index.html")
        publisher.send(signal.SIGTERM)
        assert publisher.ended() == 0
    assert Due.read(site.release.records).at is None


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs Linux")
def test_killed_at_the_moment(site):
    """A publisher that is killed with its build catches up when it starts again."""
    schedule(site)
    with closing(Process(site)) as publisher:
        publisher.wait_for("a due build begins")
        for pid in [*children_of(publisher.pid), publisher.pid]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        publisher.ended()
    with closing(Process(site)) as publisher:
        publisher.wait_for("a due build is done")
    assert is_public(site)
    assert Due.read(site.release.records).at is None
