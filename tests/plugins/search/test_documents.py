"""What is indexed of a story."""

from __future__ import annotations

import pytest

from plugins.search.documents import GAP, Document, apart, paragraphs


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("红马甲", "红|马|甲", id="Han"),
        pytest.param("U站2015年", "U|站|2015|年", id="letters and digits"),
        pytest.param("A4 paper", "A|4 paper", id="letters beside digits"),
        pytest.param("来了，就当", "来|了，就|当", id="punctuation parts by itself"),
        pytest.param("a<b & c", "a&lt;b &amp; c", id="made HTML"),
        pytest.param("𠮷野家", "𠮷|野|家", id="beyond the basic plane"),
    ],
)
def test_each_han_character_is_a_word(text, words):
    """A break that cannot be seen stands round each Han character."""
    assert apart(text).replace(GAP, "|") == words


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        pytest.param("<p>一</p><h2>二</h2>", ["一", "二"], id="blocks"),
        pytest.param("<p>红<em>马</em>甲<br>三</p>", ["红马甲", "三"], id="inline elements"),
        pytest.param("<ruby>圳<rp>(</rp><rt>zhèn</rt><rp>)</rp></ruby>河", ["圳河"], id="ruby"),
        pytest.param('<p>见<a aria-hidden="true" href="#a">#</a></p>', ["见"], id="hidden"),
        pytest.param("<p>见<span hidden>a<b>b</b></span>下</p>", ["见下"], id="hidden, nested"),
        pytest.param("<svg><title>图</title><path/></svg><p>文</p>", ["文"], id="drawing"),
        pytest.param("<p>长<wbr>词&amp;<img src=x>图</p>", ["长词&", "图"], id="empty elements"),
        pytest.param("<p> \n </p>", [], id="nothing"),
    ],
)
def test_texts_of_blocks(content, texts):
    """Of the content, what a reader reads is indexed, block by block."""
    assert paragraphs(content) == texts


def test_page_says_where_words_stand():
    """Title, tags and lead count for more than the text; what is shown of a hit is told."""
    document = Document(
        url="stories/a/",
        language="zh-CN",
        title="标题",
        lead="导语",
        about="日期 · 主题",
        tags=("标签",),
        content_digest="",
        read=lambda: "<p>正文</p>",
    )
    page = document.page().replace(GAP, "")
    assert '<html lang="zh-CN"><body data-pagefind-body>' in page
    assert '<h1 data-pagefind-weight="9" data-pagefind-meta="title">标题</h1>' in page
    assert '<div data-pagefind-weight="6"><p>标签</p></div>' in page
    assert '<p data-pagefind-weight="4" data-pagefind-meta="lead">导语</p><p>正文</p>' in page
