"""What is taken down is gone from every file, also of releases that only a roll-back would show."""

from __future__ import annotations

import pytest

from comments_service.models import Action
from publishing.release import Releases
from tests.living_site import read_tree

WORDS = "只说给朋友听的一句话"
NAME = "不愿留名的人"


def holding(site, words=WORDS):
    """Name every file of archive and releases that holds *words*."""
    folders = (site.archive, site.releases)
    return [
        f"{folder.name}/{name}"
        for folder in folders
        for name, content in read_tree(folder).items()
        if words.encode() in content
    ]


def older(site):
    """Give the releases that readers do not see."""
    return Releases(site.releases).others(site.release)


@pytest.fixture
def published(sqlite_site):
    """Give a site with three releases that all show one message, and its number; the page it
    stands on has left the first view.
    """
    number = sqlite_site.post_approved(text=WORDS, author=NAME)
    sqlite_site.decide(number, Action.PIN)
    for _ in range(9):
        sqlite_site.post_approved()
    sqlite_site.publish()
    for _ in range(2):
        sqlite_site.build(force=True)
    assert len(older(sqlite_site)) == 2
    assert len([name for name in holding(sqlite_site) if name.endswith("/1/index.html")]) >= 6
    return sqlite_site, number


@pytest.mark.parametrize("action", [Action.ERASE, Action.WITHDRAW, Action.REFUSE, Action.SPAM])
def test_gone_from_every_file(published, action):
    """Whoever takes a message down, no file of archive or releases holds its words or name."""
    site, number = published
    site.decide(number, action)
    site.publish()
    assert holding(site) == []
    assert holding(site, NAME) == []


def test_pinned_words_of_an_edit_are_gone(published):
    """Words that an editor cut out stand nowhere any more."""
    site, number = published
    site.decide(number, Action.EDIT, text="删改以后的话")
    site.publish()
    assert holding(site) == []
    assert len({name.split("/")[1] for name in holding(site, "删改以后的话")}) >= 4


def test_ordinary_approvals_leave_older_releases_alone(published):
    """A new message is written to the release that readers see, and to no other."""
    site, _ = published
    before = [read_tree(release.folder) for release in older(site)]
    site.post_approved(text="新来的一条")
    site.publish()
    assert [read_tree(release.folder) for release in older(site)] == before


def test_older_release_is_whole_after_a_take_down(published):
    """Pages that an older release had not got yet are there when its first view links to them."""
    site, number = published
    for _ in range(6):
        site.post_approved()
    site.publish()
    site.decide(number, Action.ERASE)
    site.publish()
    current = {name for name in site.tree() if "/messages/" in f"/{name}"}
    for release in older(site):
        assert {name for name in read_tree(release.public) if "/messages/" in f"/{name}"} == current


def test_release_that_cannot_be_brought_in_step_is_removed(published):
    """What an interrupted build left, or another version wrote, is not kept with those words."""
    site, number = published
    first, second = older(site)
    (first.records / "slots.db").unlink()
    template = second.records / "slots" / "thread.html"
    template.write_text("{{ unheard_of }}", "utf-8")
    site.decide(number, Action.ERASE)
    site.publish()
    assert older(site) == []
    assert holding(site) == []


def test_crash_before_the_older_releases_is_repaired(published):
    """Until a take-down reached everything it stays due, and is done again."""
    site, number = published
    site.decide(number, Action.ERASE)
    exporter = site.publisher.source
    export = exporter.export_due(site.now)
    site.publisher._republisher(site.release).republish(export.changes)
    assert holding(site) != []
    site.publish()
    assert holding(site) == []
    assert len(older(site)) == 2
