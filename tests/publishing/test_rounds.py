"""Rounds of the publisher in real processes: killed, and beside a build."""

import json
import os
import subprocess
import sys
from random import Random

import pytest
from filelock import Timeout

from tests.living_site import ROOT
from tests.publishing.rounds import deed
from tests.site.browserless import wait_until

COMMAND = [sys.executable, "-m", "tests.publishing.rounds"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills processes that it forks")
def test_killed_rounds_lose_nothing(tmp_path):
    """Publishers that are killed anywhere in a round leave a site that the next one completes."""
    command = [*COMMAND, "kills", str(tmp_path), "24"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["killed"] > 8
    assert (told["same"], told["left"]) == (True, 0)


def test_build_that_runs_beside_loses_nothing(sqlite_site, tmp_path):
    """What is decided while another process builds is on the pages of its release, or of the next
    round; and builds lose nothing that was published meanwhile.
    """
    command = [*COMMAND, "build", str(tmp_path)]
    counter, dice, numbers = tmp_path / "built", Random(1), []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as building:
        try:
            for wanted in (1, 2, 3):
                for _ in range(4):
                    deed(sqlite_site, dice, numbers)
                    publish_between_builds(sqlite_site)
                wait_until(
                    lambda wanted=wanted: counter.is_file() and int(counter.read_text()) >= wanted,
                    seconds=60,
                )
        finally:
            (tmp_path / "stop").touch()
    assert building.returncode == 0
    sqlite_site.publish()
    assert sqlite_site.tree() == sqlite_site.clean_build(tmp_path / "clean")


def publish_between_builds(site):
    """Publish what is due; where a build is at work, that is left to a later round."""
    try:
        site.publish()
    except Timeout:
        return
