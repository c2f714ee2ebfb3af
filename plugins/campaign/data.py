"""The campaign's data (figures, sections, timeline, colophon ...): read from TOML into frozen
records, and checked.
"""

from __future__ import annotations

import re
import tomllib
import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from plugins.campaign.broken_toml import told_of_toml
from plugins.campaign.data_checks import CHECKS
from plugins.campaign.figure_checks import check_names, named_in_data
from plugins.campaign.places import Place, find_spots
from plugins.campaign.records import Campaign, CampaignFile
from plugins.problems import ContentError, Problem, UnreadableText, did_you_mean, read_text

T = TypeVar("T")
ABOVE_TABLES = ("lead_stories", "home_gallery")
"""Keys that TOML takes for a table's when they stand below its name."""


class CampaignError(ContentError, ValueError):
    """The campaign's data cannot be used; the message holds one line a problem."""

    def __init__(self, *problems: Problem | str) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


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
