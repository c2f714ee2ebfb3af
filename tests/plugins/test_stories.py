"""How stories hang together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from plugins.campaign.stories import (
    NEAR,
    RELATED,
    Kinship,
    Lazily,
    by_theme,
    newest_first,
    with_neighbours,
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
        """The day, from the first of December 2015 on."""
        return datetime(2015, 12, 1, tzinfo=SHENZHEN) + timedelta(self.day - 1)


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


def test_stories_of_each_theme():
    """A theme has its own stories, in the order they came."""
    groups = by_theme([Story("a"), Story("b", theme="harmony"), Story("c")])
    assert {theme: slugs_of(found) for theme, found in groups.items()} == {
        "culture": ["a", "c"],
        "harmony": ["b"],
    }


def test_neighbours():
    """A story knows the one before it and the one after it in time; the first and last have one."""
    stories = newest_first([Story("old", 1), Story("mid", 2), Story("new", 3)])
    found = [tuple(each and each.slug for each in row) for row in with_neighbours(stories)]
    assert found == [("new", "mid", None), ("mid", "old", "new"), ("old", None, "mid")]


def test_neighbours_of_the_only_one():
    """A story alone in its theme has no neighbours, and an empty theme has no story."""
    story = Story("a")
    assert list(with_neighbours([story])) == [(story, None, None)]
    assert list(with_neighbours([])) == []


def test_related_by_tags_then_theme_then_time():
    """Most tags in common come first, then the own theme, then the nearest; three at most."""
    story = Story("own", 5, "culture", ["红马甲", "U站", "社区"])
    others = [
        Story("nothing", 9, "harmony"),
        Story("theme", 1, "culture"),
        Story("one-tag", 20, "harmony", ["U站"]),
        Story("one-tag-nearer", 2, "harmony", ["社区"]),
        Story("one-tag-theme", 1, "culture", ["U站", "别的"]),
        Story("two-tags", 1, "harmony", ["U站", "红马甲"]),
    ]
    related = Kinship([story, *others]).related(story)
    assert slugs_of(related) == ["two-tags", "one-tag-theme", "one-tag-nearer"]


def test_related_prefers_the_older_of_two():
    """Of two that are equally far in time the older one comes first, then the name decides: so a
    new story takes no place from one that is as near.
    """
    story = Story("own", 5, tag_names=["a"])
    others = [Story(name, day, tag_names=["a"]) for name, day in (("c", 6), ("b", 4), ("a", 6))]
    assert slugs_of(Kinship([*others, story]).related(story)) == ["b", "a", "c"]


def test_related_never_names_the_story_itself():
    """A story is not related to itself, and twins of its tags count once a tag."""
    story = Story("own", tag_names=["a", "a"])
    twice, twin = Story("twice", 2, "harmony", ["a", "a"]), Story("twin", 1, "culture", ["a"])
    assert slugs_of(Kinship([story, twice, twin]).related(story)) == ["twin", "twice"]
    assert Kinship([story]).related(story) == []
    assert RELATED == 3


@given(st.data())
def test_related_is_what_a_look_at_all_stories_gives(data):
    """As long as no tag has more stories than are looked at, nothing is missed."""
    tags = st.lists(st.sampled_from("abcd"), max_size=3)
    drawn = data.draw(st.lists(st.tuples(st.integers(1, 31), st.sampled_from("xy"), tags)))
    stories = [
        Story(f"s{number}", day, theme, names)
        for number, (day, theme, names) in enumerate(drawn[:NEAR])
    ]
    kinship = Kinship(stories)
    for story in stories:
        assert kinship.related(story) == looked_up(stories, story)


def looked_up(stories, story):
    """Sort all stories for the one."""

    def distance(other):
        shared = len(set(other.tag_names) & set(story.tag_names))
        days = other.day - story.day
        return -shared, other.theme != story.theme, abs(days), days > 0, other.slug

    return sorted((other for other in stories if other is not story), key=distance)[:RELATED]


def test_new_story_changes_few_others():
    """Of a thousand stories with the same tag, a new one is shown beside a few of its time."""
    stories = [Story(f"s{day:04}", day, tag_names=["a"]) for day in range(1, 1001)]
    before, after = Kinship(stories), Kinship([*stories, Story("new", 1001, tag_names=["a"])])
    changed = [each for each in stories if before.related(each) != after.related(each)]
    assert slugs_of(changed) == ["s1000"]


def test_looked_up_once_and_only_when_asked():
    """What is related to a story is found when its page is rendered, and once."""
    asked = []
    found = Lazily(lambda: asked.append(1) or [Story("a"), Story("b")])
    assert not asked
    assert slugs_of(found) == ["a", "b"]
    assert (len(found), found[1].slug, slugs_of(found[:1])) == (2, "b", ["a"])
    assert len(asked) == 1
