"""How stories hang together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.campaign.stories import (
    RELATED,
    Correction,
    modified_at,
    neighbours,
    newest_first,
    of_theme,
    read_correction,
    read_corrections,
    related,
)

SHENZHEN = timezone(timedelta(hours=8))


@dataclass(eq=False)
class Story:
    """As much of a story as is looked at."""

    slug: str
    day: int = 1
    theme: str = "culture"
    tag_names: list[str] = field(default_factory=list)

    @property
    def date(self):
        """The day in December 2015."""
        return datetime(2015, 12, self.day, tzinfo=SHENZHEN)


def slugs_of(stories):
    """Name *stories* in their order."""
    return [story.slug for story in stories]


def test_newest_first():
    """Stories come newest first, those of one day by name."""
    stories = [Story("b", 5), Story("c", 9), Story("a", 5), Story("d", 1)]
    assert slugs_of(newest_first(stories)) == ["c", "a", "b", "d"]


@given(st.permutations([("a", 1), ("b", 1), ("c", 2), ("d", 2), ("e", 3)]))
def test_order_does_not_depend_on_the_file_system(pairs):
    """However the files are found, the order is the same."""
    assert slugs_of(newest_first([Story(*pair) for pair in pairs])) == ["e", "c", "d", "a", "b"]


def test_of_theme():
    """A theme has its own stories, in the order they came."""
    stories = [Story("a"), Story("b", theme="harmony"), Story("c")]
    assert slugs_of(of_theme(stories, "culture")) == ["a", "c"]
    assert of_theme(stories, "quality") == []


@pytest.mark.parametrize(
    ("slug", "older", "newer"),
    [
        pytest.param("new", "mid", None, id="newest has none after it"),
        pytest.param("mid", "old", "new", id="between two"),
        pytest.param("old", None, "mid", id="oldest has none before it"),
    ],
)
def test_neighbours(slug, older, newer):
    """A story knows the one before it and the one after it in time."""
    stories = newest_first([Story("old", 1), Story("mid", 2), Story("new", 3)])
    story = next(each for each in stories if each.slug == slug)
    found = [each.slug if each else None for each in neighbours(stories, story)]
    assert found == [older, newer]


def test_neighbours_of_the_only_one():
    """A story alone in its theme has no neighbours."""
    story = Story("a")
    assert neighbours([story], story) == (None, None)


def test_related_by_tags_then_theme_then_date():
    """Most tags in common come first, then the own theme, then the newest; three at most."""
    story = Story("own", 5, "culture", ["红马甲", "U站", "社区"])
    others = [
        Story("nothing", 9, "harmony"),
        Story("theme", 1, "culture"),
        Story("one-tag", 2, "harmony", ["U站"]),
        Story("one-tag-newer", 8, "harmony", ["社区"]),
        Story("one-tag-theme", 1, "culture", ["U站", "别的"]),
        Story("two-tags", 1, "harmony", ["U站", "红马甲"]),
    ]
    stories = newest_first([story, *others])
    assert slugs_of(related(stories, story)) == ["two-tags", "one-tag-theme", "one-tag-newer"]


def test_related_never_names_the_story_itself():
    """A story is not related to itself, and twins of its tags count once a tag."""
    story = Story("own", tag_names=["a", "a"])
    twice, twin = Story("twice", 2, "harmony", ["a", "a"]), Story("twin", 1, "culture", ["a"])
    assert slugs_of(related(newest_first([story, twice, twin]), story)) == ["twin", "twice"]
    assert related([story], story) == []
    assert RELATED == 3


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param((), (), id="none"),
        pytest.param(
            "2015-12-20 改了一处。", (Correction(date(2015, 12, 20), "改了一处。"),), id="one line"
        ),
        pytest.param(
            ["2015-12-20 甲", "2016-01-03：乙", "2015-12-20 丙"],
            (
                Correction(date(2016, 1, 3), "乙"),
                Correction(date(2015, 12, 20), "甲"),
                Correction(date(2015, 12, 20), "丙"),
            ),
            id="several, newest first",
        ),
    ],
)
def test_corrections(lines, expected):
    """Corrections are read from one line or several and come newest first."""
    assert read_corrections(lines) == expected


@pytest.mark.parametrize(
    "line", ["", "2015-12-20", "2015-12-20 ", "2015-02-30 甲", "甲", "15-12-20 甲"]
)
def test_lines_that_are_no_correction(line):
    """A correction has a day that exists, and words."""
    with pytest.raises(ValueError):  # noqa: PT011 -- the day's own words come from the library
        read_correction(line)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        pytest.param([], datetime(2015, 12, 5, 8, 30, tzinfo=SHENZHEN), id="never corrected"),
        pytest.param(
            [20, 22, 7], datetime(2015, 12, 22, tzinfo=SHENZHEN), id="the newest correction"
        ),
        pytest.param(
            [5], datetime(2015, 12, 5, 8, 30, tzinfo=SHENZHEN), id="on the day it was published"
        ),
    ],
)
def test_when_a_story_was_modified(days, expected):
    """A story reads as it does since its newest correction, never before it was published."""
    published = datetime(2015, 12, 5, 8, 30, tzinfo=SHENZHEN)
    corrections = [Correction(date(2015, 12, day), "改") for day in days]
    assert modified_at(published, corrections) == expected
