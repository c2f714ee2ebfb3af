"""Going back to an older release: its content, with today's messages."""

from __future__ import annotations

import dataclasses

import pytest

from comment_archive.files import Archive
from comments_service.models import Action
from publishing.build import build
from publishing.changed import Journal
from publishing.listing import disk_use, entries, prune, size_text
from publishing.release import BuildError, Releases
from publishing.rollback import roll_back
from tests.living_site import read_tree


def back(site, number=None):
    """Roll back; gives the addresses that change."""
    return roll_back(Releases(site.releases), Archive(site.archive), number)


def numbers(site):
    """Give the numbers of the releases on the disk."""
    return [release.number for release in Releases(site.releases).all()]


def test_older_content_with_the_messages_of_today(sqlite_site, tmp_path):
    """After a roll-back the tree is what a clean build of the old content would give with the
    present archive: what was published since is there, what was taken down is gone.
    """
    site = sqlite_site
    early = [site.post_approved() for _ in range(4)]
    site.publish()
    story = site.root / "content" / "stories" / "first.md"
    before = story.read_text("utf-8")
    site.write_story("first", body="另一个正文。")
    site.write_story("third")
    site.build(force=True)
    late = [site.post_approved(text=f"后来的第{number}条") for number in range(9)]
    site.post_approved(thread="second", text="另一篇的")
    site.post_approved(thread="third", text="旧版没有的报道")
    site.publish()
    site.decide(late[3], Action.WITHDRAW)
    site.decide(early[0], Action.EDIT, text="改过的")
    site.decide(late[8], Action.PIN)
    site.post_approved(text="答", reply_to=late[1])
    site.publish()
    changed = back(site)
    assert site.release.number == 1
    story.write_text(before, "utf-8")
    (site.root / "content" / "stories" / "third.md").unlink()
    assert site.tree() == site.clean_build(tmp_path / "clean")
    assert "/stories/third/" in changed
    assert "/about/" not in changed
    site.post_approved(text="回退以后的一条")
    site.publish()
    assert site.tree() == site.clean_build(tmp_path / "clean")
    assert "回退以后的一条" in site.page("stories/first/index.html")


def test_forward_again_and_built_anew(sqlite_site):
    """The release one came from stays, can be shown again, and keeps its number."""
    site = sqlite_site
    site.write_story("third")
    site.build(force=True)
    shown = site.tree()
    back(site)
    assert "stories/third/index.html" not in site.tree()
    back(site, 2)
    assert site.tree() == shown
    back(site, 1)
    site.build(force=True)
    assert (numbers(site), site.release.number) == ([1, 2, 3], 3)
    assert site.tree() == shown


def test_files_that_do_not_change_keep_their_time(sqlite_site):
    """What both releases have alike is not new to readers' caches."""
    site = sqlite_site
    site.write_story("third")
    site.build(force=True)
    before = site.times()
    changed = back(site)
    times = site.times()
    for name, when in times.items():
        if f"/{name.removesuffix('index.html')}" not in changed:
            assert before[name] == when, name


@pytest.mark.parametrize("number", [None, 9])
def test_where_there_is_nothing_to_go_back_to(sqlite_site, number):
    """With no older release, or none of that number, nothing changes and that is told."""
    with pytest.raises(BuildError, match=r"\./run releases lists those on the disk"):
        back(sqlite_site, number)
    assert sqlite_site.release.number == 1
    assert back(sqlite_site, 1) == []


def test_release_that_cannot_follow_is_not_shown(sqlite_site):
    """A release whose templates are lost is refused, and readers see what they saw."""
    site = sqlite_site
    site.build(force=True)
    first = Releases(site.releases).all()[0]
    (first.records / "slots" / "thread.html").write_text("{{ unheard_of }}", "utf-8")
    site.post_approved()
    site.publish()
    with pytest.raises(BuildError, match="release 1 cannot be brought in step"):
        back(site)
    assert site.release.number == 2


