"""What ``campaign.toml`` holds, as frozen records; each field is a table or a key of its name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from plugins.campaign.figures import Figure, Figures
from plugins.campaign.places import Place, Spot, name_of, spot_of
from plugins.problems import Problem, Severity

EVENT_DAY = "写成 2015、2015-12 或 2015-12-05 这样"
POLICE_PAGE = "https://beian.mps.gov.cn/"


def _form(pattern: str, mend: str) -> Any:
    """Make a field that may be empty; what it holds must have the form of *pattern*."""
    return field(default="", metadata={"form": (re.compile(pattern), mend)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What the campaign is called, and where its figures come from."""

    name: str
    slogan: tuple[str, ...]
    lead: str
    description: str
    as_of: str
    """When the figures were counted."""
    source: str = ""
    """Where figures come from that name no source of their own."""
    whole_words: tuple[str, ...] = ()
    """Names that no dictionary knows: headlines do not break within them."""
    language: str = field(
        default="zh-CN",
        metadata={"form": (re.compile("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"), "写成 zh-CN 这样")},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """The line above everything."""

    name: str
    label: str
    url: str = _form(r"https?://[^\s/]+\S*", "写完整的网址，如 https://www.example.com/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture with its words."""

    picture: str
    alt: str
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of what was done; with or without a picture, figures and a story."""

    id: str = field(metadata={"form": (re.compile("[a-z0-9-]{1,80}"), "用小写字母、数字和连字符")})
    title: str
    summary: str
    picture: str = ""
    alt: str = ""
    caption: str = ""
    figures: tuple[Figure, ...] = ()
    story: str = ""
    """Slug of the story that tells it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A mark on the timeline."""

    year: str = field(
        metadata={"form": (re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII), EVENT_DAY)}
    )
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """A line of the colophon."""

    role: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Footer:
    """Numbers and contacts at the foot of every page; empty ones are left out."""

    icp: str = _form(r"[\u4e00-\u9fff]{1,3}ICP备\d{5,12}号(-\d+)?", "写成 粤ICP备12345678号-1 这样")
    """Number of the site's registration (ICP备案)."""
    police: str = _form(r"\S{1,3}公网安备 ?\d{6,20}号", "写成 粤公网安备12345678901234号 这样")
    """Number of the registration with the police (公安联网备案)."""
    police_url: str = _form(re.escape(POLICE_PAGE) + r"\S*", f"抄写 {POLICE_PAGE} 开头的链接")
    police_badge: str = ""
    """The badge that goes with it, a picture."""
    report_phone: str = _form(r"\+?\d[\d -]{1,18}\d", "写数字、空格和连字符，如 0755-12345678")
    report_email: str = _form(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", "写成 report@example.com 这样")
    license: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Where a page can be shared to; names from plugins.sharing."""

    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """Everything of ``campaign.toml``; each field is a table or a key of the same name."""

    campaign: Identity
    channel: Channel | None = None
    hero: Picture | None = None
    lead_stories: tuple[str, ...] = ()
    home_gallery: str = ""
    """Slug of the album that the home page shows; the newest one when empty."""
    figures: tuple[Figure, ...] = ()
    """Figures that only texts name."""
    stats: tuple[Figure, ...] = ()
    carousel: tuple[Picture, ...] = ()
    sections: tuple[Section, ...] = ()
    timeline: tuple[Event, ...] = ()
    colophon: tuple[Credit, ...] = ()
    footer: Footer = field(default_factory=Footer)
    share: Share = field(default_factory=Share)
    words: Mapping[str, str] = field(default_factory=dict)
    """Words of the interface that read otherwise here, by their key."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Addresses of tags that shall not have that of their pinyin."""

    def pictures(self) -> set[str]:
        """Name every picture the data uses."""
        return {name for _, name in self.shown()}

    def shown(self) -> Iterator[tuple[Place, str]]:
        """Give every picture the data uses, with the place that names it."""
        lists: dict[str, tuple[Picture | Section, ...]] = {
            "carousel": self.carousel,
            "sections": self.sections,
        }
        named: list[tuple[Place, str]] = [
            (("hero", "picture"), self.hero.picture if self.hero else ""),
            (("footer", "police_badge"), self.footer.police_badge),
        ]
        for part, items in lists.items():
            named += (((part, n, "picture"), item.picture) for n, item in enumerate(items))
        return ((place, name) for place, name in named if name)

    def counted(self) -> Iterator[tuple[Place, Figure]]:
        """Give every figure with its place."""
        for name, figures in (("figures", self.figures), ("stats", self.stats)):
            yield from (((name, number), figure) for number, figure in enumerate(figures))
        for part, section in enumerate(self.sections):
            for number, figure in enumerate(section.figures):
                yield ("sections", part, "figures", number), figure

    @property
    def known_figures(self) -> Figures:
        """The figures that have an id."""
        return Figures.of(figure for _, figure in self.counted())

    @property
    def told_figures(self) -> Figures:
        """The figures that have an id, each with its source and its day."""
        return self.known_figures.with_defaults(self.campaign.source, self.campaign.as_of)

    def with_figures(self) -> Campaign:
        """Give the campaign with all figures where texts name them and lists show them again."""
        figures = self.known_figures
        sections = (
            replace(section, figures=tuple(map(figures.again, section.figures)))
            for section in self.sections
        )
        stats = tuple(map(figures.again, self.stats))
        return figures.within(replace(self, stats=stats, sections=tuple(sections)))

    def told(self) -> Iterator[tuple[Place, str]]:
        """Give the slug of every story the data names, with the place that names it."""
        yield from (
            (("lead_stories", number), slug) for number, slug in enumerate(self.lead_stories)
        )
        for number, section in enumerate(self.sections):
            if section.story:
                yield ("sections", number, "story"), section.story


@dataclass(frozen=True, slots=True)
class CampaignFile:
    """The campaign's file as far as it could be read, and what is wrong with it."""

    path: Path
    campaign: Campaign | None
    """None when nothing of the file could be read."""
    spots: Mapping[Place, Spot] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    named: frozenset[str] = frozenset()
    """The ids of the figures that the file itself names."""

    def problem(
        self,
        rule: str,
        place: Place,
        what: str,
        mend: str,
        severity: Severity = Severity.BUILD,
    ) -> Problem:
        """Make a problem at *place*, and name that."""
        told = f"{name_of(place)}: {what}" if place else what
        line, column = spot_of(place, self.spots)
        return Problem(self.path, line, told, mend, severity, column, rule)
