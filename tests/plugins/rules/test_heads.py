"""Rules look at those lines of a head that are sentences for readers, and at nothing else there."""

from __future__ import annotations

import pytest

from plugins.editing.fixing import fixed, marks_in
from plugins.editing.parts import SPOKEN, parts_of
from plugins.editing.rules import PROSE
from plugins.editing.rules.lengths import width
from plugins.sharing.layouts import SQUARE, WIDE
from plugins.sharing.lines import MORE, set_title


def told(head):
    """Give the rules that find something in a *head*."""
    return [rule.name for part in parts_of(head) for rule, _ in marks_in(part.prose, PROSE)]


@pytest.mark.parametrize("key", sorted(SPOKEN))
def test_lines_for_readers(key):
    """Their punctuation is looked at and mended, what begins as a mark of Markdown too."""
    assert fixed(f"{key}: - 你好,世界\n", PROSE) == f"{key}: - 你好，世界\n"
    assert fixed(f"{key.upper()}:你好 ，世界\r\n", PROSE) == f"{key.upper()}:你好，世界\r\n"


@pytest.mark.parametrize(
    "line",
    [
        "title: 标题",
        "title: 上篇 下篇",
        "title:",
        "picture_caption: 一条热线，一部红电话 · 示意图",
        "correction: 2015-12-20 把“116万”改为“117万”",
        "updated: 2015-12-21 08:30 补充了数字",
        "updated: 2015-12-21",
        "withdrawn: 2015-12-30 消息来源有误",
        "summary: 比分3:2，下午08:30开始。",
        "tags: 热线,起点,义工",
        "date: 2015-12-05",
        "你好,世界",
        "credit: 编辑部 · 插画:本站",
    ],
)
def test_lines_that_stay(line):
    """What is right stays, what is for the machine, a list or a name, and what is no line of it."""
    assert fixed(f"{line}\n\n", PROSE) == f"{line}\n\n"


def test_a_fenced_head():
    """The lines between --- are a head as well, what follows is the body."""
    text = "---\ntitle: 你好,世界\ntags: 你,好\n---\n你好,世界\n"
    assert fixed(text, PROSE) == "---\ntitle: 你好，世界\ntags: 你,好\n---\n你好，世界\n"


@pytest.mark.parametrize(
    ("title", "is_told"),
    [
        ("电话响了：1998年的那条热线", False),
        ("一" * 26, False),
        ("志愿者之城" * 9, False),
        ("志愿者之城" * 11, True),
        ("志" * 80, True),
        ("volunteers and the city of " * 3, False),
        ("volunteers and the city of " * 6, True),
        ("", False),
    ],
)
def test_titles(title, is_told):
    """A title that has no room on a card, in four lines, is told."""
    assert told(f"title: {title}\n") == ["title-length"] * is_told


def test_titles_that_are_not_told_are_whole_on_cards():
    """Drawn as cards are, no title that passes ends in dots, in any of their places."""
    layouts = [layout for shape in (WIDE, SQUARE) for layout in (shape.pictured, shape.plain)]
    for count in range(1, 80):
        title = ("志愿者之城的红马甲在街角" * 7)[:count]
        if not told(f"title: {title}\n"):
            for layout in layouts:
                assert not set_title(title, layout.words.title, width).lines[-1].endswith(MORE)


@pytest.mark.parametrize(("count", "is_told"), [(0, False), (79, False), (80, False), (81, True)])
def test_summaries(count, is_told):
    """A summary of more than eighty characters would be cut off where it is shared."""
    assert told(f"summary: {'一' * count}\n") == ["summary-length"] * is_told


def test_a_figure_is_as_long_as_it_is_read():
    """The name of a figure counts as the number that readers see."""
    assert told(f"summary: {'一' * 76}[[数字：红马甲]]\n") == []
    assert told(f"summary: {'一' * 80}[[数字：红马甲]]\n") == ["summary-length"]
