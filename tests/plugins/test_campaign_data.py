"""The campaign's file is read into records, and mistakes in it are told with their place."""

from __future__ import annotations

import dataclasses

import pytest

from plugins.campaign.data import CampaignError, read_campaign
from plugins.campaign.figures import Figure
from plugins.campaign.places import find_spots, name_of, spot_of
from plugins.campaign.records import Footer, Share
from tests.living_site import ROOT, SAMPLE
from tests.plugins.writing import brief

LEAST = """\
[campaign]
name = "样本专题"
slogan = ["一句口号，", "分作两行"]
lead = "导语。"
description = "说明。"
as_of = "截至2015年底"
source = "样本资料"
"""
CHANNEL = '[channel]\nname = "样本频道"\nlabel = "专题"\n'
HERO = '[hero]\npicture = "scene.svg"\nalt = "画面"\ncaption = "图说"\n'
STAT = '[[stats]]\nvalue = "3"\nlabel = "报道"\n'
SECTION = """\
[[sections]]
id = "one"
title = "一"
summary = "说明。"
picture = "scene.svg"
alt = "画面"
caption = "图说"
"""


def read(folder, text):
    """Write *text* into a campaign's file and read it."""
    path = folder / "campaign.toml"
    path.write_text(text, "utf-8")
    return read_campaign(path)


def problems_of(path):
    """Give what is wrong with the file at *path*, which cannot be used."""
    with pytest.raises(CampaignError) as refusal:
        read_campaign(path)
    assert str(refusal.value).splitlines() == [str(problem) for problem in refusal.value.problems]
    return refusal.value.problems


def test_least_file(tmp_path):
    """A file with what is needed and no more is read; the rest is empty."""
    campaign = read(tmp_path, LEAST)
    assert campaign.campaign.slogan == ("一句口号，", "分作两行")
    assert campaign.campaign.language == "zh-CN"
    assert (campaign.channel, campaign.hero) == (None, None)
    assert (campaign.words, campaign.tags) == ({}, {})
    assert (campaign.stats, campaign.sections, campaign.lead_stories) == ((), (), ())
    assert (campaign.footer, campaign.share) == (Footer(), Share())


def test_lists_of_records(tmp_path):
    """Tables within tables become records within records, in their order."""
    figure = '[[sections.figures]]\nvalue = "{}"\nunit = "件"\nlabel = "事"\n'
    text = LEAST + STAT + SECTION + figure.format(1) + figure.format(2)
    campaign = read(tmp_path, text)
    assert campaign.stats == (Figure(value="3", label="报道"),)
    (section,) = campaign.sections
    assert [item.value for item in section.figures] == ["1", "2"]
    assert section.figures[0].unit == "件"


def test_channel_and_masthead(tmp_path):
    """The channel and the picture of the masthead are read where they are given."""
    campaign = read(tmp_path, LEAST + CHANNEL + HERO)
    assert (campaign.channel.name, campaign.channel.url) == ("样本频道", "")
    assert campaign.hero.picture == "scene.svg"


def test_words_and_tags(tmp_path):
    """Words of the interface and addresses of tags are read by key, with dots or without."""
    words = '[words]\n"home.actions" = "行动"\nhome.themes = "路线"\n'
    campaign = read(tmp_path, LEAST + words + '[tags]\n"公义" = "gong-yi-justice"\n')
    assert campaign.words == {"home.actions": "行动", "home.themes": "路线"}
    assert campaign.tags == {"公义": "gong-yi-justice"}


def test_album_of_the_home_page(tmp_path):
    """The campaign may name the album that the home page shows."""
    assert read(tmp_path, LEAST).home_gallery == ""
    assert read(tmp_path, f'home_gallery = "u-stations"\n{LEAST}').home_gallery == "u-stations"


def test_a_figures_own_source(tmp_path):
    """A campaign without a source for all its figures may name one for each."""
    text = LEAST.replace('source = "样本资料"\n', "") + STAT + 'source = "某局"\n'
    assert read(tmp_path, text).stats[0].source == "某局"


