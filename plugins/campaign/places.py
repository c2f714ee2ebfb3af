"""Where in a TOML text a table or key stands; tomllib does not tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

Place = tuple[str | int, ...]
"""The way to a value, as ``("sections", 0, "figures", 2, "label")``."""

NAME = r"""(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)"""
DOTTED = rf"{NAME}(?:\s*\.\s*{NAME})*"
HEADER = re.compile(rf"\s*(\[\[?)\s*({DOTTED})\s*\]")
KEY = re.compile(rf"\s*({DOTTED})\s*=\s*")
FENCE = re.compile("\"\"\"|'''")


class Spot(NamedTuple):
    """A place in a text, both from 1; column 0 for a whole line."""

    line: int
    column: int


def find_spots(text: str) -> dict[Place, Spot]:
    """Give where every table, list item and value of a key begins in *text*, as far as they have a
    line.
    """
    spots: dict[Place, Spot] = {}
    counts: dict[Place, int] = {}
    table: Place = ()
    for number, line in _lines_outside_strings(text):
        if header := HEADER.match(line):
            table = _resolve(_parts(header[2]), counts)
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                spots.setdefault(table, Spot(number, header.start(1) + 1))
                table = (*table, counts[table])
            spots.setdefault(table, Spot(number, header.start(1) + 1))
        elif key := KEY.match(line):
            spots.setdefault((*table, *_parts(key[1])), Spot(number, key.end() + 1))
    return spots


def spot_of(place: Place, spots: Mapping[Place, Spot]) -> Spot:
    """Give where *place* is, or the nearest thing around it; line 1 for the file as a whole."""
    while place and place not in spots:
        place = place[:-1]
    return spots.get(place, Spot(1, 0))


def name_of(place: Place) -> str:
    """Write *place* as editors read it, as ``sections 1: figures 3: label``."""
    words = ""
    for part in place:
        words += f" {part + 1}" if isinstance(part, int) else f": {part}"
    return words.removeprefix(": ")


def _parts(dotted: str) -> Place:
    return tuple(part.strip("\"'") for part in re.findall(NAME, dotted))


def _resolve(names: Place, counts: Mapping[Place, int]) -> Place:
    """Put the number of the newest item behind each list that a header's *names* go through."""
    place: Place = ()
    for name in names[:-1]:
        place = (*place, name)
        if place in counts:
            place = (*place, counts[place])
    return (*place, names[-1])


def _lines_outside_strings(text: str) -> Iterator[tuple[int, str]]:
    """Give the numbered lines that do not begin within a string of several lines."""
    fence = ""
    for number, line in enumerate(text.split("\n"), 1):
        if not fence:
            yield number, line
        for mark in FENCE.findall(line):
            if not fence:
                fence = mark
            elif fence == mark:
                fence = ""
