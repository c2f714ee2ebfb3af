"""What editors can write in a story, and the HTML that it becomes."""

from __future__ import annotations

import html
import re

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown

from plugins.typography.blocks import ChineseMarkdown, Shown, headings_of
from plugins.typography.headings import Heading

SHEN_ZHEN = (
    "<ruby>深<rp>（</rp><rt>shēn</rt><rp>）</rp>圳<rp>（</rp><rt>zhèn</rt><rp>）</rp></ruby>"
)
STORY = """## 回看"五年"

深圳有一支队伍，街坊叫他们"义工"。{深圳|_}的路口
站着穿*红马甲*的人--他们说："来了就是**深圳人**"...

![路口举旗](pictures/crossing.svg "路口的小旗 · 插画")

### 听一听 `U站` & {龙岗|lóng gǎng}

> 我们留下什么？
> 留下一句"谢谢"。
> —— 一位*义工*，《手记》

>> 帮助别人，也是帮助自己。

| 年份 | 人数 |
| --- | --- |
| 2015 | 120万 |

## 回看"五年"

- 第一条"好"
- [《条例》](https://example.org/a--b?c="d")

代码`"不动" -- {字|zì}`到此为止。
"""


def convert(text, **options):
    """Convert *text* with our extension; gives HTML and headings."""
    md = Markdown(extensions=["tables", ChineseMarkdown(**options)], output_format="html5")
    return md.convert(text), headings_of(md)


def inline(text):
    """Convert one paragraph; gives what stands in it."""
    return convert(text)[0].removeprefix("<p>").removesuffix("</p>")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param(
            "{字|zì}", "<ruby>字<rp>（</rp><rt>zì</rt><rp>）</rp></ruby>", id="one character"
        ),
        pytest.param("{深圳|shēn zhèn}", SHEN_ZHEN, id="a syllable each"),
        pytest.param("{ 深圳 | shēn　zhèn }", SHEN_ZHEN, id="spaces"),
        pytest.param(
            "{志愿者|zhìyuànzhě}",
            "<ruby>志愿者<rp>（</rp><rt>zhìyuànzhě</rt><rp>）</rp></ruby>",
            id="one reading for all",
        ),
        pytest.param("{深圳|_}", '<u class="proper">深圳</u>', id="proper name"),
        pytest.param("*{深圳|_}*", '<em><u class="proper">深圳</u></em>', id="within emphasis"),
        pytest.param(
            "[{深圳|_}](/a{b|c})", '<a href="/a{b|c}"><u class="proper">深圳</u></a>', id="link"
        ),
        pytest.param(
            "{a<b|c&d}",
            "<ruby>a&lt;b<rp>（</rp><rt>c&amp;d</rt><rp>）</rp></ruby>",
            id="escaped",
        ),
        pytest.param(
            "{*字*|_字_}", "<ruby>*字*<rp>（</rp><rt>_字_</rt><rp>）</rp></ruby>", id="no markup"
        ),
    ],
)
def test_marks_within_a_line(text, shown):
    """Braces with a bar become ruby, or a proper name; what stands in them is text."""
    assert inline(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "{a|b|c}",
        "{|x}",
        "{x|}",
        "{ | }",
        "{字|zì",
        "字|zì}",
        "{字zì}",
        "{{字|zì}}",
        "{{字|zì}",
        "[[pictures]]",
        "{filename}x",
        "a | b",
    ],
)
def test_other_braces_stay_as_typed(text):
    """Whatever is not exactly one mark is left alone."""
    assert inline(text) == text


def test_nested_marks_keep_the_inner_one():
    """The inner mark of two counts; the braces around it stay."""
    assert inline("{左{深圳|_}|右}") == '{左<u class="proper">深圳</u>|右}'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("`{字|zì}`", "<code>{字|zì}</code>", id="code"),
        pytest.param(r"\{字|zì\}", "{字|zì}", id="escaped"),
        pytest.param("{<b>字</b>|zì}", "{<b>字</b>|zì}", id="HTML is Markdown's"),
        pytest.param("{字|&lt;}", "{字|&lt;}", id="entity"),
        pytest.param("{`字`|zì}", "{<code>字</code>|zì}", id="code within"),
        pytest.param('<i title="{字|zì}">x</i>', '<i title="{字|zì}">x</i>', id="raw attribute"),
    ],
)
def test_marks_that_markdown_has_taken_are_not_marks(text, shown):
    """Code, escapes and HTML come before marks."""
    assert inline(text) == shown


