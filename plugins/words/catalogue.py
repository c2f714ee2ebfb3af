"""The words of the interface, by key: read from catalogues, and checked."""

from __future__ import annotations

import json
import string
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup, escape

from plugins.problems import did_you_mean

DAY = "site.day"
"""The word that gets numbers and nothing else."""


class WordError(ValueError):
    """A catalogue, or a word that replaces one of it, cannot be used."""


class Misfit(NamedTuple):
    """A word of the campaign that the theme cannot use."""

    key: str
    what: str
    mend: str

    def __str__(self) -> str:
        """Write it in one line."""
        return f"words: {self.key}: {self.what}：{self.mend}"


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words, and those of a second language to stand beside them."""

    first: Mapping[str, str]
    second: Mapping[str, str] = field(default_factory=dict)
    second_language: str = ""

    def __call__(self, key: str, **values: object) -> str:
        """Give the word *key* with *values* in their places; markup among them makes it markup.

        Raises WordError for a key that is in no catalogue.
        """
        if key not in self.first:
            raise WordError(f"the catalogue has no word {key!r}: add it to theme/words/")
        text = self.first[key]
        if any(hasattr(value, "__html__") for value in values.values()):
            return escape(text).format(**values)
        return text.format(**values)

    def label(self, key: str) -> Markup:
        """Give the word *key*, and beside it the one of the second language, marked as such."""
        beside = Markup(' <span class="beside" lang="{}">{}</span>')
        second = self.second.get(key)
        return escape(self(key)) + (beside.format(self.second_language, second) if second else "")

    def day(self, moment: date) -> str:
        """Write the day of *moment* as this language does."""
        return self(DAY, year=moment.year, month=moment.month, day=moment.day)

    def dump(self) -> bytes:
        """Write the first language's words for those who render slots later."""
        text = json.dumps(dict(self.first), ensure_ascii=False, sort_keys=True, indent=1)
        return (text + "\n").encode()

    @classmethod
    def load(cls, path: Path) -> Words:
        """Read what :meth:`dump` wrote."""
        return cls(json.loads(path.read_bytes()))


def read_words(
    folder: Path, language: str, second: str = "", changes: Mapping[str, str] | None = None
) -> Words:
    """Read the catalogue of *language* in *folder*, with *changes* to single words, and that of
    the *second* language.

    Raises WordError when there is no such catalogue or a change fits no word.
    """
    first = read_catalogue(folder, language)
    if problems := [str(misfit) for misfit in misfits(first, changes or {})]:
        raise WordError("\n".join(problems))
    beside = read_catalogue(folder, second) if second else {}
    return Words(first | dict(changes or {}), beside, second)


def read_catalogue(folder: Path, language: str) -> dict[str, str]:
    """Read one catalogue: a table an area, so that keys are ``area.name``."""
    path = folder / f"{language}.toml"
    if not path.is_file():
        known = "、".join(sorted(item.stem for item in folder.glob("*.toml")))
        raise WordError(f"没有“{language}”的界面文字：现有 {known}")
    data = tomllib.loads(path.read_text("utf-8"))
    return {f"{area}.{name}": word for area, words in data.items() for name, word in words.items()}


def misfits(words: Mapping[str, str], changes: Mapping[str, str]) -> Iterator[Misfit]:
    """Tell which *changes* name no word, are empty, or cannot take the values that it gets."""
    for key, text in changes.items():
        if key not in words:
            near = get_close_matches(key, words, n=1)
            mend = did_you_mean(near[0]) if near else "有哪些见 theme/words"
            yield Misfit(key, f"没有叫 {key} 的词", mend)
        elif words[key] and not text.strip():
            yield Misfit(key, "是空的", "写上字，或者删去这一行")
        elif unknown := _places_or_none(text) - places(words[key]) - {""}:
            what = f"要填的 {'、'.join(sorted(unknown))} 这里没有"
            yield Misfit(key, what, _keep_to(words[key]))
        elif not _can_be_filled(key, text, words[key]):
            mend = f"{_keep_to(words[key])}；花括号本身写成 {{{{ 或 }}}}"
            yield Misfit(key, "有一个花括号里没有可填的", mend)


def _keep_to(word: str) -> str:
    known = "、".join(f"{{{name}}}" for name in sorted(places(word)))
    return f"只能用 {known}" if known else "这个词没有可填的"


def _places_or_none(text: str) -> set[str]:
    try:
        return places(text)
    except ValueError:
        return set()


def _can_be_filled(key: str, text: str, word: str) -> bool:
    """Say whether *text* takes values as *word* does; those of all but a day may be markup, which
    takes no form as ``{n:02}``.
    """
    values = dict.fromkeys(places(word), 1 if key == DAY else Markup("1"))
    try:
        escape(text).format(**values)
    except (ValueError, LookupError, AttributeError):
        return False
    return True


def places(text: str) -> set[str]:
    """Name the places for values in *text*, as ``{n}``."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
