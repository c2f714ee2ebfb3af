"""The publisher: when it publishes, what it does after a crash, and that there is one of it."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from filelock import FileLock
from sqlalchemy import select

from benchmarks.parts.desk_statements import watched
from comment_archive.files import Archive
from comments_service.models import Action, ChainHead, PublisherState
from comments_service.moderation import Ruling, decide
from comments_service.publication import BOUNDS
from publishing.build import threads_without_story
from publishing.stopping import Stop
from publishing.worker import LOOK_EVERY, TURN_SECONDS, AlreadyRunning, Publisher
from tests.living_site import LivingSite

UNDO = timedelta(seconds=10)


def approve_with_undo(site, number):
    """Approve a message so that it can be taken back for ten seconds."""
    with site.database.writing() as session:
        ruling = Ruling(action=Action.APPROVE)
        by = session.merge(site.moderator)
        decide(session, number, ruling, by=by, now=site.tick(), undo=UNDO)


def test_approval_waits_for_the_undo_window(sqlite_site):
    """An approval is on the site once the undo window has passed, not before."""
    number = sqlite_site.post()
    approve_with_undo(sqlite_site, number)
    assert sqlite_site.publisher.publish_due() == []
    sqlite_site.now += UNDO - timedelta(seconds=1)
    assert sqlite_site.publisher.publish_due() == []
    sqlite_site.now += timedelta(seconds=1)
    assert "stories/first/index.html" in sqlite_site.publisher.publish_due()
    assert sqlite_site.comment(number).live_at == sqlite_site.now


def test_approval_taken_back_in_time_leaves_no_trace(sqlite_site):
    """An approval undone within the window never reaches the archive and takes no position."""
    number = sqlite_site.post()
    approve_with_undo(sqlite_site, number)
    sqlite_site.decide(number, Action.REOPEN)
    sqlite_site.now += UNDO
    assert sqlite_site.publish() == []
    assert sqlite_site.comment(number).position is None
    assert not list(sqlite_site.archive.rglob("*.json"))


def test_message_waiting_again_is_not_shown_with_its_neighbours(sqlite_site):
    """A message taken down and approved again stays hidden until its window has passed."""
    number = sqlite_site.post_approved(text="来回的留言")
    sqlite_site.publish()
    sqlite_site.decide(number, Action.REOPEN)
    sqlite_site.publish()
    approve_with_undo(sqlite_site, number)
    sqlite_site.post_approved(text="邻居")
    sqlite_site.now -= timedelta(seconds=55)
    approved_at = sqlite_site.comment(number).publish_at
    sqlite_site.now = approved_at - timedelta(seconds=1)
    sqlite_site.post_approved(text="另一个邻居")
    sqlite_site.now = approved_at - timedelta(milliseconds=1)
    sqlite_site.publish()
    assert "来回的留言" not in sqlite_site.page("stories/first/index.html")
    sqlite_site.now = approved_at + timedelta(minutes=5)
    sqlite_site.publish()
    assert "来回的留言" in sqlite_site.page("stories/first/index.html")


@pytest.mark.parametrize("step", ["export", "confirm"])
def test_crash_is_repaired_by_the_next_round(sqlite_site, step, tmp_path):
    """Whatever was cut off, the next round publishes it, and the site is whole."""
    number = sqlite_site.post_approved()
    exporter = sqlite_site.publisher.source
    if step == "export":
        exporter.export_due(sqlite_site.now)  # then the power fails
    else:
        export = exporter.export_due(sqlite_site.now)
        republisher = sqlite_site.publisher._republisher(sqlite_site.release)
        republisher.republish(export.changes)
    assert sqlite_site.comment(number).live_at is None
    sqlite_site.publish()
    assert sqlite_site.comment(number).live_at is not None
    assert sqlite_site.comment(number).position == 1
    assert sqlite_site.tree() == sqlite_site.clean_build(tmp_path / "clean")


def test_decision_made_meanwhile_stays_due(sqlite_site):
    """A decision between export and confirmation is published by the next round."""
    number = sqlite_site.post_approved()
    exporter = sqlite_site.publisher.source
    export = exporter.export_due(sqlite_site.now)
    sqlite_site.decide(number, Action.REFUSE)
    exporter.confirm(export, sqlite_site.now)
    assert sqlite_site.comment(number).publish_at is not None
    sqlite_site.publish()
    assert 'id="m-1"' not in sqlite_site.page("stories/first/index.html")


def test_second_publisher_is_refused(sqlite_site):
    """Two publishers never run on one site."""
    with (
        FileLock(sqlite_site.releases / ".publisher"),
        pytest.raises(AlreadyRunning, match="Another publisher"),
    ):
        sqlite_site.publisher.run(Stop(), stands_by=False)


def state_of(site):
    """Give the row in which the publisher tells what it does."""
    with site.database.reading() as session:
        return session.get(PublisherState, 1)


def test_publisher_goes_on_after_a_failed_round(sqlite_site):
    """A round that fails as a whole is told of and tried again, each time later."""
    page = sqlite_site.release.public / "index.html"
    words = page.read_text("utf-8")
    page.write_text("no slot here", "utf-8")
    numbers = [sqlite_site.post_approved(thread=thread) for thread in ("first", "second")]
    assert [sqlite_site.publisher._round() for _ in range(3)] == [1, 2, 4]
    assert state_of(sqlite_site).figures["failures"] == 3
    assert "is not in the page" in state_of(sqlite_site).problem
    assert sqlite_site.comment(numbers[0]).live_at is None
    page.write_text(words, "utf-8")
    sqlite_site.publisher._round()
    assert None not in [sqlite_site.comment(number).live_at for number in numbers]
    assert state_of(sqlite_site).problem is None


def break_story(site, slug):
    """Destroy a story's page; gives its path and what stood there."""
    page = site.release.public / "stories" / slug / "index.html"
    words = page.read_text("utf-8")
    page.write_text("no slot here", "utf-8")
    return page, words