def test_mark_in_a_table_has_an_escaped_bar():
    """In a table the bar of a mark is written with a backslash."""
    content, _ = convert("| 甲 |\n| --- |\n| {深圳\\|shēn zhèn} |")
    assert f"<td>{SHEN_ZHEN}</td>" in content


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param('他说"来*了*好"', "他说“来<em>了</em>好”", id="across emphasis"),
        pytest.param('`"好"` 深圳', '<code>"好"</code> 深圳', id="code"),
        pytest.param(
            '<code>"好"--好</code>"好"', '<code>"好"--好</code>“好”', id="code in raw HTML"
        ),
        pytest.param(r"\"好\"", '"好"', id="escaped"),
        pytest.param("&quot;好&quot;", "&quot;好&quot;", id="entity"),
        pytest.param(
            '<http://a.cn/"好"--好>',
            '<a href="http://a.cn/&quot;好&quot;--好">http://a.cn/"好"--好</a>',
            id="address",
        ),
        pytest.param(
            '<b title="好--好">"好"</b>', '<b title="好--好">“好”</b>', id="attribute in raw HTML"
        ),
        pytest.param("红马甲  \n来了", "红马甲<br>\n来了", id="wanted line end"),
        pytest.param("*深圳*--*好*", "<em>深圳</em>——<em>好</em>", id="dash between elements"),
    ],
)
def test_punctuation_is_set_in_running_text_alone(text, shown):
    """Quotes, dashes and dots turn in what readers read, and nowhere else."""
    assert inline(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param('<div class="x">"好"--{字|zì}</div>', None, id="raw block"),
        pytest.param(
            '    "好"--{字|zì}', '<pre><code>"好"--{字|zì}\n</code></pre>', id="code block"
        ),
    ],
)
def test_blocks_of_code_and_html_stay_as_typed(text, shown):
    """Nothing in a block of code or of HTML is touched."""
    assert convert(text)[0].strip() == (shown or text)


IMAGE = '<img alt="旗" class="figure__image" decoding="async" loading="lazy" src="pictures/a.svg">'
BARE_IMAGE = IMAGE.replace(' class="figure__image"', "")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param(
            '![旗](pictures/a.svg "小旗 · 插画")',
            f'<figure class="figure">{IMAGE}'
            '<figcaption class="figure__caption">小旗 · 插画</figcaption>\n</figure>',
            id="with caption",
        ),
        pytest.param(
            r'![旗](pictures/a.svg "说\"U\"")',
            f'<figure class="figure">{IMAGE}'
            '<figcaption class="figure__caption">说"U"</figcaption>\n</figure>',
            id="straight quotes in the caption",
        ),
        pytest.param(
            "![旗](pictures/a.svg)", f'<figure class="figure">{IMAGE}</figure>', id="without"
        ),
        pytest.param(
            "看![旗](pictures/a.svg)图",
            f"<p>看{BARE_IMAGE}图</p>",
            id="within text",
        ),
    ],
)
def test_figures(text, shown):
    """A picture alone in its paragraph is a figure, its title the caption."""
    assert convert(text)[0] == shown


def test_caption_is_text():
    """A caption cannot bring HTML."""
    content, _ = convert('![旗](pictures/a.jpg "<b>"好"&")')
    assert ">&lt;b&gt;“好”&amp;</figcaption>" in content


def show(address, words):
    """Show the site's own pictures."""
    if not address.startswith("/"):
        return None
    return Shown(f'<img src="{address}?{len(words)}" alt="">', "文件里的图说")


def test_pictures_are_shown_as_the_caller_wants():
    """HTML comes from the caller; the file's caption is taken where the text has none."""
    frame = '<span class="photo__frame"><img src="/a.jpg?1" alt=""></span>'
    caption = '<figcaption class="figure__caption">{}</figcaption>'
    content, _ = convert('![旗](/a.jpg)\n\n![旗](/a.jpg "图说")\n\n看![旗](/a.jpg)', show=show)
    assert content.replace("\n", "") == (
        f'<figure class="figure">{frame}{caption.format("文件里的图说")}</figure>'
        f'<figure class="figure">{frame}{caption.format("图说")}</figure><p>看{frame}</p>'
    )


