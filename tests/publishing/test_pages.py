"""A warm publisher reads no page that it knows, and notices what others changed."""

import json
import os

import pytest

from comments_service.models import Action
from plugins.message_board.slots import SlotError
from publishing import pages
from publishing import republish as republishing
from publishing.changeset import STAGE
from publishing.pages import Page, Pages
from publishing.republish import Republisher

PAGE = b"<p><!--slot count:one-->1<!--/slot count:one--></p><!--slot wall-->x<!--/slot wall-->.\n"


def test_page_is_split_and_filled():
    """Each slot gets its content wherever it stands; all else stays."""
    page = Page.split(PAGE + PAGE)
    assert page.content() == PAGE + PAGE
    assert page.slots == ("count:one", "wall") * 2
    filled = page.filled({"count:one": b"2"})
    assert filled.content() == (PAGE + PAGE).replace(b"-->1<", b"-->2<")
    assert filled == Page.split(filled.content())
    assert page.filled({"wall": b"x"}) == page


@pytest.mark.parametrize(
    ("content", "slot", "told"),
    [
        pytest.param(PAGE, "latest", "slot latest is not in the page", id="no such slot"),
        pytest.param(b"<!--slot wall-->", "wall", "slot wall is not closed", id="not closed"),
    ],
)
def test_broken_page_is_told(content, slot, told):
    """A page without the slot, or with half of one, is not written."""
    with pytest.raises(SlotError, match=told):
        Page.split(content).filled({slot: b""})


def test_page_that_others_wrote_is_read_anew(tmp_path):
    """A page is read once, unless its file is another one."""
    path = tmp_path / "index.html"
    path.write_bytes(PAGE)
    known = Pages(tmp_path)
    page = known.page("index.html")
    assert known.page("index.html") is page
    os.utime(path, ns=(1, 1))
    assert known.page("index.html") is not page
    aside = tmp_path / "aside"
    aside.write_bytes(PAGE.replace(b"1", b"2"))
    aside.replace(path)
    assert known.page("index.html").pieces[1] == b"2"


def test_memory_of_pages_has_an_end(tmp_path, monkeypatch):
    """The pages that came first are forgotten first."""
    monkeypatch.setattr(pages, "REMEMBERED", 2)
    known = Pages(tmp_path)
    for name in "abca":
        (tmp_path / name).write_bytes(PAGE)
        known.page(name)
    assert list(known._known) == ["c", "a"]


def test_warm_round_reads_no_page(sqlite_site, monkeypatch, tmp_path):
    """The second approval of a story reads none of its pages, does not ask which ones hold its
    slots, and gives what a build gives.
    """
    sqlite_site.post_approved()
    sqlite_site.publish()
    read, asked = [], []
    warm = sqlite_site.publisher._republisher(sqlite_site.release)
    warm.slot_map._open().set_trace_callback(asked.append)
    assert warm.slot_map.files_of("latest") == ["index.html"]
    assert len(asked) == 1
    split = Page.split
    monkeypatch.setattr(Page, "split", lambda content: read.append(content) or split(content))
    sqlite_site.post_approved()
    assert len(sqlite_site.publish()) == 11
    assert (read, len(asked)) == ([], 1)
    monkeypatch.undo()
    assert sqlite_site.tree() == sqlite_site.clean_build(tmp_path / "clean")


def test_decisions_that_arrive_together_are_one_round(sqlite_site, monkeypatch, tmp_path):
    """Several approvals, a withdrawal and a pin are one change: each file is written once."""
    numbers = [sqlite_site.post_approved() for _ in range(4)]
    sqlite_site.publish()
    rounds = []
    change = republishing.apply
    monkeypatch.setattr(
        republishing,
        "apply",
        lambda release, files, **how: rounds.append(files) or change(release, files, **how),
    )
    numbers += [sqlite_site.post_approved(), sqlite_site.post_approved(thread="second")]
    sqlite_site.decide(numbers[0], Action.WITHDRAW)
    sqlite_site.decide(numbers[1], Action.PIN)
    written = sqlite_site.publish()
    assert len(rounds) == 1
    assert len(set(written)) == len(written)
    assert sqlite_site.publish() == []
    monkeypatch.undo()
    assert sqlite_site.tree() == sqlite_site.clean_build(tmp_path / "clean")


def test_records_that_changed_are_read_anew(sqlite_site, tmp_path):
    """A build that edits the release in place is noticed: titles, words, templates, slot map."""
    sqlite_site.post_approved()
    sqlite_site.publish()
    warm = sqlite_site.publisher._republisher(sqlite_site.release)
    renderer = warm.renderer
    sqlite_site.write_story("first", title="改过的标题")
    sqlite_site.build()
    assert warm.release == sqlite_site.release
    assert warm.republish([]) == []
    assert warm.renderer is not renderer
    assert warm.renderer.directory.threads["first"].title == "改过的标题"


def test_fresh_publisher_compiles_no_template(sqlite_site, monkeypatch):
    """The build leaves its templates compiled, so that a publisher that starts only loads them."""
    number = sqlite_site.post_approved()
    export = sqlite_site.publisher.source.export_due(sqlite_site.now)
    republisher = Republisher.of_release(sqlite_site.release, sqlite_site.publisher.archive)
    environment = republisher.renderer.environment
    monkeypatch.setattr(type(environment), "_generate", None)
    assert "stories/first/index.html" in republisher.republish(export.changes)
    sqlite_site.decide(number, Action.WITHDRAW)
    assert sqlite_site.publish()


def test_edit_that_was_cut_off_is_not_lost(sqlite_site, tmp_path):
    """A warm publisher finishes what a build in another process began, before it fills any page."""
    sqlite_site.post_approved()
    sqlite_site.publish()
    page = sqlite_site.release.public / "stories" / "first" / "index.html"
    stage = sqlite_site.release.records / STAGE
    (stage / "0").write_bytes(page.read_bytes().replace(b"<h1", b"<h1 data-edited"))
    intent = {"put": ["stories/first/index.html"], "drop": []}
    (stage / "intent.json").write_text(json.dumps(intent), "utf-8")
    sqlite_site.post_approved(text="在那以后")
    sqlite_site.publish()
    text = page.read_text("utf-8")
    assert "data-edited" in text
    assert "在那以后" in text
