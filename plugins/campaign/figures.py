"""Figures: what a campaign counts, each written down once and named by its id wherever it stands.

A text names one by ``[[数字：red-vests]]`` or ``[[figure: red-vests]]``; the brackets may be those
that a Chinese input method gives, ``【【数字：red-vests】】``. Readers see the value with its unit.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from typing import NamedTuple, TypeVar

T = TypeVar("T")
OPEN, SHUT = r"(?:\[\[|【【)", r"(?:\]\]|】】)"
NAMED = re.compile(
    rf"(?<!\\){OPEN}\s*(?:数字|figure)\s*[:：]\s*(?P<name>[^\[\]【】\n]*?)\s*{SHUT}",
    re.IGNORECASE,
)
"""Where a text names a figure; a backslash before it leaves it as it is."""
LIKE = re.compile(rf"(?<!\\){OPEN}\s*(?P<word>数字|数据|数目|figures?)\s*[:：]", re.IGNORECASE)
"""How it begins when something of it may be wrong."""
SINGLE = re.compile(
    r"(?<![\\\[【])(?:\[|【)\s*(?:数字|figure)\s*[:：]\s*(?P<name>[^\[\]【】\n]+?)\s*[\]】]"
    r"(?![\]】(])",
    re.IGNORECASE,
)
"""A name in single brackets, which may as well be words in brackets, or those of a link."""
FORM = "[[数字：{}]]"
HEAD_KEYS = ("title", "summary", "picture_alt", "picture_caption")
"""The lines of a head that may name figures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number with its unit, what it counts, and who says so."""

    value: str = field(default="", metadata={"unless": "figure"})
    label: str = field(default="", metadata={"unless": "figure"})
    unit: str = ""
    source: str = ""
    """Where it comes from; that of the campaign when empty."""
    as_of: str = ""
    """When it was counted, in words that name the year; that of the campaign when empty."""
    id: str = ""
    """What texts call it, and lists that show it again."""
    figure: str = ""
    """The id of the figure that is shown here again; nothing else need be written then."""

    @property
    def shown(self) -> str:
        """What readers see of it within a text."""
        return self.value + self.unit


class Slip(NamedTuple):
    """Something that is wrong where a text names a figure."""

    start: int
    """Where it begins in the text, in characters."""
    rule: str
    what: str
    mend: str


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures that have an id, to be found as editors write it."""

    by_form: Mapping[str, Figure] = field(default_factory=dict)
    """By their ids without differences of case and width."""

    @classmethod
    def of(cls, figures: Iterable[Figure]) -> Figures:
        """Make them of *figures*; of two with one id the first is meant."""
        named = [figure for figure in figures if figure.id and not figure.figure]
        return cls({_form(figure.id): figure for figure in reversed(named)})

    def with_defaults(self, source: str, as_of: str) -> Figures:
        """Give them with *source* and *as_of* where they tell none."""
        return Figures(
            {
                form: replace(figure, source=figure.source or source, as_of=figure.as_of or as_of)
                for form, figure in self.by_form.items()
            }
        )

    def find(self, name: str) -> Figure | None:
        """Give the figure that is called *name*."""
        return self.by_form.get(_form(name))

    def nearest(self, name: str) -> str:
        """Give the id that is most like *name*; empty when none is like it."""
        near = get_close_matches(_form(name), sorted(self.by_form), n=1)
        return self.by_form[near[0]].id if near else ""

    def named_in(self, text: str) -> list[Figure]:
        """Give the figures that *text* names, in their order."""
        found = (self.find(each["name"]) for each in NAMED.finditer(text))
        return [figure for figure in found if figure]

    def text(self, text: str) -> str:
        """Give *text* with what readers see in the place of each name; an unknown one stays."""
        return NAMED.sub(self._shown, text) if may_name(text) else text

    def _shown(self, found: re.Match[str]) -> str:
        figure = self.find(found["name"])
        return figure.shown if figure else found[0]

    def within(self, value: T) -> T:
        """Give *value*, a record or a list of records, with all its texts as readers see them."""
        made: object = value
        if isinstance(value, str):
            made = self.text(value)
        elif isinstance(value, tuple):
            made = tuple(map(self.within, value))
        elif hasattr(value, "__dataclass_fields__"):
            names = [item.name for item in fields(value)]  # type: ignore[arg-type]
            changes = {name: self.within(getattr(value, name)) for name in names}
            made = replace(value, **changes)  # type: ignore[type-var]
        return made  # type: ignore[return-value]

    def again(self, figure: Figure) -> Figure:
        """Give the figure that *figure* shows again, with what that says otherwise itself; a
        figure of its own stays as it is.
        """
        meant = self.find(figure.figure) if figure.figure else None
        if meant is None:
            return figure
        own = {name: getattr(figure, name) for name in ("label", "source", "as_of")}
        return replace(meant, **{name: text for name, text in own.items() if text})

    def slips(self, text: str) -> Iterator[Slip]:
        """Tell where *text*, in which code is blanked out, names a figure that there is not, or
        names one in a wrong form.
        """
        whole = {found.start(): found for found in NAMED.finditer(text)}
        for found in whole.values():
            if not self.find(found["name"]):
                yield self._unknown(found.start(), found["name"])
        for like in LIKE.finditer(text):
            if like.start() not in whole:
                what = f"“{like[0].strip()}”不成写法"
                yield Slip(like.start(), "figure-form", what, f"写成 {FORM.format('编号')}")
        for single in SINGLE.finditer(text):
            if self.find(single["name"]):
                form = FORM.format(single["name"])
                yield Slip(single.start(), "figure-form", f"“{single[0]}”少了括号", f"写成 {form}")

    def _unknown(self, start: int, name: str) -> Slip:
        near = self.nearest(name)
        mend = f"是不是想写 {FORM.format(near)}？" if near else "在数据文件里给那个数字写上 id"
        return Slip(start, "figure-unknown", f"没有编号为“{name}”的数字", mend)


def may_name(text: str) -> bool:
    """Say quickly whether *text* may name a figure."""
    return "[[" in text or "【【" in text


def _form(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
