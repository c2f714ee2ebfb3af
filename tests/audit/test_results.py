"""Results are told to a person, to a reader of the documents and to the site, alike."""

from __future__ import annotations

import tomllib
from datetime import date

from audit.results import Result, at_most, count, data, document, table

DAY = date(2026, 11, 23)
RESULTS = (
    count("broken links", "失效的链接", ["/a/: /b/ leads nowhere"], remark="12 pages"),
    at_most("weight", "下载量", 20, {"a": 12.3456, "b": 9.0}, " kB"),
)


def test_count():
    """What asks for nothing to be found is missed by one place."""
    found, nothing = RESULTS[0], count("a", "甲", [])
    assert (found.asked, found.measured, found.is_met) == ("0", "1", False)
    assert (nothing.asked, nothing.measured, nothing.is_met) == ("0", "0", True)


def test_at_most():
    """The worst place counts; the places that are over the limit are named."""
    over = at_most("weight", "下载量", 10, {"a": 12.3456, "b": 9.0}, " kB")
    assert (over.asked, over.measured, over.is_met) == ("≤ 10 kB", "12.35 kB", False)
    assert over.where == ("a: 12.35 kB",)
    assert RESULTS[1].is_met
    assert RESULTS[1].where == ()


def test_table():
    """Each row says what was asked and measured; where it was missed stands below."""
    lines = table(RESULTS).splitlines()
    assert [line.split() for line in lines[1:3]] == [
        ["broken", "links", "0", "1", "MISSED"],
        ["/a/:", "/b/", "leads", "nowhere"],
    ]
    assert lines[4].split() == ["weight", "≤", "20", "kB", "12.35", "kB", "met"]


def test_long_lists_are_counted():
    """A figure that is missed in many places does not fill the screen."""
    places = [f"place {number}" for number in range(100)]
    text = table([count("a", "甲", places)])
    assert "and 88 more" in text
    assert "place 50" not in text


def test_document():
    """The document has the day, each row and the versions."""
    text = document(RESULTS, DAY, {"axe-core": "4.12.1"})
    assert "2026-11-23" in text
    assert (
        "| broken links | 0 | 1 | **missed**: /a/: /b/ leads nowhere. 12 pages |"
        in text.splitlines()
    )
    assert "axe-core 4.12.1" in text


def test_data():
    """The accessibility statement reads a day and rows in Chinese, whatever signs they hold."""
    strange = Result(what="a", chinese='甲"\\', asked="0", measured="0", is_met=True)
    read = tomllib.loads(data((*RESULTS, strange), DAY))
    assert read["day"] == DAY
    assert read["results"] == [
        {"what": "失效的链接", "asked": "0", "measured": "1", "met": False},
        {"what": "下载量", "asked": "≤ 20 kB", "measured": "12.35 kB", "met": True},
        {"what": '甲"\\', "asked": "0", "measured": "0", "met": True},
    ]