def test_footer(tmp_path):
    """Numbers and contacts of the footer are read in the forms they have in real life."""
    footer = """[footer]
icp = "粤ICP备12345678号-1"
police = "粤公网安备 44030502000001号"
police_url = "https://beian.mps.gov.cn/#/query/webSearch?code=44030502000001"
police_badge = "badge.png"
report_phone = "0755-12345678"
report_email = "report@example.com"
license = "新闻信息服务许可证：00000000000"
"""
    campaign = read(tmp_path, LEAST + footer)
    assert campaign.footer.report_email == "report@example.com"
    assert campaign.pictures() == {"badge.png"}


def test_pictures_of_all_parts():
    """Every picture that the data uses is named once."""
    assert read_campaign(SAMPLE / "campaign.toml").pictures() == {"scene.svg"}


def test_records_cannot_be_changed(tmp_path):
    """What was read stays as it was read."""
    campaign = read(tmp_path, LEAST)
    with pytest.raises(dataclasses.FrozenInstanceError):
        campaign.hero = None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            LEAST.replace('name = "样本专题"\n', ""),
            "1:1 key-missing: campaign",
            id="key missing in a table",
        ),
        pytest.param(
            LEAST.replace("样本专题", ""),
            "2:8 empty-value: campaign: name",
            id="empty text",
        ),
        pytest.param("", "1:0 key-missing", id="empty file"),
        pytest.param(
            LEAST.replace("样本专题", " "),
            "2:8 empty-value: campaign: name",
            id="blank text",
        ),
        pytest.param(
            LEAST.replace('"分作两行"', '""'),
            "3:10 empty-value: campaign: slogan 2",
            id="empty text in a list",
        ),
        pytest.param(
            'lead_stories = [""]\n' + LEAST,
            "1:16 empty-value: lead_stories 1",
            id="empty name of a story",
        ),
        pytest.param(
            LEAST + '[share]\ntargets = [" "]\n',
            "9:11 empty-value: share: targets 1",
            id="blank share target",
        ),
        pytest.param(
            LEAST + STAT.replace('"3"', '" "'),
            "9:9 empty-value: stats 1: value",
            id="blank figure",
        ),
        pytest.param(
            LEAST + HERO.replace("画面", " "),
            "10:7 empty-value: hero: alt",
            id="picture with blank words",
        ),
        pytest.param(
            LEAST + SECTION.replace("画面", " "),
            "12:11 key-missing: sections 1: picture",
            id="picture of a section with blank words",
        ),
        pytest.param(
            'lead_stories = ["one", "two", "one"]\n' + LEAST,
            "1:16 duplicate-lead: lead_stories 3",
            id="story that leads twice",
        ),
        pytest.param(
            LEAST + HERO + 'alternative = "画面"\n',
            "12:15 unknown-key: hero: alternative",
            id="unknown key in a table",
        ),
        pytest.param(
            "motto = 'x'\n" + LEAST,
            "1:9 unknown-key: motto",
            id="unknown key at the top",
        ),
        pytest.param(
            LEAST + STAT + STAT + 'lable = "x"\n',
            "14:9 unknown-key: stats 2: lable",
            id="unknown key in the second of a list",
        ),
        pytest.param(
            LEAST + STAT.replace('"3"', "3"),
            "9:9 wrong-type: stats 1: value",
            id="number without quotation marks",
        ),
        pytest.param(
            LEAST.replace('"截至2015年底"', "2015-12-31"),
            "6:9 wrong-type: campaign: as_of",
            id="date without quotation marks",
        ),
        pytest.param(
            LEAST.replace('"导语。"', "true"),
            "4:8 wrong-type: campaign: lead",
            id="truth value for text",
        ),
        pytest.param(
            LEAST.replace('["一句口号，", "分作两行"]', '"一句口号"'),
            "3:10 wrong-type: campaign: slogan",
            id="text for a list",
        ),
        pytest.param(
            LEAST.replace('"分作两行"', "2"),
            "3:10 wrong-type: campaign: slogan 2",
            id="number in a list of texts",
        ),
        pytest.param(
            LEAST + '[stats]\nvalue = "3"\nlabel = "x"\n',
            "8:1 wrong-type: stats",
            id="single brackets for a list",
        ),
        pytest.param("hero = 'scene.svg'\n" + LEAST, "1:8 wrong-type: hero", id="text for a table"),
        pytest.param(
            "stats = ['3']\n" + LEAST, "1:9 wrong-type: stats 1", id="text in a list of tables"
        ),
        pytest.param("words = ['3']\n" + LEAST, "1:9 wrong-type: words", id="list for words"),
        pytest.param(
            LEAST + "[words]\nhome.themes = 1\n",
            "9:15 wrong-type: words: home: themes",
            id="number for a word",
        ),
        pytest.param(
            LEAST + SECTION + '[[sections.figures]]\nvalue = "1"\n',
            "15:1 key-missing: sections 1: figures 1",
            id="key missing two levels down",
        ),
        pytest.param(
            LEAST.replace('source = "样本资料"\n', "") + STAT,
            "7:1 data-source: stats 1",
            id="figure without a source",
        ),
        pytest.param(
            LEAST + SECTION + SECTION,
            "16:6 duplicate-id: sections 2: id",
            id="two sections with one id",
        ),
        pytest.param(
            LEAST + SECTION.replace('"one"', '"stats"'),
            "9:6 duplicate-id: sections 1: id",
            id="id of a part of the page",
        ),
        pytest.param(
            LEAST + SECTION.replace('"one"', '"第一"'),
            "9:6 bad-value: sections 1: id",
            id="id that cannot be an anchor",
        ),
        pytest.param(
            LEAST + SECTION.replace('alt = "画面"\n', ""),
            "12:11 key-missing: sections 1: picture",
            id="picture of a section without words",
        ),
        pytest.param(
            LEAST.replace("[campaign]", '[campaign]\nlanguage = "zh_CN"'),
            "2:12 bad-value: campaign: language",
            id="language",
        ),
        pytest.param(
            LEAST + CHANNEL + 'url = "www.example.com"\n',
            "11:7 bad-value: channel: url",
            id="address of the channel",
        ),
        pytest.param(
            LEAST + '[footer]\nicp = "12345678"\n',
            "9:7 bad-value: footer: icp",
            id="ICP number",
        ),
        pytest.param(
            LEAST + '[footer]\npolice = "12345678"\n',
            "9:10 bad-value: footer: police",
            id="police number",
        ),
        pytest.param(
            LEAST + '[footer]\npolice_url = "https://beian.mps.gov.cn.example.com/"\n',
            "9:14 bad-value: footer: police_url",
            id="police link",
        ),
        pytest.param(
            LEAST + '[footer]\nreport_phone = "打电话"\n',
            "9:16 bad-value: footer: report_phone",
            id="telephone",
        ),
        pytest.param(
            LEAST + '[footer]\nreport_email = "report at example.com"\n',
            "9:16 bad-value: footer: report_email",
            id="e-mail",
        ),
        pytest.param(
            LEAST + '[tags]\n"公义" = "公义"\n',
            "9:8 bad-address: tags: 公义",
            id="address of a tag",
        ),
    ],
)
def test_mistakes(tmp_path, text, message):
    """Each mistake is told with its line and column, and the names of table and key."""
    path = tmp_path / "campaign.toml"
    path.write_text(text, "utf-8")
    (problem,) = problems_of(path)
    assert (problem.path, brief(problem, message)) == (path, message)


