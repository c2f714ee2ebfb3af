"""Reads words aloud as pypinyin does, from its two files; loaded as Python's own lists, these take
60 MB.
"""

from __future__ import annotations

import json
import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

HAN = re.compile(
    "([\u3007\u3400-\u4dbf\u4e00-\u9fff\ue815-\ue864\uf900-\ufaff\U00020000-\U000323af]+)"
)
PHRASE = re.compile(rb'^"([^"]+)": ', re.MULTILINE)
TONES = re.compile("[\u0300\u0301\u0304\u030c]")
"""The four tones, as they stand above a letter that is taken apart."""


class Phrases:
    """The phrases of pypinyin's file, where they stand in order."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._starts = array("I", (found.start(1) for found in PHRASE.finditer(content)))

    def longest(self, text: str) -> str:
        """Give the longest phrase with which *text* begins; empty when there is none."""
        found = ""
        for end in range(1, len(text) + 1):
            first = self._first_from(text[:end])
            if first == text[:end]:
                found = first
            if not first.startswith(text[:end]):
                break
        return found

    def have_one_from(self, text: str) -> bool:
        """Say whether any phrase begins with *text*."""
        return self._first_from(text).startswith(text)

    def reading(self, phrase: str) -> list[str]:
        """Give the syllables of a *phrase* that is one."""
        start = self._content.index(b"[", self._starts[self._place(phrase)])
        end = self._content.index(b"]\n]", start) + len(b"]\n]")
        return [syllables[0] for syllables in json.loads(self._content[start:end])]

    def _first_from(self, text: str) -> str:
        """Give the first phrase that does not stand before *text*."""
        place = self._place(text)
        return self._key(self._starts[place]).decode() if place < len(self._starts) else ""

    def _place(self, text: str) -> int:
        return bisect_left(self._starts, text.encode(), key=self._key)

    def _key(self, start: int) -> bytes:
        return self._content[start : self._content.index(b'"', start)]


def syllables(word: str) -> list[str]:
    """Give what pypinyin's ``lazy_pinyin`` gives for *word*: syllables without tones, and whatever
    is not Chinese as it is.
    """
    parts = [part for part in HAN.split(word) if part]
    spoken = (_read(part) if HAN.match(part) else [part] for part in parts)
    return [syllable for part in spoken for syllable in part]


def _read(text: str) -> list[str]:
    read = (
        _phrases().reading(part) if len(part) > 1 else [_letter(part)] for part in _parted(text)
    )
    return [_plain(syllable) for part in read for syllable in part]


def _parted(text: str) -> Iterator[str]:
    """Cut *text* into phrases and single characters, from its beginning, the longest phrase first;
    what may yet become a phrase, but is none, is cut into characters.
    """
    while text:
        found = _phrases().longest(text)
        if not found and _phrases().have_one_from(text):
            yield from text
            return
        yield found or text[0]
        text = text[len(found or text[0]) :]


@lru_cache(maxsize=8192)
def _letter(letter: str) -> str:
    """Give the commonest reading of a character; itself when it has none."""
    mark = b'"%d": "' % ord(letter)
    start = _letters().find(mark)
    if start < 0:
        return letter
    start += len(mark)
    return _letters()[start : _letters().index(b'"', start)].decode().partition(",")[0]


def _plain(syllable: str) -> str:
    bare = TONES.sub("", unicodedata.normalize("NFD", syllable))
    return unicodedata.normalize("NFC", bare).replace("ü", "v")


@cache
def _phrases() -> Phrases:
    return Phrases(_file("phrases_dict.json"))


@cache
def _letters() -> bytes:
    return _file("pinyin_dict.json")


def _file(name: str) -> bytes:
    """Read a file of pypinyin, which is not imported."""
    package = find_spec("pypinyin")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("pypinyin is not installed: run ./run once more")
    return Path(package.origin).with_name(name).read_bytes()
