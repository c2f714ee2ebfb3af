"""Links to share a page."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from plugins.campaign.data import read_campaign
from plugins.sharing.targets import TARGETS, share_links
from tests.living_site import ROOT

PAGE = "https://example.org/stories/first/?a=1&b=2#messages"


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
    fields = parse_qs(urlsplit(link.href).query, strict_parsing=True)
    assert fields == {"url": [PAGE], TARGETS[name].title_field: [title]}
    assert link.href.startswith(TARGETS[name].address + "?")
    assert link.href.startswith("https://")
    assert link.href.isascii()
    assert not set(link.href) & set(" <>\"'\n#")


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
