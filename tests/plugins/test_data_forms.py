"""Wrong forms of the campaign's data are told with their rule, their line and their column."""

from __future__ import annotations

import pytest

from plugins.campaign.data import inspect_campaign, read_campaign
from plugins.problems import Severity

LEAST = """\
[campaign]
name = "样本专题"
slogan = ["一句口号"]
lead = "导语。"
description = "说明。"
as_of = "截至2015年底"
source = "样本资料"
"""
"""Seven lines: what a test adds begins on line 8."""
FIGURE = '[[figures]]\nid = "马甲"\nvalue = "120"\nunit = "万"\nlabel = "红马甲"\n'
SECTION = '[[sections]]\nid = "one"\ntitle = "一"\nsummary = "说明。"\n'
EVENT = '[[timeline]]\nyear = "2015"\ntext = "开始。"\n'
CREDIT = '[[colophon]]\nrole = "出品"\nname = "编辑部"\n'


def told(folder, text):
    """Give rule, line and column of everything that is told of a campaign's *text*."""
    path = folder / "campaign.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    problems = inspect_campaign(path).problems
    assert all(problem.what and problem.mend for problem in problems)
    return [(problem.rule, problem.line, problem.column) for problem in problems]


def changed(text, old, new):
    """Give *text* with *new* for *old*, which is there once."""
    assert text.count(old) == 1
    return LEAST + text.replace(old, new)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(LEAST + FIGURE, [], id="right"),
        pytest.param(changed(FIGURE, '"120"', '"9,464.5"'), [], id="thousands and decimals"),
        pytest.param(changed(FIGURE, '"120"', '"3–5"'), [], id="from one to another"),
        pytest.param(changed(FIGURE, '"120"', '"-3"'), [("figure-value", 10, 9)], id="negative"),
        pytest.param(changed(FIGURE, '"120"', '"１２０"'), [("figure-value", 10, 9)], id="wide"),
        pytest.param(changed(FIGURE, '"120"', '"120万"'), [("figure-value", 10, 9)], id="unit"),
        pytest.param(changed(FIGURE, '"120"', '"94,64"'), [("figure-value", 10, 9)], id="comma"),
        pytest.param(changed(FIGURE, '"120"', '"9，464"'), [("figure-value", 10, 9)], id="，"),
        pytest.param(changed(FIGURE, '"120"', '"约120"'), [("figure-value", 10, 9)], id="words"),
        pytest.param(changed(FIGURE, '"120"', '"1.2.3"'), [("figure-value", 10, 9)], id="points"),
        pytest.param(changed(FIGURE, '"120"', "120"), [("wrong-type", 10, 9)], id="bare number"),
        pytest.param(changed(FIGURE, '"120"', '""'), [("empty-value", 10, 9)], id="empty value"),
        pytest.param(
            changed(FIGURE, 'value = "120"\n', ""), [("key-missing", 8, 1)], id="no value"
        ),
        pytest.param(
            changed(FIGURE, 'label = "红马甲"\n', ""), [("key-missing", 8, 1)], id="no label"
        ),
        pytest.param(changed(FIGURE, 'id = "马甲"\n', ""), [("figure-id", 8, 1)], id="no id"),
        pytest.param(changed(FIGURE, '"马甲"', '"马 甲"'), [("figure-id", 9, 6)], id="blank in id"),
        pytest.param(
            changed(FIGURE, '"马甲"', '"马：甲"'), [("figure-id", 9, 6)], id="colon in id"
        ),
        pytest.param(LEAST + FIGURE + FIGURE, [("figure-id", 14, 6)], id="id twice"),
        pytest.param(
            LEAST + FIGURE + '[[stats]]\nid = "马甲"\nvalue = "3"\nlabel = "篇"\n',
            [("figure-id", 14, 6)],
            id="id of a figure of the home page",
        ),
        pytest.param(LEAST + FIGURE + 'lable = "x"\n', [("unknown-key", 13, 9)], id="key"),
        pytest.param(LEAST + "[[figures]]\n", [("figure-id", 8, 1), *[("key-missing", 8, 1)] * 2]),
        pytest.param(LEAST + FIGURE + 'as_of = "去年"\n', [("data-date", 13, 9)], id="no year"),
        pytest.param(
            LEAST + FIGURE + 'as_of = "2015-12-31"\n', [("data-date", 13, 9)], id="machine's day"
        ),
        pytest.param(
            LEAST + FIGURE + 'as_of = "截至2015年13月"\n', [("data-date", 13, 9)], id="month"
        ),
        pytest.param(
            LEAST + FIGURE + 'as_of = "截至2015年2月30日"\n', [("data-date", 13, 9)], id="day"
        ),
        pytest.param(
            LEAST + FIGURE + 'as_of = "截至2105年"\n', [("data-date", 13, 9)], id="far year"
        ),
        pytest.param(LEAST + FIGURE + 'as_of = "截至2014年6月"\n', [], id="own day"),
        pytest.param(
            LEAST.replace('source = "样本资料"\n', "") + FIGURE,
            [("data-source", 7, 1)],
            id="no source",
        ),
        pytest.param(
            LEAST.replace("截至2015年底", "2015-12-31"),
            [("data-date", 6, 9)],
            id="the campaign's day",
        ),
        pytest.param(
            LEAST + FIGURE + '[[stats]]\nfigure = "马夹"\n',
            [("figure-unknown", 14, 10)],
            id="shown again, misspelt",
        ),
        pytest.param(
            LEAST + FIGURE + '[[stats]]\nfigure = "马甲"\nvalue = "3"\n',
            [("figure-form", 14, 10)],
            id="shown again with a number",
        ),
        pytest.param(
            LEAST + FIGURE + 'figure = "马甲"\n', [("figure-form", 13, 10)], id="shown in itself"
        ),
        pytest.param(
            LEAST.replace("导语。", "有[[数字：马夹]]人") + FIGURE,
            [("figure-unknown", 4, 10)],
            id="misspelt in a text",
        ),
        pytest.param(
            LEAST.replace("导语。", "有[[数据：马甲]]人") + FIGURE,
            [("figure-form", 4, 10)],
            id="another word in a text",
        ),
        pytest.param(LEAST + "# [[数字：马夹]]\n" + FIGURE, [], id="in a remark"),
    ],
)
def test_figures(tmp_path, text, expected):
    """A figure that is wrong, or named wrongly, is told where it stands."""
    assert told(tmp_path, text) == sorted(expected, key=lambda each: (each[1:], each[0]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(LEAST + EVENT, [], id="right"),
        pytest.param(changed(EVENT, '"2015"', '"2015-12-05"'), [], id="day"),
        pytest.param(changed(EVENT, '"2015"', '"2015-12"'), [], id="month"),
        pytest.param(changed(EVENT, '"2015"', "2015"), [("wrong-type", 9, 8)], id="bare number"),
        pytest.param(changed(EVENT, '"2015"', "2015-12-05"), [("wrong-type", 9, 8)], id="bare day"),
        pytest.param(changed(EVENT, '"2015"', '"2015年"'), [("bad-value", 9, 8)], id="in words"),
        pytest.param(changed(EVENT, '"2015"', '"二〇一五"'), [("bad-value", 9, 8)], id="Han"),
        pytest.param(changed(EVENT, '"2015"', '"2015-13"'), [("bad-date", 9, 8)], id="month 13"),
        pytest.param(changed(EVENT, '"2015"', '"2015-02-30"'), [("bad-date", 9, 8)], id="day 30"),
        pytest.param(changed(EVENT, '"2015"', '"0000"'), [("bad-date", 9, 8)], id="year 0"),
        pytest.param(changed(EVENT, '"2015"', '" "'), [("empty-value", 9, 8)], id="blank"),
        pytest.param(
            changed(EVENT, 'text = "开始。"\n', ""), [("key-missing", 8, 1)], id="no text"
        ),
        pytest.param(
            changed(EVENT, "text", "txet"), [("key-missing", 8, 1), ("unknown-key", 10, 8)]
        ),
        pytest.param(
            changed(EVENT, "[[timeline]]", "[timeline]"), [("wrong-type", 8, 1)], id="[ ]"
        ),
        pytest.param(LEAST + "[[timeline]]\n", [("key-missing", 8, 1)] * 2, id="empty"),
        pytest.param(
            LEAST + EVENT + EVENT.replace("2015", "2011"), [("timeline-order", 12, 8)], id="order"
        ),
    ],
)
def test_timeline(tmp_path, text, expected):
    """A mark on the timeline that is wrong is told where it stands."""
    assert told(tmp_path, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(LEAST + SECTION, [], id="right"),
        pytest.param(changed(SECTION, '"one"', '"第一"'), [("bad-value", 9, 6)], id="id in Han"),
        pytest.param(changed(SECTION, '"one"', '"One"'), [("bad-value", 9, 6)], id="capital"),
        pytest.param(changed(SECTION, '"one"', '"stats"'), [("duplicate-id", 9, 6)], id="taken id"),
        pytest.param(LEAST + SECTION + SECTION, [("duplicate-id", 13, 6)], id="id twice"),
        pytest.param(
            changed(SECTION, 'title = "一"\n', ""), [("key-missing", 8, 1)], id="no title"
        ),
        pytest.param(changed(SECTION, '"说明。"', '""'), [("empty-value", 11, 11)], id="empty"),
        pytest.param(
            changed(SECTION, '"说明。"', '["说明。"]'), [("wrong-type", 11, 11)], id="list"
        ),
        pytest.param(LEAST + SECTION + 'stroy = "first"\n', [("unknown-key", 12, 9)], id="key"),
        pytest.param(
            LEAST + SECTION + 'lead_stories = ["first"]\n', [("unknown-key", 12, 16)], id="too low"
        ),
        pytest.param(
            LEAST + SECTION + 'picture = "scene.svg"\n', [("key-missing", 12, 11)], id="no alt"
        ),
        pytest.param(
            LEAST + SECTION + '[[sections.figures]]\nvalue = "三"\nlabel = "所"\n',
            [("figure-value", 13, 9)],
            id="figure",
        ),
        pytest.param(
            LEAST + SECTION + 'figures = ["马甲"]\n',
            [("wrong-type", 12, 11)],
            id="name of a figure",
        ),
    ],
)
def test_sections(tmp_path, text, expected):
    """A section that is wrong is told where it stands."""
    assert told(tmp_path, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(LEAST + CREDIT, [], id="right"),
        pytest.param(changed(CREDIT, 'role = "出品"\n', ""), [("key-missing", 8, 1)], id="no role"),
        pytest.param(
            changed(CREDIT, 'name = "编辑部"\n', ""), [("key-missing", 8, 1)], id="no name"
        ),
        pytest.param(changed(CREDIT, '"编辑部"', '""'), [("empty-value", 10, 8)], id="empty"),
        pytest.param(changed(CREDIT, '"编辑部"', '"　"'), [("empty-value", 10, 8)], id="blank"),
        pytest.param(
            changed(CREDIT, '"编辑部"', '["甲", "乙"]'), [("wrong-type", 10, 8)], id="list"
        ),
        pytest.param(changed(CREDIT, '"编辑部"', "7"), [("wrong-type", 10, 8)], id="number"),
        pytest.param(LEAST + CREDIT + 'url = "x"\n', [("unknown-key", 11, 7)], id="unknown key"),
        pytest.param(
            changed(CREDIT, "[[colophon]]", "[colophon]"), [("wrong-type", 8, 1)], id="[ ]"
        ),
        pytest.param(LEAST + "[[colophon]]\n", [("key-missing", 8, 1)] * 2, id="nothing"),
        pytest.param('colophon = "编辑部"\n' + LEAST, [("wrong-type", 1, 12)], id="text"),
    ],
)
def test_colophon(tmp_path, text, expected):
    """A line of the colophon that is wrong is told where it stands."""
    assert told(tmp_path, text) == expected


