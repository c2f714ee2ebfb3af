"""Kills publishers and builds at random moments while readers look: no page is missing, torn or
mixed, and the next run completes what was cut off.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from chaos import building
from chaos.full_folders import PUBLISHER, as_built_anew
from chaos.readers import Readers
from chaos.rows import Row, at_least, none_of
from chaos.stage import Program, make_site, settings_of, wait_for
from comments_service.models import Action
from comments_service.moderation import MOST_PINNED
from plugins.progress import shown
from tests.living_site import LivingSite

PAGES = (
    "index.html",
    "stories/first/index.html",
    "stories/second/index.html",
    "messages/index.html",
    "messages/feed.xml",
    "themes/culture/index.html",
)
DEEDS = ("publish", "edit", "publish", "anew")
"""What is cut off, in turn: publishing, a build in place, a whole build."""
LEADING = '"event": "leading"'
USUAL = {"publish": 0.1, "edit": 1.0, "anew": 1.2}
"""Seconds that each takes before anybody measured it."""
BEGINS = 0.3
"""The part of a build's time in which it only loads what it needs."""
BEYOND = 1.1
"""Up to which part of the time that was needed before the kill may come."""


def run(folder: Path, quick: bool) -> list[Row]:
    """Let decisions and edits be cut off, each once, and be completed by the next run."""
    kills, site = 4 if quick else 220, make_site(folder)
    with Readers(site.releases / "current" / "public", PAGES) as readers:
        cut = Cut(site, readers)
        with shown("Kills", kills) as step:
            for number in range(kills):
                cut.once(DEEDS[number % len(DEEDS)])
                step()
    row = as_built_anew(site)
    site.close()
    return [
        at_least("kills of publishers and builds at random moments", kills, cut.kills),
        at_least("kills before the work was done", kills // 8, cut.early),
        none_of("pages that a reader missed", readers.missing, readers.reads, "reads"),
        none_of("pages torn, mixed or of no state", cut.strange, readers.reads, "reads"),
        at_least("next runs that completed it alone", kills, cut.completed),
        row,
    ]


@dataclass
class Cut:
    """One site whose publishers and builds are cut off, and what came of it."""

    site: LivingSite
    readers: Readers
    kills: int = 0
    early: int = 0
    """Kills before the work was done."""
    strange: int = 0
    completed: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    """How long each deed took when it was last done in peace."""
    numbers: list[int] = field(default_factory=list)
    """Messages that are public and not pinned."""
    pinned: list[int] = field(default_factory=list)
    chance: random.Random = field(default_factory=random.SystemRandom)

    def once(self, deed: str) -> None:
        """Change something, cut off what brings it to the site, and let the next run do it."""
        before = self.readers.now()
        if deed == "publish":
            self._publish()
        else:
            self._build(deed)
        self.strange += self.readers.strange(before, self.readers.now())

    def _publish(self) -> None:
        """Kill a publisher within its first round; the next one does the rest."""
        self._decide()
        publisher = self._publisher()
        publisher.start()
        self._wait_until_leading(publisher)
        time.sleep(self._moment("publish", 0))
        self.early += self._is_due()
        self._kill(publisher)
        publisher.start()
        began = self._wait_until_leading(publisher)
        wait_for(lambda: not self._is_due(), "the next publisher completes the round")
        self.seconds["publish"] = time.monotonic() - began
        self.completed += publisher.stop() == 0

    def _build(self, deed: str) -> None:
        """Kill a build; the next one does all of it."""
        self.site.write_story("second", body=f"第{self.kills}次改过的正文。")
        build = Program(
            building.command(self.site, force=deed == "anew"),
            settings_of(self.site),
            self.site.root / "build.log",
        )
        build.start()
        time.sleep(self._moment(deed, BEGINS))
        self.early += build.is_running()
        self._kill(build)
        began = time.monotonic()
        build.start()
        self.completed += build.wait() == 0
        self.seconds[deed] = time.monotonic() - began

    def _decide(self) -> None:
        """Let something be decided that changes pages."""
        numbers, dice = self.numbers, self.chance.random()
        if dice < 0.6 or len(numbers) < 3:
            numbers.append(self.site.post_approved(thread=self.chance.choice(("first", "second"))))
        elif dice < 0.8:
            number = numbers.pop(self.chance.randrange(len(numbers)))
            self.site.decide(number, Action.WITHDRAW)
        elif len(self.pinned) < MOST_PINNED:
            self.pinned.append(numbers.pop())
            self.site.decide(self.pinned[-1], Action.PIN)
        else:
            numbers.append(self.pinned.pop(0))
            self.site.decide(numbers[-1], Action.UNPIN)

    def _publisher(self) -> Program:
        log = self.site.root / "publisher.log"
        log.unlink(missing_ok=True)
        settings = settings_of(self.site, COMMENTS_LOG_LEVEL="INFO")
        return Program(PUBLISHER, settings, log)

    def _wait_until_leading(self, publisher: Program) -> float:
        """Wait until it begins its first round; gives the moment."""
        wait_for(lambda: publisher.has_said(LEADING), "the publisher leads")
        return time.monotonic()

    def _moment(self, deed: str, begins: float) -> float:
        """Choose after how many seconds of *deed* the kill comes."""
        usual = self.seconds.get(deed, USUAL[deed])
        return self.chance.uniform(begins * usual, BEYOND * usual)

    def _is_due(self) -> bool:
        """Say whether a decision waits for a publisher."""
        due = self.site.publisher.source.next_due()
        return due is not None and due <= datetime.now(UTC)

    def _kill(self, program: Program) -> None:
        program.kill()
        self.kills += 1
        program.log.unlink(missing_ok=True)
