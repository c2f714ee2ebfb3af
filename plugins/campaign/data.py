"""The campaign's data (figures, sections, timeline, colophon ...): read from TOML into frozen
records, and checked.
"""

from __future__ import annotations

import re
import tomllib
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, is_dataclass, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from plugins.campaign.broken_toml import told_of_toml
from plugins.campaign.changes import YEARS
from plugins.campaign.figure_checks import FIGURE_CHECKS, check_names, named_in_data
from plugins.campaign.figures import Figure, Figures
from plugins.campaign.places import Place, Spot, find_spots, name_of, spot_of
from plugins.problems import (
    ContentError,
    Problem,
    Severity,
    UnreadableText,
    did_you_mean,
    read_text,
)
from plugins.typography.pinyin import RESERVED_IDS

T = TypeVar("T")
ABOVE_TABLES = ("lead_stories", "home_gallery")
"""Keys that TOML takes for a table's when they stand below its name."""
EVENT_DAY = "写成 2015、2015-12 或 2015-12-05 这样"
POLICE_PAGE = "https://beian.mps.gov.cn/"


class CampaignError(ContentError, ValueError):
    """The campaign's data cannot be used; the message holds one line a problem."""

    def __init__(self, *problems: Problem | str) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


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


def read_campaign(path: Path) -> Campaign:
    """Read and check the campaign's file; raises CampaignError with everything to be mended."""
    file = inspect_campaign(path)
    stopping = [problem for problem in file.problems if problem.stops(is_public=False)]
    if stopping or file.campaign is None:
        raise CampaignError(*stopping)
    return file.campaign


def inspect_campaign(path: Path) -> CampaignFile:
    """Read the campaign's file as far as that goes, and find what is wrong within it."""
    try:
        text = read_text(path)
        data = tomllib.loads(text)
    except FileNotFoundError:
        what, mend = "没有这个文件", "照 docs/zh-CN/data.md 写一个"
        problem = Problem(path, 1, what, mend, rule="file-missing")
        return CampaignFile(path, None, problems=[problem])
    except UnreadableText as error:
        return CampaignFile(path, None, problems=[error.problem])
    except tomllib.TOMLDecodeError as error:
        return CampaignFile(path, None, problems=[told_of_toml(path, text, str(error))])
    reader = _Reader(CampaignFile(path, None, find_spots(text)))
    campaign = reader.record(Campaign, data, ())
    file = replace(
        reader.file, campaign=campaign.with_figures(), named=named_in_data(campaign, text)
    )
    for check in CHECKS:
        file.problems.extend(check(file, campaign))
    file.problems.extend(check_names(file, campaign, text))
    file.problems.sort(key=lambda problem: problem.order)
    return file