def test_all_mistakes_at_once(tmp_path):
    """All mistakes of the file are told together, in the order of their lines."""
    text = LEAST.replace('"导语。"', "1") + STAT.replace('"3"', "3") + HERO.replace("alt", "alto")
    path = tmp_path / "campaign.toml"
    path.write_text(text, "utf-8")
    assert [brief(problem) for problem in problems_of(path)] == [
        "4:8 wrong-type",
        "9:9 wrong-type",
        "11:1 key-missing",
        "13:8 unknown-key",
    ]


def test_missing_file(tmp_path):
    """A missing file is told with where to find an example."""
    path = tmp_path / "campaign.toml"
    (problem,) = problems_of(path)
    expected = "1:0 file-missing: docs/zh-CN/data.md"
    assert brief(problem, expected) == expected


def test_broken_toml(tmp_path):
    """A file that is no TOML is told with line and column."""
    path = tmp_path / "campaign.toml"
    path.write_text('[campaign]\nname = "样本\n', "utf-8")
    (problem,) = problems_of(path)
    assert brief(problem) == "2:11 toml-syntax"
    path.write_text('[campaign]\nname = ["样本"\n', "utf-8")
    (problem,) = problems_of(path)
    expected = "2:0 toml-syntax: 一列没有收尾"
    assert brief(problem, expected) == expected