def test_thread_that_cannot_be_published_does_not_stop_the_others(sqlite_site, caplog, tmp_path):
    """It stands aside, is told of by name, and is tried again by itself, each time later."""
    page, words = break_story(sqlite_site, "first")
    bad = sqlite_site.post_approved(thread="first")
    good = [sqlite_site.post_approved(thread=thread) for thread in ("second", "board")]
    sqlite_site.publisher.publish_due()
    assert None not in [sqlite_site.comment(number).live_at for number in good]
    assert sqlite_site.comment(bad).live_at is None
    assert state_of(sqlite_site).problem.startswith("first: ")
    assert sqlite_site.publisher._seconds_to_next() == 1
    further = sqlite_site.post_approved(thread="second")
    sqlite_site.publisher.publish_due()
    assert sqlite_site.comment(further).live_at is not None
    assert state_of(sqlite_site).problem.startswith("first: ")
    assert sqlite_site.publisher._seconds_to_next() == 2
    told = [record.story for record in caplog.records if hasattr(record, "story")]
    assert told == ["first", "first"]
    page.write_text(words, "utf-8")
    assert sqlite_site.publisher.publish_due() == []
    sqlite_site.now += timedelta(seconds=2)
    sqlite_site.publisher.publish_due()
    assert sqlite_site.comment(bad).live_at is not None
    assert state_of(sqlite_site).problem is None
    assert sqlite_site.publisher._seconds_to_next() == sqlite_site.publisher.look_every
    assert sqlite_site.tree() == sqlite_site.clean_build(tmp_path / "clean")


def test_new_build_ends_the_waiting(sqlite_site):
    """What could not be published is tried at once when another release is shown."""
    break_story(sqlite_site, "first")
    bad = sqlite_site.post_approved(thread="first")
    sqlite_site.publisher.publish_due()
    sqlite_site.build(force=True)
    sqlite_site.publisher.publish_due()
    assert sqlite_site.comment(bad).live_at is not None


def test_many_decisions_are_joined_in_rounds_of_bounded_size(sqlite_site, monkeypatch):
    """What comes together goes together, the oldest first, and leaves the archive free between."""
    monkeypatch.setattr("comments_service.export.BATCH", 4)
    numbers = [sqlite_site.post_approved() for _ in range(10)]
    live = []
    while sqlite_site.publisher._round() == TURN_SECONDS:
        live.append(sum(sqlite_site.comment(n).live_at is not None for n in numbers))
    assert live == [4, 8]
    assert [sqlite_site.comment(number).position for number in numbers] == list(range(1, 11))
    assert state_of(sqlite_site).figures["rounds"] == 3
    assert state_of(sqlite_site).figures["messages"] == 10


