"""Words that a campaign writes in one way, from ``house-words.toml`` in its content folder::

    ["帐号"]
    write = "账号"
    why = "与钱物有关的用“账”"
    fix = true
    but = ["军帐号"]

``fix`` lets ``--fix`` write it so (not unless it is said), ``but`` names longer words within which
it is no mistake.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plugins.editing.rules.rule import SHUT, Mark, Prose
from plugins.problems import Problem, Severity, read_text

NAME = "house-words.toml"
FORM = '例如 ["帐号"]，下面写 write = "账号" 和 why = "……"'
KEYS = {"write": str, "why": str, "fix": bool, "but": list}


@dataclass(frozen=True, slots=True)
class HouseWord:
    """A word that is written otherwise."""

    write: str
    why: str = ""
    is_mended: bool = False
    but: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HouseWords:
    """The words of a list, ready to be looked for."""

    words: Mapping[str, HouseWord] = field(default_factory=dict)
    pattern: re.Pattern[str] | None = None

    @classmethod
    def of(cls, words: Mapping[str, HouseWord]) -> HouseWords:
        """Make them ready; the longest word is found first, and longer ones that are right keep
        what is within them.
        """
        right = {other for word in words.values() for other in (*word.but, word.write)}
        every = sorted({*words, *right}, key=len, reverse=True)
        return cls(words, re.compile("|".join(map(re.escape, every))) if words else None)

    def find(self, prose: Prose) -> Iterator[Mark]:
        """Find words of the list; other people's words, in quotations, are theirs."""
        for found in self.pattern.finditer(prose.open) if self.pattern else ():
            word = self.words.get(found[0])
            if word is None:
                continue
            is_certain = word.is_mended and not prose.is_in_heading(found.start())
            mend = f"写作“{word.write}”" + (f"（{word.why}）" if word.why else "")
            replacement = word.write if is_certain else None
            yield Mark(*found.span(), f"“{found[0]}”在用词表里", mend, replacement)


def read_house_words(folder: Path) -> tuple[HouseWords, list[Problem]]:
    """Read the list below the content *folder*, and what is wrong with it; there may be none."""
    path = folder / NAME
    if not path.is_file():
        return HouseWords(), []
    try:
        table = tomllib.loads(read_text(path))
    except ValueError as error:
        return HouseWords(), [
            Problem(path, 1, f"读不出来：{error}", FORM, Severity.WARNING, rule="house-list")
        ]
    words = {name: _word(entry) for name, entry in table.items() if not _wrong(name, entry)}
    told = [(name, wrong) for name, entry in table.items() if (wrong := _wrong(name, entry))]
    told += [(name, wrong) for name in words if (wrong := _loop(name, words))]
    for name, _ in told:
        words.pop(name, None)
    problems = [
        Problem(
            path,
            _line_of(name, path),
            f"“{name}”{wrong}",
            FORM,
            Severity.WARNING,
            rule="house-list",
        )
        for name, wrong in told
    ]
    return HouseWords.of(words), problems


def _word(entry: Mapping[str, Any]) -> HouseWord:
    but = tuple(entry.get("but", ()))
    return HouseWord(entry["write"], entry.get("why", ""), entry.get("fix", False), but)


def _wrong(name: str, entry: object) -> str:
    """Say what is wrong with an *entry*; empty when nothing is."""
    if not isinstance(entry, dict) or not isinstance(entry.get("write"), str) or not entry["write"]:
        return "没有写 write"
    for key, value in entry.items():
        if key not in KEYS:
            return f"的 {key} 不认得，可以写 {'、'.join(KEYS)}"
        if not isinstance(value, KEYS[key]):
            return f"的 {key} 写得不对"
    if not name or SHUT in name or "\n" in name + entry["write"]:
        return "不是一个词"
    but = entry.get("but", [])
    is_within = all(isinstance(other, str) and name in other and other != name for other in but)
    return "" if is_within else "的 but 要写包含它的更长的词"


def _loop(name: str, words: Mapping[str, HouseWord]) -> str:
    """Say which word of the list stands in what is to be written for *name*: it would be told
    again.
    """
    write = words[name].write
    other = next((other for other in words if other in write), "")
    return f"要写成“{write}”，里面又有用词表里的“{other}”" if other else ""


def _line_of(name: str, path: Path) -> int:
    """Give the line on which the entry of *name* begins, 1 when it cannot be found."""
    begins = re.compile(rf"\s*\[?\s*[\"']?{re.escape(name)}[\"'\]\s=]")
    lines = enumerate(read_text(path).split("\n"), 1)
    return next((number for number, line in lines if begins.match(line)), 1)
