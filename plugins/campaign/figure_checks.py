"""What is asked of a campaign's figures: of their numbers, days, sources and ids."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from plugins.campaign.changes import YEARS
from plugins.campaign.figures import Figure
from plugins.campaign.places import Place, spot_of
from plugins.campaign.records import Campaign, CampaignFile
from plugins.problems import Problem, Severity, did_you_mean

NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
VALUE = re.compile(rf"{NUMBER}(?:[-–~～至]{NUMBER})?", re.ASCII)
"""A number, its thousands parted by commas or not; or two, from one to the other."""
SIGN = ("-", "−", "－", "—", "负")
ID = re.compile(r"[^\[\]【】:：\s]{1,40}")
ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")
DAY = re.compile(r"(?<!\d)(\d{4})(?:年(?:\s*(\d{1,2})月(?:\s*(\d{1,2})日)?)?)?(?!\d)")
OWN = ("value", "unit", "id")
"""What a figure that is shown again cannot say itself."""
AS_OF = "写成“截至2015年底”或“截至2015年12月31日”这样"


def check_values(file: CampaignFile, campaign: Campaign) -> Iterator[Problem]:
    """Find figures whose value is no number."""
    for place, figure in campaign.counted():
        if figure.value and (mend := told_of_value(figure.value)):
            what = f"不能写“{figure.value}”"
            yield file.problem("figure-value", (*place, "value"), what, mend)


def told_of_value(value: str) -> str:
    """Say how to mend a *value* that is no number; empty for a number."""
    plain = unicodedata.normalize("NFKC", value).strip()
    if VALUE.fullmatch(value):
        return ""
    if VALUE.fullmatch(plain):
        return f"数字和逗号用半角，写成 {plain}"
    if value.strip().startswith(SIGN):
        return "写正数，“减少”“下降”写进 label"
    if re.search(r"[^\d.,\s]", plain):
        return "value 里只写数字，“万”“多”“人”“%”这样的写进 unit"
    return "写成 120、9,464、11.2 这样"


def check_days(file: CampaignFile, campaign: Campaign) -> Iterator[Problem]:
    """Find figures, and a campaign, whose day is none."""
    as_of = campaign.campaign.as_of
    if mend := told_of_day(as_of, is_year_needed=False):
        where = ("campaign", "as_of")
        yield file.problem("data-date", where, f"不能写“{as_of}”", mend)
    for place, figure in campaign.counted():
        if figure.as_of and (mend := told_of_day(figure.as_of)):
            what = f"不能写“{figure.as_of}”"
            yield file.problem("data-date", (*place, "as_of"), what, mend)


def told_of_day(as_of: str, *, is_year_needed: bool = True) -> str:
    """Say how to mend words that shall say when something was counted; empty for good ones."""
    if ISO_DAY.fullmatch(as_of.strip()) or as_of.strip().isdecimal():
        return AS_OF
    found = [*DAY.finditer(as_of)]
    if not found:
        return f"写上年份，{AS_OF}" if is_year_needed else ""
    return "" if all(map(_exists, found)) else f"写一个真有的日子，{AS_OF}"


def _exists(found: re.Match[str]) -> bool:
    year, month, day = (int(part or 1) for part in found.groups())
    try:
        return date(year, month, day).year in YEARS
    except ValueError:
        return False


def check_sources(file: CampaignFile, campaign: Campaign) -> Iterator[Problem]:
    """Find figures of which nobody says where they come from.

    When they were counted is said by the campaign, which must; one that cannot be read is told.
    """
    if not campaign.campaign.name:
        return
    for place, figure in campaign.counted():
        if figure.figure:
            continue
        if not figure.source and not campaign.campaign.source:
            mend = "给它加一行 source，或者在 [campaign] 里写一个总的"
            yield file.problem("data-source", place, "数字没有出处", mend)


def check_ids(file: CampaignFile, campaign: Campaign) -> Iterator[Problem]:
    """Find ids that cannot be one, ids of two figures, and figures that nobody could name."""
    seen: dict[str, int] = {}
    for line, place, figure in sorted(_with_lines(file, campaign), key=lambda each: each[0]):
        where, known = (*place, "id"), campaign.known_figures.find(figure.id)
        if figure.id and not ID.fullmatch(figure.id):
            mend = "不用空格、冒号和方括号，最多40个字"
            yield file.problem("figure-id", where, f"不能写“{figure.id}”", mend)
        elif known and seen.setdefault(known.id, line) != line:
            what = f"第{seen[known.id]}行已经用了“{known.id}”"
            yield file.problem("figure-id", where, what, "换一个")
        elif not figure.id and place[0] == "figures":
            mend = "加一行 id，文章里用它来写这个数字"
            yield file.problem("figure-id", place, "缺少 id", mend)


def _with_lines(file: CampaignFile, campaign: Campaign) -> Iterator[tuple[int, Place, Figure]]:
    for place, figure in campaign.counted():
        yield spot_of((*place, "id"), file.spots).line, place, figure


def check_again(file: CampaignFile, campaign: Campaign) -> Iterator[Problem]:
    """Find figures that are to be shown again and are not there, or have a number of their own."""
    known = campaign.known_figures
    for place, figure in campaign.counted():
        where, own = (*place, "figure"), [key for key in OWN if getattr(figure, key)]
        if not figure.figure:
            continue
        if place[0] == "figures":
            mend = "在这里写 value 和 label，别处再用 figure"
            yield file.problem("figure-form", where, "这里不能写 figure", mend)
        elif own:
            mend = f"删去 {'、'.join(own)}，或者删去 figure"
            yield file.problem("figure-form", where, "已经有 figure", mend)
        elif known.find(figure.figure) is None:
            near = known.nearest(figure.figure)
            mend = did_you_mean(near) if near else "写一个数字的 id"
            yield file.problem("figure-unknown", where, f"没有编号为“{figure.figure}”的数字", mend)


def check_names(file: CampaignFile, campaign: Campaign, text: str) -> Iterator[Problem]:
    """Find where the *text* of the file names a figure that there is not."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith("#"):
            continue
        for slip in campaign.known_figures.slips(line):
            yield Problem(
                file.path,
                number,
                slip.what,
                slip.mend,
                Severity.BUILD,
                slip.start + 1,
                slip.rule,
            )


def named_in_data(campaign: Campaign, text: str) -> frozenset[str]:
    """Give the ids of the figures that the *text* of the data names or shows again."""
    known = campaign.known_figures
    named = [*known.named_in(text)]
    named += filter(None, (known.find(figure.figure) for _, figure in campaign.counted()))
    return frozenset(figure.id for figure in named)


FIGURE_CHECKS = (check_sources, check_values, check_days, check_ids, check_again)
