"""What answers of editors mean, typed as a Chinese input method leaves them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import unquote, urlsplit

from plugins.editing.heads import moment_of
from plugins.editing.pictures import folded
from plugins.editing.sources import Source
from plugins.starting.asking import WrongAnswer

YES = frozenset(["是", "要", "好", "开", "收", "对", "y", "yes", "open", "on", "true", "1"])
NO = frozenset(
    ["否", "不", "不要", "不是", "关", "不收", "n", "no", "closed", "close", "off", "false", "0"]
)
NOTHING = frozenset(["-", "无", "没有", "不要", "none"])
"""What stands for no picture, no name, where an empty answer stands for something."""
DAYS = {"今天": 0, "today": 0, "昨天": -1, "明天": 1}
DAY = re.compile(
    r"(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?"
    r"(?:[ T]*(?P<hour>\d{1,2})[:点时](?P<minute>\d{0,2})分?)?"
)
DRIVE = re.compile(r"(?P<drive>[A-Za-z]):[\\/](?P<rest>.*)")
HYPHENS = str.maketrans("－—–‐−～。：，", "------.:,")
"""Signs that stand where a plain one was meant."""


def plain(text: str) -> str:
    """Give *text* in the width of ASCII, for dates, names and choices: ２０１５：１ is 2015:1."""
    return unicodedata.normalize("NFKC", text.translate(HYPHENS)).translate(HYPHENS).strip()


def read_needed(what: str) -> str:
    """Take any words; raises WrongAnswer when there are none."""
    if not what:
        raise WrongAnswer("这一项要写，不能空着")
    return what


def read_day(text: str, today: date) -> str:
    """Give the date that *text* tells, as the head of a story takes it."""
    said = plain(text)
    if said in DAYS:
        return (today + timedelta(days=DAYS[said])).isoformat()
    if found := DAY.fullmatch(said):
        year, month, day = (int(found[name]) for name in ("year", "month", "day"))
        told = f"{year:04}-{month:02}-{day:02}"
        if found["hour"]:
            told += f" {int(found['hour']):02}:{int(found['minute'] or 0):02}"
        if moment_of(told):
            return told
    raise WrongAnswer(f"“{text}”不是一个日期：写成 2015-12-05，或 2015-12-05 08:30，或“今天”")


def read_yes(text: str) -> bool:
    """Give whether *text* agrees."""
    said = plain(text).casefold()
    if said in YES or said in NO:
        return said in YES
    raise WrongAnswer(f"“{text}”看不懂：写“是”或“否”，y 或 n，“开”或“关”都行")


def paths_meant(text: str) -> list[Path]:
    """Give the paths that *text* may mean: terminals put quotation marks around what is dropped
    there or backslashes into it, or make it an address, and Windows writes paths its own way.
    """
    bare = text.strip("'\"‘’“” ")
    if bare.startswith("file://"):
        bare = unquote(urlsplit(bare).path)
    forms = [text, bare, re.sub(r"\\(.)", r"\1", bare)]
    if found := DRIVE.fullmatch(bare):
        rest = found["rest"].replace("\\", "/")
        forms.append(f"/mnt/{found['drive'].lower()}/{rest}")  # where Linux on Windows has it
    return [Path(form).expanduser() for form in forms if form]


def read_folder(text: str) -> Path:
    """Give the folder that *text* names."""
    for path in paths_meant(text):
        if path.is_dir():
            return path
    raise WrongAnswer(f"没有文件夹“{text}”：把文件夹拖到这个窗口里，或写它的路径")


def read_or_nothing(text: str) -> str:
    """Give *text*, empty where it says that nothing is wanted."""
    return "" if plain(text).casefold() in NOTHING else text


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme that a story can belong to."""

    slug: str
    title: str
    kicker: str

    def names(self) -> tuple[str, ...]:
        """Give all that it may be called."""
        return (self.slug, self.title, self.kicker)


def themes_of(sources: Sequence[Source]) -> tuple[Theme, ...]:
    """Give the themes of a campaign, in their order."""
    ordered = sorted(sources, key=lambda source: (source.value("order").zfill(3), source.path))
    values = ((each.value("slug"), each.value("title"), each.value("kicker")) for each in ordered)
    return tuple(Theme(*each) for each in values if each[0])


def list_of_themes(themes: Sequence[Theme]) -> str:
    """Write the *themes* a line each, with numbers to choose by."""
    return "\n".join(
        f"  {number}  {theme.slug}  {theme.title}" for number, theme in enumerate(themes, 1)
    )


def read_theme(text: str, themes: Sequence[Theme]) -> str:
    """Give the slug of the theme that *text* names: by number, slug or title."""
    said = folded(plain(text))
    if said.isdecimal() and 0 < int(said) <= len(themes):
        return themes[int(said) - 1].slug
    known: Mapping[str, Theme] = {
        folded(name): theme for theme in reversed(themes) for name in theme.names() if name
    }
    if said in known:
        return known[said].slug
    near = get_close_matches(said, known, n=1, cutoff=0.5)
    slugs = "、".join(theme.slug for theme in themes)
    mend = f"是不是 {known[near[0]].slug}？" if near else f"写前面的号数，或写 {slugs} 里的一个"
    raise WrongAnswer(f"没有主题“{text}”：{mend}")
