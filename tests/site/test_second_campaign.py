"""A second, quite different campaign is made by its content alone: same theme, same code."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from urllib.parse import unquote, urljoin

import html5lib
import pytest

from tests.living_site import LivingSite

SECOND = Path(__file__).parent / "second"
FOREIGN = ("志愿", "深圳", "红马甲", "义工", "样本")
"""Words of the other campaigns."""
OF_SERVICE = re.compile(r"/messages/(new|[0-9]+/report)")
STORIES = {
    "he-di-ye-qi",
    "chong-qing-lu-de-zao-chen",
    "guang-dong-hui-guan",
    "slow-ride",
    "yin-hang-jie-de-lao-xiu-che-pu",
}
TAGS = {
    "bike-week": "Bike Week",
    "chong-qing-lu": "重庆路",
    "guang-dong-hui-guan": "广东会馆",
    "lao-jian-zhu": "老建筑",
    "slow": "慢行",
    "xiu-che": "修车",
    "ye-qi": "夜骑",
    "yin-hang-jie": "银行街",
    "yin-yue": "音乐",
    "zao-shi": "早市",
}


@pytest.fixture(scope="module")
def second(tmp_path_factory):
    """Give the second campaign, built, with a message under two of its stories."""
    folder = tmp_path_factory.mktemp("second")
    site = LivingSite.make(folder, f"sqlite:///{folder / 'comments.db'}")
    shutil.rmtree(folder / "content")
    shutil.copytree(SECOND, folder / "content")
    site.build()
    site.post_approved(thread="chong-qing-lu-de-zao-chen", text="豆腐脑要咸的。")
    site.post_approved(thread="night-ride", text="风真大。")
    site.publish()
    yield site
    site.close()


def parsed(site, name):
    """Give a page as a tree."""
    return html5lib.HTMLParser(namespaceHTMLElements=False).parse(site.page(name))


def text_of(element):
    """Give the words of an element, without spaces."""
    return re.sub(r"\s", "", "".join(element.itertext()))


def test_no_word_of_another_campaign(second):
    """Nothing of the first campaign stands in templates, scripts, styles or feeds."""
    for name, content in second.tree().items():
        found = [word for word in FOREIGN if word.encode() in content]
        assert found == [], name


def test_addresses_of_stories_and_tags(second):
    """Names in Chinese make addresses that are read word by word."""
    files = set(second.tree())
    assert {f"stories/{slug}/index.html" for slug in STORIES} <= files
    tags = {name.split("/")[1] for name in files if re.fullmatch(r"tags/[^/]+/index\.html", name)}
    assert tags == TAGS.keys()
    for slug, name in TAGS.items():
        assert name in second.page(f"tags/{slug}/index.html")


def test_empty_parts_are_left_out(second):
    """The home page has the parts that the campaign has content for, and no other."""
    home = parsed(second, "index.html")
    headings = {text_of(heading) for heading in home.iter("h2")}
    assert headings.isdisjoint({"现场", "图集", "时间线"})
    assert {"路线", "数字", "头条"} <= headings
    main = next(home.iter("main"))
    pictures = {image.get("src") for image in main.iter("img")}
    assert pictures <= {"/pictures/dawn.svg", "/pictures/workshop.svg", "/pictures/river.svg"}
    for name in ("carousel", "gallery", "timeline"):
        assert not [e for e in main.iter() if name in (e.get("class") or "").split()]
    lists = [e for e in home.iter() if e.tag in {"ul", "ol", "dl"}]
    assert [e.get("class") for e in lists if len(e) == 0] == []
    figures = [e for e in main.iter("figcaption") if not text_of(e)]
    assert figures == []


def test_figures_name_their_own_source(second):
    """Without a source for the whole campaign, each figure's own is told."""
    assert "骑行周路书（示例）" in second.page("index.html")


def test_internal_links_lead_somewhere(second):
    """Every link, picture and anchor of every page leads to a file, an id or the service."""
    files = set(second.tree())
    ids = {
        name: {e.get("id") for e in parsed(second, name).iter() if e.get("id")}
        for name in files
        if name.endswith(".html")
    }
    broken = []
    for name in sorted(ids):
        page = "/" + name.removesuffix("index.html")
        for element in parsed(second, name).iter():
            target = element.get("href") or element.get("src") or ""
            if target.startswith("http://127.0.0.1:8000"):
                target = target.removeprefix("http://127.0.0.1:8000") or "/"
            if not target or re.match("[a-z]+:", target):
                continue
            path, _, anchor = unquote(urljoin(page, target)).partition("#")
            path = path.partition("?")[0]
            file = path.lstrip("/") + ("index.html" if path.endswith("/") else "")
            if OF_SERVICE.fullmatch(path):
                continue
            if file not in files or (anchor and anchor not in ids.get(file, {anchor})):
                broken.append((name, target))
    assert broken == []


def test_what_a_head_tells_is_shown(second):
    """Source, credit and corrections of a story stand on its page."""
    page = second.page("stories/chong-qing-lu-de-zao-chen/index.html")
    assert 'href="https://www.example.com/route"' in page
    assert "骑行周编写组" in page
    page = second.page("stories/guang-dong-hui-guan/index.html")
    newer, older = page.index("补上看门人的原话。"), page.index("会馆的天井有两个，不是三个。")
    assert newer < older
    assert 'id="tian-jing"' in page
    assert 'id="tian-jing-2"' in page


def test_renamed_story_keeps_its_messages(second):
    """A story that says what it was called keeps the messages of that name, and its old address
    leads to it.
    """
    assert second.directory.threads["night-ride"].url == "/stories/he-di-ye-qi/"
    assert "风真大。" in second.page("stories/he-di-ye-qi/index.html")
    assert "/stories/he-di-ye-qi/" in second.page("stories/night-ride/index.html")


def test_closed_story_has_no_form(second):
    """A story that takes no messages has no form for them; another one has."""
    assert "<textarea" not in second.page("stories/slow-ride/index.html")
    assert "<textarea" in second.page("stories/guang-dong-hui-guan/index.html")


def test_numbers_of_the_footer(second):
    """The numbers stand on every page, each with its link."""
    for name in ("index.html", "stories/slow-ride/index.html", "messages/index.html"):
        page = second.page(name)
        assert "示ICP备00000000号-1" in page
        assert 'href="https://beian.miit.gov.cn/"' in page
        assert 'href="https://beian.mps.gov.cn/#/query/webSearch?code=00000000000000"' in page
        assert 'src="/pictures/badge.svg"' in page
    assert second.directory.site.police_badge == "/pictures/badge.svg"
