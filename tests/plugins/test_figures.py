"""Figures are found by their ids, shown in texts, and their names are read in every form."""

from __future__ import annotations

import pytest
from markdown import Markdown

from plugins.campaign.figures import Figure, Figures
from plugins.campaign.marks import FigureMarkdown
from plugins.typography.blocks import ChineseMarkdown, headings_of

VESTS = Figure(id="红马甲", value="120", unit="万", label="红马甲")
TEAMS = Figure(id="Teams-2", value="9,464", unit="个", label="组织", source="某局", as_of="2014年")
NAMES = Figures.of([VESTS, TEAMS, Figure(value="1", label="没有编号")])
TOLD = NAMES.with_defaults("本站资料", "截至2015年底")


def note(figures, as_of, source):
    """Say what is told of figures."""
    return f"{'、'.join(figure.shown for figure in figures)}|{as_of}|{source}。"


def converted(text):
    """Give the HTML of *text* and the Markdown that made it."""
    figures = FigureMarkdown(figures=TOLD, note=note)
    markdown = Markdown(
        extensions=["meta", "fenced_code", "tables", ChineseMarkdown(), figures],
        output_format="html",
    )
    return markdown.convert(text), markdown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("有[[数字：红马甲]]人", "有120万人", id="full-width colon"),
        pytest.param("有[[数字:红马甲]]人", "有120万人", id="plain colon"),
        pytest.param("有[[figure: 红马甲]]人", "有120万人", id="in English"),
        pytest.param("有[[ 数字 ： 红马甲 ]]人", "有120万人", id="blanks"),
        pytest.param("有【【数字：红马甲】】人", "有120万人", id="brackets of an input method"),
        pytest.param("有【【数字：红马甲]]人", "有120万人", id="brackets of two kinds"),
        pytest.param("有[[数字：ｔｅａｍｓ-２]]", "有9,464个", id="another case and width"),
        pytest.param("[[数字：红马甲]][[数字：teams-2]]", "120万9,464个", id="two in a row"),
        pytest.param("有[[数字：蓝马甲]]人", "有[[数字：蓝马甲]]人", id="unknown"),
        pytest.param("有\\[[数字：红马甲]]人", "有\\[[数字：红马甲]]人", id="after a backslash"),
        pytest.param("[[图集：红马甲]]", "[[图集：红马甲]]", id="an album"),
        pytest.param("[数字：红马甲]", "[数字：红马甲]", id="single brackets"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_text(text, shown):
    """A name is replaced by the value with its unit, whichever brackets and colon it has."""
    assert NAMES.text(text) == shown


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("[[数字：红马甲]]和[[图集：甲]]", [], id="right"),
        pytest.param("[数据：市民政局](https://a.example)", [], id="words of a link"),
        pytest.param("[数字：见下]", [], id="words in brackets"),
        pytest.param("一[[数字：红马夹]]", [(1, "figure-unknown", "红马甲")], id="misspelt"),
        pytest.param("[[figure: team-2]]", [(0, "figure-unknown", "Teams-2")], id="near, English"),
        pytest.param("[[数字：甲]]", [(0, "figure-unknown", "id")], id="like none"),
        pytest.param("[[数字：]]", [(0, "figure-unknown", "id")], id="empty"),
        pytest.param("[[数据：红马甲]]", [(0, "figure-form", "[[数字：")], id="another word"),
        pytest.param("[[figures: 红马甲]]", [(0, "figure-form", "[[数字：")], id="plural"),
        pytest.param("一[[数字：红马甲]", [(1, "figure-form", "[[数字：")], id="one bracket short"),
        pytest.param("[[数字：红马甲", [(0, "figure-form", "[[数字：")], id="not closed"),
        pytest.param("一[数字：红马甲]", [(1, "figure-form", "[[数字：红马甲]]")], id="single"),
        pytest.param(
            "【数字：红马甲】", [(0, "figure-form", "[[数字：红马甲]]")], id="single 【】"
        ),
        pytest.param(
            "[[数字：一二]][[数字：红马甲]][[数字：红马]]",
            [(0, "figure-unknown", "id"), (19, "figure-unknown", "红马甲")],
            id="two of three",
        ),
    ],
)
def test_slips(text, told):
    """A name that is wrong is told with its place and its rule, and with what to write."""
    slips = [*NAMES.slips(text)]
    assert [(slip.start, slip.rule) for slip in slips] == [each[:2] for each in told]
    assert all(wanted in slip.mend for slip, (_, _, wanted) in zip(slips, told, strict=True))


def test_defaults():
    """A figure has the source and the day of the campaign where it tells none."""
    assert (TOLD.find("红马甲").source, TOLD.find("红马甲").as_of) == ("本站资料", "截至2015年底")
    assert (TOLD.find("teams-2").source, TOLD.find("teams-2").as_of) == ("某局", "2014年")


