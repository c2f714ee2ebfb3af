"""Lists of stories on pages that stay."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from plugins.campaign.lists import StoryList, by_tag


def make_list(count, length=3):
    """Make a list of stories named by their number, 1 being the oldest."""
    return StoryList(template="x", base="/stories/", stories=range(count, 0, -1), length=length)


@pytest.mark.parametrize(
    ("count", "pages"),
    [
        pytest.param(0, [[]], id="none"),
        pytest.param(2, [[2, 1]], id="less than a page"),
        pytest.param(5, [[5, 4, 3, 2, 1]], id="a full one stays in view until there are two"),
        pytest.param(6, [[6, 5, 4], [3, 2, 1]], id="two full ones"),
        pytest.param(8, [[8, 7, 6, 5, 4], [3, 2, 1]], id="one more is begun"),
        pytest.param(9, [[9, 8, 7], [3, 2, 1], [6, 5, 4]], id="three full ones"),
    ],
)
def test_pages(count, pages):
    """Every story stands on one page, newest first; older pages are counted from the oldest."""
    assert [list(page.stories) for page in make_list(count).pages()] == pages


def test_pages_stay_when_stories_come():
    """A page keeps its address and its stories, whatever comes."""
    seen = {}
    for count in range(40):
        for page in make_list(count).older_pages():
            assert seen.setdefault(page.address, list(page.stories)) == list(page.stories)
    assert len(seen) == 12


def test_ways_between_pages():
    """One gets from the first view over all pages to the oldest, and back."""
    pages = {page.address: page for page in make_list(14).pages()}
    address, way = "/stories/", []
    while address:
        way.append(address)
        address = pages[address].older
    assert way == ["/stories/", "/stories/page/3/", "/stories/page/2/", "/stories/page/1/"]
    assert [pages[each].newer for each in way] == ["", *way[:-1]]
    assert set(way) == pages.keys()


def test_older_page_changes_only_beside_a_new_one():
    """What a page knows of the list changes only when its own newer page comes."""
    before, after = ({page.address: page for page in make_list(n).pages()} for n in (11, 12))
    changed = [address for address in before if before[address] != after[address]]
    assert changed == ["/stories/", "/stories/page/2/"]


def test_only_the_first_view_tells_how_many_there_are():
    """The number of stories changes with each, so that older pages must not tell it."""
    first, *older = make_list(9).pages()
    assert first.total == 9
    assert {page.total for page in older} == {0}


def test_stories_of_each_tag():
    """Tags come in the order of their addresses, each story once a tag."""
    a, b = SimpleNamespace(slug="a"), SimpleNamespace(slug="b")
    stories = [SimpleNamespace(tags=tags) for tags in ([b, a], [a, a], [])]
    assert by_tag(stories) == [(a, stories[:2]), (b, stories[:1])]
