"""A figure that is changed in the campaign's data changes wherever the site shows it."""

from __future__ import annotations

import json
import re
import shutil

import pytest

from plugins.campaign.data import read_campaign
from tests.living_site import ROOT, LivingSite

FIGURE = """
[[figures]]
id = "马甲"
value = "120"
unit = "万"
label = "红马甲"
source = "市志愿者组织的年报"
"""
FACTS = (
    *(
        "120万",
        "9,464",
        "11.2",
        "117万",
        "1998",
        "260多万人次",
        "160多个",
        "4,500多名",
        "124条",
        "97",
    ),
    *("1.6万名", "2,700多名", "800多次", "9,549", "9.3万名", "4.7万名", "40多万", "192座"),
    *("1,600多支", "14.8万名", "4.32万人", "2,000人"),
)
"""Numbers of the first campaign, as readers read them."""


@pytest.fixture
def counted(tmp_path):
    """Give a site, built, whose story, page, album and data name a figure."""
    site = LivingSite.make(tmp_path, f"sqlite:///{tmp_path / 'comments.db'}")
    content = tmp_path / "content"
    data = content / "campaign.toml"
    text = data.read_text("utf-8").replace("导语一段。", "有[[数字：马甲]]人。")
    again = '[[stats]]\nfigure = "马甲"\nas_of = "截至2014年6月"\n'
    data.write_text(text.replace("开始。", "到[[数字：马甲]]。") + FIGURE + again, "utf-8")
    site.write_story(
        "counted",
        title="[[数字：马甲]]件",
        body="## 有[[数字：马甲]]件\n\n共【【数字：马甲】】件，写作`[[数字：马甲]]`。",
    )
    site.write_story("plain")
    about = content / "pages" / "about.md"
    about.write_text(about.read_text("utf-8") + "\n\n共[[figure: 马甲]]件。\n", "utf-8")
    album = content / "galleries" / "walk"
    album.mkdir(parents=True)
    shutil.copy(ROOT / "docs" / "home.png", album / "1.png")
    head = "title: 走[[数字：马甲]]步\ndate: 2015-12-05\nsummary: 走一走。"
    (album / "index.md").write_text(f"{head}\n\n![一步](1.png '第[[数字：马甲]]步')\n", "utf-8")
    site.build()
    yield site
    site.close()


PLACES = {
    "index.html": ("有{}人", "到{}。", "{}件"),
    "stories/counted/index.html": ("{}件", "有{}件", "{}，截至2015年底，来源：市志愿者组织的年报"),
    "stories/index.html": ("{}件",),
    "themes/culture/index.html": ("{}件",),
    "about/index.html": ("{}，截至2015年底",),
    "galleries/walk/index.html": ("走{}步", "第{}步"),
    "galleries/walk/1/index.html": ("第{}步",),
    "feed.xml": ("{}件",),
    "feed.json": ("{}件",),
    "galleries/feed.xml": ("走{}步",),
}
"""Where the figure of the sample is seen."""


def test_a_changed_figure_changes_everywhere(counted, tmp_path):
    """Pages, feeds, cards, and structured data show the new figure, as a clean build does."""
    data = tmp_path / "content" / "campaign.toml"
    for number in ("120", "121"):
        data.write_text(re.sub('value = "12."', f'value = "{number}"', data.read_text("utf-8")))
        counted.build()
        for page, shown in PLACES.items():
            text = re.sub("</?data[^>]*>", "", counted.page(page))
            assert [form for form in shown if form.format(f"{number}万") not in text] == [], page
    assert counted.tree() == counted.clean_build(tmp_path / "clean")
    counted.write_story("counted", title="[[数字：马甲]]只", body="共[[数字：马甲]]只。")
    counted.build()
    assert "121万只" in counted.page("themes/culture/index.html")
    assert counted.tree() == counted.clean_build(tmp_path / "clean-again")
    assert not [name for name in PLACES if "120万" in counted.page(name)]


def test_home_page_tells_the_day_of_a_figure(counted):
    """A figure whose day and source are not the campaign's tells both where it is counted."""
    page = counted.page("index.html")
    day = '<span class="figures__source">数据截至2014年6月</span>'
    source = '<span class="figures__source">来源：市志愿者组织的年报</span>'
    assert f'<dt class="figures__label">红马甲{day}{source}</dt>' in page
    assert page.count('<data value="1200000">120</data>') == 1


def test_code_stays(counted):
    """Within code the name stays as it was typed."""
    page = counted.page("stories/counted/index.html")
    assert "<code>[[数字：马甲]]</code>" in page
    assert page.count("[[") == 1


def test_machines_read_it(counted):
    """The heading's id, the table of contents, structured data and the whole number are there."""
    page = counted.page("stories/counted/index.html")
    assert '<h2 id="you-120-wan-jian">' in page
    assert '<data value="1200000">120万</data>' in page
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert "120万件" in json.dumps(json.loads(found[1]), ensure_ascii=False)


def test_a_story_without_figures(counted):
    """A story that names no figure gets nothing more."""
    page = counted.page("stories/plain/index.html")
    assert "story__source" not in page
    assert "<data" not in page


def test_facts_of_the_first_campaign():
    """The first campaign tells each of its numbers, and keeps those of red vests apart."""
    content = ROOT / "content"
    campaign = read_campaign(content / "campaign.toml")
    files = {path.stem: path.read_text("utf-8") for path in content.glob("*/**/*.md")}
    texts = {name: campaign.told_figures.text(text) for name, text in files.items()}
    every = repr(campaign) + "".join(texts.values())
    assert [fact for fact in FACTS if fact not in every] == []
    assert [name for name, text in texts.items() if "[[数字" in text] == []
    assert "[[" not in repr(campaign)
    assert "117万名“红马甲”" in texts["city-temperature"]
    assert "120万另有来源" in texts["city-temperature"]
