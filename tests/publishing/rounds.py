"""Publishes in processes that are killed, or beside a build, and says what became of it.

    python -m tests.publishing.rounds kills FOLDER COUNT

approves COUNT messages, kills the publisher of each at another thing that it does to the disk, lets
the next one go on, and compares with a clean build.

    python -m tests.publishing.rounds build FOLDER

builds the site of FOLDER, again and again, until the file FOLDER/stop is there.
"""

import json
import random
import sys
from contextlib import suppress
from pathlib import Path

from comments_service.errors import NotAllowed
from comments_service.models import Action
from publishing.worker import Publisher
from tests.living_site import LivingSite
from tests.publishing.kills import killed, stopping_at

STEPS = 150
"""Things that a round does to the disk, or more."""


def deed(site, dice, numbers):
    """Let something be decided."""
    done = dice.random()
    if done < 0.6 or len(numbers) < 3:
        numbers.append(site.post_approved(thread=dice.choice(["first", "second", "board"])))
    elif done < 0.8:
        site.decide(numbers.pop(dice.randrange(len(numbers))), Action.WITHDRAW)
    else:
        with suppress(NotAllowed):  # it is pinned already, or is not
            site.decide(dice.choice(numbers), dice.choice([Action.PIN, Action.UNPIN]))


def fresh_publisher(site):
    """Give a publisher as a new process has it."""
    known = site.publisher
    return Publisher(known.source, known.archive, known.releases, lambda: site.now)


def killed_at(site, step):
    """Publish in a process that is killed at *step*; says whether it was."""

    def work():
        site.database.engine.dispose(close=False)
        stopping_at(step)
        fresh_publisher(site).publish_due()

    return killed(work)


def kills(root, count):
    """Approve, kill, go on; prints how many were killed, and whether all is as it should be."""
    site = LivingSite.make(root, f"sqlite:///{root / 'comments.db'}")
    site.build()
    dice, numbers, died = random.Random(count), [], 0
    for _ in range(count):
        deed(site, dice, numbers)
        died += killed_at(site, dice.randrange(STEPS))
        site.publisher = fresh_publisher(site)
        site.publish()
    is_same = site.tree() == site.clean_build(root / "clean")
    left = list((site.release.records / "changes").iterdir())
    print(json.dumps({"killed": died, "same": is_same, "left": len(left)}))  # noqa: T201


def build_until_stopped(root):
    """Build the site of *root* again and again; prints how often."""
    url = f"sqlite:///{root / 'comments.db'}"
    site = LivingSite(root, url, None, None)
    built = 0
    while not (root / "stop").exists():
        site.build(force=True)
        built += 1
        (root / "built").write_text(str(built), "utf-8")
    print(built)  # noqa: T201


if __name__ == "__main__":
    if sys.argv[1] == "kills":
        kills(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        build_until_stopped(Path(sys.argv[2]))
