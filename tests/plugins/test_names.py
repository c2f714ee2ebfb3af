"""Addresses are made of names, and nobody else has them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plugins.campaign.addresses import former_slugs, story_slug, tag_slug, thread_of
from plugins.editing.check import check_content
from tests.living_site import ROOT
from tests.plugins.writing import STORY, THEME, brief, told, write


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        pytest.param("hotline-1998.md", "hotline-1998", id="an address already"),
        pytest.param("a--b.md", "a--b", id="an address already, if an odd one"),
        pytest.param("2015/深圳北站.md", "shen-zhen-bei-zhan", id="Chinese"),
        pytest.param(
            "重庆的银行.md", "chong-qing-de-yin-hang", id="readings that depend on the word"
        ),
        pytest.param("U站 2.0.md", "u-zhan-2-0", id="letters and digits"),
        pytest.param("Red_Vest.md", "red-vest", id="capitals and underlines"),
        pytest.param("！.md", "", id="nothing to be spoken"),
    ],
)
def test_addresses_of_stories(name, slug):
    """A story's address is its file's name, in pinyin where it must."""
    assert story_slug(name) == slug


def test_addresses_of_tags():
    """A tag has the address of its pinyin unless the campaign gives it one."""
    own = {"公义": "gong-yi-justice"}
    tags = ("公义", "公益", "重庆", "U站", "Bike Week")
    assert [tag_slug(tag, own) for tag in tags] == [
        "gong-yi-justice",
        "gong-yi",
        "chong-qing",
        "u-zhan",
        "bike-week",
    ]


@pytest.mark.parametrize(
    ("former", "given", "thread"),
    [
        pytest.param("", "", "new", id="never renamed"),
        pytest.param("old-name, 旧名", "", "old-name", id="renamed twice"),
        pytest.param("旧名", "", "jiu-ming", id="renamed from Chinese"),
        pytest.param("old-name", "hotline", "hotline", id="thread given"),
    ],
)
def test_messages_stay_with_a_renamed_story(former, given, thread):
    """The thread is the one given, else the first former address, else the present one."""
    assert thread_of("new", former_slugs(former), given) == thread


def test_two_stories_with_one_thread(content):
    """Two stories cannot share a thread: the second is told who has it."""
    first = write(content / "stories" / "one.md", STORY | {"thread": "shared"})
    second = write(content / "stories" / "two.md", STORY | {"thread": "shared"})
    assert told(content, first) == [f"{second}:9:9 duplicate-thread: {first}"]


def test_thread_named_like_another_story(content):
    """A story without a thread of its own has that of its name, so nobody else may take it."""
    first = write(content / "stories" / "a.md", STORY | {"thread": "b"})
    second = write(content / "stories" / "b.md", STORY)
    assert told(content, first) == [f"{second}:1:0 duplicate-thread: {first}"]


@pytest.mark.parametrize(
    ("one", "two", "address"),
    [
        pytest.param("2015/one", "2016/one", "one", id="same name in two folders"),
        pytest.param("gong-yi", "公益", "gong-yi", id="pinyin and Chinese"),
        pytest.param("公义", "公益", "gong-yi", id="same sound"),
    ],
)
def test_two_stories_with_one_address(content, one, two, address):
    """Two stories cannot have one address: the second is told who has it."""
    first = write(content / "stories" / f"{one}.md", STORY)
    second = write(content / "stories" / f"{two}.md", STORY)
    words = f"/stories/{address}/ 已经归 {first}"
    assert told(content, words) == [f"{second}:1:0 duplicate-slug: {words}"]


@pytest.mark.parametrize("name", ["board", "page", "！"])
def test_names_that_cannot_be_an_address(content, name):
    """A file name that cannot be an address is told, with what can."""
    path = write(content / "stories" / f"{name}.md", STORY)
    assert told(content, f"{name}.md") == [f"{path}:1:0 bad-address: {name}.md"]


def test_former_address_that_is_another_storys(content):
    """An address that a story has now cannot lead to another one."""
    write(content / "stories" / "one.md", STORY)
    path = write(content / "stories" / "two.md", STORY | {"formerly": "past, one"})
    one = content / "stories" / "one.md"
    assert told(content, one) == [f"{path}:9:17 duplicate-former: {one}"]


def test_former_address_claimed_twice(content):
    """A former address leads to one story only."""
    values = STORY | {"formerly": "past"}
    first = write(content / "stories" / "one.md", values | {"thread": "one"})
    second = write(content / "stories" / "two.md", values)
    assert told(content, first) == [f"{second}:9:11 duplicate-former: {first}"]


@pytest.mark.parametrize(
    ("tag", "other"),
    [
        pytest.param("u站", "U站", id="case"),
        pytest.param("Ｕ站", "U站", id="width"),
        pytest.param("bike week", "Bike Week", id="words"),
    ],
)
def test_tag_written_in_two_ways(content, tag, other):
    """A tag that differs from another only in case or width is told with the other's place."""
    first = write(content / "stories" / "one.md", STORY | {"tags": other})
    second = write(content / "stories" / "two.md", STORY | {"tags": f"测试, {tag}"})
    words = f"在 {first}:4 写作“{other}”"
    assert told(content, words) == [f"{second}:4:11 tag-spelling: {words}"]