def test_backlog_outlives_the_publisher(sqlite_site, tmp_path):
    """What was decided while no publisher ran is published by the next one, in one round."""
    for _ in range(5):
        sqlite_site.post_approved()
    again = LivingSite(
        sqlite_site.root, sqlite_site.database_url, sqlite_site.database, sqlite_site.moderator,
        sqlite_site.now,
    )  # fmt: skip
    again.publisher.publish_due()
    assert state_of(again).figures["rounds"] == 1
    assert state_of(again).figures["messages"] == 5
    assert again.tree() == again.clean_build(tmp_path / "clean")


def test_seconds_to_the_next_round_are_those_to_the_next_due_moment(sqlite_site):
    """The publisher sleeps until the undo window ends, and looks now and then without a reason."""
    sqlite_site.publish()
    assert sqlite_site.publisher._round() == LOOK_EVERY
    approve_with_undo(sqlite_site, sqlite_site.post())
    sqlite_site.now += UNDO - timedelta(seconds=1.25)
    assert sqlite_site.publisher._round() == 1.25
    sqlite_site.now += timedelta(seconds=1.25)
    assert sqlite_site.publisher._round() == LOOK_EVERY
    assert state_of(sqlite_site).figures["messages"] == 1


def test_figures_tell_how_long_messages_took(sqlite_site):
    """Each message counts once, from the end of its undo window to when it was live."""
    for seconds in (0, 0.2, 7):
        sqlite_site.post_approved()
        sqlite_site.now += timedelta(seconds=seconds)
        sqlite_site.publisher.publish_due()
    figures = state_of(sqlite_site).figures
    in_buckets = dict(zip([*BOUNDS, "more"], figures["counts"], strict=True))
    assert {bound: n for bound, n in in_buckets.items() if n} == {0.01: 1, 0.25: 1, 10.0: 1}
    assert figures["seconds"] == pytest.approx(7.2)
    assert figures["files"] > 3
    assert (state_of(sqlite_site).published_at, state_of(sqlite_site).release) == (
        sqlite_site.now, "000001",
    )  # fmt: skip


def test_messages_of_a_removed_story_stay_on_the_wall(sqlite_site, tmp_path):
    """A story that is gone takes its pages along; its messages stay on the wall without a link."""
    sqlite_site.post_approved(thread="second", text="还在墙上")
    sqlite_site.publish()
    (sqlite_site.root / "content" / "stories" / "second.md").unlink()
    campaign = sqlite_site.root / "content" / "campaign.toml"
    campaign.write_text(campaign.read_text("utf-8").replace('"second"', '"first"'), "utf-8")
    sqlite_site.build()
    sqlite_site.post_approved(thread="first")
    sqlite_site.publish()
    assert "还在墙上" in sqlite_site.page("messages/index.html")
    assert "stories/second/index.html" not in sqlite_site.tree()
    assert sqlite_site.tree() == sqlite_site.clean_build(tmp_path / "clean")


def test_publisher_on_another_machine_is_refused(site, tmp_path):
    """On PostgreSQL a second publisher is found on whatever machine it runs."""
    if site.database.engine.dialect.name == "sqlite":
        return  # SQLite lives on one machine, where the file's lock does it
    other = LivingSite(tmp_path / "other", site.database_url, site.database, site.moderator)
    with (
        site.publisher._alone(),
        pytest.raises(AlreadyRunning, match="works on this database"),
    ):
        other.publisher.require_alone()
    other.publisher.require_alone()


def test_build_at_work_keeps_nothing_waiting_for_ever(sqlite_site, monkeypatch):
    """While a build holds the site, a round gives up soon, and what is due stays due."""
    monkeypatch.setattr("publishing.worker.LOCK_SECONDS", 0.01)
    number = sqlite_site.post_approved()
    with Archive(sqlite_site.archive).locked():
        assert sqlite_site.publisher._round() < 1
    assert sqlite_site.comment(number).live_at is None
    sqlite_site.publisher._round()
    assert sqlite_site.comment(number).live_at is not None


