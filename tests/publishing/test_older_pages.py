"""Older pages are made once, outside the releases, and are right for each that links to them."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.parts.full_archive import fill_archive
from comments_service.models import Action
from plugins.message_board.facts import facts_of
from plugins.message_board.kept import BOOT, UNSETTLED, begin, settle
from plugins.message_board.rendering import SlotRenderer
from plugins.message_board.shelf import (
    MADE,
    OLDER,
    SINCE,
    SLOTS,
    InStep,
    Shelf,
    made_line,
    sweep,
)
from plugins.trees import all_files
from publishing.build import build
from publishing.release import BuildError, Releases
from tests.living_site import read_tree

THREADS = ("first", "second")
OPENED: list[str] = []
"""Files that were opened while :func:`watched` was on."""


def _note(event, arguments):
    if event == "open" and OPENED and isinstance(arguments[0], str):
        OPENED.append(arguments[0])


sys.addaudithook(_note)


@contextmanager
def watched(folder):
    """Give a list that has the files below *folder* that were opened meanwhile."""
    OPENED.append("watching")
    found = []
    try:
        yield found
    finally:
        found += sorted(name for name in OPENED if name.startswith(f"{folder}/"))
        OPENED.clear()


@pytest.fixture
def rendered(monkeypatch):
    """Give the list of slots that were rendered, in their order."""
    slots, render = [], SlotRenderer.render

    def noting(self, slot):
        slots.append(str(slot))
        return render(self, slot)

    monkeypatch.setattr(SlotRenderer, "render", noting)
    return slots


def of_threads(slots):
    """Give those of *slots* that grow with threads or messages."""
    return [slot for slot in slots if ":" in slot or "/" in slot if not slot.startswith("count:")]


def filled(site, messages):
    """Fill the archive of *site* without its service, and build."""
    shutil.rmtree(site.archive, ignore_errors=True)
    fill_archive(site.archive, THREADS, messages)
    site.build(force=True)


def busy(site):
    """Give *site* two threads with older pages, and the numbers of their messages."""
    numbers = [site.post_approved(thread=thread) for _ in range(10) for thread in THREADS]
    site.publish()
    return numbers


def store(site):
    """Give the folder of older pages."""
    return site.releases / OLDER


def retitle(site, *, force=True):
    """Give a story another title, and build: another release, or the same one edited."""
    site.write_story("first", title="另一个题目")
    site.build(force=force)


def rename_site(site):
    """Give the site another name, which stands on every page, and build."""
    path = site.root / "content" / "campaign.toml"
    path.write_text(path.read_text("utf-8").replace('name = "', 'name = "新', 1), "utf-8")
    site.build()


def others(site):
    """Give the releases that readers do not see."""
    return Releases(site.releases).others(site.release)


def test_second_build_renders_nothing_of_messages(sqlite_site, rendered):
    """What a build made of threads and their older pages, the next one finds."""
    filled(sqlite_site, 60)
    assert len(of_threads(rendered)) > 40
    before = sqlite_site.tree()
    rendered.clear()
    sqlite_site.build(force=True)
    assert sorted(of_threads(rendered)) == ["feed:shut", "jsonfeed:shut", "thread:shut"]
    assert sqlite_site.tree() == before


def test_reading_does_not_grow_with_messages(sqlite_site):
    """A build after a build opens as many files of archive and older pages for ten times as many
    messages.
    """
    opened = []
    for messages in (60, 600):
        filled(sqlite_site, messages)
        with watched(sqlite_site.archive) as read, watched(store(sqlite_site)) as pages:
            sqlite_site.build(force=True)
        opened.append((len(read), len(pages)))
    assert opened[0] == opened[1]


def test_republished_pages_are_not_made_again(sqlite_site, rendered, tmp_path):
    """A build finds in step what the publisher wrote: only first views and feeds are new."""
    busy(sqlite_site)
    sqlite_site.build(force=True)
    number = busy(sqlite_site)[0]
    sqlite_site.decide(number, Action.WITHDRAW)
    sqlite_site.publish()
    rendered.clear()
    sqlite_site.build(force=True)
    assert [slot for slot in rendered if "/" in slot] == []
    assert sqlite_site.tree() == sqlite_site.clean_build(tmp_path / "clean")


@pytest.mark.parametrize("force", [False, True], ids=["edit", "new release"])
def test_only_what_a_new_title_changes_is_made_again(sqlite_site, rendered, tmp_path, force):
    """The pages of the story, and those of the wall that name it; other threads keep theirs."""
    for thread in ("first",) * 9 + ("second",) * 20:
        sqlite_site.post_approved(thread=thread)
    sqlite_site.publish()
    sqlite_site.build(force=True)
    rendered.clear()
    retitle(sqlite_site, force=force)
    made = [slot for slot in rendered if "/" in slot]
    assert sorted(made) == ["thread:first/1", "thread:first/2", "wall/1", "wall/2", "wall/3"]
    assert sqlite_site.tree() == sqlite_site.clean_build(tmp_path / "clean")


def test_releases_share_pages(sqlite_site):
    """Releases with the same theme and titles link to the same files; a story has one link."""
    busy(sqlite_site)
    sqlite_site.build(force=True)
    sqlite_site.build(force=True)
    (other, *_), current = others(sqlite_site), sqlite_site.release
    for name in ("stories/first/messages", "messages/1"):
        links = [release.public / name for release in (other, current)]
        assert all(link.is_symlink() for link in links)
        assert links[0].readlink() == links[1].readlink()
        assert not links[0].readlink().is_absolute()
    assert (current.public / "stories/first/messages/1/index.html").is_file()


def test_older_release_keeps_its_own_titles(sqlite_site):
    """What a new title changes on wall and pages stays as it was in the release before."""
    busy(sqlite_site)
    before = sqlite_site.tree()
    retitle(sqlite_site)
    (other,) = others(sqlite_site)
    assert read_tree(other.public) == before
    assert "另一个题目" in sqlite_site.page("messages/1/index.html")


@pytest.mark.parametrize("change", [retitle, rename_site])
@pytest.mark.parametrize("action", [Action.ERASE, Action.WITHDRAW])
def test_take_down_reaches_releases_with_other_pages(sqlite_site, change, action):
    """No file of any release, nor what is kept between builds, holds the words any more."""
    number = sqlite_site.post_approved(text="只说给朋友听的一句话")
    busy(sqlite_site)
    sqlite_site.build(force=True)
    change(sqlite_site)
    words = "只说给朋友听的一句话".encode()
    holding = [p for p in all_files(sqlite_site.releases) if words in p.read_bytes()]
    assert len({path.resolve() for path in holding}) > 6
    sqlite_site.decide(number, action)
    sqlite_site.publish()
    assert [p for p in all_files(sqlite_site.releases) if words in p.read_bytes()] == []


def test_take_down_clears_what_a_failed_build_left(sqlite_site, monkeypatch):
    """Pages that no release links to are removed before the words count as gone."""
    number = sqlite_site.post_approved(text="只说给朋友听的一句话")
    busy(sqlite_site)
    monkeypatch.setattr("publishing.build.look_over", _fail)
    with pytest.raises(BuildError):
        retitle(sqlite_site)
    monkeypatch.undo()
    sqlite_site.write_story("first", title="故事first")
    sqlite_site.decide(number, Action.WITHDRAW)
    sqlite_site.publish()
    words = "只说给朋友听的一句话".encode()
    assert [p for p in all_files(sqlite_site.releases) if words in p.read_bytes()] == []


def _fail(*arguments, **named):
    raise BuildError("this build fails")


def test_pages_of_no_release_are_removed(sqlite_site):
    """When the last release with a name or a title is pruned, its pages go with it."""
    busy(sqlite_site)
    first = Shelf.of_records(store(sqlite_site), sqlite_site.release.records)
    title = sqlite_site.directory.threads["first"]
    retitle(sqlite_site)
    retitled = sqlite_site.directory.threads["first"]
    for _ in range(2):
        sqlite_site.build(force=True)
    names = {path.name for path in (first.folder / "threads").iterdir()}
    assert f"first-{facts_of(retitled)}" in names
    assert f"first-{facts_of(title)}" not in names
    walls = {path.name.partition("-")[2] for path in (first.folder / "wall").iterdir()}
    assert first.facts not in walls
    for _ in range(3):
        rename_site(sqlite_site)
    assert not first.folder.exists()
    assert len(list(store(sqlite_site).glob("*/"))) == 3


def test_interrupted_build_leaves_nothing_wrong(sqlite_site, monkeypatch, tmp_path):
    """Pages that were made before a crash are found to be unfinished, and are made again."""
    busy(sqlite_site)
    made, whole_file = [], SlotRenderer.whole_file

    def stopping(self, slot, shells):
        if slot.page and len(made) == 3:
            raise KeyboardInterrupt
        made.append(slot)
        return whole_file(self, slot, shells)

    monkeypatch.setattr(SlotRenderer, "whole_file", stopping)
    before = sqlite_site.tree()
    with pytest.raises(KeyboardInterrupt):
        rename_site(sqlite_site)
    assert len(made) == 3
    assert sqlite_site.tree() == before
    monkeypatch.undo()
    sqlite_site.build()
    assert sqlite_site.tree() == sqlite_site.clean_build(tmp_path / "clean")


def test_archive_that_changed_by_itself_is_noticed(sqlite_site, rendered):
    """An archive that was restored from a copy has other pages; only those are made again, and
    pages beyond its end are gone.
    """
    filled(sqlite_site, 600)
    copy = sqlite_site.root / "copy"
    fill_archive(copy, THREADS, 450)
    shutil.copy(copy / "threads/first/5.json", sqlite_site.archive / "threads/first/5.json")
    (sqlite_site.archive / "threads/first/6.json").unlink()
    shutil.copy(copy / "threads/first/head.json", sqlite_site.archive / "threads/first/head.json")
    for path in (copy / "wall").iterdir():
        shutil.copy(path, sqlite_site.archive / "wall" / path.name)
    rendered.clear()
    sqlite_site.build(force=True)
    made = sorted(
        int(slot.partition("/")[2]) for slot in rendered if slot.startswith("thread:first/")
    )
    assert made == list(range(67, 75))  # positions 201 to 225, of 3 on a page
    pages = [name for name in sqlite_site.tree() if name.startswith("stories/first/messages/")]
    assert len(pages) == 74


def test_message_of_a_new_thread_gets_its_link(sqlite_site, tmp_path):
    """The first older page of a story brings the link, the next ones none."""
    link = sqlite_site.release.public / "stories" / "first" / "messages"
    for _ in range(5):
        sqlite_site.post_approved()
    sqlite_site.publish()
    assert not os.path.lexists(link)
    sqlite_site.post_approved()
    assert "stories/first/messages/1/index.html" in sqlite_site.publish()
    target = link.readlink()
    for _ in range(3):
        sqlite_site.post_approved()
    sqlite_site.publish()
    assert link.readlink() == target
    assert sqlite_site.tree() == sqlite_site.clean_build(tmp_path / "clean")


def test_release_with_pages_of_its_own_is_kept_in_step(sqlite_site):
    """A release that an older version made, without a record of its pages, has them as files."""
    (sqlite_site.release.records / "pages.json").unlink()
    for _ in range(9):
        sqlite_site.post_approved()
    sqlite_site.publish()
    public = sqlite_site.release.public
    assert not (public / "stories/first/messages").is_symlink()
    assert (public / "stories/first/messages/2/index.html").is_file()


def test_what_was_noted_in_part_is_not_believed(tmp_path):
    """A line that a crash cut off counts as never written."""
    whole = made_line("wall-a", 2, {"1": "x.1.1", "2": "y.2.2"})
    (tmp_path / MADE).write_text(f"{whole}\n", "utf-8")
    later = made_line("wall-a", 3, {"2": "z.3.3"})
    (tmp_path / SINCE).write_text(f"{later}\n{later[:-1]}", "utf-8")
    assert InStep.read(tmp_path).lines == {
        "wall-a": made_line("wall-a", 3, {"1": "x.1.1", "2": "z.3.3"})
    }


def test_kept_slots_after_a_power_failure(tmp_path):
    """What was kept in another run of the machine, and never settled, is thrown away."""
    kept = tmp_path / "key" / "first" / "digest.html"
    kept.parent.mkdir(parents=True)
    kept.write_text("a part of", "utf-8")
    begin(tmp_path)
    if BOOT.is_file():
        begin(tmp_path)
        assert kept.is_file()
    (tmp_path / UNSETTLED).write_text("another run", "utf-8")
    begin(tmp_path)
    assert not kept.exists()
    settle(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_is_kept_of_a_thread_is_forgotten_with_its_changes(sqlite_site):
    """A decision on a message leaves no copy of the view that it stood in."""
    numbers = busy(sqlite_site)
    sqlite_site.build(force=True)
    kept = sqlite_site.releases / SLOTS
    assert {path.parent.name for path in kept.glob("*/*/*.html")} == set(THREADS)
    sqlite_site.decide(numbers[-1], Action.WITHDRAW)
    sqlite_site.publish()
    assert {path.parent.name for path in kept.glob("*/*/*.html")} == {"first"}


def test_sweep_looks_only_when_releases_changed(sqlite_site):
    """Nothing is looked through when the same releases are there as at the last time."""
    busy(sqlite_site)
    sqlite_site.build(force=True)
    with watched(sqlite_site.releases) as opened:
        sweep(sqlite_site.releases)
    names = {Path(name).name for name in opened}
    assert names <= {"pages.json", "swept.txt"}
    assert opened


def test_another_address_of_the_site_has_pages_of_its_own(sqlite_site):
    """A setting that stands in every page makes other pages, beside those of the release before."""
    busy(sqlite_site)
    plan = sqlite_site.plan()
    changed = plan.overrides | {"SITEURL": "https://example.org"}
    release, _ = build(replace(plan, overrides=changed))
    page = (release.public / "stories/first/messages/1/index.html").read_text("utf-8")
    assert "https://example.org/stories/first/messages/1/" in page
    (other,) = others(sqlite_site)
    assert b"https://example.org" not in b"".join(read_tree(other.public).values())
