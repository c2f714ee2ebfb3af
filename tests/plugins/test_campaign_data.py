"""The campaign's file is read into records, and mistakes in it are told with their place."""

from __future__ import annotations

import dataclasses

import pytest

from plugins.campaign.data import Campaign, CampaignError, Figure, Footer, Share, read_campaign
from tests.living_site import ROOT, SAMPLE

LEAST = """\
[campaign]
name = "样本专题"
slogan = ["一句口号，", "分作两行"]
lead = "导语。"
description = "说明。"
as_of = "截至2015年底"

[channel]
name = "样本频道"
label = "专题"

[hero]
picture = "scene.svg"
alt = "画面"
caption = "图说"
"""
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
    assert campaign.channel.url == ""
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
            "campaign: name is missing: add it",
            id="key missing in a table",
        ),
        pytest.param(LEAST.partition("[hero]")[0], "hero is missing: add it", id="table missing"),
        pytest.param("", "campaign is missing: add it", id="empty file"),
        pytest.param(
            LEAST.replace("alt =", "alternative ="),
            "hero: alternative is not known here: known are picture, alt, caption",
            id="unknown key in a table",
        ),
        pytest.param(
            "motto = 'x'\n" + LEAST,
            "motto is not known here: known are "
            + ", ".join(field.name for field in dataclasses.fields(Campaign)),
            id="unknown key at the top",
        ),
        pytest.param(
            LEAST + STAT + STAT.replace("label", "lable"),
            "stats 2: lable is not known here: known are value, label, unit",
            id="unknown key in the second of a list",
        ),
        pytest.param(
            LEAST + STAT.replace('"3"', "3"),
            "stats 1: value: must be text in quotation marks, not 3",
            id="number without quotation marks",
        ),
        pytest.param(
            LEAST.replace('"截至2015年底"', "2015-12-31"),
            "campaign: as_of: must be text in quotation marks, not datetime.date(2015, 12, 31)",
            id="date without quotation marks",
        ),
        pytest.param(
            LEAST.replace('"导语。"', "true"),
            "campaign: lead: must be text in quotation marks, not True",
            id="truth value for text",
        ),
        pytest.param(
            LEAST.replace('["一句口号，", "分作两行"]', '"一句口号"'),
            "campaign: slogan: must be a list",
            id="text for a list",
        ),
        pytest.param(
            LEAST.replace('"分作两行"', "2"),
            "campaign: slogan 2: must be text in quotation marks, not 2",
            id="number in a list of texts",
        ),
        pytest.param(
            LEAST + '[stats]\nvalue = "3"\nlabel = "x"\n',
            "stats: must be a list",
            id="single brackets for a list",
        ),
        pytest.param(
            "hero = 'scene.svg'\n" + LEAST.partition("[hero]")[0],
            "hero: must be a table of keys and values",
            id="text for a table",
        ),
        pytest.param(
            "stats = ['3']\n" + LEAST,
            "stats 1: must be a table of keys and values",
            id="text in a list of tables",
        ),
        pytest.param(LEAST + SECTION, "sections 1: figures is missing: add it", id="no figures"),
        pytest.param(
            LEAST + SECTION + '[[sections.figures]]\nvalue = "1"\n',
            "sections 1: figures 1: label is missing: add it",
            id="key missing two levels down",
        ),
    ],
)
def test_mistakes(tmp_path, text, message):
    """Each mistake is told with file, place, what is wrong, and how to mend it."""
    path = tmp_path / "campaign.toml"
    path.write_text(text, "utf-8")
    assert refusal_of(path) == f"{path}: {message}"


def test_missing_file(tmp_path):
    """A missing file is told with where to find an example."""
    path = tmp_path / "campaign.toml"
    assert refusal_of(path) == (
        f"{path}: the file is missing: copy the example from docs/editors.md"
    )


def test_broken_toml(tmp_path):
    """A file that is no TOML is told with line and column."""
    path = tmp_path / "campaign.toml"
    path.write_text('[campaign]\nname = "样本\n', "utf-8")
    message = refusal_of(path)
    assert message.startswith(f"{path}: ")
    assert "at line 2, column " in message
    assert message.endswith(": mend the TOML at this place")


def test_file_in_another_encoding(tmp_path):
    """A file that is not UTF-8 is refused; a byte order mark, as Windows writes it, is not."""
    path = tmp_path / "campaign.toml"
    path.write_bytes(LEAST.encode("gb18030"))
    message = refusal_of(path)
    assert message == f"{path}: the file is not UTF-8: save it as UTF-8"
    path.write_bytes(b"\xef\xbb\xbf" + LEAST.encode())
    assert read_campaign(path) is not None


def test_the_real_campaign():
    """The project's own file reads and has what the topic page needs, every picture included."""
    content = ROOT / "content"
    campaign = read_campaign(content / "campaign.toml")
    assert (len(campaign.stats), len(campaign.sections)) == (4, 5)
    assert (len(campaign.gallery), len(campaign.lead_stories)) == (10, 2)
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
