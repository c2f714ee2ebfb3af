"""The house list tells words that a campaign writes otherwise, and mends those it is sure of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.editing.fixing import marks_in, problems_in
from plugins.editing.parts import parts_of
from plugins.editing.rules.house import HouseWords, read_house_words
from plugins.editing.sources import read_source
from plugins.editing.style import check_style, mended, rules_with
from tests.living_site import ROOT

LIST = """
["帐号"]
write = "账号"
why = "与钱物有关的用“账”"
fix = true

["做为"]
write = "作为"
but = ["叫做为"]
"""


@pytest.fixture
def words(tmp_path):
    """Give the words of a short list."""
    (tmp_path / "house-words.toml").write_text(LIST, "utf-8")
    found, problems = read_house_words(tmp_path)
    assert problems == []
    return found


@pytest.mark.parametrize(
    ("line", "after", "count"),
    [
        ("登记一个帐号。", "登记一个账号。", 1),
        ("帐号和帐号", "账号和账号", 2),
        ("做为志愿者", "做为志愿者", 1),
        ("这叫做为民服务", "这叫做为民服务", 0),
        ("他说“帐号”", "他说“帐号”", 0),
        ("[帐号](/a/)", "[帐号](/a/)", 0),
        ("`帐号`", "`帐号`", 0),
        ("> 帐号", "> 帐号", 0),
        ("《帐号史》", "《帐号史》", 0),
        ("账号", "账号", 0),
        ("## 帐号", "## 帐号", 1),
        ("- 帐号", "- 账号", 1),
    ],
)
def test_words(tmp_path, words, line, after, count):
    """Words of the list are told where they are the editor's own; in headings, whose addresses are
    made of their words, they are left to a person.
    """
    text = f"slug: x\n\n{line}\n"
    told = list(problems_in(tmp_path / "a.md", text, rules_with(words)))
    assert [problem.rule for problem in told] == ["house-word"] * count
    assert mended(text, words) == f"slug: x\n\n{after}\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('["帐号"\n', 1),
        ('\n["帐号"]\nwhy = "错"\n', 2),
        ('["帐号"]\nwrite = ""\n', 1),
        ('["帐号"]\nwrite = "账号"\nfixed = true\n', 1),
        ('["帐号"]\nwrite = "账号"\nfix = "yes"\n', 1),
        ('["帐号"]\nwrite = "账号"\nbut = ["别的"]\n', 1),
        ('["帐号"]\nwrite = "新帐号"\n', 1),
        ('"帐号" = "账号"\n', 1),
        ('["帐\\n号"]\nwrite = "账号"\n', 1),
    ],
)
def test_wrong_lists_are_told(tmp_path, text, line):
    """What cannot be read of a list is told with its line, and is left out."""
    (tmp_path / "house-words.toml").write_text(text, "utf-8")
    found, problems = read_house_words(tmp_path)
    assert [(problem.line, problem.rule) for problem in problems] == [(line, "house-list")]
    assert found.words == {}


def test_words_that_lead_to_each_other_are_told(tmp_path):
    """Two entries that undo each other would never come to an end: both are left out."""
    text = '["甲"]\nwrite = "乙"\nfix = true\n\n["乙"]\nwrite = "甲"\nfix = true\n'
    (tmp_path / "house-words.toml").write_text(text, "utf-8")
    found, problems = read_house_words(tmp_path)
    assert [problem.line for problem in problems] == [1, 5]
    assert found.words == {}


def test_no_list(tmp_path):
    """A campaign need not have a list."""
    assert read_house_words(tmp_path) == (HouseWords(), [])


PIECES = [
    "帐号",
    "人材",
    "人材料",
    "志愿着",
    "叫",
    "做为",
    "，",
    ",",
    " ",
    "\n\n",
    "“",
    "”",
    "## ",
    "`",
]


@given(st.lists(st.sampled_from(PIECES), max_size=16).map("".join))
def test_mending_words_twice_is_mending_them_once(body):
    """After ``--fix`` no word is left that it could mend, together with all other rules."""
    words, _ = read_house_words(ROOT / "content")
    once = mended(f"title: 帐号\n\n{body}", words)
    assert mended(once, words) == once
    parts = parts_of(once)
    left = [mark for part in parts for _, mark in marks_in(part.prose, rules_with(words))]
    assert [mark for mark in left if mark.replacement is not None] == []


def test_the_demonstration(today):
    """The demonstration has a list, and nothing in its stories, pages and albums to be told."""
    words, problems = read_house_words(ROOT / "content")
    assert problems == []
    assert len(words.words) > 5
    files = sorted((ROOT / "content").rglob("*.md"))
    assert len(files) > 20
    for path in files:
        part, text = path.relative_to(ROOT / "content").parts[0], path.read_text("utf-8")
        assert list(check_style(read_source(path), text, part, today, words)) == []
        assert mended(text, words) == text
