"""The campaign's file is read into records, and mistakes in it are told with their place."""

from __future__ import annotations

import dataclasses

import pytest

from plugins.campaign.data import Campaign, CampaignError, Figure, Footer, Share, read_campaign
from plugins.campaign.places import find_lines, line_of, name_of
from tests.living_site import ROOT, SAMPLE

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


def refusal_of(path):
    """Give what is said about the file at *path*, which cannot be used."""
    with pytest.raises(CampaignError) as refusal:
        read_campaign(path)
    return str(refusal.value)


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


TEXT = "write text in quotation marks"
TABLE = "this is no table: write keys and values"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        pytest.param(
            LEAST.replace('name = "样本专题"\n', ""),
            1,
            "campaign: name is missing: add it",
            id="key missing in a table",
        ),
        pytest.param(
            LEAST.replace("样本专题", ""),
            2,
            "campaign: name: this is empty: fill it in",
            id="empty text",
        ),
        pytest.param("", 1, "campaign is missing: add it", id="empty file"),
        pytest.param(
            LEAST.replace("样本专题", " "),
            2,
            "campaign: name: this is empty: fill it in",
            id="blank text",
        ),
        pytest.param(
            LEAST.replace('"分作两行"', '""'),
            3,
            "campaign: slogan 2: this is empty: fill it in, or take it out",
            id="empty text in a list",
        ),
        pytest.param(
            'lead_stories = [""]\n' + LEAST,
            1,
            "lead_stories 1: this is empty: fill it in, or take it out",
            id="empty name of a story",
        ),
        pytest.param(
            LEAST + '[share]\ntargets = [" "]\n',
            9,
            "share: targets 1: this is empty: fill it in, or take it out",
            id="blank share target",
        ),
        pytest.param(
            LEAST + STAT.replace('"3"', '" "'),
            9,
            "stats 1: value: this is empty: fill it in",
            id="blank figure",
        ),
        pytest.param(
            LEAST + HERO.replace("画面", " "),
            10,
            "hero: alt: this is empty: fill it in",
            id="picture with blank words",
        ),
        pytest.param(
            LEAST + SECTION.replace("画面", " "),
            12,
            "sections 1: picture: alt is missing: add a line that says what is to be seen",
            id="picture of a section with blank words",
        ),
        pytest.param(
            'lead_stories = ["one", "two", "one"]\n' + LEAST,
            1,
            "lead_stories 3: one stands here twice: keep one of them",
            id="story that leads twice",
        ),
        pytest.param(
            LEAST + HERO + 'alternative = "画面"\n',
            12,
            "hero: alternative: this is not known here: known are picture, alt, caption",
            id="unknown key in a table",
        ),
        pytest.param(
            "motto = 'x'\n" + LEAST,
            1,
            "motto: this is not known here: known are "
            + ", ".join(field.name for field in dataclasses.fields(Campaign)),
            id="unknown key at the top",
        ),
        pytest.param(
            LEAST + STAT + STAT + 'lable = "x"\n',
            14,
            "stats 2: lable: this is not known here: known are value, label, unit, source",
            id="unknown key in the second of a list",
        ),
        pytest.param(
            LEAST + STAT.replace('"3"', "3"),
            9,
            f"stats 1: value: this is 3: {TEXT}",
            id="number without quotation marks",
        ),
        pytest.param(
            LEAST.replace('"截至2015年底"', "2015-12-31"),
            6,
            f"campaign: as_of: this is 2015-12-31: {TEXT}",
            id="date without quotation marks",
        ),
        pytest.param(
            LEAST.replace('"导语。"', "true"),
            4,
            f"campaign: lead: this is True: {TEXT}",
            id="truth value for text",
        ),
        pytest.param(
            LEAST.replace('["一句口号，", "分作两行"]', '"一句口号"'),
            3,
            'campaign: slogan: this is no list: write slogan = ["...", "..."]',
            id="text for a list",
        ),
        pytest.param(
            LEAST.replace('"分作两行"', "2"),
            3,
            f"campaign: slogan 2: this is 2: {TEXT}",
            id="number in a list of texts",
        ),
        pytest.param(
            LEAST + '[stats]\nvalue = "3"\nlabel = "x"\n',
            8,
            "stats: this is no list: write [[stats]]",
            id="single brackets for a list",
        ),
        pytest.param("hero = 'scene.svg'\n" + LEAST, 1, f"hero: {TABLE}", id="text for a table"),
        pytest.param(
            "stats = ['3']\n" + LEAST, 1, f"stats 1: {TABLE}", id="text in a list of tables"
        ),
        pytest.param("words = ['3']\n" + LEAST, 1, f"words: {TABLE}", id="list for words"),
        pytest.param(
            LEAST + "[words]\nhome.themes = 1\n",
            9,
            f"words: home: themes: this is 1: {TEXT}",
            id="number for a word",
        ),
        pytest.param(
            LEAST + SECTION + '[[sections.figures]]\nvalue = "1"\n',
            15,
            "sections 1: figures 1: label is missing: add it",
            id="key missing two levels down",
        ),
        pytest.param(
            LEAST.replace('source = "样本资料"\n', "") + STAT,
            7,
            "stats 1: the figure has no source: "
            "add a line source to it, or one to [campaign] for all figures",
            id="figure without a source",
        ),
        pytest.param(
            LEAST + SECTION + SECTION,
            16,
            "sections 2: id: sections 1 has the id one already: choose another one",
            id="two sections with one id",
        ),
        pytest.param(
            LEAST + SECTION.replace('"one"', '"stats"'),
            9,
            "sections 1: id: the page has the id stats already: choose another one",
            id="id of a part of the page",
        ),
        pytest.param(
            LEAST + SECTION.replace('"one"', '"第一"'),
            9,
            "sections 1: id: this cannot be '第一': use small letters, digits and hyphens",
            id="id that cannot be an anchor",
        ),
        pytest.param(
            LEAST + SECTION.replace('alt = "画面"\n', ""),
            12,
            "sections 1: picture: alt is missing: add a line that says what is to be seen",
            id="picture of a section without words",
        ),
        pytest.param(
            LEAST.replace("[campaign]", '[campaign]\nlanguage = "zh_CN"'),
            2,
            "campaign: language: this cannot be 'zh_CN': write it as zh-CN",
            id="language",
        ),
        pytest.param(
            LEAST + CHANNEL + 'url = "www.example.com"\n',
            11,
            "channel: url: this cannot be 'www.example.com': "
            "write a whole address, as https://www.example.com/",
            id="address of the channel",
        ),
        pytest.param(
            LEAST + '[footer]\nicp = "12345678"\n',
            9,
            "footer: icp: this cannot be '12345678': write it as 粤ICP备12345678号-1",
            id="ICP number",
        ),
        pytest.param(
            LEAST + '[footer]\npolice = "12345678"\n',
            9,
            "footer: police: this cannot be '12345678': write it as 粤公网安备12345678901234号",
            id="police number",
        ),
        pytest.param(
            LEAST + '[footer]\npolice_url = "https://beian.mps.gov.cn.example.com/"\n',
            9,
            "footer: police_url: this cannot be 'https://beian.mps.gov.cn.example.com/': "
            "copy the link that begins with https://beian.mps.gov.cn/",
            id="police link",
        ),
        pytest.param(
            LEAST + '[footer]\nreport_phone = "打电话"\n',
            9,
            "footer: report_phone: this cannot be '打电话': "
            "write digits with spaces or hyphens, as 0755-12345678",
            id="telephone",
        ),
        pytest.param(
            LEAST + '[footer]\nreport_email = "report at example.com"\n',
            9,
            "footer: report_email: this cannot be 'report at example.com': "
            "write it as report@example.com",
            id="e-mail",
        ),
        pytest.param(
            LEAST + '[tags]\n"公义" = "公义"\n',
            9,
            "tags: 公义: '公义' cannot be an address: "
            "use small letters, digits and hyphens, up to 80",
            id="address of a tag",
        ),
    ],
)
def test_mistakes(tmp_path, text, line, message):
    """Each mistake is told with file, line, place, what is wrong, and how to mend it."""
    path = tmp_path / "campaign.toml"
    path.write_text(text, "utf-8")
    assert refusal_of(path) == f"{path}:{line}: {message}"