def test_pictures_that_the_caller_leaves_stay():
    """A picture from elsewhere is none of the site's."""
    content, _ = convert("![旗](https://example.org/a.png)", show=show)
    assert 'src="https://example.org/a.png"' in content


@pytest.mark.parametrize(
    ("text", "quoted", "source"),
    [
        pytest.param("> 话。\n> —— 某人", "<p>话。</p>", "——某人", id="last line"),
        pytest.param("> 话。\n> -- 某人", "<p>话。</p>", "——某人", id="hyphens"),
        pytest.param("> 话。\n>\n> ——某人", "<p>话。</p>", "——某人", id="own paragraph"),
        pytest.param("> 话。  \n> —— 某人", "<p>话。</p>", "——某人", id="after a wanted line end"),
        pytest.param(
            "> *话*。\n> 又说\n> —— *某*人《书》",
            "<p><em>话</em>。又说</p>",
            "——<em>某</em>人《书》",
            id="markup in both",
        ),
        pytest.param("> 一\n>\n> 二\n> —— 某", "<p>一</p>\n<p>二</p>", "——某", id="paragraphs"),
        pytest.param("> 当*义工*\n> —— 某", "<p>当<em>义工</em></p>", "——某", id="after emphasis"),
        pytest.param(
            "> 当**义工**\n> —— 某", "<p>当<strong>义工</strong></p>", "——某", id="after bold"
        ),
        pytest.param(
            "> 在{深圳|_}\n> —— 某",
            '<p>在<u class="proper">深圳</u></p>',
            "——某",
            id="after a proper name",
        ),
        pytest.param(
            "> 见[书](/a)\n> —— 某", '<p>见<a href="/a">书</a></p>', "——某", id="after a link"
        ),
        pytest.param(
            "> 甲  \n> 乙\n> —— 丙", "<p>甲<br>\n乙</p>", "——丙", id="a line after a wanted end"
        ),
    ],
)
def test_quotation_with_its_source(text, quoted, source):
    """A quotation whose last line begins with a dash is a figure that names its source."""
    assert convert(text)[0] == (
        f'<figure class="quote">\n<blockquote>\n{quoted}\n</blockquote>\n'
        f"<figcaption>{source}</figcaption>\n</figure>"
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("> 话。", id="no source"),
        pytest.param("> —— 某人", id="nothing but a source"),
        pytest.param("> 话——\n> 还没完", id="dash elsewhere"),
        pytest.param("> - 甲\n> - 乙", id="list"),
        pytest.param("> 甲\n> —— 乙*丙*\n> *丁*", id="dash in the last line but one"),
        pytest.param("> 话。\n>\n>> 话中话。", id="quotation within"),
    ],
)
def test_other_quotations_are_plain(text):
    """Any other quotation stays a blockquote."""
    content, _ = convert(text)
    assert content.startswith("<blockquote>")
    assert "figure" not in content
    assert "aside" not in content


@pytest.mark.parametrize("signs", [">>", "> >", ">>>"])
def test_pull_quote(signs):
    """A quotation that holds nothing but a quotation is a pull quote."""
    content, _ = convert(f"{signs} 帮助别人\n{signs} 也是帮助自己")
    assert content == '<aside class="pull-quote">\n<p>帮助别人也是帮助自己</p>\n</aside>'


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(">> 抽出的话\n>> —— 某人", id="last line"),
        pytest.param(">> 抽出的话\n>>\n>> —— 某人", id="own paragraph"),
        pytest.param(">>> 抽出的话\n>>> —— 某人", id="three signs"),
    ],
)
def test_pull_quote_with_its_source(text):
    """The source of a pull quote is a paragraph of its own class."""
    assert convert(text)[0] == (
        '<aside class="pull-quote">\n<p>抽出的话</p>\n'
        '<p class="pull-quote__source">——某人</p>\n</aside>'
    )