SYNTAX = "toml-syntax"


@pytest.mark.parametrize(
    ("line", "column", "mend"),
    [
        pytest.param("year = “2015”", 8, 'year = "2015"', id="Chinese quotation marks"),
        pytest.param('year = "2015”', 13, 'year = "2015"', id="Chinese mark at the end"),
        pytest.param('year = “2015"', 8, 'year = "2015"', id="Chinese mark at the start"),
        pytest.param('a = ["甲", “乙”]', 11, "半角引号", id="Chinese marks in a list"),
        pytest.param("year = ＂2015＂", 8, 'year = "2015"', id="full-width marks"),
        pytest.param('year ＝ "2015"', 6, "半角等号", id="full-width equals sign"),
        pytest.param('year: "2015"', 5, "半角等号", id="colon"),
        pytest.param('year："2015"', 5, "半角等号", id="full-width colon"),
        pytest.param("【【timeline】】", 1, "[[timeline]]", id="brackets of an input method"),
        pytest.param("［hero］", 1, "[hero]", id="full-width brackets"),
        pytest.param("text = 开始", 8, 'text = "开始"', id="no quotation marks"),
        pytest.param("text = 12月5日", 8, 'text = "12月5日"', id="begins like a number"),
        pytest.param("year = 2015-13-01", 8, 'year = "2015-13-01"', id="day that is none"),
        pytest.param('text = "开始', 11, "半角引号", id="not closed"),
        pytest.param('text = "说"好"的"', 11, "“”", id="marks within"),
        pytest.param("说明写在这里", 1, "#", id="remark without its sign"),
        pytest.param("[[timeline", 11, "[[表名]]", id="brackets not closed"),
        pytest.param('text = "一"\ntext = "二"', 11, "只留一行", id="key twice"),
        pytest.param("[hero]\n[hero]", 6, "合成一张", id="table twice"),
        pytest.param('text = "C:\\照片"', 13, "\\\\", id="backslash"),
        pytest.param('a = ["甲"', 0, "]", id="list not closed"),
    ],
)
def test_broken_toml(tmp_path, line, column, mend):
    """A text that is no TOML is told at its line and column, and with what to write."""
    path = tmp_path / "campaign.toml"
    path.write_text(f"{LEAST}[[timeline]]\n{line}\n", "utf-8")
    (problem,) = inspect_campaign(path).problems
    last = 8 + len(line.split("\n"))
    assert (problem.rule, problem.line, problem.column) == (SYNTAX, last, column)
    assert mend in problem.mend


