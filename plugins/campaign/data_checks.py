"""What is asked of the campaign's data as a whole, after each value was read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from plugins.campaign.changes import YEARS
from plugins.campaign.figure_checks import FIGURE_CHECKS
from plugins.campaign.records import EVENT_DAY, Campaign, CampaignFile
from plugins.problems import Problem, Severity
from plugins.typography.pinyin import RESERVED_IDS


def _lead_stories(file: CampaignFile, campaign: Campaign) -> Iterator[Problem]:
    """Find stories that would lead the page twice."""
    for number, slug in enumerate(campaign.lead_stories):
        if slug and slug in campaign.lead_stories[:number]:
            place = ("lead_stories", number)
            yield file.problem("duplicate-lead", place, f"{slug} 写了两次", "只留一个")


def _section_ids(file: CampaignFile, campaign: Campaign) -> Iterator[Problem]:
    """Find sections that would share an anchor, with each other or with a part of the page."""
    seen: dict[str, int] = {}
    for number, section in enumerate(campaign.sections):
        if section.id in RESERVED_IDS:
            what, place = f"页面上已经有 {section.id}", ("sections", number, "id")
            yield file.problem("duplicate-id", place, what, "换一个")
        first = seen.setdefault(section.id, number)
        if section.id and first != number:
            what, place = f"sections {first + 1} 已经用了 {section.id}", ("sections", number, "id")
            yield file.problem("duplicate-id", place, what, "换一个")


def _timeline(file: CampaignFile, campaign: Campaign) -> Iterator[Problem]:
    """Find days of the timeline that do not exist, and those that stand after a later one."""
    before = ""
    for number, event in enumerate(campaign.timeline):
        place = ("timeline", number, "year")
        if re.fullmatch(r"[\d-]+", event.year) and not _is_day(event.year):
            yield file.problem("bad-date", place, f"没有“{event.year}”这一天", EVENT_DAY)
        elif event.year < before[: len(event.year)]:
            what, mend = f"{event.year} 排在 {before} 后面", "按时间先后排"
            yield file.problem("timeline-order", place, what, mend, Severity.STYLE)
        before = max(before, event.year)


def _is_day(text: str) -> bool:
    """Say whether a year, a month or a day of the timeline exists."""
    year, *rest = (int(part or 0) for part in text.split("-"))
    try:
        return date(year, *(rest or [1]), *[1] * (2 - max(len(rest), 1))).year in YEARS
    except (TypeError, ValueError):
        return False


def _words_of_pictures(file: CampaignFile, campaign: Campaign) -> Iterator[Problem]:
    """Find pictures of sections without words for those who cannot see them."""
    for number, section in enumerate(campaign.sections):
        if section.picture and not section.alt:
            place, mend = ("sections", number, "picture"), "加一行 alt，写图上有什么"
            yield file.problem("key-missing", place, "缺少 alt", mend)


def _tag_addresses(file: CampaignFile, campaign: Campaign) -> Iterator[Problem]:
    """Find addresses of tags that cannot be one."""
    for tag, slug in campaign.tags.items():
        if not re.fullmatch("[a-z0-9-]{1,80}", slug):
            mend = "用小写字母、数字和连字符，最多80个"
            yield file.problem("bad-address", ("tags", tag), f"“{slug}”不能作地址", mend)


CHECKS: tuple[Callable[[CampaignFile, Campaign], Iterator[Problem]], ...] = (
    *FIGURE_CHECKS,
    _lead_stories,
    _section_ids,
    _timeline,
    _words_of_pictures,
    _tag_addresses,
)
"""What is asked of the data as a whole, after each value was read."""
