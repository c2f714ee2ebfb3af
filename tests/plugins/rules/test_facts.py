"""Stories tell where their figures are from, albums who took the photographs, and nobody publishes
tomorrow's story today without knowing.
"""

from __future__ import annotations

import pytest

from plugins.editing.facts import check_facts
from plugins.editing.rules import FACTS
from plugins.editing.sources import read_source
from tests.plugins.writing import STORY, write

WITHOUT = {"picture": None, "picture_alt": None}


def told(path, today, *, is_album=False):
    """Give rule, line and column of what is told."""
    found = list(check_facts(read_source(path), today, is_album=is_album))
    assert {problem.rule for problem in found} <= {rule.name for rule in FACTS}
    assert {problem.severity for problem in found} <= {rule.severity for rule in FACTS}
    return [(problem.rule, problem.line, problem.column) for problem in found]


@pytest.mark.parametrize(
    ("body", "rules"),
    [
        ("穿红马甲的有120万人。", ["figure-source", "figure-date"]),
        ("占常住人口的11.2%。", ["figure-source", "figure-date"]),
        ("组织有9,464个。", ["figure-source", "figure-date"]),
        ("40多万居民注册。", ["figure-source", "figure-date"]),
        ("截至2015年底，有120万人。", ["figure-source"]),
        ("目前有120万人。", ["figure-source"]),
        ("据市统计局公布的数据，有120万人。", ["figure-date"]),
        ("据市统计局统计，到2015年有120万人。", []),
        ("来源：市统计局。今年有120万人。", []),
        ("2015年12月5日，60座U站开了门。", []),
        ("早上8:30，来了20个人。", []),
        ("版本1.2.3，第30个国际志愿者日。", []),
        ("门牌12345号。", []),
    ],
)
def test_figures(tmp_path, today, body, rules):
    """Large numbers, shares and parted thousands want a source and a time; years, days, times and
    small numbers do not.
    """
    path = write(tmp_path / "a.md", STORY | WITHOUT, body)
    assert [rule for rule, *_ in told(path, today)] == rules


def test_figures_with_a_source(tmp_path, today):
    """A line ``source`` of the head is enough, and the figure is told where it stands."""
    body = "第一段。\n\n这里有120万人。"
    path = write(tmp_path / "a.md", STORY | WITHOUT | {"source": "某报"}, body)
    assert told(path, today) == [("figure-date", 11, 4)]


@pytest.mark.parametrize(
    ("changes", "body", "count"),
    [
        ({"picture": "a.jpg"}, "文", 1),
        ({"picture": "a.jpg", "credit": "摄影：某某"}, "文", 0),
        ({"picture": "a.svg"}, "文", 0),
        (WITHOUT, "![画面](/pictures/a.JPG)", 1),
        (WITHOUT, '![画面](/pictures/a.jpg "图说 · 摄影：某某")', 0),
        (WITHOUT, '![画面](/pictures/a.jpg "图说")', 1),
        (WITHOUT | {"credit": "编辑部"}, "![画面](/pictures/a.jpg)", 0),
        (WITHOUT, "![画面](/pictures/a.svg)", 0),
        (WITHOUT, "文", 0),
    ],
)
def test_credits(tmp_path, today, changes, body, count):
    """Photographs want a credit, of the head or of their own; drawings do not."""
    path = write(tmp_path / "a.md", STORY | changes, body)
    assert [rule for rule, *_ in told(path, today)] == ["credit-missing"] * count


def test_credits_of_albums(tmp_path, today):
    """An album wants one as well."""
    head = {"title": "集", "date": "2015-12-05", "summary": "摘要。"}
    body = '![画面](1.jpg "图说 · 某某")\n![画面](2.jpg "图说")'
    path = write(tmp_path / "index.md", head, body)
    assert told(path, today, is_album=True) == [("credit-missing", 6, 1)]
    write(path, head | {"credit": "某某"}, body)
    assert told(path, today, is_album=True) == []


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({"date": "2016-01-15"}, 0),
        ({"date": "2016-01-16"}, 1),
        ({"date": "2016-01-16 08:30"}, 1),
        ({"date": "2016-01-16", "publish_at": "2016-01-16 08:00"}, 0),
        ({"date": "2016-01-16", "status": "draft"}, 0),
        ({"date": "2016-01-16", "status": "published"}, 1),
        ({"date": "2015-13-16"}, 0),
        ({"date": None}, 0),
    ],
)
def test_days_to_come(tmp_path, today, changes, count):
    """A day after today is told, unless the story is scheduled or a draft."""
    path = write(tmp_path / "a.md", STORY | WITHOUT | changes)
    assert [rule for rule, *_ in told(path, today)] == ["date-ahead"] * count
