"""Lists of stories on a site that was really built."""

from __future__ import annotations

import re

import pytest

LISTS = ("stories/", "tags/ce-shi/", "themes/culture/")


@pytest.fixture
def many(sqlite_site):
    """Give a site of many stories of one theme and tag."""
    for day in range(10, 20):
        sqlite_site.write_story(f"day-{day}", date=f"2015-12-{day}")
    sqlite_site.build()
    return sqlite_site


def test_new_story_leaves_older_pages_alone(many):
    """A new story changes first views and what is beside it, and no older page of any list."""
    before = many.tree()
    many.write_story("new", date="2015-12-30")
    many.build()
    after = many.tree()
    older = {name for name in before if re.search("/page/[0-9]+/index", name)}
    assert {f"{base}page/1/index.html" for base in LISTS} <= older
    changed = {name for name in before if before[name] != after.get(name)}
    assert changed & older == set()
    assert {f"{base}index.html" for base in LISTS} <= changed
    stories = {name for name in changed if re.fullmatch("stories/[a-z0-9-]+/index.html", name)}
    assert stories == {"stories/day-19/index.html"}


def test_pages_lead_to_each_other(many):
    """Every story is reached from the first view of its lists, by links alone."""
    for base in LISTS:
        address, seen = f"/{base}", set()
        while address:
            page = many.page(f"{address[1:]}index.html")
            seen |= set(re.findall(r'story-card__title"><a href="/(stories/[^"]+)"', page))
            way = re.search(r'rel="next" href="([^"]+)">较早的', page)
            address = way and way[1]
        assert {f"stories/day-{day}/" for day in range(10, 20)} <= seen
