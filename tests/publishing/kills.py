"""Changes a release over and over in real processes that are killed, and looks at what they leave.

    python -m tests.publishing.kills FOLDER RANDOM_KILLS

kills one at each thing that it does to the disk, then RANDOM_KILLS at random moments; prints how
many were killed and how many left the change done.
"""

import json
import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path

from publishing.changeset import STAGE, apply, finish
from publishing.release import Release
from tests.living_site import read_tree

EVENTS = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "os.utime"}
"""What Python tells before it is done to the disk."""


def state(number):
    """Give the files of one state; every state has some of its own, and folders where others have
    files.
    """
    kind = number % 3
    files = {
        "index.html": f"home {number}".encode(),
        "stories/one/index.html": b"text " * 300 + str(number).encode(),
        "stays.html": b"stays",
        f"only/{kind}/deep/index.html": b"here",
    }
    files["a/b/index.html" if kind else "a"] = f"a {kind}".encode()
    return files


def change(before, after):
    """Give the change from one state to another; what stays is named as well."""
    return dict.fromkeys(state(before)) | state(after)


def whole(release, number):
    """Finish, and give which of the states *number* and the next one is there; what is neither is
    no state.
    """
    finish(release)
    found = read_tree(release.folder)
    empty = [path for path in release.public.rglob("**/") if not any(path.iterdir())]
    for each in (number, number + 1):
        wanted = {f"public/{name}": content for name, content in state(each).items()}
        if found == wanted and not empty and not any((release.records / STAGE).iterdir()):
            return each
    raise AssertionError(f"neither {number} nor {number + 1}: {sorted(found)}")


def killed(work, *, after=None):
    """Do *work* in a process of its own, killed after so many seconds or by its own; says whether
    it was.
    """
    child = os.fork()
    if not child:
        work()
        os._exit(0)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def stopping_at(step):
    """Kill this process before the step-th thing that it does to the disk."""
    steps = iter(range(step))

    def watch(event, arguments):
        if event in EVENTS and next(steps, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def at_each_step(release, number):
    """Kill at the first step, at the second, and so on, until one change comes through."""
    kills = done = 0
    was_killed = True
    while was_killed:

        def work(step=kills, before=number):
            stopping_at(step)
            apply(release, change(before, before + 1))

        was_killed = killed(work)
        found = whole(release, number)
        done += was_killed and found > number
        kills += was_killed
        number = found
    return kills, done, number


def at_random(release, number, kills):
    """Kill a process that changes the release again and again."""
    dice = random.Random(number)
    for _ in range(kills):
        progress = release.folder.with_name("progress")

        def work(before=number, progress=progress):
            while True:
                aside = progress.with_name("progress.new")  # a kill must not leave it empty
                aside.write_text(str(before))
                aside.replace(progress)
                apply(release, change(before, before + 1))
                before += 1

        killed(work, after=dice.uniform(0.001, 0.03))
        told = progress.read_text() if progress.is_file() else ""
        progress.unlink(missing_ok=True)
        number = whole(release, int(told)) if told else number
    return number


def main():
    """Do what the command line says."""
    release = Release(Path(sys.argv[1]))
    shutil.rmtree(release.folder, ignore_errors=True)
    release.public.mkdir(parents=True)
    release.records.mkdir()
    apply(release, state(0))
    kills, done, number = at_each_step(release, 0)
    last = at_random(release, number, int(sys.argv[2]))
    print(json.dumps({"kills": kills, "done": done, "random": last}))  # noqa: T201


if __name__ == "__main__":
    main()
