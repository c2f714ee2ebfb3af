"""Sentences in the campaign's data are looked at as those of stories are."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from plugins.editing.check import check_content
from plugins.editing.rules.house import HouseWords, read_house_words
from plugins.editing.style import check_data_style
from tests.living_site import ROOT, SAMPLE


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('lead = "你好,世界"', [(1, 11, "half-width")]),
        ('[campaign]\n  label = "你好 ，世界"', [(2, 14, "space-punctuation")]),
        ('slogan = ["来了,", "走了,"]', [(1, 14, "half-width"), (1, 21, "half-width")]),
        ('title = "“来了"', [(1, 10, "unpaired")]),
        ('id = "你,好"', []),
        ('value = "9,464"\nunit = "个"', []),
        ('url = "https://x.cn/你,好"', []),
        ('# lead = "你好,世界"', []),
        ('lead = "说\\"你好,世界\\""', []),
        ('caption = "城里的红马甲 · 示意图"', []),
        ("lead = 2015", []),
        ('lead = "', []),
        ("", []),
    ],
)
def test_sentences(text, told):
    """Each is told with line and column; what is for the machine is left alone."""
    found = check_data_style(Path("campaign.toml"), text, HouseWords())
    assert sorted((one.line, one.column, one.rule) for one in found) == told


@pytest.mark.parametrize("folder", [ROOT / "content", ROOT / "campaigns/starter/content", SAMPLE])
def test_our_own(folder):
    """What we give along has nothing to be told."""
    path, (words, _) = folder / "campaign.toml", read_house_words(folder)
    assert list(check_data_style(path, path.read_text("utf-8"), words)) == []


def test_lint_tells_it_and_mends_nothing(tmp_path):
    """The checks of a campaign look at it, and do not say that it can be mended."""
    content = tmp_path / "content"
    shutil.copytree(SAMPLE, content)
    path = content / "campaign.toml"
    path.write_text(
        path.read_text("utf-8") + '\n[[colophon]]\nrole = "校对"\nname = "甲,乙"\n', "utf-8"
    )
    told = [one for one in check_content(content, style=True) if one.path == path]
    assert [(one.rule, one.is_mendable) for one in told] == [("half-width", False)]
