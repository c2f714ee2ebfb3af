"""The slot map: which pages hold which slots, asked one at a time."""

import pytest

from publishing.slot_map import SlotMap


@pytest.fixture
def slot_map(tmp_path):
    """Give a map of three pages."""
    made = SlotMap.of(tmp_path)
    made.write(
        [
            ("index.html", ["latest", "count:one", "count:two"]),
            ("one/index.html", ["count:one", "thread:one", "count:one"]),
            ("about/index.html", []),
        ]
    )
    return made


def test_pages_and_slots_are_found(slot_map, tmp_path):
    """Each slot names its pages, also for who opens the file later."""
    for each in (slot_map, SlotMap.of(tmp_path)):
        assert each.files_of("count:one") == ["index.html", "one/index.html"]
        assert each.files_of("thread:one") == ["one/index.html"]
        assert each.files_of("wall") == []


def test_edited_page_is_replaced(slot_map, tmp_path):
    """A page that holds other slots now, or is gone, is asked for those no more."""
    slot_map.replace({"index.html": ["wall"], "one/index.html": []})
    assert slot_map.files_of("wall") == ["index.html"]
    assert slot_map.files_of("count:one") == []
    assert SlotMap.of(tmp_path).files_of("wall") == ["index.html"]


def test_writing_again_begins_anew(slot_map):
    """A map that is written again holds nothing of before."""
    slot_map.write([("a.html", ["wall"])])
    assert slot_map.files_of("latest") == []
    assert slot_map.files_of("wall") == ["a.html"]


def test_missing_map_is_told(tmp_path):
    """A release without a map says what to do."""
    with pytest.raises(FileNotFoundError, match="make the release anew"):
        SlotMap.of(tmp_path).files_of("wall")
