"""Where the line of a headline may end."""

from __future__ import annotations

import html
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from plugins.typography.headlines import CLOSING, OPENING, breakable, pieces
from plugins.typography.words import segment

NAMES = ("志愿者之城", "红马甲", "深圳人", "U站")


@pytest.mark.parametrize(
    "cut",
    [
        pytest.param("来了|就是|深圳人，|来了|就当|志愿者", id="the campaign's own"),
        pytest.param("量一量|这座|城市的|温度", id="function word stays behind"),
        pytest.param("志愿者|就住|在楼下", id="preposition goes along"),
        pytest.param("从路口|到车厢", id="from and to"),
        pytest.param("五年|一程，|“志愿者之城”|阶段|目标|达成", id="short quotation"),
        pytest.param("《义工|服务|条例|实施细则》|十周年", id="long title breaks within"),
        pytest.param("《义工服务条例》|十周年", id="short title"),
        pytest.param("120万名|志愿者|在9,464个|U站", id="numbers with units"),
        pytest.param("2015年12月5日|深圳人|爱|U站", id="day"),
        pytest.param("11.2%的|人口", id="per cent"),
        pytest.param("4.32万人|参与|国际|志愿|服务", id="decimal"),
        pytest.param("第26届|大运会", id="ordinal"),
        pytest.param("红马甲|与远方|来客", id="proper word"),
        pytest.param("“2.0”|要做|什么", id="number in quotation marks"),
        pytest.param("夜里|亮着的|手电", id="two function words"),
        pytest.param("Hello World 来了", id="a space ends the line by itself"),
        pytest.param("志愿者——|“红马甲”的|故事", id="dash"),
        pytest.param("", id="empty"),
    ],
)
def test_lines_end_between_words(cut):
    """Words, numbers, names and short quotations stay whole; marks stand where they may."""
    assert "|".join(pieces(cut.replace("|", ""), NAMES)) == cut


def test_names_are_whole_but_cut_no_other_word():
    """A given name is one word, the longest first, unless a word of the dictionary goes across."""
    assert segment("深圳人爱志愿者之城", ["深圳人", "志愿者", "志愿者之城"]) == [
        "深圳人",
        "爱",
        "志愿者之城",
    ]
    assert "人民" in segment("深圳人民的选择", ["深圳人"])


def test_text_is_escaped():
    """A headline is text: its angle brackets and ampersands come out as such."""
    shown = breakable('<b>红马甲</b> & "深圳"\'')
    assert html.unescape(str(shown).replace("<wbr>", "")) == "<b>红马甲</b> & “深圳”'"
    assert "<b>" not in shown
    assert breakable(escape('<b>红马甲</b> & "深圳"\'')) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param('深圳图书馆的"夜班"', "深圳|图书馆的|“夜班”", id="Chinese"),
        pytest.param("大家都说'深圳'", "大家|都说|‘深圳’", id="single"),
        pytest.param('18"轮', '18"|轮', id="inches"),
        pytest.param('say "yes"', 'say "yes"', id="English"),
    ],
)
def test_straight_quotes_turn_before_lines_are_cut(text, shown):
    """Straight quotes of a title turn, so that no line ends in the opening one."""
    assert html.unescape(str(breakable(text)).replace("<wbr>", "|")) == shown


@given(st.text(alphabet="的了志愿者深圳人，。“”《》（）—…!?.,;:12万名年 aU&<>\n\U0001f600"))
def test_nothing_is_lost_and_no_line_starts_or_ends_wrongly(text):
    """Whatever the text, the pieces make it up again and marks stand at the right end of lines."""
    cut = pieces(text)
    assert "".join(cut) == text
    for before, after in pairwise(cut):
        assert before[-1] not in OPENING
        assert after[0] not in CLOSING
        assert not before[-1].isspace()
        assert not after[0].isspace()
