"""Small sites to which all happens that can, at random: stories, messages, builds, kills.

A life is one site with its own seed; it goes on sequence by sequence, and after each one the
published tree is compared with a clean full build of the same content and database.

    python -m tests.lives SEED LIVES SEQUENCES

lives through that many lives, the first with that seed, and prints a line of JSON a sequence; a
life ends early where a tree is not as it should be.
"""

from __future__ import annotations

import faulthandler
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from comment_archive.files import Archive
from comments_service.errors import NotAllowed, Refused
from comments_service.models import Action
from plugins.drafts.shared import FILE, FOLDER, SharedDraft, read_drafts, write_drafts
from publishing.release import Releases
from publishing.rollback import roll_back
from tests.living_site import ROOT, LivingSite, read_tree
from tests.publishing.kills import killed, stopping_at

MEMORY = Path("/dev/shm")
"""Where it exists, so that a thousand forced writes do not wait for a disk."""
DEEDS = 8
"""Things that happen in a sequence, before what is due is published and built."""
PERMANENT = ("first", "second", "shut")
"""Stories that the campaign's own data names, or that take no messages."""
MOST = 4
"""Stories that are there beside the permanent ones, at most."""
TEXTS = (
    *("你好。", "第一行\n第二行", "*强调* & <b>粗</b>", "@@title@@ <!--slot wall-->"),
    *("> 引用", "谢谢", "</script>“引号”", "🌹" * 3),
)
NAMES = ("", "路人", "<script>", "@@number@@", "甲 & 乙")
DECISIONS = (
    *(Action.APPROVE, Action.APPROVE, Action.REFUSE, Action.SPAM, Action.REOPEN),
    *(Action.WITHDRAW, Action.APPEAL, Action.ERASE),
)
HEADS = {
    "title": ("改过的甲", "乙 & <丙>", "“引号”与《书名》"),
    "date": ("2015-12-10", "2015-12-05", "2015-12-05 08:30", "2014-01-01", "2016-02-29"),
    "theme": ("culture", "civility"),
    "tags": ("测试", "测试, 样本", "红马甲, U站", "样本, 广东, <b>"),
    "summary": ("摘要一句。", "摘要 & <另一句>。"),
    "picture": ("scene.svg", "other.svg"),
    "comments": ("open", "closed", "open\ncomments_until: 2026-03-02"),
}
BODIES = (
    "正文一段。",
    "改过的正文 & <b>粗</b>。\n\n## 小标题\n\n又一段。",
    '![画面](/pictures/other.svg "图说 · 示意图")\n\n- 一\n- 二',
    "> 引用\n\n[另一篇](/stories/first/)，[再一篇](/stories/second/)。\n\n1. 甲\n2. 乙",
    "## 一\n\n段落。\n\n## 二\n\n| 甲 | 乙 |\n| --- | --- |\n| 1 | 2 |",
)
MOMENTS = (
    *("", "2026-03-01 12:00", "2026-03-01 12:45", "2026-03-02 08:00", "2026-03-03 00:00 Z"),
    *("2026-04-15 09:00 +09:00", "2099-01-01 00:00"),
)
"""Before a life begins, within it, and never."""
STORY = "{head}\n{body}\n"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} 40"><path d="M0 0h9"/></svg>'


PATIENCE = 100
"""Seconds after which something that is done is taken to hang, and says where."""
KILLED = 0.2
"""How often another process begins to publish or build, and is killed if it is not quick."""


class UnequalError(AssertionError):
    """A published tree is not what it should be; the message names the files."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a release was made of."""

    trees: dict[str, dict[str, bytes]]
    """Its content, and its theme where that is not our own."""
    settings: dict[str, object]
    now: datetime
    """The moment that said which stories are public."""


