"""The catalogues of words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from markupsafe import Markup

from plugins.words.catalogue import WordError, Words, places, read_catalogue, read_words

THEME = Path(__file__).parents[3] / "theme"
WORDS = THEME / "words"
LANGUAGES = sorted(path.stem for path in WORDS.glob("*.toml"))
USED = re.compile(r"""\b(?:words?|label)\(\s*["']([a-z_]+\.[a-z_]+)["']""")
MADE = {"display.auto", "display.light", "display.dark", "site.day"}
"""Keys that a template puts together."""
HAN = re.compile(r"[\u4e00-\u9fff]")


def test_there_are_chinese_and_english():
    """The interface can be read in Chinese and in English."""
    assert LANGUAGES == ["en", "zh-CN"]


def test_catalogues_have_the_same_words():
    """Every language has every word, with places for the same values."""
    chinese, english = (read_catalogue(WORDS, name) for name in ("zh-CN", "en"))
    assert chinese.keys() == english.keys()
    assert [key for key in chinese if places(chinese[key]) != places(english[key])] == []


def test_templates_and_catalogue_agree():
    """Each word that a template asks for is there, and none is there that nobody asks for."""
    sources = [*THEME.rglob("*.html"), *THEME.rglob("*.xml"), *THEME.rglob("*.json")]
    code = (THEME.parent / "plugins").rglob("*.py")
    asked = {key for path in (*sources, *code) for key in USED.findall(path.read_text("utf-8"))}
    assert asked | MADE == read_catalogue(WORDS, "zh-CN").keys()


def test_templates_hold_no_words_of_their_own():
    """A template has Chinese only in its comments: the rest stands in the catalogue."""
    for path in (THEME / "templates").rglob("*.*"):
        assert not HAN.search(re.sub(r"{#.*?#}", "", path.read_text("utf-8"))), path


def test_values_are_put_in():
    """Plain values give plain text; markup gives markup, with the rest escaped."""
    words = Words({"a.b": "<{n}>"})
    assert words("a.b", n=3) == "<3>"
    assert words("a.b", n=Markup("<b>3</b>")) == Markup("&lt;<b>3</b>&gt;")


def test_second_language_stands_beside():
    """A label shows both languages and says which one the second is."""
    words = Words({"a.b": "留言"}, {"a.b": "Messages & more"}, "en")
    assert words.label("a.b") == Markup(
        '留言 <span class="beside" lang="en">Messages &amp; more</span>'
    )
    assert Words({"a.b": "留言"}).label("a.b") == "留言"


def test_words_survive_being_written(tmp_path):
    """What the publisher reads is what the build had."""
    words = read_words(WORDS, "zh-CN", changes={"nav.themes": "路线"})
    (tmp_path / "words.json").write_bytes(words.dump())
    assert Words.load(tmp_path / "words.json").first == words.first
    assert words("nav.themes") == "路线"


@pytest.mark.parametrize(
    ("language", "changes", "told"),
    [
        pytest.param(
            "fr",
            {},
            "没有“fr”的界面文字：现有 en、zh-CN",
            id="unknown language",
        ),
        pytest.param(
            "zh-CN",
            {"nav.theme": "路线"},
            "words: nav.theme: 没有叫 nav.theme 的词：是不是想写 nav.themes？",
            id="unknown word",
        ),
        pytest.param(
            "zh-CN",
            {"list.stories": "{n}篇，{m}"},
            "words: list.stories: 要填的 m 这里没有：只能用 {n}",
            id="unknown place",
        ),
        pytest.param(
            "zh-CN",
            {"list.stories": "{"},
            "words: list.stories: 有一个花括号里没有可填的：只能用 {n}；花括号本身写成 {{ 或 }}",
            id="stray brace",
        ),
        pytest.param(
            "zh-CN",
            {"home.actions": "{"},
            "words: home.actions: 有一个花括号里没有可填的："
            "这个词没有可填的；花括号本身写成 {{ 或 }}",
            id="stray brace in a word without values",
        ),
        pytest.param(
            "zh-CN",
            {"form.text": ""},
            "words: form.text: 是空的：写上字，或者删去这一行",
            id="empty word",
        ),
    ],
)
def test_mistakes_are_told(language, changes, told):
    """What fits no catalogue is refused with the mend."""
    with pytest.raises(WordError, match=re.escape(told)):
        read_words(WORDS, language, changes=changes)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        pytest.param("list.stories", "{n}篇{{全}}", id="braces themselves"),
        pytest.param("site.day", "{year:04}.{month:02}", id="form of a number"),
    ],
)
def test_words_that_fit(key, text):
    """Braces of their own and the form of a number are taken."""
    assert read_words(WORDS, "zh-CN", changes={key: text}).first[key] == text


def test_unknown_key_is_refused():
    """A template that asks for a word that is nowhere fails the build."""
    with pytest.raises(WordError, match="no word 'a\\.c'"):
        Words({"a.b": "x"})("a.c")
