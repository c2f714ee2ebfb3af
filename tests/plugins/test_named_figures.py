"""Names of figures in stories, pages, themes and albums are checked; unused figures are told."""

from __future__ import annotations

import os

import pytest

from plugins.editing.check import check_content
from plugins.editing.fixing import fixed
from plugins.editing.kept import KeptStories
from plugins.editing.rules import PROSE
from plugins.problems import Severity
from tests.plugins.writing import STORY, THEME, write

FIGURES = """
[[figures]]
id = "红马甲"
value = "120"
unit = "万"
label = "红马甲"
"""
OLD = 1_450_000_000
"""Seconds: so long ago that a file of that time counts as settled."""


@pytest.fixture
def counted(content):
    """Give the content with one figure for texts."""
    path = content / "campaign.toml"
    path.write_text(path.read_text("utf-8") + FIGURES, "utf-8")
    return content


def told(content, **options):
    """Give rule, line and column of everything that is told of the content."""
    problems = check_content(content, **options)
    return [(problem.rule, problem.line, problem.column) for problem in problems]


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        pytest.param({}, "有[[数字：红马甲]]人。", [], id="right"),
        pytest.param({"title": "有[[数字：红马甲]]人"}, "一。", [], id="title"),
        pytest.param({"summary": "【【数字：红马甲】】"}, "一。", [], id="summary"),
        pytest.param({}, "有[[数字：红马夹]]人。", [("figure-unknown", 10, 2)], id="misspelt"),
        pytest.param({}, "一。\n\n二\\[[数字：甲]]", [], id="after a backslash"),
        pytest.param({}, "一。\n\n> [[figure: 甲]]", [("figure-unknown", 12, 3)], id="quotation"),
        pytest.param({}, "`[[数字：甲]]`", [], id="code"),
        pytest.param({}, "```\n[[数字：甲]]\n```", [], id="code between fences"),
        pytest.param({}, "<!-- [[数字：甲]] -->", [], id="comment"),
        pytest.param({}, "有[[数据：红马甲]]人。", [("figure-form", 10, 2)], id="another word"),
        pytest.param({}, "有[数字：红马甲]人。", [("figure-form", 10, 2)], id="single brackets"),
        pytest.param({}, "有[[数字：红马甲]人。", [("figure-form", 10, 2)], id="one bracket short"),
        pytest.param({}, "见[数字：见下](/about/)。", [], id="link"),
        pytest.param(
            {"title": "有[[数字：甲]]"}, "一。", [("figure-unknown", 1, 9)], id="of a title"
        ),
        pytest.param(
            {"credit": "[[数字：红马甲]]"},
            "一。",
            [("figure-form", 9, 9)],
            id="line without figures",
        ),
        pytest.param(
            {},
            "![有[[数字：马甲]]](/pictures/scene.svg '[[数字：红马甲]]')",
            [("figure-unknown", 10, 4)],
            id="words of a picture",
        ),
    ],
)
def test_stories(counted, head, body, expected):
    """A name of a figure that is wrong stops the build, with line and column."""
    write(counted / "stories" / "first.md", STORY | head, f"{body}\n\n[[数字：红马甲]]")
    assert told(counted) == expected


@pytest.mark.parametrize(
    ("file", "head"),
    [
        pytest.param("themes/music.md", THEME, id="theme"),
        pytest.param("pages/more.md", {"title": "一", "summary": "二", "slug": "more"}, id="page"),
        pytest.param(
            "galleries/walk/index.md",
            {"title": "一", "date": "2015-12-05", "summary": "二"},
            id="album",
        ),
    ],
)
def test_other_texts(counted, file, head):
    """Themes, pages and albums name figures as stories do."""
    body = "有[[数字：红马甲]]人，[[数字：红马]]人。"
    write(counted / file, head | {"summary": "[[数字：甲]]"}, body)
    if "galleries" in file:
        (counted / "galleries" / "walk" / "1.jpg").write_bytes(b"x")
    line = list(head).index("summary") + 1
    expected = [("figure-unknown", line, 10), ("figure-unknown", len(head) + 2, 14)]
    assert [each for each in told(counted) if each[0].startswith("figure")] == expected


def test_link_to_a_heading_with_a_figure(counted):
    """The anchor of a heading is that of what readers see."""
    write(counted / "stories" / "to.md", STORY, "## 有[[数字：红马甲]]人\n\n一。")
    write(counted / "stories" / "from.md", STORY, "见[那里](/stories/to/#you-120-wan-ren)。")
    assert told(counted) == []


def test_unused(counted):
    """A figure for texts that nobody names is told, and stops nothing."""
    write(counted / "stories" / "first.md", STORY, "`[[数字：蓝马甲]]`")
    lines = (counted / "campaign.toml").read_text("utf-8").split("\n")
    (problem,) = check_content(counted)
    assert (problem.rule, problem.severity) == ("figure-unused", Severity.STYLE)
    assert (problem.line, problem.column) == (lines.index("[[figures]]") + 1, 1)


@pytest.mark.parametrize("status", ["published", "draft"])
def test_used_by_any_text(counted, status):
    """A draft uses a figure as well."""
    write(counted / "stories" / "first.md", STORY | {"status": status}, "[[数字：红马甲]]")
    assert told(counted) == []


def test_used_by_the_data(counted):
    """The campaign's own texts use a figure as well."""
    path = counted / "campaign.toml"
    text = path.read_text("utf-8").replace("导语一段。", "有[[数字：红马甲]]人。")
    path.write_text(text, "utf-8")
    assert told(counted) == []


def test_used_by_a_story_that_is_not_read_again(counted):
    """What a story names is kept with it."""
    story = write(counted / "stories" / "first.md", STORY, "[[数字：红马甲]]")
    os.utime(story, (OLD, OLD))
    for _ in range(2):
        kept = KeptStories.read(counted.parent / "checked.json", "1")
        assert told(counted, kept=kept) == []
        kept.write()
    assert kept.found["stories/first.md"].figures == ["红马甲"]


def test_campaign_that_cannot_be_read(counted):
    """When the data are broken, nothing is told of the figures that texts name."""
    write(counted / "stories" / "first.md", STORY, "[[数字：红马甲]]")
    path = counted / "campaign.toml"
    path.write_text(path.read_text("utf-8") + "oops\n", "utf-8")
    assert [each[0] for each in told(counted)] == ["toml-syntax"]


@pytest.mark.parametrize(
    "name", ["[[数字:U站 2]]", "[[figure: red--vests]]", "【【数字:U站 2】】", "[[ 数字 ：甲,乙 ]]"]
)
def test_names_stay_when_prose_is_mended(name):
    """What ``--fix`` mends beside the name of a figure leaves the name as it was typed."""
    text = f"title: 题\n\n有{name}人,好.\n"
    assert fixed(text, PROSE) == f"title: 题\n\n有{name}人，好。\n"
