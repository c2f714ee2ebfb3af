"""A campaign that `./run campaign` makes is whole at once: lints clean, builds, is its own."""

from __future__ import annotations

import re
import subprocess
from datetime import UTC, date, datetime

import html5lib
import pytest

from audit.links import Linked
from audit.markup import parse
from audit.sources import inline_parts
from audit.subjects import DEMO, subjects_of
from plugins.campaign.data import read_campaign
from plugins.campaigns import CAMPAIGNS, STARTER, VARIABLE
from plugins.editing.check import check_content
from plugins.starting.asking import Asker, Unanswered
from plugins.starting.campaign import (
    Wishes,
    ask_wishes,
    begin_campaign,
    read_themes,
    starter_themes,
)
from plugins.starting.files import BeginError
from tests.serving.terminal import Terminal
from tests.serving.test_beginnings import command, environment
from tests.site.browserless import ROOT

HERE = CAMPAIGNS / STARTER
WORDS = ROOT / "theme" / "words"
OF_DEMO = ("志愿", "深圳", "红马甲", "义工", "U站")
OF_SERVICE = re.compile(r"/messages/(new|[0-9]+/report)")
SKINS = {"forest": "林", "sea": "海"}
TODAY = date(2016, 3, 1)
WISHES = Wishes(
    title='春天"来\\了',
    slogan="一句 & <口号>",
    themes=("行动", "重庆路", "行 动", "!?", "搜索"),
    skin="forest",
    footer={"icp": "粤ICP备12345678号-1", "report_phone": ""},
)


def task(folder, *words):
    """Run a task about the campaign in *folder*; gives what it said."""
    run = subprocess.run(
        command(*words), cwd=ROOT, env=environment(folder), capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def spring(tmp_path_factory):
    """Make a campaign as a script does, and build it for the public; gives its folder."""
    folder = tmp_path_factory.mktemp("campaigns") / "spring"
    options = ["--title", "春天的河", "--themes", "河边，人物", "--skin", "海", "--yes"]
    task("", "campaign", str(folder), *options)
    task(folder, "build")
    return folder


def pages(folder):
    """Give every page of the current release with its address."""
    public = folder / "var" / "releases" / "current" / "public"
    for path in sorted(public.rglob("*.html")):
        address = "/" + path.relative_to(public).as_posix().removesuffix("index.html")
        yield address, path.read_text("utf-8")


def test_it_lints_clean(spring):
    """`./run lint` finds nothing at all, not even matters of style; nor in the starter itself."""
    assert "没有要改的" in task(spring, "lint", "--strict")
    now = datetime.now(UTC)
    assert check_content(HERE / "content", catalogues=WORDS, now=now, style=True) == []


def test_it_is_what_was_asked_for(spring):
    """Title, themes and colours are the given ones, all else is the starter's."""
    campaign = read_campaign(spring / "content" / "campaign.toml")
    assert (campaign.campaign.name, campaign.campaign.slogan) == ("春天的河", ("春天的河",))
    themes = {path.name for path in (spring / "content" / "themes").iterdir()}
    assert themes == {"he-bian.md", "ren-wu.md"}
    assets = spring / "var" / "releases" / "current" / "public" / "assets"
    assert any("#0b5a60" in path.read_text("utf-8") for path in assets.glob("*.css"))
    home = dict(pages(spring))["/"]
    assert "春天的河" in home
    assert "/stories/first-story/" in home
    assert "/themes/he-bian/" in home


def test_nothing_of_the_demonstration_is_in_it(spring):
    """No word of the example stands on its pages."""
    for address, page in pages(spring):
        assert [word for word in OF_DEMO if word in page] == [], address


def test_its_pages_are_valid_and_lead_somewhere(spring):
    """Every page is strict HTML without anything inline; links, anchors and pictures are there."""
    found = dict(pages(spring))
    public = spring / "var" / "releases" / "current" / "public"
    for page in found.values():
        html5lib.HTMLParser(strict=True).parse(page)
    trees = {address: parse(page) for address, page in found.items()}
    inline = [(address, part) for address, tree in trees.items() for part in inline_parts(tree)]

    def is_there(path):
        target = public / path.lstrip("/").partition("?")[0]
        return target.is_file() or bool(OF_SERVICE.match(path))

    assert inline == []
    assert list(Linked("http://127.0.0.1:8000", trees, is_there).faults()) == []
    assert {"/", "/stories/first-story/", "/themes/he-bian/", "/about/", "/messages/"} <= set(found)


def test_data_is_its_own(spring):
    """Database, archive and releases stand beside its content, and tasks find them there."""
    var = spring / "var"
    assert {"comments.db", "releases", "secret-key"} <= {path.name for path in var.iterdir()}
    assert str(var / "releases") in task(spring, "releases")
    assert task(spring, "build") == "Up to date: release 000001\n"


def test_wishes_are_written_as_they_are(tmp_path):
    """Quotation marks and backslashes stay what they are; themes get addresses of their own."""
    folder = tmp_path / "spring"
    count = begin_campaign(folder, HERE, WISHES, TODAY)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) == count
    campaign = read_campaign(folder / "content" / "campaign.toml")
    assert campaign.campaign.name == WISHES.title
    assert campaign.campaign.slogan == (WISHES.slogan,)
    assert campaign.campaign.as_of == "截至2016年3月"
    assert campaign.footer.icp == "粤ICP备12345678号-1"
    slugs = ["xing-dong", "chong-qing-lu", "xing-dong-2", "theme", "sou-suo"]
    assert [(folder / "content" / "themes" / f"{slug}.md").is_file() for slug in slugs] == [
        True
    ] * 5
    assert 'SKIN = "forest"' in (folder / "settings.py").read_text("utf-8")
    story = (folder / "content" / "stories" / "first-story.md").read_text("utf-8")
    assert "date: 2016-03-01\ntheme: xing-dong\n" in story


