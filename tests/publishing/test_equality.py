"""What edits and approvals leave is what a clean full build would give, to the byte."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta

import pytest

from benchmarks import equality
from tests.lives import Life, UnequalError


@pytest.fixture
def life():
    """Give a site to which things may happen."""
    life = Life(1)
    yield life
    life.close()


def test_random_sequences():
    """After a hundred random sequences, with kills, no byte differs and no file is written anew
    that did not change.
    """
    outcome = equality.try_out(equality.SHORT, equality.any_seed())
    assert not outcome.failures, "\n".join(outcome.failures)
    assert outcome.sequences == equality.SHORT.count == 100
    assert outcome.kills > 10


def test_same_seed(life):
    """What happens in a life depends on its seed, but for the moments of kills."""
    other = Life(1)
    try:
        for each in (life, other):
            each.sequence()
        deeds = [[line.split()[0] for line in each.told] for each in (life, other)]
        assert deeds[0] == deeds[1]
    finally:
        other.close()


def test_other_bytes_are_seen(life):
    """A page with a byte that no build gives is named."""
    page = life.site.release.public / "stories" / "first" / "index.html"
    page.write_bytes(page.read_bytes() + b"\n")
    with pytest.raises(UnequalError, match="not what a clean build gives: stories/first/index"):
        life.compare()


def test_needless_writing_is_seen(life):
    """A file that was written with the bytes that it had is named."""
    page = life.site.release.public / "index.html"
    os.utime(page, ns=(0, 0))
    with pytest.raises(UnequalError, match=r"written with the bytes that it had: index\.html"):
        life.look()


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