@dataclass(frozen=True, slots=True)
class _Reader:
    """Makes records of TOML values; what does not fit becomes a problem, and empty."""

    file: CampaignFile

    def tell(self, rule: str, place: Place, what: str, mend: str) -> None:
        self.file.problems.append(self.file.problem(rule, place, what, mend))

    def record(self, kind: type[T], data: object, place: Place) -> T:
        """Make a record of *data*, refusing what the record has no field for."""
        if not isinstance(data, dict):
            self.tell("wrong-type", place, "这里要的是一张表", "写成“键 = 值”")
            return self._make(kind, {}, place, is_silent=True)
        names = [item.name for item in fields(kind)]  # type: ignore[arg-type]
        for unknown in data.keys() - names:
            mend = _mend_unknown(unknown, names, is_within=bool(place))
            self.tell("unknown-key", (*place, unknown), "这里没有这一项", mend)
        return self._make(kind, data, place)

    def _make(
        self, kind: type[T], data: dict[str, object], place: Place, *, is_silent: bool = False
    ) -> T:
        hints, values = get_type_hints(kind), {}
        for item in fields(kind):  # type: ignore[arg-type]
            is_needed = _is_needed(item, data)
            if item.name in data:
                value = self.value(hints[item.name], data[item.name], (*place, item.name))
                values[item.name] = value
                self._check_form(item.metadata.get("form"), value, (*place, item.name))
                if is_needed and _is_empty(data[item.name]):
                    self.tell("empty-value", (*place, item.name), "是空的", "填上")
            elif is_needed:
                values[item.name] = _nothing(hints[item.name])
            if is_needed and not is_silent and item.name not in data:
                self.tell("key-missing", place, f"缺少 {item.name}", "加上")
        return kind(**values)

    def _check_form(
        self, form: tuple[re.Pattern[str], str] | None, value: object, place: Place
    ) -> None:
        if form and isinstance(value, str) and value and not form[0].fullmatch(value):
            self.tell("bad-value", place, f"不能写“{value}”", form[1])

    def value(self, hint: Any, value: object, place: Place) -> Any:
        """Make what *hint* asks for of *value*."""
        if get_origin(hint) in (Union, types.UnionType):
            hint = get_args(hint)[0]
        if get_origin(hint) is tuple:
            return self._list(get_args(hint)[0], value, place)
        if get_origin(hint) is Mapping:
            return self._texts(value, place)
        if is_dataclass(hint):
            return self.record(hint, value, place)  # type: ignore[arg-type]
        if isinstance(value, str):
            return "" if _is_empty(value) else value
        self.tell("wrong-type", place, f"写的是 {value}", "文字要放在半角引号里")
        return ""

    def _list(self, hint: Any, value: object, place: Place) -> tuple[Any, ...]:
        if isinstance(value, list):
            for number, item in enumerate(value):
                if _is_empty(item):
                    self.tell("empty-value", (*place, number), "是空的", "填上，或者删去")
            return tuple(self.value(hint, item, (*place, n)) for n, item in enumerate(value))
        self.tell("wrong-type", place, "这里要的是一列", f"写成 {_list_form(hint, place)}")
        return ()

    def _texts(self, value: object, place: Place, prefix: str = "") -> dict[str, str]:
        """Read texts by key; a key with dots need not stand in quotation marks."""
        if not isinstance(value, dict):
            self.tell("wrong-type", place, "这里要的是一张表", "写成“键 = 值”")
            return {}
        texts: dict[str, str] = {}
        for key, item in value.items():
            if isinstance(item, dict):
                texts |= self._texts(item, (*place, key), f"{prefix}{key}.")
            elif isinstance(item, str):
                texts[prefix + key] = item
            else:
                self.value(str, item, (*place, key))
        return texts


def _mend_unknown(key: str, names: Sequence[str], *, is_within: bool) -> str:
    """Say what to do with a *key* that a table knows nothing of, which knows *names*."""
    if is_within and key in ABOVE_TABLES:
        return "移到文件最前面，第一个方括号的上面"
    near = get_close_matches(key, names, n=1)
    return did_you_mean(near[0]) if near else f"可以写的有 {'、'.join(names)}"


def _is_needed(item: Any, data: Mapping[str, object]) -> bool:
    """Say whether the field *item* must be there, beside what else there is."""
    if unless := item.metadata.get("unless"):
        return unless not in data
    return item.default is MISSING and item.default_factory is MISSING


def _is_empty(value: object) -> bool:
    """Say whether *value* is a list of nothing, or a text in which there is nothing to be seen."""
    return value == [] or (isinstance(value, str) and not value.strip())


def _nothing(hint: Any) -> Any:
    """Stand in for a value that is missing, so that the rest can be checked."""
    if get_origin(hint) is tuple:
        return ()
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        needed = (f for f in fields(hint) if f.default is f.default_factory)
        return hint(**{item.name: _nothing(hints[item.name]) for item in needed})  # type: ignore[operator]
    return ""


def _list_form(hint: Any, place: Place) -> str:
    name = ".".join(part for part in place if isinstance(part, str))
    return f"[[{name}]]" if is_dataclass(hint) else f'{place[-1]} = ["...", "..."]'


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
