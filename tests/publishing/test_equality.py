"""What edits and approvals leave is what a clean full build would give, to the byte."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import timedelta

import pytest

from benchmarks import equality
from tests.living_site import ROOT
from tests.publishing import one_life


def test_random_sequences():
    """After a hundred random sequences, with kills, no byte differs and no file is written anew
    that did not change.
    """
    outcome = equality.try_out(equality.SHORT, equality.any_seed())
    assert not outcome.failures, "\n".join(outcome.failures)
    assert outcome.sequences == equality.SHORT.count == 100
    assert outcome.kills > 10


@pytest.mark.parametrize("deed", one_life.DEEDS)
def test_one_life(deed):
    """A life depends on its seed alone, and what is wrong in one is seen."""
    command = [sys.executable, "-m", "tests.publishing.one_life", deed]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


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