def test_marks_within_a_text_are_no_mistake(tmp_path):
    """A text whose mark is missing is not blamed for the Chinese marks that it holds."""
    path = tmp_path / "campaign.toml"
    path.write_text(f'{LEAST}[[timeline]]\ntext = "到“红马甲”为止\n', "utf-8")
    (problem,) = inspect_campaign(path).problems
    assert (problem.rule, problem.line) == (SYNTAX, 9)
    assert "成对" in problem.what


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\xef\xbb\xbf" + LEAST.encode(), id="byte order mark"),
        pytest.param(LEAST.replace("\n", "\r\n").encode(), id="line ends of Windows"),
        pytest.param(LEAST.replace("\n", "\r").encode(), id="line ends of old Macs"),
    ],
)
def test_files_of_windows(tmp_path, content):
    """A mark at the start and other line ends are no mistake."""
    assert told(tmp_path, content) == []


def test_lines_of_windows(tmp_path):
    """What is wrong is told at the same place whatever ends the lines."""
    text = (LEAST + FIGURE.replace("120", "约120")).replace("\n", "\r\n")
    assert told(tmp_path, b"\xef\xbb\xbf" + text.encode()) == [("figure-value", 10, 9)]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_other_encodings(tmp_path, encoding):
    """Another encoding is told."""
    ((rule, line, _),) = told(tmp_path, LEAST.encode(encoding))
    assert (rule, line) == ("encoding", 1)


def test_only_remarks_stop_nothing(tmp_path):
    """A timeline out of order is a remark, what is wrong with a figure stops the build."""
    path = tmp_path / "campaign.toml"
    path.write_text(LEAST + EVENT + EVENT.replace("2015", "2011"), "utf-8")
    assert [p.severity for p in inspect_campaign(path).problems] == [Severity.STYLE]


def test_figures_shown_again(tmp_path):
    """Texts of the data, labels of figures, and lists show a figure by its id."""
    path = tmp_path / "campaign.toml"
    again = '[[stats]]\nfigure = "马甲"\nlabel = "有[[数字：马甲]]"\n' + EVENT + SECTION
    text = LEAST.replace("导语。", "有【【数字：马甲】】人") + again + FIGURE
    path.write_text(text.replace("开始。", "到[[数字:马甲]]"), "utf-8")
    campaign = read_campaign(path)
    assert campaign.campaign.lead == "有120万人"
    assert campaign.timeline[0].text == "到120万"
    (shown,) = campaign.stats
    assert (shown.value, shown.unit, shown.label) == ("120", "万", "有120万")