def test_nothing_is_overwritten(tmp_path):
    """A folder that is there is left alone."""
    (tmp_path / "spring").mkdir()
    with pytest.raises(BeginError, match="已经有了"):
        begin_campaign(tmp_path / "spring", HERE, WISHES, TODAY)
    assert list((tmp_path / "spring").iterdir()) == []


def test_starter_has_three_themes_in_order():
    """The starter is a campaign as well."""
    assert [theme.title for theme in starter_themes(HERE)] == ["行动", "人物", "问答"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "--title"),
        ({"title": "一", "skin": "gold"}, "没有配色“gold”：写 forest、sea"),
        ({"title": "一", "icp": "12345"}, "--icp 12345：.*粤ICP备12345678号-1"),
        ({"title": "一", "email": "nobody"}, "--email nobody"),
        ({"title": "一", "themes": "、，"}, "1到10个主题"),
    ],
)
def test_wrong_answers_are_told(given, told):
    """What is missing or has not the form it needs is named."""
    with pytest.raises(Unanswered, match=told):
        ask_wishes(Asker(given=given, is_asking=False), "spring", HERE, SKINS)


def test_themes_are_taken_apart():
    """By any comma, each once."""
    assert read_themes("行动、人物，问答;行动 , A b") == ("行动", "人物", "问答", "A b")


def test_a_campaign_is_asked_for(tmp_path):
    """On a terminal each thing is asked; a name in Chinese titles it."""
    folder = tmp_path / "春天"
    editor = Terminal(command("campaign", ""), environment(""), str(ROOT))
    editor.answer("专题的文件夹叫什么", "starter")
    editor.wait_for("已经有了")
    editor.answer("专题的文件夹叫什么", "！")
    editor.answer("专题的文件夹叫什么", str(folder))
    editor.answer("专题的名字［直接回车：春天］", "春天的河")
    editor.answer("首页的大标题", "")
    editor.answer("有哪些主题", "河边")
    editor.wait_for("林")
    editor.answer("配色", "gold")
    editor.answer("配色", "林")
    editor.answer("备案号", "12345")
    editor.wait_for("写法不对")
    for question in ("备案号", "公安备案号", "举报电话", "举报邮箱"):
        editor.answer(question, "")
    assert editor.end() == 0
    assert f"{VARIABLE}={folder} ./run write" in editor.text()
    assert (folder / "content" / "themes" / "he-bian.md").is_file()


def test_the_audit_finds_what_a_campaign_has(spring):
    """Another campaign is audited by what it has; the demonstration by all there is."""
    assert subjects_of(ROOT / "content") == DEMO
    assert subjects_of(spring / "content") == {
        "story": "first-story",
        "busy": "first-story",
        "theme": "he-bian",
        "tag": "kai-pian",
        "hit": "开篇",
    }
