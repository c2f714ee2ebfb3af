"""Names of new stories: pinyin by words, short, whole at their end, and free."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.campaign.addresses import story_slug
from plugins.editing.site import TAKEN
from plugins.editing.sources import read_source
from plugins.starting.slugs import DEVICES, LONGEST, free_slug, short_slug, taken_by

LONG = "来了就是深圳人，来了就当志愿者，今天的故事还在继续写下去"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("广东会馆", "guang-dong-hui-guan"),
        ("重庆路的早晨", "chong-qing-lu-de-zao-chen"),
        ("长沙的冬天", "chang-sha-de-dong-tian"),
        ("长大的孩子们", "zhang-da-de-hai-zi-men"),
        ("银行街的老修车铺", "yin-hang-jie-de-lao-xiu-che-pu"),
        ("U站 & 红马甲", "u-zhan-hong-ma-jia"),
        ("２０１５年，第一天", "2015-nian-di-yi-tian"),
        ("《Slow Ride》", "slow-ride"),
        ("电话响了：1998年的那条热线", "dian-hua-xiang-le"),
        (LONG, "lai-le-jiu-shi-shen-zhen-ren"),
        ("一位在深圳北站服务了十年的志愿者", "yi-wei-zai-shen-zhen-bei-zhan-fu-wu-le"),
        (
            "A very long English title, which goes on and on",
            "a-very-long-english-title-which-goes-on",
        ),
        ("x" * 90, "x" * LONGEST),
        ("！！！", "story"),
        ("con", "con-2"),
        ("board", "board-2"),
    ],
)
def test_name_of_a_title(title, slug):
    """A title becomes what can be read out: whole words, none cut in the middle."""
    assert free_slug(title, TAKEN) == slug


@given(st.text(max_size=60))
def test_any_title_has_a_short_free_name(title):
    """Whatever is typed, the name is an address, and none that is taken."""
    slug = free_slug(title, TAKEN)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert slug not in TAKEN | DEVICES
    assert len(short_slug(title)) <= LONGEST
    assert story_slug(f"{slug}.md") == slug


def test_name_is_free_of_stories_former_names_and_threads(tmp_path):
    """What a story is called, was called, or keeps its messages under, no other one gets."""
    texts = {"深圳北站.md": "formerly: station, 老站\n", "other.md": "thread: shared-talk\n"}
    for name, head in texts.items():
        (tmp_path / name).write_text(f"title: x\n{head}\n正文\n", "utf-8")
    taken = taken_by([read_source(path) for path in sorted(tmp_path.iterdir())])
    titles = {
        "深圳北站": "shen-zhen-bei-zhan-2",
        "Station": "station-2",
        "老站": "lao-zhan-2",
        "Shared Talk": "shared-talk-2",
        "Other": "other-2",
        "别的": "bie-de",
    }
    assert {title: free_slug(title, taken) for title in titles} == titles
    assert free_slug("Other", {*taken, "other-2"}) == "other-3"


def test_name_does_not_depend_on_where_a_story_stands():
    """Only the name of the file counts, as for the site."""
    assert taken_by([read_source(Path(__file__))]) >= {"test-slugs"}
