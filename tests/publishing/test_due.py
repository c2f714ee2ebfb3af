"""A story becomes public at its moment, by an ordinary edit, and shows nowhere before."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from comment_archive.due import DUE, LATE, Due
from comment_archive.files import Archive
from plugins.trees import all_files
from publishing.release import BuildError, Releases
from publishing.rollback import roll_back
from tests.living_site import START

MOMENT = datetime(2026, 3, 1, 13, 0, tzinfo=UTC) - timedelta(hours=8)
"""One o'clock in the zone of the site, half an hour after the site was begun."""
WAITS = "open\npublish_at: 2026-03-01 13:00"
TITLE = "还没到时候"
ITS_OWN = {f"stories/waits/{name}" for name in ("index.html", "messages.json", "messages.xml")}


@pytest.fixture
def site(sqlite_site):
    """Give a site that has built a story whose moment is to come."""
    sqlite_site.write_story(
        "waits",
        title=TITLE,
        comments=f"{WAITS}\nformerly: once\nthread: its-own",
        date="2016-01-01",
    )
    sqlite_site.build()
    return sqlite_site


def mentions(site, word):
    """Name the files of tree and records that hold *word*, but for what builds keep for builds."""
    release = site.release
    paths = [*all_files(release.public), release.records / "threads.json"]
    paths += release.records.glob("*.map")
    return {path.name for path in paths if word.encode() in path.read_bytes()}


def test_nothing_shows_before_the_moment(site):
    """No page, list, feed, sitemap, index, redirect or thread holds a scheduled story."""
    for word in (TITLE, "stories/waits", "stories/once", "its-own"):
        assert mentions(site, word) == set()
    assert "its-own" not in site.release.directory().threads
    pagefind = [path.name for path in all_files(site.release.public / "pagefind")]
    assert len([name for name in pagefind if name.endswith(".pf_fragment")]) == 3


def test_due_story_is_one_edit(site, tmp_path):
    """At its moment a build adds the story, writes what shows it and nothing else, and leaves what
    a clean build of that moment gives; the next one has nothing to do.
    """
    before, times = site.tree(), site.times()
    site.now = MOMENT - timedelta(seconds=1)
    assert not site.build()
    assert site.times() == times
    site.now = MOMENT
    assert site.build()
    tree = site.tree()
    assert tree == site.clean_build(tmp_path / "clean")
    assert site.release.number == 1
    assert tree.keys() - before.keys() >= ITS_OWN
    unchanged = {name for name in before if before[name] == tree.get(name)}
    assert {name for name in unchanged if times[name] != site.times()[name]} == set()
    assert "stories/shut/index.html" in unchanged or "about/index.html" in unchanged
    assert "its-own" in site.release.directory().threads
    times = site.times()
    assert not site.build()
    assert site.times() == times


def test_added_and_due_stories_cost_the_same(site):
    """A story that is due rewrites what one rewrites that was just written."""
    times = site.times()
    site.now = MOMENT
    site.build()
    due = {name for name, time in site.times().items() if times.get(name) != time}
    path = site.root / "content" / "stories" / "waits.md"
    text = path.read_text("utf-8")
    path.unlink()
    site.build()
    times = site.times()
    path.write_text(text, "utf-8")
    site.build()
    added = {name for name, time in site.times().items() if times.get(name) != time}
    assert due == added != set()


def test_clock_that_goes_back_hides_it_again(site, tmp_path):
    """The set of public stories is that of the moment, also of an earlier one."""
    site.now = MOMENT
    site.build()
    site.now = START
    assert site.build()
    assert site.tree() == site.clean_build(tmp_path / "clean")
    assert mentions(site, TITLE) == set()


def test_moment_that_is_moved(site, tmp_path):
    """An editor may put the moment off, or take it away."""
    path = site.root / "content" / "stories" / "waits.md"
    path.write_text(path.read_text("utf-8").replace("13:00", "14:00"), "utf-8")
    site.build()
    assert Due.read(site.release.records).at == MOMENT + timedelta(hours=1)
    site.now = MOMENT
    assert not site.build()
    path.write_text(path.read_text("utf-8").replace("publish_at: 2026-03-01 14:00\n", ""), "utf-8")
    site.build()
    assert Due.read(site.release.records).at is None
    assert site.tree() == site.clean_build(tmp_path / "clean")
    assert site.tree().keys() >= ITS_OWN


def test_next_moment_is_left_for_the_publisher(site):
    """The records tell the next moment and the settings; a whole build and an edit alike."""
    told = json.loads((site.release.records / DUE).read_bytes())
    assert told == {"moment": MOMENT.isoformat(), "settings": "pelicanconf.py", "is_held": False}
    site.build(force=True)
    assert json.loads((site.release.records / DUE).read_bytes()) == told
    site.now = MOMENT
    site.build()
    assert Due.read(site.release.records) == Due(settings="pelicanconf.py")


def test_roll_back_waits_for_somebody(site):
    """A release that was brought back by hand is not built forward by itself; a build by hand lets
    that go on.
    """
    site.build(force=True)
    roll_back(Releases(site.releases), Archive(site.archive))
    due = Due.read(site.release.records)
    assert (due.is_held, due.at, due.moment) == (True, None, MOMENT.isoformat())
    assert not due.is_late(MOMENT + LATE)
    assert due.is_late(MOMENT + LATE + timedelta(seconds=1))
    site.build()
    assert Due.read(site.release.records).at == MOMENT


def test_line_without_a_moment(site, tmp_path):
    """A line that says nothing is as good as none."""
    site.write_story("waits", title=TITLE, comments="open\npublish_at:")
    site.build()
    assert mentions(site, TITLE)
    assert site.tree() == site.clean_build(tmp_path / "clean")


def test_public_story_that_leads_to_it_stops_the_build(site):
    """Such a link is a mistake until the moment, and then it is none."""
    site.write_story("leads", body="[那篇](/stories/waits/)")
    with pytest.raises(BuildError, match=r"leads\.md.*2026-03-01 13:00"):
        site.build()
    site.now = MOMENT
    assert site.build()


def test_records_of_an_older_version(tmp_path):
    """Where nothing is told, nothing is due."""
    assert Due.read(tmp_path) == Due()
    assert not Due().is_late(MOMENT)
