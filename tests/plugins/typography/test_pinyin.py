"""Addresses and anchors in pinyin."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.typography.pinyin import LONGEST, RESERVED_IDS, pinyin_slug, unique_ids

TEMPLATES = Path(__file__).parents[3] / "theme" / "templates"
WITHOUT_TEXT = {"archives.html", "search.html", "withdrawn.html"}
"""Pages without sections or an editor's text."""
MADE_IDS = {"message-text-count", "scheme-auto", "scheme-dark", "scheme-light"}
"""Ids that templates and scripts put together."""
SLUG = re.compile("[a-z0-9]+(?:-[a-z0-9]+)*")


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("广东", "guang-dong"),
        ("银行", "yin-hang"),
        ("银行行长", "yin-hang-hang-zhang"),
        ("重庆", "chong-qing"),
        ("重复", "chong-fu"),
        ("重量", "zhong-liang"),
        ("行动", "xing-dong"),
        ("行人", "xing-ren"),
        ("音乐", "yin-yue"),
        ("快乐", "kuai-le"),
        ("长沙", "chang-sha"),
        ("成长", "cheng-zhang"),
        ("西藏", "xi-zang"),
        ("收藏", "shou-cang"),
        ("厦门", "xia-men"),
        ("大厦", "da-sha"),
        ("岗厦站", "gang-xia-zhan"),
        ("朝阳区", "chao-yang-qu"),
        ("朝阳群众", "chao-yang-qun-zhong"),
        ("参与", "can-yu"),
        ("人参", "ren-shen"),
        ("都市", "du-shi"),
        ("了解", "liao-jie"),
        ("义务", "yi-wu"),
        ("便宜", "pian-yi"),
        ("方便", "fang-bian"),
        ("六安", "lu-an"),
        ("台州", "tai-zhou"),
        ("绿色", "lv-se"),
    ],
)
def test_words_are_read_as_words(text, slug):
    """A character with several readings gets the one that it has in this word."""
    assert pinyin_slug(text) == slug


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        pytest.param("万人参与国际志愿服务", "wan-ren-can-yu", id="人参 across two words"),
        pytest.param("留言重复", "liu-yan-chong-fu", id="言重 across two words"),
        pytest.param("每支队伍都会先讲清", "mei-zhi-dui-wu-dou-hui", id="都会 is not a city"),
        pytest.param("一队人戴着手套", "yi-dui-ren-dai-zhe-shou-tao", id="着手 across two words"),
        pytest.param("下回还能到这里", "xia-hui-hai-neng-dao", id="回还 across two words"),
        pytest.param("慢慢地走", "man-man-de-zou", id="地 after an adverb"),
        pytest.param("这块地上", "zhe-kuai-di-shang", id="地 as ground"),
        pytest.param("干一行爱一行", "gan-yi-hang-ai-yi-hang", id="行 as trade"),
        pytest.param("市长在长街行走", "shi-zhang-zai-chang-jie-xing-zou", id="长 twice"),
    ],
)
def test_sentences_are_cut_into_words_first(text, slug):
    """Words that only seem to stand there, across the end of one and the start of the next, do
    not mislead.
    """
    assert pinyin_slug(text).startswith(slug)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        pytest.param("U站", "u-zhan", id="Latin letter"),
        pytest.param("Café", "cafe", id="accent"),
        pytest.param("Ｃａｆé １２", "cafe-12", id="full width"),
        pytest.param("Straße", "strasse", id="sharp s"),
        pytest.param("120万名，2.0！", "120-wan-ming-2-0", id="numbers and marks"),
        pytest.param("“志愿者之城”", "zhi-yuan-zhe-zhi-cheng", id="quotation marks"),
        pytest.param("<b>&amp;", "b-amp", id="HTML is text"),
        pytest.param("！？—— 😀", "", id="nothing to speak"),
        pytest.param("", "", id="empty"),
        pytest.param("x" * 200, "x" * LONGEST, id="one long word"),
    ],
)
def test_everything_else(text, slug):
    """Latin letters lose accents and case; what cannot be spoken leaves no trace."""
    assert pinyin_slug(text) == slug


def test_long_text_ends_with_a_whole_syllable():
    """A long slug is cut between syllables."""
    slug = pinyin_slug("志愿者" * 40)
    assert len(slug) <= LONGEST
    assert set(slug.split("-")) == {"zhi", "yuan", "zhe"}


@given(st.text())
def test_slug_is_always_fit_for_an_address(text):
    """Whatever the text, the slug has small letters, digits and single hyphens within."""
    slug = pinyin_slug(text)
    assert not slug or SLUG.fullmatch(slug)
    assert len(slug) <= LONGEST
    assert slug == pinyin_slug(text)


def test_ids_are_numbered_when_words_come_again():
    """The second of the same words is -2, also when a heading is called so itself."""
    assert unique_ids(["回看", "回看", "回看 2", "回看"]) == [
        "hui-kan",
        "hui-kan-2",
        "hui-kan-2-2",
        "hui-kan-3",
    ]


def test_ids_never_clash_with_those_of_the_page():
    """Ids of the theme's parts, of messages, and those the caller names are not given away."""
    assert unique_ids(["Messages", "Main", "M 12", "！"]) == [
        "messages-2",
        "main-2",
        "m-12-2",
        "section",
    ]
    assert unique_ids(["广东", "Main"], taken={"guang-dong"}) == ["guang-dong-2", "main"]
    assert unique_ids(["M", "m", "Ｍ"]) == ["m", "m-section", "m-section-2"]


def test_ids_of_the_templates_are_reserved():
    """Exactly the ids that the templates give to parts of a page are reserved."""
    given_ids = {
        id_
        for path in TEMPLATES.rglob("*.html")
        if path.name not in WITHOUT_TEXT
        for id_ in re.findall(r'(?:\bid=|\bpart_head\()"([^"{]+)"', path.read_text("utf-8"))
    }
    assert given_ids | MADE_IDS == RESERVED_IDS
    assert unique_ids(["Scheme dark", "Large"]) == ["scheme-dark-2", "large-2"]


@given(
    st.lists(st.sampled_from(["回看", "回看 2", "!", "Main", "m", "m-1", "messages"]) | st.text())
)
def test_ids_are_always_unique(texts):
    """Any headings get one id each, none empty, none twice, none reserved."""
    ids = unique_ids(texts)
    assert len(set(ids)) == len(ids) == len(texts)
    assert all(SLUG.fullmatch(id_) and id_ not in RESERVED_IDS for id_ in ids)