def test_lost_archive_is_made_anew(sqlite_site, tmp_path):
    """When the archive was deleted, the next publication brings back every message."""
    for _ in range(8):
        sqlite_site.post_approved()
    sqlite_site.publish()
    shutil.rmtree(sqlite_site.archive)
    sqlite_site.post_approved(text="在那以后的一条")
    sqlite_site.publish()
    assert sqlite_site.tree() == sqlite_site.clean_build(tmp_path / "clean")
    assert "共9条" in sqlite_site.page("messages/index.html")


def test_archive_made_anew_reaches_every_page_after_a_crash(sqlite_site, tmp_path):
    """An archive is lost, its pages too, and the power fails between archive and pages: whoever
    publishes next brings back every message, not only the one that was due.
    """
    for _ in range(8):
        sqlite_site.post_approved()
    sqlite_site.publish()
    shutil.rmtree(sqlite_site.archive)
    sqlite_site.build(force=True)
    assert "共0条" in sqlite_site.page("messages/index.html")
    sqlite_site.post_approved(thread="second")
    assert len(sqlite_site.publisher.source.export_due(sqlite_site.now).changes) == 9
    assert sqlite_site.publisher.archive.is_behind()
    sqlite_site.publish()
    assert not sqlite_site.publisher.archive.is_behind()
    assert sqlite_site.tree() == sqlite_site.clean_build(tmp_path / "clean")


def test_build_brings_an_archive_made_anew_to_the_pages(sqlite_site, tmp_path):
    """A build after the archive was made anew is never "up to date"."""
    sqlite_site.post_approved()
    sqlite_site.publish()
    (sqlite_site.release.public / "messages" / "index.html").write_text("behind", "utf-8")
    assert not sqlite_site.build()
    sqlite_site.publisher.source.rebuild(sqlite_site.now)
    assert sqlite_site.build()
    assert not sqlite_site.build()
    assert sqlite_site.tree() == sqlite_site.clean_build(tmp_path / "clean")


def test_renamed_story_is_told(sqlite_site):
    """A thread with messages whose story is gone is named, so that its editor can join them."""
    sqlite_site.post_approved(thread="second")
    sqlite_site.publish()
    archive = Archive(sqlite_site.archive)
    assert threads_without_story(archive, sqlite_site.release) == []
    stories = sqlite_site.root / "content" / "stories"
    (stories / "second.md").rename(stories / "renamed.md")
    campaign = sqlite_site.root / "content" / "campaign.toml"
    campaign.write_text(campaign.read_text("utf-8").replace('"second"', '"renamed"'), "utf-8")
    sqlite_site.build()
    assert threads_without_story(archive, sqlite_site.release) == ["second"]
    words = (stories / "renamed.md").read_text("utf-8")
    (stories / "renamed.md").write_text("thread: second\n" + words, "utf-8")
    sqlite_site.build()
    assert threads_without_story(archive, sqlite_site.release) == []
    assert 'id="m-1"' in sqlite_site.page("stories/renamed/index.html")


def test_figures_are_renewed_once_a_day(sqlite_site, tmp_path):
    """Ten minutes after midnight of the site the figures go up to the day that is over."""
    number = sqlite_site.post()
    sqlite_site.decide(number, Action.REFUSE)
    sqlite_site.publish()
    assert "还没有满一天的数字" in sqlite_site.page("accountability/index.html")
    sqlite_site.now = datetime(2026, 3, 1, 16, 9, 59, tzinfo=UTC)
    assert sqlite_site.publisher.publish_due() == []
    sqlite_site.now += timedelta(seconds=1)
    assert sqlite_site.publisher.publish_due() == ["accountability/index.html"]
    page = sqlite_site.page("accountability/index.html")
    assert "数字截至2026年3月1日" in page
    assert "与本专题无关" in page
    with sqlite_site.database.reading() as session:
        assert session.scalar(select(ChainHead.hash)) in page
    assert sqlite_site.publisher.publish_due() == []
    assert sqlite_site.tree() == sqlite_site.clean_build(tmp_path / "clean")