class Life:
    """One site and all that happens to it; only a kill at a moment may fall otherwise next time."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.folder = Path(
            tempfile.mkdtemp(prefix="huisheng-", dir=MEMORY if MEMORY.is_dir() else None)
        )
        self.site = LivingSite.make(self.folder, f"sqlite:///{self.folder / 'comments.db'}")
        # A cache of its own: two builds at once may take an index out of one that they share.
        self.site.settings["SEARCH_CACHE"] = str(self.folder / "search")
        self.content = self.folder / "content"
        self._draw(40)
        self.stories = {name: _story(name) for name in PERMANENT}
        self.numbers: list[int] = []
        self.told: list[str] = []
        self.made = self.kills = self.files = 0
        for name in self.stories:
            self._write(name)
        self.sources: dict[int, Source] = {}
        self._do(Life.build)
        self._do(Life.approve_many)
        self._do(Life.publish)
        self.before = (self.site.tree(), self.site.times())

    def close(self) -> None:
        """Leave nothing behind."""
        self.site.close()
        shutil.rmtree(self.folder)

    def sequence(self, deeds: int = DEEDS) -> None:
        """Let things happen, and look at what is published; raises UnequalError."""
        for _ in range(deeds):
            self._do(self.chance.choices(*_WEIGHTED)[0])
            self.look()
        self.site.now += timedelta(minutes=5)
        for deed in (Life.publish, Life.build):  # a build may take back what was just published
            self._do(deed)
            self.look()
        self.compare()

    def compare(self, now: datetime | None = None) -> None:
        """Compare with a clean build of content and database *now*; raises UnequalError. The drafts
        of a release that was brought back are not looked at: they are those of two moments.
        """
        clean, tree = self.site.clean_build(self.folder / "clean", now), self.site.tree()
        if now:
            clean, tree = _without_drafts(clean), _without_drafts(tree)
        names = {name for name in clean.keys() | tree.keys() if clean.get(name) != tree.get(name)}
        self.files += len(clean)
        if names:
            raise UnequalError(_report("not what a clean build gives", names))

    def look(self) -> None:
        """Make sure that no file was written whose bytes stayed the same; raises UnequalError."""
        tree, times = self.site.tree(), self.site.times()
        old, old_times = self.before
        same = {name for name in tree.keys() & old.keys() if tree[name] == old[name]}
        if names := {name for name in same if times[name] != old_times[name]}:
            raise UnequalError(_report("written with the bytes that it had", names))
        self.before = (tree, times)

    def _do(self, deed: Callable[[Life], str]) -> None:
        self.told.append(deed.__name__)
        self.told[-1] += f" {deed(self)}"

    # What editors do

    def edit_body(self) -> str:
        """Write another text below the same head."""
        name = self.chance.choice(list(self.stories))
        self.stories[name]["body"] = self.chance.choice(BODIES)
        return self._write_and_build(name)

    def edit_head(self) -> str:
        """Change a line of the head, or the text too."""
        name, key = self.chance.choice(list(self.stories)), self.chance.choice(list(HEADS))
        self.stories[name][key] = self.chance.choice(HEADS[key])
        if self.chance.random() < 0.3:
            self.stories[name]["body"] = self.chance.choice(BODIES)
        return f"{key} of {self._write_and_build(name)}"

    def correct(self) -> str:
        """Say in a story what was mended."""
        name = self.chance.choice(list(self.stories))
        self.stories[name]["correction"] = f"2016-03-{self.chance.randint(1, 28):02} 改了一个字"
        return self._write_and_build(name)

    def update(self) -> str:
        """Say that a story went on."""
        name = self.chance.choice(list(self.stories))
        words = self.chance.choice(("", " 08:30", " 补充了数字"))
        self.stories[name]["updated"] = f"2016-03-{self.chance.randint(1, 28):02}{words}"
        return self._write_and_build(name)

    def withdraw(self) -> str:
        """Withdraw a story, or publish one again."""
        name = self.chance.choice(list(self.stories))
        head = self.stories[name]
        if head.pop("status", None):
            del head["withdrawn"]
        else:
            head |= {"status": "withdrawn", "withdrawn": "2016-03-30 来源有误"}
        return self._write_and_build(name)

    def add_story(self) -> str:
        """Write a story, with a head that nothing else has."""
        if len(self.stories) >= len(PERMANENT) + MOST:
            return self.remove_story()
        self.made += 1
        name = f"new-{self.made}"
        self.stories[name] = _story(name) | {
            key: self.chance.choice(values) for key, values in HEADS.items()
        }
        self.stories[name]["body"] = self.chance.choice(BODIES)
        return self._write_and_build(name)

    def schedule(self) -> str:
        """Let a story wait for a moment, or no more."""
        names = [name for name in self.stories if name not in PERMANENT]
        if not names:
            return ""
        name, moment = self.chance.choice(names), self.chance.choice(MOMENTS)
        if moment:
            self.stories[name]["publish_at"] = moment
        else:
            self.stories[name].pop("publish_at", None)
        return f"{moment} for {self._write_and_build(name)}"

    def share(self) -> str:
        """Show a story, which may be public, to whoever knows where, for a while."""
        name, token = self.chance.choice(list(self.stories)), f"{self.chance.getrandbits(128):032x}"
        ends = self.site.now + timedelta(minutes=self.chance.choice((1, 20, 1440, 90_000)))
        path = self.site.releases.with_name(FILE)
        shared = [*read_drafts(path), SharedDraft(f"stories/{name}.md", token, ends.isoformat())]
        write_drafts(path, shared)
        return self._maybe_build(f"{name} until {ends}")

    def rename_story(self) -> str:
        """Give a story another address; its messages stay with it."""
        names = [name for name in self.stories if name not in PERMANENT]
        if not names:
            return ""
        old = self.chance.choice(names)
        self.made += 1
        new = f"again-{self.made}"
        self.stories[new] = head = self.stories.pop(old)
        head.setdefault("thread", old)
        head["formerly"] = ", ".join(filter(None, (head.get("formerly", ""), old)))
        self._path(old).unlink()
        return f"{old} to {self._write_and_build(new)}"

    def remove_story(self) -> str:
        """Take a story away."""
        names = [name for name in self.stories if name not in PERMANENT]
        if not names:
            return ""
        name = self.chance.choice(names)
        del self.stories[name]
        self._path(name).unlink()
        return self._maybe_build(name)

    def edit_page(self) -> str:
        """Change a page that is no story."""
        name = self.chance.choice(("pages/about.md", "themes/culture.md"))
        path = self.content / name
        head, _, _ = path.read_text("utf-8").partition("\n\n")
        path.write_text(f"{head}\n\n{self.chance.choice(BODIES)}\n", "utf-8")
        return self._maybe_build(name)

    def edit_campaign(self) -> str:
        """Change what the campaign says of itself, and how many it counts."""
        path = self.content / "campaign.toml"
        value = self.chance.randint(1, 9)
        lines = [
            f'value = "{value}"' if line.startswith("value = ") else line
            for line in path.read_text("utf-8").splitlines()
        ]
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return self._maybe_build(str(value))

    def redraw(self) -> str:
        """Put another drawing in the place of one."""
        size = self.chance.randint(40, 60)
        self._draw(size)
        return self._maybe_build(str(size))

    def change_template(self) -> str:
        """Change the theme, in a copy of it."""
        theme = self.folder / "theme"
        if not theme.is_dir():
            shutil.copytree(ROOT / "theme", theme)
            self.site.settings["THEME"] = str(theme)
        name = self.chance.choice(("_footer.html", "_story_card.html", "article.html", "tag.html"))
        with (theme / "templates" / name).open("a", encoding="utf-8") as stream:
            stream.write(f"{{# {self.chance.random()} #}}")
        return self._maybe_build(name)

    def change_setting(self) -> str:
        """Change a setting that pages show."""
        self.site.settings["MESSAGE_LIMIT"] = limit = self.chance.choice((400, 500, 600))
        return self._maybe_build(str(limit))

    # What visitors and moderators do

    def post(self) -> str:
        """Leave a message somewhere, perhaps where none is taken."""
        thread = self.chance.choice((*self.threads, "board", "nowhere"))
        return self._posted(thread=thread)

    def reply(self) -> str:
        """Answer a message; only a published one can be answered."""
        if not self.numbers:
            return ""
        parent = self.chance.choice(self.numbers)
        return self._posted(thread=self.site.comment(parent).thread, reply_to=parent)

    def approve_many(self) -> str:
        """Have a busy minute: more messages than a page holds."""
        thread, many = self.chance.choice(("first", "second", "board")), self.chance.randint(2, 8)
        with suppress(Refused):
            for _ in range(many):
                self.numbers.append(self.site.post_approved(thread=thread, **self._words()))
        return f"{thread} {many}"

    def decide(self) -> str:
        """Decide; what the table of transitions does not hold is refused."""
        action, undo = self.chance.choice(DECISIONS), self.chance.choice((0, 0, 90))
        return self._decided(action, undo=timedelta(seconds=undo))

    def edit_message(self) -> str:
        """Change a message's words."""
        return self._decided(Action.EDIT, text=self.chance.choice(TEXTS))

    def pin(self) -> str:
        """Put a message first, or back into its place."""
        return self._decided(self.chance.choice((Action.PIN, Action.PIN, Action.UNPIN)))

    def answer(self) -> str:
        """Answer a message as the editors."""
        if not self.numbers:
            return ""
        parent, undo = self.chance.choice(self.numbers), self.chance.choice((0, 90))
        with suppress(NotAllowed):
            made = self.site.answer(parent, self.chance.choice(TEXTS), undo=timedelta(seconds=undo))
            self.numbers.append(made)
        return str(parent)

    def let_days_pass(self) -> str:
        """Let the public figures grow old."""
        days = self.chance.choice((1, 1, 40))
        self.site.now += timedelta(days=days)
        return str(days)

    def lose_the_archive(self) -> str:
        """Delete the archive; the next thing that is due brings all of it back."""
        shutil.rmtree(self.site.archive, ignore_errors=True)
        self.site.publisher.source.repair(self.site.now)
        return ""

    # What the machine does

    def publish(self) -> str:
        """Wake the publisher, which may be killed before."""
        return self._survived(lambda: self.site.publish(), self.site.restart)

    def build(self) -> str:
        """Build, perhaps in another process, which may be killed before."""
        told = self._survived(self.site.build, ends=partial(self._elsewhere, self.site.build))
        self.sources[self.site.release.number] = self._source()
        return told

    def roll_back(self) -> str:
        """Go back to an older release, which must then be what a clean build of its content and of
        today's messages gives; raises UnequalError.
        """
        self.publish()
        releases = Releases(self.site.releases, clock=lambda: self.site.now)
        archive = Archive(self.site.archive)
        older = [one.number for one in releases.others(self.site.release)]
        if not older:
            return ""
        number = self.chance.choice(older)
        told = self._survived(lambda: roll_back(releases, archive, number), self.site.restart)
        now = self._source()
        self._lay_out(self.sources[number])
        self.compare(self.sources[number].now)
        self._lay_out(now)
        self.before = (self.site.tree(), self.site.times())
        return f"to {number} {told}"

    # How it is done

    def _source(self) -> Source:
        """Keep what a build is made of, but for the messages."""
        trees = {name: read_tree(self.folder / name) for name in ("content", "theme")}
        return Source(trees, dict(self.site.settings), self.site.now)

    def _lay_out(self, source: Source) -> None:
        """Put *source* in the place of what is there."""
        for name, tree in source.trees.items():
            shutil.rmtree(self.folder / name, ignore_errors=True)
            for path, content in tree.items():
                target = self.folder / name / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
        self.site.settings.clear()
        self.site.settings.update(source.settings)

    @property
    def threads(self) -> list[str]:
        """Name the threads that stories have."""
        return [head.get("thread", name) for name, head in self.stories.items()]

    def _path(self, name: str) -> Path:
        return self.content / "stories" / f"{name}.md"

    def _write(self, name: str) -> None:
        head = {key: value for key, value in self.stories[name].items() if key != "body"}
        lines = "".join(f"{key}: {value}\n" for key, value in head.items())
        text = STORY.format(head=lines, body=self.stories[name]["body"])
        self._path(name).write_text(text, "utf-8")

    def _write_and_build(self, name: str) -> str:
        self._write(name)
        return self._maybe_build(name)

    def _maybe_build(self, what: str) -> str:
        """Build at once, or let the next thing happen first."""
        return f"{what}, built {self.build()}" if self.chance.random() < 0.6 else what

    def _draw(self, size: int) -> None:
        (self.content / "pictures" / "other.svg").write_text(DRAWING.format(size=size), "utf-8")

    def _words(self) -> dict[str, str]:
        return {"text": self.chance.choice(TEXTS), "author": self.chance.choice(NAMES)}

    def _posted(self, **where: object) -> str:
        try:
            self.numbers.append(self.site.post(**where, **self._words()))
        except Refused:
            return f"{where} refused"
        return str(where)

    def _decided(self, action: Action, **changes: object) -> str:
        """Decide on a message, mostly on one of the newest."""
        if not self.numbers:
            return ""
        number = self.chance.choice(self.numbers[-self.chance.choice((4, 100)) :])
        with suppress(NotAllowed):
            self.site.decide(number, action, **changes)
        return f"{number} {action}"

    def _elsewhere(self, work: Callable[[], object]) -> None:
        """Do *work* in a process of its own: libvips leaves threads where it drew a card, and a
        copy of such a process waits for them for ever. Raises UnequalError when it fails.
        """
        self.site.close()
        child = os.fork()
        if not child:
            _up_to(None, work)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            raise UnequalError(f"{work} ends with {status} in another process")

    def _survived(
        self,
        work: Callable[[], object],
        restart: Callable[[], object] = lambda: None,
        *,
        ends: Callable[[], object] | None = None,
    ) -> str:
        """Do *work*, now and then after another process began it and was killed, or did all of it;
        then *restart* is called before. *ends* does the same work here, if that takes more.
        """
        ends = ends or work
        if self.chance.random() > KILLED:
            ends()
            return ""
        step, seconds = self.chance.choice(
            (
                (int(10 ** self.chance.uniform(0, 3.5)), None),
                (None, self.chance.uniform(0, 0.5)),
                (None, None),
            )
        )
        self.site.close()
        began = time.monotonic()
        was_killed = killed(partial(_up_to, step, work), after=seconds)
        if time.monotonic() - began >= PATIENCE:
            raise UnequalError(f"{work} hangs in another process")
        self.kills += was_killed
        restart()
        ends()
        return f"killed at {seconds or step}" if was_killed else "by another process too"


