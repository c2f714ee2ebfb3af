"""Names of new files, which become addresses: pinyin of the title, cut where a word ends."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from itertools import accumulate
from pathlib import Path

from plugins.campaign.addresses import former_slugs, story_slug, thread_of
from plugins.editing.site import TAKEN
from plugins.editing.sources import Source
from plugins.typography.pinyin import READINGS, pinyin_slug
from plugins.typography.words import segment

LONGEST = 40
"""Letters of an address that people can still read out and copy."""
FALLBACK = "story"
"""The name of a story of whose title nothing can be spoken."""
CLAUSE = re.compile("(?<=[，。：；！？、…—])")
LEAST = 8
"""Letters that part of a title must have to stand for all of it."""
DEVICES = frozenset(
    {
        "aux",
        "con",
        "nul",
        "prn",
        *(f"{port}{number}" for port in ("com", "lpt") for number in "0123456789"),
    }
)
"""Names that no file can have on Windows, whatever its ending."""


def short_slug(title: str, longest: int = LONGEST) -> str:
    """Give the pinyin of *title*; of its first clauses, else of its first words, if all would be
    longer than *longest*. Empty when nothing of it can be spoken.
    """
    whole = pinyin_slug(title)
    if len(whole) <= longest:
        return whole
    clauses = _fitting(CLAUSE.split(title), longest)
    words = _fitting(segment(title, READINGS), longest)
    cut = whole[: longest + 1].rpartition("-")[0] or whole[:longest]
    return clauses if len(clauses) >= LEAST else words or cut


def _fitting(pieces: Iterable[str], longest: int) -> str:
    """Give the pinyin of as many of *pieces*, from the first one, as are not longer together."""
    slugs = [""]
    for said in accumulate(pieces):
        if len(slug := pinyin_slug(said)) > longest:
            break
        slugs.append(slug)
    return slugs[-1]


def free_slug(title: str, taken: Collection[str], fallback: str = FALLBACK) -> str:
    """Give the name of a new file for *title*: none of *taken*, else with a number."""
    wanted = short_slug(title) or fallback
    free, number = wanted, 1
    while free in taken or free in DEVICES:
        number += 1
        free = f"{wanted}-{number}"
    return free


def taken_by(stories: Collection[Source]) -> frozenset[str]:
    """Name all that no new story can be called: addresses of *stories*, former ones, threads."""
    taken = set(TAKEN)
    for story in stories:
        slug, former = story_slug(Path(story.path)), former_slugs(story.value("formerly"))
        taken |= {slug, Path(story.path).stem.lower(), *former}
        taken.add(thread_of(slug, former, story.value("thread")))
    return frozenset(taken)