def test_figures_reach_their_page_after_a_crash(sqlite_site):
    """Figures that were written before the power failed are on the page after the next start."""
    sqlite_site.post()
    sqlite_site.publish()
    sqlite_site.now += timedelta(days=1)
    exporter = sqlite_site.publisher.source
    assert exporter.export_due(sqlite_site.now).is_new_day
    again = Publisher(
        exporter,
        sqlite_site.publisher.archive,
        sqlite_site.publisher.releases,
        lambda: sqlite_site.now,
    )
    assert exporter.next_due() > sqlite_site.now
    assert again.publish_due() == ["accountability/index.html"]


def test_lost_figures_are_made_anew(sqlite_site):
    """A ledger that was deleted comes back by itself, and the page stays as it was."""
    sqlite_site.post()
    sqlite_site.now += timedelta(days=2)
    sqlite_site.publish()
    page = sqlite_site.page("accountability/index.html")
    (sqlite_site.archive / "ledger.json").unlink()
    assert sqlite_site.publish() == []
    assert (sqlite_site.archive / "ledger.json").is_file()
    assert sqlite_site.page("accountability/index.html") == page


def test_pinned_message_stands_first(sqlite_site, tmp_path):
    """A pin reaches the pages of its thread, an unpin takes it back, and full pages stay."""
    numbers = [sqlite_site.post_approved() for _ in range(8)]
    on_board = sqlite_site.post_approved(thread="board")
    sqlite_site.publish()
    full = sqlite_site.page("stories/first/messages/1/index.html")
    story = sqlite_site.page("stories/first/index.html")
    sqlite_site.decide(numbers[0], Action.PIN)
    sqlite_site.decide(on_board, Action.PIN)
    written = sqlite_site.publish()
    assert written == ["messages/index.html", "stories/first/index.html"]
    first = sqlite_site.page("stories/first/index.html")
    assert first.index(f'id="m-{numbers[0]}"') < first.index(f'id="m-{numbers[-1]}"')
    assert first.count("置顶") == 1
    assert sqlite_site.page("stories/first/messages/1/index.html") == full
    assert sqlite_site.tree() == sqlite_site.clean_build(tmp_path / "clean")
    sqlite_site.decide(numbers[0], Action.UNPIN)
    sqlite_site.publish()
    assert sqlite_site.page("stories/first/index.html") == story


def test_editors_answer_is_marked(sqlite_site):
    """The editors' answer stands below its message under their name, without an address."""
    number = sqlite_site.post_approved()
    answer = sqlite_site.answer(number)
    sqlite_site.publish()
    story = sqlite_site.page("stories/first/index.html")
    _, _, article = story.partition(f'id="m-{answer}"')
    article = article.partition("</article>")[0]
    assert "编辑部" in article
    assert "编辑回复" in article
    assert "14.152.94" not in article
    assert f"/messages/{answer}/report" not in story
    assert f"/messages/{number}/report" in story


def steps_of(database, statements):
    """Give how many steps SQLite takes for each of the *statements* that only ask."""
    raw = database.engine.raw_connection()
    found = []
    for statement in statements:
        if statement.text.startswith("SELECT"):
            steps = count()
            raw.driver_connection.set_progress_handler(lambda steps=steps: next(steps) < 0, 1)
            raw.cursor().execute(statement.text, statement.parameters).fetchall()
            found.append(next(steps))
    raw.driver_connection.set_progress_handler(None, 1)
    raw.close()
    return found


def test_round_asks_the_same_whatever_the_size(sqlite_site):
    """One more approval costs the same few statements in a thread of 70 messages and in one of 220,
    and SQLite goes through no more messages for any of them.
    """
    asked, steps = [], []
    for number in (70, 149):
        for _ in range(number):
            sqlite_site.post_approved()
        sqlite_site.publish()
        sqlite_site.post_approved()
        with watched(sqlite_site.database.engine) as statements:
            assert sqlite_site.publisher.publish_due()
        asked.append([one.text for one in statements])
        steps.append(steps_of(sqlite_site.database, statements))
    assert asked[0] == asked[1]
    assert len(asked[0]) <= 24
    assert all(after <= before + 100 for before, after in zip(*steps, strict=True)), steps
