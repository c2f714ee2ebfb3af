"""Looks at one life in a process of its own: a copy of a process in which other tests drew pictures
may wait for threads of libvips that it has not.

    python -m tests.publishing.one_life WHAT

does one of the deeds below, and ends with an AssertionError where it is not as it should be.
"""

import os
import sys
from contextlib import closing

import pytest

from tests.lives import Life, UnequalError


def same_seed(life):
    """What happens in a life depends on its seed, but for the moments of kills."""
    with closing(Life(1)) as other:
        for each in (life, other):
            each.sequence()
        deeds = [[line.split()[0] for line in each.told] for each in (life, other)]
        assert deeds[0] == deeds[1]


def other_bytes(life):
    """A page with a byte that no build gives is named."""
    page = life.site.release.public / "stories" / "first" / "index.html"
    page.write_bytes(page.read_bytes() + b"\n")
    with pytest.raises(UnequalError, match="not what a clean build gives: stories/first/index"):
        life.compare()


def needless_writing(life):
    """A file that was written with the bytes that it had is named."""
    page = life.site.release.public / "index.html"
    os.utime(page, ns=(0, 0))
    with pytest.raises(UnequalError, match=r"written with the bytes that it had: index\.html"):
        life.look()


DEEDS = {deed.__name__: deed for deed in (same_seed, other_bytes, needless_writing)}


def main():
    """Do what the command line says."""
    with closing(Life(1)) as life:
        DEEDS[sys.argv[1]](life)


if __name__ == "__main__":
    main()
