"""The campaign's data (figures, sections, timeline, colophon ...): read from TOML into frozen
records, and checked.
"""

from __future__ import annotations

import tomllib
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")


class CampaignError(ValueError):
    """The campaign's file cannot be used; the message names the place and the mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What the campaign is called."""

    name: str
    slogan: tuple[str, ...]
    lead: str
    description: str
    as_of: str
    """When the figures were counted."""
    language: str = "zh-CN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """The line above everything."""

    name: str
    label: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture with its words."""

    picture: str
    alt: str
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number with its unit and what it counts."""

    value: str
    label: str
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of what was done."""

    id: str
    title: str
    summary: str
    picture: str
    alt: str
    caption: str
    figures: tuple[Figure, ...]
    story: str = ""
    """Slug of the story that tells it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A mark on the timeline."""

    year: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """A line of the colophon."""

    role: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Footer:
    """Numbers and contacts at the foot of every page; empty ones are left out."""

    icp: str = ""
    police: str = ""
    report_phone: str = ""
    report_email: str = ""
    license: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Where a page can be shared to; names from plugins.sharing."""

    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """Everything of ``campaign.toml``; each field is a table or a key of the same name."""

    campaign: Identity
    channel: Channel
    hero: Picture
    lead_stories: tuple[str, ...] = ()
    stats: tuple[Figure, ...] = ()
    carousel: tuple[Picture, ...] = ()
    sections: tuple[Section, ...] = ()
    gallery: tuple[Picture, ...] = ()
    timeline: tuple[Event, ...] = ()
    colophon: tuple[Credit, ...] = ()
    footer: Footer = field(default_factory=Footer)
    share: Share = field(default_factory=Share)

    def pictures(self) -> set[str]:
        """Name every picture the data uses."""
        shown: tuple[Picture | Section, ...] = (
            self.hero,
            *self.carousel,
            *self.sections,
            *self.gallery,
        )
        return {item.picture for item in shown}


def read_campaign(path: Path) -> Campaign:
    """Read and check the campaign's file; raises CampaignError that says where and what to mend."""
    try:
        data = tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError as error:
        raise CampaignError(
            f"{path}: the file is missing: copy the example from docs/editors.md"
        ) from error
    except UnicodeDecodeError as error:
        raise CampaignError(f"{path}: the file is not UTF-8: save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise CampaignError(f"{path}: {error}: mend the TOML at this place") from error
    return _record(Campaign, data, str(path))


def _record(kind: type[T], data: object, place: str) -> T:
    """Make a record of *data*, refusing what the record has no field for."""
    if not isinstance(data, dict):
        raise CampaignError(f"{place}: must be a table of keys and values")
    hints = get_type_hints(kind)
    names = {item.name: item for item in fields(kind)}  # type: ignore[arg-type]
    for unknown in data.keys() - names.keys():
        raise CampaignError(f"{place}: {unknown} is not known here: known are {', '.join(names)}")
    for name, item in names.items():
        if name not in data and item.default is MISSING and item.default_factory is MISSING:
            raise CampaignError(f"{place}: {name} is missing: add it")
    return kind(
        **{name: _value(hints[name], value, f"{place}: {name}") for name, value in data.items()}
    )


def _value(hint: Any, value: object, place: str) -> Any:
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise CampaignError(f"{place}: must be a list")
        return tuple(
            _value(get_args(hint)[0], item, f"{place} {number}")
            for number, item in enumerate(value, 1)
        )
    if is_dataclass(hint):
        return _record(hint, value, place)  # type: ignore[arg-type]
    if not isinstance(value, str):
        raise CampaignError(f"{place}: must be text in quotation marks, not {value!r}")
    return value
