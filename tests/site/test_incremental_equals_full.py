"""After any sequence of deeds, the published tree is what a clean full build would give."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from comments_service.errors import NotAllowed, Refused
from comments_service.models import Action
from tests.living_site import LivingSite

MEMORY = Path("/dev/shm")
"""Where it exists, so that a thousand forced writes do not wait for a disk."""
THREADS = ("first", "second", "board", "new-1")
TEXTS = st.sampled_from(
    [
        "你好。",
        "第一行\n第二行",
        "*强调* & <b>粗</b>",
        "@@title@@ <!--slot wall-->",
        "> 引用",
        "谢谢",
    ]
)
NAMES = st.sampled_from(["", "路人", "<script>", "@@number@@", "甲 & 乙"])
DECISIONS = st.sampled_from(
    [
        *(Action.APPROVE, Action.APPROVE, Action.REFUSE, Action.SPAM, Action.REOPEN),
        *(Action.WITHDRAW, Action.APPEAL, Action.ERASE),
    ]
)


class SiteMachine(RuleBasedStateMachine):
    """Does to a small site what visitors, moderators and editors do, in any order."""

    numbers: Bundle[int] = Bundle("numbers")

    @initialize()
    def open(self):
        """Build a site in a folder of its own."""
        self.folder = Path(
            tempfile.mkdtemp(prefix="huisheng-", dir=MEMORY if MEMORY.is_dir() else None)
        )
        self.site = LivingSite.make(self.folder, f"sqlite:///{self.folder / 'comments.db'}")
        self.site.build()
        self.before = (self.site.tree(), self.site.times())
        self.stories = 0

    @rule(target=numbers, thread=st.sampled_from(THREADS), text=TEXTS, name=NAMES)
    def post(self, thread, text, name):
        """A visitor leaves a message."""
        try:
            return self.site.post(thread=thread, text=text, author=name)
        except Refused:
            assert thread == "new-1"  # closed, or not there
            return multiple()

    @rule(target=numbers, parent=numbers, text=TEXTS)
    def reply(self, parent, text):
        """A visitor answers a message; only a published one can be answered."""
        thread = self.site.comment(parent).thread
        try:
            return self.site.post(thread=thread, text=text, reply_to=parent)
        except Refused:
            assert thread == "new-1" or not self.site.comment(parent).is_public(self.site.now)
            return multiple()

    @rule(target=numbers, thread=st.sampled_from(THREADS[:3]), many=st.integers(2, 8))
    def approve_many(self, thread, many):
        """A moderator has a busy minute."""
        return multiple(*(self.site.post_approved(thread=thread) for _ in range(many)))

    @rule(number=numbers, action=DECISIONS, undo=st.sampled_from([0, 0, 90]))
    def decide(self, number, action, undo):
        """Somebody decides; what the table of transitions does not hold is refused."""
        with suppress(NotAllowed):
            self.site.decide(number, action, undo=timedelta(seconds=undo))

    @rule(number=numbers, text=TEXTS)
    def edit(self, number, text):
        """A moderator changes the words."""
        with suppress(NotAllowed):
            self.site.decide(number, Action.EDIT, text=text)

    @rule(number=numbers, action=st.sampled_from([Action.PIN, Action.PIN, Action.UNPIN]))
    def pin(self, number, action):
        """The editor-in-chief puts a message first, or back into its place."""
        with suppress(NotAllowed):
            self.site.decide(number, action)

    @rule(target=numbers, parent=numbers, text=TEXTS, undo=st.sampled_from([0, 90]))
    def answer(self, parent, text, undo):
        """The editors answer a message."""
        try:
            return self.site.answer(parent, text, undo=timedelta(seconds=undo))
        except NotAllowed:
            return multiple()

    @rule(days=st.sampled_from([1, 1, 40]))
    def let_days_pass(self, days):
        """The public figures are made anew once a day."""
        self.site.now += timedelta(days=days)

    @rule()
    def publish(self):
        """The publisher wakes."""
        self.site.publish()

    @rule(
        theme=st.sampled_from(["culture", "civility"]),
        comments=st.sampled_from(["open", "closed", "open\ncomments_until: 2026-03-02"]),
    )
    def new_story(self, theme, comments):
        """An editor adds a story and builds."""
        self.stories += 1
        self.site.write_story(f"new-{self.stories}", theme=theme, comments=comments)
        self.site.build()

    @rule(slug=st.sampled_from(["first", "second"]), words=st.sampled_from(["甲", "乙 & <丙>"]))
    def edit_story(self, slug, words):
        """An editor changes a story's title and text, and builds."""
        self.site.write_story(slug, title=f"改过的{words}", body=f"改过的正文{words}。")
        self.site.build()

    @precondition(lambda self: self.stories > 0)
    @rule()
    def remove_story(self):
        """An editor takes the newest story away again, and builds."""
        (self.site.root / "content" / "stories" / f"new-{self.stories}.md").unlink()
        self.stories -= 1
        self.site.build()

    @rule()
    def lose_the_archive(self):
        """Somebody deletes the archive; the next thing that is due brings all of it back."""
        shutil.rmtree(self.site.archive, ignore_errors=True)
        self.site.publisher.source.repair(self.site.now)

    @invariant()
    @precondition(lambda self: hasattr(self, "site"))
    def untouched_files_keep_their_time(self):
        """A file whose bytes stayed the same was not written."""
        tree, times = self.site.tree(), self.site.times()
        old_tree, old_times = self.before
        rewritten = {
            name
            for name in tree.keys() & old_tree.keys()
            if tree[name] == old_tree[name] and times[name] != old_times[name]
        }
        assert not rewritten
        self.before = (tree, times)

    def teardown(self):
        """Publish what is left, and compare with a clean build of database and content."""
        if not hasattr(self, "site"):
            return
        try:
            self.site.now += timedelta(minutes=5)
            self.site.publish()
            clean = self.site.clean_build(self.folder / "clean")
            tree = self.site.tree()
            assert sorted(tree) == sorted(clean)
            assert {name for name in tree if tree[name] != clean[name]} == set()
        finally:
            self.site.close()
            shutil.rmtree(self.folder)


TestIncrementalEqualsFull = SiteMachine.TestCase
TestIncrementalEqualsFull.settings = settings(
    max_examples=100,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def test_archive_is_lost_when_a_day_has_passed(sqlite_site, tmp_path):
    """The figures of the new day reach their page all the same."""
    for _ in range(6):
        sqlite_site.post_approved()
    sqlite_site.publish()
    sqlite_site.now += timedelta(days=1)
    shutil.rmtree(sqlite_site.archive)
    sqlite_site.publisher.source.repair(sqlite_site.now)
    sqlite_site.now += timedelta(minutes=5)
    sqlite_site.publish()
    clean, tree = sqlite_site.clean_build(tmp_path / "clean"), sqlite_site.tree()
    assert {name for name in tree if tree[name] != clean[name]} == set()