def test_quotation_within_a_quotation_keeps_its_source():
    """Each quotation names its own source."""
    content, _ = convert("> 外\n>\n> > 内\n> > —— 甲\n>\n> —— 乙")
    assert re.findall("<(?:figcaption|p)>(.*?)<", content) == ["外", "内", "——甲", "——乙"]
    assert content.count('<figure class="quote">') == 2


def test_an_empty_line_parts_quotations():
    """Quotations with an empty line between are two, and each of its own kind."""
    content, _ = convert("> 话。\n> —— 某人\n\n>> 帮助别人\n\n> 一\n>\n> 二\n\n文\n> 三")
    assert re.findall("<(figure|aside|blockquote|p)", content) == [
        *("figure", "blockquote", "p", "aside", "p"),
        *("blockquote", "p", "p", "p", "blockquote", "p"),
    ]


def test_tables_scroll_and_have_a_name_each():
    """Each table stands in a part of its own name, which the settings can put in other words."""
    table = "| 甲 |\n| --- |\n| 1 |\n\n文\n\n"
    content, _ = convert(table * 2)
    names = re.findall(
        '<div aria-label="(.*?)" class="table" role="region" tabindex="0">\n<table>', content
    )
    assert names == ["表格1", "表格2"]
    assert 'aria-label="Table 1 {x}"' in convert(table, table_label="Table {number} {x}")[0]


def test_columns_are_aligned_by_class():
    """The page allows no inline styles: a column at the right or in the middle has a class."""
    content, _ = convert("|甲|乙|丙|丁|\n|:-|:-:|-:|-|\n|1|2|3|4|")
    assert re.findall("<t[hd][ >].*?</t[hd]>", content) == [
        "<th>甲</th>",
        '<th class="align-center">乙</th>',
        '<th class="align-right">丙</th>',
        "<th>丁</th>",
        "<td>1</td>",
        '<td class="align-center">2</td>',
        '<td class="align-right">3</td>',
        "<td>4</td>",
    ]
    assert "style" not in content


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("文：\n- 甲\n- 乙", "<p>文：</p><ul><li>甲</li><li>乙</li></ul>", id="-"),
        pytest.param("文：\n* 甲", "<p>文：</p><ul><li>甲</li></ul>", id="*"),
        pytest.param("文：\n + 甲", "<p>文：</p><ul><li>甲</li></ul>", id="+ after a space"),
        pytest.param(
            "文：\n1. 甲\n2. 乙", "<p>文：</p><ol><li>甲</li><li>乙</li></ol>", id="numbers"
        ),
        pytest.param("一\n二\n- 甲", "<p>一二</p><ul><li>甲</li></ul>", id="two lines before"),
        pytest.param(
            "> 文：\n> - 甲",
            "<blockquote><p>文：</p><ul><li>甲</li></ul></blockquote>",
            id="within a quotation",
        ),
        pytest.param(
            "> 引\n- 甲",
            "<blockquote><p>引</p></blockquote><ul><li>甲</li></ul>",
            id="after a quotation",
        ),
        pytest.param(
            "1. 甲\n2. 乙\n\n- 丙",
            "<ol><li>甲</li><li>乙</li></ol><ul><li>丙</li></ul>",
            id="another kind after an empty line",
        ),
        pytest.param(
            "1. 甲\n- 乙", "<ol><li>甲</li></ol><ul><li>乙</li></ul>", id="another kind at once"
        ),
        pytest.param(
            "1. 甲\n   - 乙\n2. 丙",
            "<ol><li>甲<ul><li>乙</li></ul></li><li>丙</li></ol>",
            id="list within an item",
        ),
        pytest.param("3. 甲", '<ol start="3"><li>甲</li></ol>', id="number of the first"),
    ],
)
def test_lists(text, shown):
    """A list starts at its first item, also without an empty line before."""
    content = re.sub("(?<=>)\n|\n(?=<)", "", convert(text)[0])
    assert content == shown
    html5lib.HTMLParser(strict=True).parseFragment(content)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("那是\n1998. 那年", id="year"),
        pytest.param("那是\n2. 乙", id="number other than 1"),
        pytest.param("甲\n-乙", id="no space"),
        pytest.param("甲\n\\- 乙", id="escaped"),
        pytest.param("    甲\n    - 乙", id="code"),
        pytest.param("甲\n- - -", id="rule"),
        pytest.param("甲\n--- \n乙", id="underlined heading"),
        pytest.param("<div>\n甲\n- 乙\n</div>", id="HTML"),
    ],
)
def test_no_list_starts_there(text):
    """What only looks like an item stays what it is."""
    content, _ = convert(text)
    assert "<li>" not in content