def test_chinese_quotation_marks_in_toml(tmp_path):
    """Chinese quotation marks around a value are told with those that must stand there."""
    path = tmp_path / "campaign.toml"
    path.write_text(LEAST + "[[timeline]]\nyear = “2015”\n", "utf-8")
    (problem,) = problems_of(path)
    expected = "9:8 toml-syntax: 半角引号"
    assert brief(problem, expected) == expected


def test_figures_of_a_campaign_that_was_not_read(tmp_path):
    """When the campaign's own table is misspelt, nothing is said about sources of figures."""
    path = tmp_path / "campaign.toml"
    path.write_text(LEAST.replace("[campaign]", "[campain]") + STAT, "utf-8")
    expected = ["1:0 key-missing: campaign", "1:1 unknown-key: campaign"]
    told = [brief(*each) for each in zip(problems_of(path), expected, strict=True)]
    assert told == expected


def test_file_in_another_encoding(tmp_path):
    """A file that is not UTF-8 is refused; a byte order mark, as Windows writes it, is not."""
    path = tmp_path / "campaign.toml"
    path.write_bytes(LEAST.encode("gb18030"))
    (problem,) = problems_of(path)
    expected = "1:0 encoding: GBK"
    assert brief(problem, expected) == expected
    path.write_bytes(b"\xef\xbb\xbf" + LEAST.encode())
    assert read_campaign(path) is not None


def test_lines_of_places():
    """Tables, lists within lists, keys with dots and in quotation marks have their lines."""
    text = """\
a = 1
b.c = 2 # [no.table]
[one]
text = '''
[not.a.table]
no = "key"
'''
list = [
  "no = 'key'",
]
[[two]]
"a b" = 1
[[two]]
[[two.three]]
[[two.three]]
key = { x = 1 }
"""
    assert find_spots(text) == {
        ("a",): (1, 5),
        ("b", "c"): (2, 7),
        ("one",): (3, 1),
        ("one", "text"): (4, 8),
        ("one", "list"): (8, 8),
        ("two",): (11, 1),
        ("two", 0): (11, 1),
        ("two", 0, "a b"): (12, 9),
        ("two", 1): (13, 1),
        ("two", 1, "three"): (14, 1),
        ("two", 1, "three", 0): (14, 1),
        ("two", 1, "three", 1): (15, 1),
        ("two", 1, "three", 1, "key"): (16, 7),
    }
    assert spot_of(("two", 1, "three", 1, "key", "x"), find_spots(text)) == (16, 7)
    assert spot_of(("nowhere",), find_spots(text)) == (1, 0)
    assert name_of(("two", 1, "three", 0, "key")) == "two 2: three 1: key"


def test_the_real_campaign():
    """The project's own file reads and has what the topic page needs, every picture included."""
    content = ROOT / "content"
    campaign = read_campaign(content / "campaign.toml")
    assert (len(campaign.stats), len(campaign.sections)) == (4, 5)
    assert len(campaign.lead_stories) == 2
    assert campaign.home_gallery
    assert all(section.figures for section in campaign.sections)
    assert campaign.carousel
    assert campaign.timeline
    assert campaign.colophon
    missing = [name for name in campaign.pictures() if not (content / "pictures" / name).is_file()]
    assert missing == []


def test_the_real_campaign_names_real_stories():
    """Every story that the campaign names exists, and the five sections have ids of their own."""
    campaign = read_campaign(ROOT / "content" / "campaign.toml")
    named = {*campaign.lead_stories, *(s.story for s in campaign.sections if s.story)}
    stories = {path.stem for path in (ROOT / "content" / "stories").glob("*.md")}
    assert named <= stories
    assert len({section.id for section in campaign.sections}) == 5