def test_all_mistakes_at_once(tmp_path):
    """All mistakes of the file are told together, in the order of their lines."""
    text = LEAST.replace('"导语。"', "1") + STAT.replace('"3"', "3") + HERO.replace("alt", "alto")
    path = tmp_path / "campaign.toml"
    path.write_text(text, "utf-8")
    assert refusal_of(path).splitlines() == [
        f"{path}:4: campaign: lead: this is 1: {TEXT}",
        f"{path}:9: stats 1: value: this is 3: {TEXT}",
        f"{path}:11: hero: alt is missing: add it",
        f"{path}:13: hero: alto: this is not known here: known are picture, alt, caption",
    ]


def test_missing_file(tmp_path):
    """A missing file is told with where to find an example."""
    path = tmp_path / "campaign.toml"
    assert refusal_of(path) == (
        f"{path}:1: the file is missing: copy the example from docs/zh-CN/data.md"
    )


def test_broken_toml(tmp_path):
    """A file that is no TOML is told with line and column."""
    path = tmp_path / "campaign.toml"
    path.write_text('[campaign]\nname = "样本\n', "utf-8")
    message = refusal_of(path)
    assert message.startswith(f"{path}:2: ")
    assert message.endswith(" (column 11): mend the TOML at this place")
    path.write_text('[campaign]\nname = ["样本"\n', "utf-8")
    assert refusal_of(path) == f"{path}:2: Unclosed array: mend the TOML at this place"


