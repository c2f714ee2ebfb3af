"""Which Markdown the shortcut has to speak, by the options that Python-Markdown would be given."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from markdown import __meta__

from plugins.galleries.blocks import show_nothing
from plugins.typography.blocks import ShowPicture, leave
from plugins.typography.pinyin import RESERVED_IDS

CHECKED = (3, 11)
"""The version of Python-Markdown whose bytes the shortcut was compared with."""
STANDARD = "markdown.extensions."
CHINESE = "plugins.typography.blocks:ChineseMarkdown"
ALBUMS = "plugins.galleries.blocks:AlbumStrips"
FIGURES = "plugins.campaign.marks:FigureMarkdown"
KNOWN: dict[str, frozenset[str] | None] = {
    "meta": frozenset(),
    "tables": frozenset(),
    "fenced_code": frozenset(),
    "extra": frozenset(),
    "codehilite": None,
    CHINESE: frozenset({"show", "table_label", "taken"}),
    ALBUMS: frozenset({"show"}),
    FIGURES: frozenset({"figures", "note"}),
}
"""The extensions that the shortcut knows, each with the options of it that it knows; None for all,
as text with blocks of code to colour never takes the shortcut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chinese:
    """How Chinese stories are set: the options of ``ChineseMarkdown``."""

    show: ShowPicture
    table_label: str
    taken: Collection[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What of Markdown is spoken, and how its HTML is written."""

    end: str
    """How a tag without content ends."""
    has_head: bool
    has_tables: bool
    has_fences: bool
    has_colours: bool
    """Whether blocks of code are coloured, which is left to Python-Markdown."""
    has_extra: bool
    chinese: Chinese | None
    album: Callable[[str], str] | None
    has_figures: bool
    """Whether texts may name figures; those that do are left to Python-Markdown."""


def dialect_of(options: Mapping[str, Any]) -> Dialect | None:
    """Tell what Markdown the *options* of Python-Markdown ask for; None when any of them, or the
    version of Python-Markdown, is not known well enough to give the same bytes.
    """
    if set(options) - {"extensions", "extension_configs", "output_format"}:
        return None
    end = _end(options.get("output_format", "xhtml"))
    configs = _configs(options)
    if __meta__.__version_info__[:2] != CHECKED or end is None or configs is None:
        return None
    if CHINESE in configs and {"extra", "codehilite"} & set(configs):
        return None
    return _dialect(end, configs)


def _dialect(end: str, configs: Mapping[str, Mapping[str, Any]]) -> Dialect:
    extra = "extra" in configs
    albums = configs.get(ALBUMS)
    return Dialect(
        end=end,
        has_head="meta" in configs,
        has_tables=extra or "tables" in configs,
        has_fences=extra or "fenced_code" in configs,
        has_colours="codehilite" in configs,
        has_extra=extra,
        chinese=_chinese(configs[CHINESE]) if CHINESE in configs else None,
        album=None if albums is None else albums.get("show", show_nothing),
        has_figures=FIGURES in configs,
    )


def _chinese(config: Mapping[str, Any]) -> Chinese:
    return Chinese(
        show=config.get("show", leave),
        table_label=config.get("table_label", "表格{number}"),
        taken=config.get("taken", RESERVED_IDS),
    )


def _end(output_format: object) -> str | None:
    """Give how a tag without content ends in an *output_format*; None for an unknown one."""
    family = str(output_format).lower().rstrip("145")
    return {"html": ">", "xhtml": " />"}.get(family)


def _configs(options: Mapping[str, Any]) -> dict[str, Mapping[str, Any]] | None:
    """Give the options of each extension that is used, by its name; None when one is unknown."""
    every = options.get("extension_configs", {})
    configs: dict[str, Mapping[str, Any]] = {}
    for name in options.get("extensions", []):
        short = name.removeprefix(STANDARD) if isinstance(name, str) else ""
        config = every.get(name, {})
        if short not in KNOWN or short in configs or not _is_known(short, config):
            return None
        configs[short] = config
    return configs


def _is_known(short: str, config: Mapping[str, Any]) -> bool:
    known = KNOWN[short]
    return known is None or not set(config) - known