def test_tag_written_in_two_ways_is_told_everywhere(content):
    """The spelling that more stories have is right; every story with the other one is told."""
    tags = {"a": "u站", "b": "U站", "c": "U站, Ｕ站", "d": "u站", "e": "U站"}
    paths = {
        name: write(content / "stories" / f"{name}.md", STORY | {"tags": value})
        for name, value in tags.items()
    }
    words = f"在 {paths['b']}:4 写作“U站”"
    assert told(content, words) == [
        f"{paths['a']}:4:7 tag-spelling: {words}",
        f"{paths['c']}:4:11 tag-spelling: {words}",
        f"{paths['d']}:4:7 tag-spelling: {words}",
    ]


def test_tags_with_one_address(content):
    """Tags of one sound are told, until the campaign gives one of them its own address."""
    first = write(content / "stories" / "one.md", STORY | {"tags": "公益"})
    second = write(content / "stories" / "two.md", STORY | {"tags": "公义"})
    words = f"/tags/gong-yi/ 与 {first}:4 的“公益”"
    assert told(content, words) == [f"{second}:4:7 tag-address: {words}"]
    with (content / "campaign.toml").open("a", encoding="utf-8") as campaign:
        campaign.write('\n[tags]\n"公义" = "gong-yi-justice"\n')
    assert told(content) == []


def test_tag_without_an_address(content):
    """A tag of which nothing can be spoken needs an address from the campaign."""
    path = write(content / "stories" / "one.md", STORY | {"tags": "？"})
    words = '[tags] 里写 "？"'
    assert told(content, words) == [f"{path}:4:7 tag-address: {words}"]


@pytest.mark.parametrize("folder", ["themes", "pages"])
def test_two_pages_with_one_slug(content, folder):
    """Two themes, or two pages, cannot have one address."""
    values = THEME if folder == "themes" else {"title": "说", "summary": "说。", "slug": "music"}
    first = write(content / folder / "new-1.md", values)
    other = {"order": "4"} if folder == "themes" else {}
    second = write(content / folder / "new-2.md", values | other)
    line = list(values).index("slug") + 1
    assert told(content, first) == [f"{second}:{line}:7 duplicate-slug: {first}"]


def test_mistakes_of_the_campaign_are_told_with_those_of_heads(content):
    """One run tells what is wrong in the campaign's data and in heads, by file and line."""
    campaign = content / "campaign.toml"
    text = (
        campaign.read_text("utf-8").replace("as_of", "as_off").replace("scene.svg", "scnee.svg", 1)
    )
    campaign.write_text('lead_stories = ["too"]\n' + text.replace('"weibo"', '"wiebo"'), "utf-8")
    story = write(content / "stories" / "two.md", STORY | {"comments": "no"})
    lines = campaign.read_text("utf-8").splitlines()
    unknown = lines.index('as_off = "截至2015年底"') + 1
    picture = lines.index('picture = "scnee.svg"') + 1
    assert told(content) == [
        f"{campaign}:1:16 unknown-story",
        f"{campaign}:3:1 key-missing",
        f"{campaign}:{unknown}:10 unknown-key",
        f"{campaign}:{picture}:11 picture-missing",
        f"{campaign}:{len(lines)}:11 unknown-target",
        f"{story}:8:11 bad-value",
    ]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        pytest.param(
            ['"home.actoins" = "路线"'],
            "1:18 word-form: words: home.actoins",
            id="word that is not there",
        ),
        pytest.param(
            ['home.themes = "路线"', 'list.pictures = "共{m}张"'],
            "2:17 word-form: words: list: pictures",
            id="value that the word does not get",
        ),
        *(
            pytest.param(
                [f'"list.pictures" = "{text}"'],
                "1:19 word-form: words: list.pictures",
                id=f"brace {text}",
            )
            for text in ("{", "{n!z}", "{n:q}", "{}", "{n:{m}}")
        ),
        pytest.param(
            ['"form.text" = " "'],
            "1:15 word-form: words: form.text",
            id="empty word",
        ),
        pytest.param(
            ["home.actions = 1"],
            "1:16 wrong-type: words: home: actions",
            id="number for a word, told once",
        ),
    ],
)
def test_words_of_the_campaign(content, lines, message):
    """Words that the campaign replaces must be words of the theme."""
    campaign = content / "campaign.toml"
    text = campaign.read_text("utf-8") + "\n[words]\n"
    campaign.write_text(text + "\n".join(lines) + "\n", "utf-8")
    (problem,) = check_content(content, catalogues=ROOT / "theme" / "words")
    within = replace(problem, line=problem.line - text.count("\n"))
    assert (problem.path, brief(within, message)) == (campaign, message)


def test_language_without_words(content):
    """A campaign in a language that the theme has no words for is told."""
    campaign = content / "campaign.toml"
    text = campaign.read_text("utf-8").replace("[campaign]", '[campaign]\nlanguage = "fr"')
    campaign.write_text(text, "utf-8")
    (problem,) = check_content(content, catalogues=ROOT / "theme" / "words")
    assert brief(problem, "3:12 unknown-language: fr") == "3:12 unknown-language: fr"