def test_the_first_of_two_is_meant():
    """Of two figures with one id, which the checks refuse, the first is meant."""
    twice = Figures.of([VESTS, Figure(id="红马甲", value="7", label="又一个")])
    assert twice.text("[[数字：红马甲]]") == "120万"


DATA = '<data value="1200000">120万</data>'
LAST = '\n<p class="story__source">120万|截至2015年底|本站资料。</p>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        pytest.param("有[[数字：红马甲]]人。", f"<p>有{DATA}人。</p>{LAST}", id="paragraph"),
        pytest.param("有【【数字：红马甲】】", f"<p>有{DATA}</p>{LAST}", id="Chinese brackets"),
        pytest.param("*[[数字：红马甲]]*", f"<p><em>{DATA}</em></p>{LAST}", id="emphasis"),
        pytest.param(
            "[有[[数字：红马甲]]人](/a/)", f'<p><a href="/a/">有{DATA}人</a></p>{LAST}', id="link"
        ),
        pytest.param(
            "> 有[[数字：红马甲]]\n>\n> —— [[数字：红马甲]]",
            f'<figure class="quote">\n<blockquote>\n<p>有{DATA}</p>\n</blockquote>\n'
            f"<figcaption>——{DATA}</figcaption>\n</figure>{LAST}",
            id="quotation",
        ),
        pytest.param(
            "{深圳|_}[[数字：红马甲]]", f'<p><u class="proper">深圳</u>{DATA}</p>{LAST}', id="ruby"
        ),
        pytest.param(
            "`[[数字：红马甲]]`", "<p><code>[[数字：红马甲]]</code></p>", id="code in a line"
        ),
        pytest.param(
            "```\n[[数字：红马甲]]\n```",
            "<pre><code>[[数字：红马甲]]\n</code></pre>",
            id="code between fences",
        ),
        pytest.param(
            "    [[数字：红马甲]]",
            "<pre><code>[[数字：红马甲]]\n</code></pre>",
            id="code by indentation",
        ),
        pytest.param("\\[[数字：红马甲]]", "<p>[[数字：红马甲]]</p>", id="after a backslash"),
        pytest.param("[[数字：蓝马甲]]", "<p>[[数字：蓝马甲]]</p>", id="unknown"),
        pytest.param("没有数字。", "<p>没有数字。</p>", id="no figure"),
    ],
)
def test_in_markdown(text, html):
    """A text shows the figure with its whole number, and tells at the end where it comes from;
    code stays as it was typed.
    """
    assert converted(text)[0] == html


def test_words_of_pictures():
    """The words and the caption of a picture are plain text."""
    text = '![穿[[数字：红马甲]]件](/a.svg "共[[数字：红马甲]]件")'
    html, _ = converted(text)
    assert 'alt="穿120万件"' in html
    assert '<figcaption class="figure__caption">共120万件</figcaption>' in html


def test_heading():
    """The id of a heading, and the table of contents, are made of what readers see."""
    html, markdown = converted("## 有[[数字：红马甲]]人\n\n一。")
    (heading,) = headings_of(markdown)
    assert (heading.text, heading.id) == ("有120万人", "you-120-wan-ren")
    assert f'<h2 id="you-120-wan-ren">有{DATA}人</h2>' in html


def test_table():
    """A figure stands in a cell."""
    html, _ = converted("| 年 | 人 |\n| --- | ---: |\n| 2015 | [[数字：红马甲]] |")
    assert f'<td class="align-right">{DATA}</td>' in html


def test_head():
    """Lines of a head show figures as well, which are told at the end; a correction never does."""
    head = (
        "title: 有[[数字：红马甲]]人\nsummary: 【【数字：红马甲】】\ncorrection: [[数字：红马甲]]"
    )
    html, markdown = converted(f"{head}\n\n一。")
    assert markdown.Meta["title"] == ["有120万人"]
    assert markdown.Meta["summary"] == ["120万"]
    assert markdown.Meta["correction"] == ["[[数字：红马甲]]"]
    assert html == f"<p>一。</p>{LAST}"


def test_told_once_and_by_source():
    """Each figure is told once, those together that share their day and their source."""
    html, _ = converted("[[数字：teams-2]]、[[数字：红马甲]]、[[数字：红马甲]]")
    assert html.endswith(
        '<p class="story__source">9,464个|2014年|某局。120万|截至2015年底|本站资料。</p>'
    )


def test_one_text_after_another():
    """A Markdown that is used again tells nothing of the text before."""
    html, markdown = converted("[[数字：红马甲]]")
    assert html.endswith(LAST)
    assert markdown.reset().convert("二。") == "<p>二。</p>"


def test_value_that_is_no_number():
    """A value from one to another is shown without a whole number."""
    figures = Figures.of([Figure(id="场", value="3–5", unit="场", label="活动")])
    markdown = Markdown(extensions=[FigureMarkdown(figures=figures)])
    assert markdown.convert("[[数字：场]]") == "<p><span>3–5场</span></p>"
