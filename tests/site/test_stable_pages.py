"""Approving one more message rewrites what the slot map names, and nothing else."""

from __future__ import annotations

import pytest

from comment_archive.files import Archive
from comments_service.models import Action
from plugins.message_board.slots import Slot
from publishing.republish import Republisher


def written_files(site, before):
    """Name the files that are new or have a new time."""
    after = site.times()
    return {name for name, time in after.items() if before.get(name) != time}


def named_files(site, *slots):
    """Name the files that the slot map gives for *slots*."""
    republisher = Republisher.of_release(site.release, Archive(site.archive))
    return {name for slot in slots for name in republisher.files_of(Slot.parse(slot))}


FIRST_VIEW = (
    "thread:first",
    "count:first",
    "feed:first",
    "jsonfeed:first",
    "wall",
    "latest",
    "feed",
    "jsonfeed",
)


@pytest.mark.parametrize("earlier", range(10))
def test_approval_rewrites_only_what_the_map_names(sqlite_site, earlier):
    """With pages of three messages, older pages are written once and then never again."""
    for _ in range(earlier):
        sqlite_site.post_approved()
    sqlite_site.publish()
    before = sqlite_site.times()
    sqlite_site.post_approved(text="再来一条")
    reported = set(sqlite_site.publish())
    written = written_files(sqlite_site, before)
    older = (earlier + 1) // 3 - 1
    fresh = (f"thread:first/{older}", f"wall/{older}") if (earlier + 1) % 3 == 0 and older else ()
    assert written == reported
    assert written == named_files(sqlite_site, *FIRST_VIEW, *fresh)


def test_other_stories_older_pages_stay(sqlite_site):
    """A message for one story leaves the pages of the other's thread alone."""
    for _ in range(7):
        sqlite_site.post_approved(thread="second")
    sqlite_site.publish()
    before = sqlite_site.times()
    sqlite_site.post_approved(thread="first")
    sqlite_site.publish()
    assert not {
        name
        for name in written_files(sqlite_site, before)
        if name.startswith("stories/second/messages")
    }


def test_withdrawal_on_an_older_page_shifts_nothing(sqlite_site):
    """A message that is taken from an older page leaves a gap: no other older page changes."""
    numbers = [sqlite_site.post_approved() for _ in range(12)]
    sqlite_site.publish()
    before = sqlite_site.times()
    sqlite_site.decide(numbers[1], Action.WITHDRAW)
    sqlite_site.publish()
    older = {name for name in written_files(sqlite_site, before) if "messages/" in name}
    assert {name for name in older if name.endswith("index.html")} == {
        "stories/first/messages/1/index.html",
        "messages/1/index.html",
        "messages/index.html",
    }


def test_nothing_changed_writes_nothing(sqlite_site):
    """A second build without a change keeps the release, and a forced one keeps every time."""
    sqlite_site.post_approved()
    sqlite_site.publish()
    tree, before = sqlite_site.tree(), sqlite_site.times()
    assert not sqlite_site.build()
    assert sqlite_site.build(force=True)
    assert sqlite_site.tree() == tree
    assert sqlite_site.times() == before


def test_reply_follows_its_parent(sqlite_site, tmp_path):
    """When a message is taken down, a reply elsewhere no longer names who wrote it."""
    parent = sqlite_site.post_approved(author="要走的人")
    for _ in range(9):
        sqlite_site.post_approved()
    sqlite_site.publish()
    sqlite_site.post_approved(author="答话的人", reply_to=parent)
    sqlite_site.publish()
    assert "要走的人" in sqlite_site.page("stories/first/index.html")
    sqlite_site.decide(parent, Action.REFUSE)
    sqlite_site.publish()
    assert not [n for n, content in sqlite_site.tree().items() if "要走的人".encode() in content]
    assert "回复一条已撤下的留言" in sqlite_site.page("stories/first/index.html")
    assert sqlite_site.tree() == sqlite_site.clean_build(tmp_path / "clean")
