"""Titles in lines."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.sharing.layouts import LEADING, SQUARE, WIDE, Place
from plugins.sharing.lines import set_title, units

PLACE = Place(width=420, height=444, sizes=(84, 78, 72, 66, 60, 54, 48, 44, 40, 36, 32))
PLACES = [shape.words.title for kind in (WIDE, SQUARE) for shape in (kind.pictured, kind.plain)]


def ems(text):
    """Measure as most fonts do: a Chinese character is as wide as it is high."""
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WFA" else 0.55 for sign in text)


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        pytest.param("温度", ["温度"], id="short"),
        pytest.param(
            "路口的小旗，车厢里的提醒", ["路口的小旗，", "车厢里的提醒"], id="behind a comma"
        ),
        pytest.param(
            "志愿者就住在楼下", ["志愿者", "就住在楼下"], id="small words stay with theirs"
        ),
        pytest.param(
            "五年一程，“志愿者之城”阶段目标达成",
            ["五年一程，", "“志愿者之城”", "阶段目标达成"],
            id="a quotation stays whole",
        ),
        pytest.param(
            "电话响了：1998年的那条热线",
            ["电话响了：", "1998年的", "那条热线"],
            id="a year stays whole",
        ),
        pytest.param(
            "A Day in the Life of a Volunteer",
            ["A Day in", "the Life of", "a Volunteer"],
            id="English breaks at blanks",
        ),
        pytest.param("", [], id="none"),
    ],
)
def test_lines_end_where_one_would_pause(title, lines):
    """A title is broken between words, better behind a mark, and its lines are alike."""
    assert list(set_title(title, PLACE, ems).lines) == lines


def test_names_that_are_given_stay_whole():
    """A name that no dictionary has is not parted when it is told."""
    assert "红马甲号" in "|".join(units("坐上红马甲号出发", ("红马甲号",))).split("|")


@pytest.mark.parametrize("place", PLACES, ids=["wide", "wide plain", "square", "square plain"])
@given(
    title=st.text(
        st.sampled_from("志愿者之城的，。“”《》（）1998 abcW<&>😀👍🏽\u200d—…"), max_size=200
    )
)
def test_every_title_fits(place, title):
    """No line is longer than its place, no title higher, and each line has something to show."""
    made = set_title(title, place, ems)
    assert all(ems(line) * made.size <= place.width + 1e-6 for line in made.lines)
    assert made.size * (1 + LEADING * (len(made.lines) - 1)) <= place.height + 1e-6
    assert all(line.strip() for line in made.lines)
    assert not any(line[0] in "，。》）…" for line in made.lines[1:])


@pytest.mark.parametrize("place", PLACES, ids=["wide", "wide plain", "square", "square plain"])
def test_sixty_characters_are_shown_whole(place):
    """A title as long as any loses nothing."""
    title = (
        "关于进一步推动志愿服务事业高质量发展、加快建设“志愿者之城”2.0版的若干思考与今后五年行动计划"
        "（征求意见稿修订本）"
    )
    assert len(title) >= 56
    assert "".join(set_title(title, place, ems).lines) == title


def test_too_long_a_title_ends_in_dots():
    """What cannot be shown at the least size is cut, and that is told."""
    made = set_title("志愿者" * 100, PLACE, ems)
    assert made.size == PLACE.sizes[-1]
    assert "".join(made.lines).endswith("……")


def test_a_word_longer_than_a_line_is_broken():
    """An address or the like is broken where the line ends, not cut."""
    made = set_title("https://example.org/" + "a" * 40, PLACE, ems)
    assert "".join(made.lines) == "https://example.org/" + "a" * 40


def test_signs_of_several_characters_stay_whole():
    """Joined emoji, skin tones and flags are never parted."""
    signs = ["👨\u200d👩\u200d👧", "👍🏽", "🇨🇳"]
    place = Place(width=40, height=400, sizes=(40,))
    made = set_title("".join(signs), place, lambda text: 1.0 if text in signs else len(text) * 1.0)
    assert list(made.lines) == signs
