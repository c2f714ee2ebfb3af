"""What happened to a story after it was published, as its head tells it."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from plugins.campaign.changes import (
    Correction,
    Update,
    Withdrawal,
    modified_at,
    read_correction,
    read_corrections,
    read_update,
    read_withdrawal,
)

SHENZHEN = timezone(timedelta(hours=8))


def naive(*moment):
    """Give a moment as a head has it."""
    return datetime(*moment)  # noqa: DTZ001


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


@pytest.mark.parametrize(
    ("line", "moment", "text"),
    [
        pytest.param("2015-12-21", (2015, 12, 21), "", id="a day"),
        pytest.param("2015-12-21 08:30", (2015, 12, 21, 8, 30), "", id="a day and a time"),
        pytest.param("2015-12-21 补充了数字", (2015, 12, 21), "补充了数字", id="a day and words"),
        pytest.param("2015-12-21：补充", (2015, 12, 21), "补充", id="a full-width colon"),
        pytest.param("2015-12-21 08:30 补充", (2015, 12, 21, 8, 30), "补充", id="all of it"),
    ],
)
def test_updates(line, moment, text):
    """An update is a day, perhaps a time, perhaps words."""
    assert read_update(line) == Update(naive(*moment), text)


@pytest.mark.parametrize("line", ["", "补充", "2015-02-30", "9015-12-21", "2015-12-21 25:00"])
def test_lines_that_are_no_update(line):
    """What cannot be a day or a time is refused."""
    with pytest.raises(ValueError):  # noqa: PT011 -- the day's own words come from the library
        read_update(line)


def test_an_update_counts_in_the_zone_of_its_story():
    """The later one of correction and update is what a story was changed at last."""
    published = datetime(2015, 12, 5, 8, 30, tzinfo=SHENZHEN)
    corrections = [Correction(date(2015, 12, 7), "改")]
    update = Update(naive(2015, 12, 7, 9, 15))
    later = datetime(2015, 12, 7, 9, 15, tzinfo=SHENZHEN)
    assert modified_at(published, corrections, update) == later
    assert modified_at(published, [], Update(naive(2015, 12, 5))) == published


def test_withdrawals():
    """A withdrawal has a day and what readers are told."""
    assert read_withdrawal("2015-12-30 来源有误") == Withdrawal(date(2015, 12, 30), "来源有误")
    for line in ("", "2015-12-30", "来源有误", "2015-02-30 来源有误"):
        with pytest.raises(ValueError):  # noqa: PT011 -- the day's own words come from the library
            read_withdrawal(line)