@pytest.mark.parametrize("force", [False, True], ids=["edited in place", "built anew"])
def test_addresses_that_changed_are_listed_exactly(sqlite_site, force):
    """Builds, edits, decisions and roll-backs note what readers see differently, nothing else."""
    site = sqlite_site
    journal = Journal(site.releases)
    before = site.tree()
    site.write_story("third", title="新来的故事")
    site.build(force=force)
    assert journal.since("1") == differing(before, site.tree())
    if force:
        assert (site.release.records / "changed.txt").read_text().split() == journal.since("1")
    site.build(force=True)
    before = site.tree()
    site.post_approved(thread="third")
    site.publish()
    assert journal.since(f"{site.release.number}") == differing(before, site.tree())
    before = site.tree()
    assert back(site) == differing(before, site.tree())


def differing(before, after):
    """Give the addresses of the files that differ between two trees."""
    names = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    return sorted(f"/{name.removesuffix('index.html')}" for name in names)


def test_releases_are_listed(sqlite_site):
    """Each with its moment, pages, size, what changed; the shown one is marked."""
    site = sqlite_site
    site.write_story("third")
    site.build(force=True)
    first, second = entries(Releases(site.releases))
    assert (first.number, first.is_current, second.number, second.is_current) == (1, False, 2, True)
    assert second.pages == first.pages + 1
    assert second.files == len(site.tree())
    assert second.bytes > sum(map(len, site.tree().values()))
    assert second.changed == len((site.release.records / "changed.txt").read_text().splitlines())
    assert str(second).endswith("changed  current")
    assert disk_use(Releases(site.releases)) >= first.bytes + second.bytes


def test_sizes_are_written_shortly():
    """Bytes in the unit that suits."""
    assert [size_text(size) for size in (999, 1500, 15_000, 2_300_000)] == [
        *("999 B", "1.5 kB", "15 kB", "2.3 MB")
    ]


def test_as_many_releases_stay_as_the_setting_says(sqlite_site):
    """A build prunes the oldest; what is shown is never removed, also by hand."""
    site = sqlite_site
    plan = dataclasses.replace(site.plan(), kept=2)
    for _ in range(3):
        build(plan, force=True)
    assert numbers(site) == [3, 4]
    back(site)
    lines = list(prune(Releases(site.releases), site.archive, 1))
    assert numbers(site) == [3]
    assert lines[0] == "Removed release 4"
    assert lines[1].startswith("Freed ")


def test_failed_build_leaves_nothing(sqlite_site):
    """No folder and no line in the list of changes stays of a build that failed."""
    site = sqlite_site
    before = read_tree(site.releases)
    path = site.write_story("third", date="2015-02-30")
    with pytest.raises(BuildError):
        site.build()
    path.unlink()
    assert read_tree(site.releases) == before


def test_edits_after_a_roll_back(sqlite_site, tmp_path):
    """A build after a roll-back brings the release that is shown to the content of today, in place,
    and the tree is that of a clean build.
    """
    site = sqlite_site
    site.write_story("first", body="另一个正文。")
    site.write_story("third")
    site.build(force=True)
    for _ in range(7):
        site.post_approved()
    site.publish()
    back(site)
    site.build()
    assert site.release.number == 1
    assert site.tree() == site.clean_build(tmp_path / "clean")
    site.post_approved(thread="third")
    site.publish()
    assert site.tree() == site.clean_build(tmp_path / "clean")


def test_archive_made_anew_is_brought_whole(sqlite_site, tmp_path):
    """Where nobody knows what a release shows, because the archive was lost and made anew, all
    messages are brought to it.
    """
    site = sqlite_site
    for _ in range(5):
        site.post_approved()
    site.publish()
    site.build(force=True)
    numbered = Archive(site.archive)
    (site.release.records / "archive.json").unlink()
    (Releases(site.releases).all()[0].records / "archive.json").unlink()
    site.post_approved(text="最后一条")
    site.publish()
    back(site)
    assert numbered.wall().head().count == 6
    assert "最后一条" in site.page("stories/first/index.html")
    assert site.tree() == site.clean_build(tmp_path / "clean")