def test_headings_get_ids_and_make_the_table_of_contents():
    """Headings of level 2 to 4 are collected as plain text, each with an id of its own."""
    content, headings = convert(
        "# 一\n\n## *回看*{五|wǔ} `U` &amp; <b>粗</b> \\*\n\n## 回看\n\n### 回看\n\n"
        '#### Messages\n\n##### 五\n\n<i id="guang-dong">x</i>\n\n## 广东\n\n## ！'
    )
    assert headings == (
        Heading("hui-kan-wu-u-cu", 2, "回看五 U & 粗 *"),
        Heading("hui-kan", 2, "回看"),
        Heading("hui-kan-2", 3, "回看"),
        Heading("messages-2", 4, "Messages"),
        Heading("guang-dong-2", 2, "广东"),
        Heading("section", 2, "！"),
    )
    assert re.findall('<h[1-6] id="(.*?)">', content) == [heading.id for heading in headings]
    assert "<h1>一</h1>" in content
    assert "<h5>五</h5>" in content


def test_heading_text_is_plain():
    """Addresses, code and pictures in a heading count as what readers see of them."""
    content, headings = convert("## `a<b` &lt;i&gt; <a@b.cn> ![旗](pictures/a.svg)")
    assert [heading.text for heading in headings] == ["a<b <i> a@b.cn 旗"]
    assert '<h2 id="a-b-i-a-b-cn-qi">' in content


def test_headings_of_one_text_are_not_those_of_the_next():
    """A Markdown that is used again starts over."""
    md = Markdown(extensions=[ChineseMarkdown()])
    md.convert("## 一")
    md.reset()
    assert headings_of(md) == ()
    md.convert("文")
    assert headings_of(md) == ()


def test_a_whole_story():
    """Everything together: valid HTML, in order, the same each time."""
    content, headings = convert(STORY)
    assert (content, headings) == convert(STORY)
    html5lib.HTMLParser(strict=True).parseFragment(content)
    assert [(heading.id, heading.text) for heading in headings] == [
        ("hui-kan-wu-nian", "回看“五年”"),
        ("ting-yi-ting-u-zhan-long-gang", "听一听 U站 & 龙岗"),
        ("hui-kan-wu-nian-2", "回看“五年”"),
    ]
    text = html.unescape(re.sub("<[^>]+>", "", content))
    assert "街坊叫他们“义工”。深圳的路口站着穿红马甲的人——他们说：“来了就是深圳人”……" in text
    assert "留下一句“谢谢”。" in text
    assert "——一位义工，《手记》" in text
    assert '代码"不动" -- {字|zì}到此为止。' in text
    for opening in (
        '<figure class="figure">',
        '<figure class="quote">',
        '<aside class="pull-quote">',
        '<div aria-label="表格1" class="table"',
        '<u class="proper">深圳</u>',
        "<em>红马甲</em>",
        '<a href="https://example.org/a--b?c=',
    ):
        assert content.count(opening) == 1


@given(
    st.text(alphabet="{}|_`*\\<>&\"'-.![]()#\n 深圳zì—“\U0001f600", max_size=60),
)
def test_no_text_stops_a_build(text):
    """Whatever is typed, it converts, and no placeholder of Markdown comes through."""
    content, headings = convert(text)
    assert not set(content) & {"\x02", "\x03"}
    ids = [heading.id for heading in headings]
    assert len(set(ids)) == len(ids)


PARTS = [">", " ", "\n", "  \n", "—— ", "- ", "1. ", "字", "书", "{字|_}", "[书](/a)"]


@given(st.lists(st.sampled_from(PARTS), max_size=30).map("".join))
def test_no_word_goes_missing(text):
    """Quotations, sources and lists keep every word of the text."""
    content, _ = convert(text)
    assert re.findall("[字书]", content) == re.findall("[字书]", text)