def test_chinese_quotation_marks_in_toml(tmp_path):
    """Chinese quotation marks around a value are told with those that must stand there."""
    path = tmp_path / "campaign.toml"
    path.write_text(LEAST + "[[timeline]]\nyear = “2015”\n", "utf-8")
    assert refusal_of(path) == (
        f'{path}:9: Invalid value (column 8): write straight quotation marks "..." around a value'
    )


def test_figures_of_a_campaign_that_was_not_read(tmp_path):
    """When the campaign's own table is misspelt, nothing is said about sources of figures."""
    path = tmp_path / "campaign.toml"
    path.write_text(LEAST.replace("[campaign]", "[campain]") + STAT, "utf-8")
    told = refusal_of(path).splitlines()
    assert [line.partition(": known")[0] for line in told] == [
        f"{path}:1: campaign is missing: add it",
        f"{path}:1: campain: this is not known here",
    ]


def test_file_in_another_encoding(tmp_path):
    """A file that is not UTF-8 is refused; a byte order mark, as Windows writes it, is not."""
    path = tmp_path / "campaign.toml"
    path.write_bytes(LEAST.encode("gb18030"))
    message = refusal_of(path)
    assert message == (
        f"{path}:1: the file is not UTF-8 (byte 19), it looks like GBK: save it as UTF-8"
    )
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
    assert find_lines(text) == {
        ("a",): 1,
        ("b", "c"): 2,
        ("one",): 3,
        ("one", "text"): 4,
        ("one", "list"): 8,
        ("two",): 11,
        ("two", 0): 11,
        ("two", 0, "a b"): 12,
        ("two", 1): 13,
        ("two", 1, "three"): 14,
        ("two", 1, "three", 0): 14,
        ("two", 1, "three", 1): 15,
        ("two", 1, "three", 1, "key"): 16,
    }
    assert line_of(("two", 1, "three", 1, "key", "x"), find_lines(text)) == 16
    assert line_of(("nowhere",), find_lines(text)) == 1
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
