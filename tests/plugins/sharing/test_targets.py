"""Links to share a page."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from plugins.campaign.data import read_campaign
from plugins.sharing.targets import LONGEST_SUMMARY, TARGETS, share_links
from tests.living_site import ROOT

PAGE = "https://example.org/stories/first/?a=1&b=2#messages"
PICTURE = "https://example.org/assets/card-0123456789.png"


def fields_of(link):
    """Give what a link tells its service."""
    return parse_qs(urlsplit(link.href).query, strict_parsing=True)


@pytest.mark.parametrize("name", sorted(TARGETS))
@pytest.mark.parametrize(
    "title",
    [
        pytest.param("来了就当志愿者", id="Chinese"),
        pytest.param('A & B = "C" 100% #1 +1? <b>\'/', id="marks with a meaning"),
        pytest.param("一\n二 😀", id="line break and emoji"),
    ],
)
def test_address_and_title_come_through(name, title):
    """The target is given exactly the page's address and title, each once."""
    (link,) = share_links((name,), PAGE, title)
    assert fields_of(link) == {"url": [PAGE], TARGETS[name].title_field: [title]}
    assert link.href.startswith(TARGETS[name].address + "?")
    assert link.href.startswith("https://")
    assert link.href.isascii()
    assert not set(link.href) & set(" <>\"'\n#")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("weibo", {"pic": [PICTURE]}, id="Weibo takes a picture"),
        pytest.param("qq", {"summary": ["摘要。"], "pics": [PICTURE]}, id="QQ takes both"),
        pytest.param("qzone", {"summary": ["摘要。"], "pics": [PICTURE]}, id="QZone takes both"),
    ],
)
def test_summary_and_picture_go_where_they_are_taken(name, expected):
    """Each target is given what it has a field for, under its own names."""
    (link,) = share_links((name,), PAGE, "题目", "摘要。", PICTURE)
    assert fields_of(link) == {"url": [PAGE], "title": ["题目"]} | expected


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        pytest.param("字" * LONGEST_SUMMARY, "字" * LONGEST_SUMMARY, id="as long as may be"),
        pytest.param("字" * 81, "字" * 78 + "……", id="one too long"),
        pytest.param("字" * 77 + "，" + "字" * 9, "字" * 77 + "……", id="no mark before the dots"),
    ],
)
def test_long_summary_is_cut(summary, expected):
    """A link carries no more of a summary than is shown."""
    (link,) = share_links(("qq",), PAGE, "题目", summary)
    assert fields_of(link)["summary"] == [expected]


def test_links_stand_in_the_order_named():
    """The share bar follows the campaign's order and names the targets as readers know them."""
    links = share_links(("qzone", "weibo"), PAGE, "x")
    assert [link.label for link in links] == ["QQ空间", "微博"]
    assert share_links((), PAGE, "x") == []


def test_unknown_target():
    """A target that nobody knows is an error that names it."""
    with pytest.raises(KeyError, match="fax"):
        share_links(("weibo", "fax"), PAGE, "x")


def test_the_campaigns_targets_are_known():
    """Every target that the real campaign names can be linked to."""
    names = read_campaign(ROOT / "content" / "campaign.toml").share.targets
    assert len(share_links(names, PAGE, "x")) == len(names) > 0
