"""The shortcut gives the bytes of Python-Markdown, or nothing."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from publishing.engine.readers import Converter
from publishing.engine.shortcut import Shortcut
from tests.publishing.engine.dialects import ALBUMS, CHINESE, DIALECTS, STANDARD, plain
from tests.publishing.engine.hostile import documents, ordinary

CONTENT = sorted((Path(__file__).parents[3] / "content").rglob("*.md"))
TEXTS = [path.read_text("utf-8") for path in CONTENT]
HOSTILE = 10_000


def taken(options, texts):
    """Convert *texts* both ways; gives how many the shortcut took."""
    shortcut, count = Shortcut.of(options), 0
    for text in texts:
        converted = shortcut.converted(text)
        if converted is not None:
            count += 1
            assert tuple(converted) == plain(options, text), repr(text)
    return count


@pytest.mark.parametrize("name", DIALECTS)
def test_stories_of_this_site(name):
    """All that editors wrote so far takes the shortcut, and is the same, but for what names
    figures; with Pelican's own options one does not, as the braces of ruby may mean attributes
    there.
    """
    signs = {"Pelican's": "{", "ours": "[[数字"}
    declined = sum(signs[name] in text for text in TEXTS) if name in signs else 0
    assert taken(DIALECTS[name], TEXTS) == len(TEXTS) - declined


@pytest.mark.parametrize("name", DIALECTS)
def test_ordinary_stories(name):
    """At least 95 in 100 stories of the ordinary kind take the shortcut."""
    assert taken(DIALECTS[name], ordinary(7, 300)) >= 285


@pytest.mark.parametrize("name", DIALECTS)
def test_hostile_texts(name):
    """Ten thousand texts full of signs come out the same, a third by the shortcut."""
    assert taken(DIALECTS[name], documents(20151205, HOSTILE, TEXTS)) >= HOSTILE / 3


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a\n\n[b]: /c\n", id="reference"),
        pytest.param("a<b>c</b>", id="raw HTML"),
        pytest.param("<http://a.cn>", id="address between angle brackets"),
        pytest.param("    code", id="indented code"),
        pytest.param("&#38", id="open number"),
        pytest.param("\ue000", id="private character"),
        pytest.param("***a** b*", id="nested emphasis"),
        pytest.param("- a\n\n    b", id="paragraph within an item"),
    ],
)
@pytest.mark.parametrize("name", DIALECTS)
def test_declined(name, text):
    """What is not sure is left to Python-Markdown."""
    assert Shortcut.of(DIALECTS[name]).convert(text) is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("有[[数字：红马甲]]人。\n", id="text"),
        pytest.param("title: 【【figure: 红马甲】】\n\n一。\n", id="head"),
    ],
)
def test_figures_are_left_to_markdown(text):
    """A text that names a figure is converted by Python-Markdown, where there are figures."""
    assert Shortcut.of(DIALECTS["ours"]).converted(text) is None
    html, meta, headings = plain(DIALECTS["ours"], text)
    assert tuple(Converter(DIALECTS["ours"]).converted(text)) == (html, meta, headings)
    assert "120万" in html or "120万" in meta["title"][0]


def test_head_and_html():
    """A text is converted to its HTML and the lines of its head."""
    shortcut = Shortcut.of(DIALECTS["Pelican's"])
    text = "Title: 题\nTags: 一\n    二\n\n中文**字**\n"
    html = "<p>中文<strong>字</strong></p>"
    assert shortcut.convert(text) == (html, {"title": ["题"], "tags": ["一", "二"]})
    assert shortcut.convert("\n \n") == ("", {})


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"extensions": ["toc"]}, id="extension"),
        pytest.param({"extensions": ["someone.elses"]}, id="extension of someone"),
        pytest.param({"extensions": [object()]}, id="extension that is no name"),
        pytest.param({"extensions": [], "tab_length": 2}, id="option"),
        pytest.param({"extensions": [], "output_format": "latex"}, id="output format"),
        pytest.param(
            {
                "extensions": ["tables"],
                "extension_configs": {"tables": {"use_align_attribute": True}},
            },
            id="option of an extension",
        ),
        pytest.param({"extensions": ["meta", f"{STANDARD}meta"]}, id="extension twice"),
        pytest.param({"extensions": [CHINESE, "extra"]}, id="extensions that meet"),
        pytest.param(
            {"extensions": [CHINESE], "extension_configs": {CHINESE: {"new": 1}}}, id="new option"
        ),
    ],
)
def test_switches_itself_off(options):
    """With any option that the shortcut does not know there is none."""
    assert Shortcut.of(options) is None


def test_switches_itself_off_for_another_version(monkeypatch):
    """The bytes were compared with one version of Python-Markdown; others have no shortcut."""
    monkeypatch.setattr("markdown.__meta__.__version_info__", (9, 0, 0, "final", 0))
    assert Shortcut.of({"extensions": []}) is None


def test_asks_for_pictures_in_the_order_of_the_text():
    """Whoever shows pictures and albums is asked as by the extensions, once each."""
    asked = []
    options = {
        "extensions": [CHINESE, ALBUMS],
        "extension_configs": {
            CHINESE: {"show": lambda address, words: asked.append((address, words))},
            ALBUMS: {"show": lambda slug: asked.append(slug) or ""},
        },
    }
    text = (
        "![一](/1.jpg)\n\n中![二](/2.jpg)文\n\n[[图集：三]]\n\n- ![四](/4.jpg)四\n\n> ![五](/5.jpg)"
    )
    found = Shortcut.of(options).convert(text)
    expected = [("/1.jpg", "一"), ("/2.jpg", "二"), "san", ("/4.jpg", "四"), ("/5.jpg", "五")]
    assert asked == expected
    assert found == plain(options, text)[:2]


def test_one_shortcut_keeps_nothing():
    """A text comes out the same whatever the same shortcut converted before."""
    chance = random.Random(5)
    shortcut = Shortcut.of(DIALECTS["ours"])
    texts = [*documents(5, 200, TEXTS), *TEXTS]
    first = [shortcut.converted(text) for text in texts]
    for number in chance.choices(range(len(texts)), k=200):
        assert shortcut.converted(texts[number]) == first[number]
