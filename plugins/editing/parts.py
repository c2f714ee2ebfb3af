"""Where prose stands in an editor's file: in its body, and in some values of its head."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from plugins.editing.rules.masks import body_prose, head_prose
from plugins.editing.rules.rule import Prose
from plugins.editing.sources import FENCE, LINE

DATED = frozenset({"correction", "updated", "withdrawn"})
"""Keys whose values are a day and a sentence."""
SPOKEN = DATED.union({"title", "kicker", "summary", "picture_alt", "picture_caption"})
"""Keys whose values are sentences for readers; all others are for the machine, or names."""
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9]{2}:[0-9]{2})?\s*")
SAID = frozenset(
    {
        *("alt", "as_of", "caption", "description", "label", "lead", "name", "note", "slogan"),
        *("source", "summary", "text", "title"),
    }
)
"""Keys of the campaign's data whose values readers see."""
PAIR = re.compile(r"\s*(?P<key>[a-z_]+)\s*=\s*(?P<value>\[?\s*\".*)")
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of prose, and where it begins in its file."""

    prose: Prose
    start: int
    """In characters."""
    line: int


def parts_of(text: str) -> Iterator[Part]:
    """Give the prose of a file with the *text*, head first."""
    place, number = 0, 0
    is_fenced = bool(FENCE.fullmatch(text.partition("\n")[0].rstrip("\r")))
    for number, line in enumerate(text.split("\n"), 1):
        place += len(line) + 1
        is_end = is_fenced and number > 1 and bool(FENCE.fullmatch(line.rstrip("\r")))
        if not line.strip() or is_end:
            break
        found = LINE.fullmatch(line.rstrip())
        if found and found["key"].lower() in SPOKEN:
            start = found.start("value")
            if found["key"].lower() in DATED and (day := DAY.match(found["value"])):
                start += day.end()
            prose = head_prose(line[start:].rstrip(), found["key"].lower())
            yield Part(prose, place - len(line) - 1 + start, number)
    if place < len(text):
        yield Part(body_prose(text[place:]), place, number + 1)


def parts_of_data(text: str) -> Iterator[Part]:
    """Give the prose of the campaign's data, a TOML file with the *text*: what stands between
    quotation marks behind a key of SAID, in the same line and without backslashes.
    """
    place = 0
    for number, line in enumerate(text.split("\n"), 1):
        found = PAIR.match(line)
        if found and found["key"] in SAID:
            for string in STRING.finditer(line, found.start("value")):
                if "\\" not in string[1]:
                    yield Part(head_prose(string[1], "data"), place + string.start(1), number)
        place += len(line) + 1
