"""Typewriter punctuation becomes Chinese punctuation."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.typography.punctuation import apply, prose_edits, quotes


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param('他说"好"', "他说“好”", id="Chinese within"),
        pytest.param('他说"OK"。', "他说“OK”。", id="Chinese around"),
        pytest.param('"一""二"', "“一”“二”", id="one after the other"),
        pytest.param("\"他说'好'\"", "“他说‘好’”", id="one within the other"),
        pytest.param('say "yes" now', 'say "yes" now', id="English"),
        pytest.param("don't 说", "don't 说", id="apostrophe"),
        pytest.param("I'm 深圳人, it's 好", "I'm 深圳人, it's 好", id="two apostrophes"),
        pytest.param('18"轮和20"轮', '18"轮和20"轮', id="inches"),
        pytest.param('他说"好', '他说"好', id="never closed"),
        pytest.param('他说"好\n\n"坏', '他说"好\n\n"坏', id="not across paragraphs"),
        pytest.param("“好”", "“好”", id="already right"),
        pytest.param("", "", id="empty"),
    ],
)
def test_quotes(text, shown):
    """Straight quotes turn where the text is Chinese and they come in pairs."""
    assert quotes(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("深圳--志愿者之城", "深圳——志愿者之城", id="two hyphens"),
        pytest.param("深圳 --- 志愿者", "深圳——志愿者", id="three, with spaces"),
        pytest.param('"深圳"--"志愿者"', "“深圳”——“志愿者”", id="between quotes"),
        pytest.param("深圳-志愿者", "深圳-志愿者", id="one is a hyphen"),
        pytest.param("深圳----志愿者", "深圳----志愿者", id="four are a rule"),
        pytest.param("a--b", "a--b", id="Latin"),
        pytest.param("等等...", "等等……", id="three dots"),
        pytest.param("等等......", "等等……", id="six dots"),
        pytest.param("and so on...", "and so on...", id="Latin dots"),
        pytest.param("红马甲\n来了", "红马甲来了", id="line end in Chinese"),
        pytest.param("红马甲，\n“来了”", "红马甲，“来了”", id="line end at punctuation"),
        pytest.param("red\nvest", "red\nvest", id="line end in English"),
        pytest.param("U站\nand", "U站\nand", id="line end at English"),
    ],
)
def test_prose(text, shown):
    """Dashes, dots and line ends turn only where Chinese stands around them."""
    assert apply(text, prose_edits(text)) == shown


@given(st.text(alphabet="深，。\"'-. \na1“"))
def test_setting_twice_is_setting_once_for_quotes(text):
    """Any mix of marks is taken; quotes that were turned stay, and no character is lost."""
    once = quotes(text)
    assert len(once) == len(text)
    edits = prose_edits(text)
    assert all(left.end <= right.start for left, right in pairwise(edits))