def _up_to(step: int | None, work: Callable[[], object]) -> None:
    """Do *work* up to the thing that it does to the disk at *step*, if there is one.

    What it raises ends this process and no more: it may be a worker of it that was killed.
    """
    signal.alarm(PATIENCE)
    if step is not None:
        stopping_at(step)
    try:
        work()
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def _report(what: str, names: set[str]) -> str:
    return f"{what}: {', '.join(sorted(names))}"


def _without_drafts(tree: dict[str, bytes]) -> dict[str, bytes]:
    return {name: page for name, page in tree.items() if not name.startswith(f"{FOLDER}/")}


def _story(name: str) -> dict[str, str]:
    """Give the lines of a story's head, and its text."""
    return {
        "title": f"故事{name}",
        "date": "2015-12-04",
        "theme": "culture",
        "tags": "测试",
        "summary": f"{name}的摘要。",
        "picture": "scene.svg",
        "picture_alt": "画面",
        "comments": "closed" if name == "shut" else "open",
        "body": BODIES[0],
    }


_LIKELY: dict[Callable[[Life], str], int] = {
    Life.edit_body: 6,
    Life.edit_head: 8,
    Life.correct: 2,
    Life.update: 1,
    Life.withdraw: 3,
    Life.add_story: 4,
    Life.rename_story: 3,
    Life.remove_story: 2,
    Life.edit_page: 2,
    Life.edit_campaign: 1,
    Life.redraw: 1,
    Life.change_template: 1,
    Life.change_setting: 1,
    Life.post: 8,
    Life.reply: 4,
    Life.approve_many: 5,
    Life.decide: 14,
    Life.edit_message: 4,
    Life.pin: 4,
    Life.answer: 3,
    Life.let_days_pass: 2,
    Life.lose_the_archive: 1,
    Life.publish: 8,
    Life.build: 3,
    Life.roll_back: 1,
    Life.schedule: 2,
    Life.share: 1,
}
"""What can happen, and how often one does against another."""
_WEIGHTED = (list(_LIKELY), list(_LIKELY.values()))


def main() -> None:
    """Do what the command line says."""
    seed, lives, sequences = map(int, sys.argv[1:])
    faulthandler.register(signal.SIGALRM, chain=True)  # says where it hangs, and ends it
    for number in range(seed, seed + lives):
        _live(number, sequences)


def _live(seed: int, sequences: int) -> None:
    """Live through one life, and print a line a sequence: what happened, or what went wrong."""
    life = Life(seed)
    try:
        for number in range(1, sequences + 1):
            signal.alarm(3 * PATIENCE)
            kills, files = life.kills, life.files
            life.sequence()
            done = {"kills": life.kills - kills, "files": life.files - files}
            _print(seed=seed, sequence=number, **done)
    except Exception:
        _print(seed=seed, failure=traceback.format_exc(), happened=life.told)
    finally:
        life.close()


def _print(**facts: object) -> None:
    print(json.dumps(facts, ensure_ascii=False), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
