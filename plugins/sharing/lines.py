"""Breaks a title into lines between words, as large as its place allows."""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from plugins.sharing.layouts import Place
from plugins.typography.headlines import CLOSING, OPENING, pieces

WITH_BLANKS = re.compile(r"\s*\S+\s*")
OPENS, CLOSES = "《〈「『“‘（【〔(", "》〉」』”’）】〕)"
MORE = "……"
WAYS = 2
"""Numbers of lines that are compared at each size."""
BETWEEN_WORDS, WITHIN_QUOTATION, LONE_CHARACTER = 0.12, 0.6, 1.0
"""What the ends of lines cost; a line one and a third as long as the others costs 0.11."""

GOOD_LINES, LINE_TOO_MANY = 4, 0.15

Measure = Callable[[str], float]
"""How wide a text is, in em."""
Way = tuple[float, tuple[str, ...]]
"""How bad lines look, and the lines."""


@dataclass(frozen=True, slots=True)
class SetTitle:
    """A title in lines of one size."""

    lines: tuple[str, ...]
    size: int


def set_title(title: str, place: Place, measure: Measure, whole: tuple[str, ...] = ()) -> SetTitle:
    """Break *title* where it reads best, as large as that allows within *place*.

    A word is broken only when nothing else helps; what is too long even then ends in dots.
    """
    if not title.strip():
        return SetTitle((), place.sizes[0])
    characters = list(_joined(_clusters(title)))
    for parts in (units(title, whole), characters):
        ways = [_at_size(parts, place, size, measure) for size in place.sizes]
        if found := min((way for way in ways if way), key=lambda way: way[0], default=None):
            return found[1]
    return _shortened(characters, place, measure)


def _at_size(
    parts: Sequence[str], place: Place, size: int, measure: Measure
) -> tuple[float, SetTitle] | None:
    """Break at one size; tells how bad it looks: small and many lines are bad as well."""
    way = best_lines(parts, place.width / size, place.lines_at(size), measure)
    if way is None:
        return None
    bad, lines = way
    bad += math.log(place.sizes[0] / size) + LINE_TOO_MANY * max(0, len(lines) - GOOD_LINES)
    return bad, SetTitle(lines, size)


def _shortened(characters: Sequence[str], place: Place, measure: Measure) -> SetTitle:
    """Keep as many *characters* as fit at the smallest size."""
    size = place.sizes[-1]

    def kept(count: int) -> Way | None:
        last = characters[count - 1].rstrip(CLOSING) if count else ""
        parts = [*characters[: max(count - 1, 0)], last + MORE]
        return best_lines(parts, place.width / size, place.lines_at(size), measure)

    count = bisect_left(range(len(characters)), True, key=lambda count: kept(count) is None) - 1
    way = kept(max(count, 0))
    return SetTitle(way[1] if way else (), size)


def fits(title: str, place: Place, measure: Measure, most: int) -> bool:
    """Say whether *title* has room in *place* in up to *most* lines at the smallest size, wherever
    its lines end.
    """
    size = place.sizes[-1]
    most, parts = min(most, place.lines_at(size)), list(_joined(_clusters(title)))
    return best_lines(parts, place.width / size, most, measure) is not None


def units(title: str, whole: tuple[str, ...] = ()) -> list[str]:
    """Part *title* where a line may end: where a headline may, and behind blanks."""
    found: list[str] = []
    for unit in (unit for piece in pieces(title, whole) for unit in WITH_BLANKS.findall(piece)):
        stays = unit.lstrip()[0] in CLOSING or (found and _is_one(found[-1][-1], unit[0]))
        if found and stays:
            found[-1] += unit
        else:
            found.append(unit)
    return found


def best_lines(parts: Sequence[str], width: float, most: int, measure: Measure) -> Way | None:
    """Share *parts* out into up to *most* lines of *width* em; none when they do not fit.

    Gives how bad the best way looks, and its lines; tried are the fewest lines and one more.
    """
    ruler = Ruler.of(parts, measure)
    fewest = max(1, math.ceil(ruler.length(0, len(parts)) / width))
    found: list[Way] = []
    for count in range(fewest, most + 1):
        if (way := _shared_out(ruler, width, count)) is not None:
            found.append(way)
        if len(found) == WAYS:
            break
    return min(found, default=None)


@dataclass(frozen=True, slots=True)
class Ruler:
    """Pieces with their ends, in em, and what it costs to break behind each."""

    parts: Sequence[str]
    ends: Sequence[float]
    blanks: Sequence[float]
    costs: Sequence[float]

    @classmethod
    def of(cls, parts: Sequence[str], measure: Measure) -> Ruler:
        """Measure *parts*."""
        widths = [measure(part) for part in parts]
        blanks = [
            width - measure(part.rstrip()) if part[-1].isspace() else 0.0
            for part, width in zip(parts, widths, strict=True)
        ]
        return cls(parts, [0.0, *accumulate(widths)], [0.0, *blanks], _costs_of_breaks(parts))

    def length(self, start: int, end: int) -> float:
        """Say how long the line from part *start* to before part *end* is."""
        return self.ends[end] - self.ends[start] - self.blanks[end]

    def line(self, start: int, end: int) -> str:
        """Give that line's text."""
        return "".join(self.parts[start:end]).strip()


def _shared_out(ruler: Ruler, width: float, count: int) -> Way | None:
    """Find the best way to fill exactly *count* lines."""
    last = len(ruler.parts)
    even = max(ruler.length(0, last) / count, 1.0)
    ways: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, (0,))}
    for _ in range(count):
        longer: dict[int, tuple[float, tuple[int, ...]]] = {}
        for start, (cost, breaks) in ways.items():
            for end in range(start + 1, last + 1):
                length = ruler.length(start, end)
                if length > width:
                    break
                uneven = (length / even - 1) ** 2
                way = cost + uneven + ruler.costs[end], (*breaks, end)
                longer[end] = min(way, longer.get(end, way))
        ways = longer
    if last not in ways:
        return None
    cost, breaks = ways[last]
    return cost, tuple(ruler.line(start, end) for start, end in pairwise(breaks))


def _costs_of_breaks(units: Sequence[str]) -> list[float]:
    """Say how bad it is to end a line behind so many units: not at all behind a mark or before a
    quotation, more within one, most before a last character.
    """
    costs, depth = [0.0], 0
    for unit, following in pairwise(units):
        depth += sum(map(unit.count, OPENS)) - sum(map(unit.count, CLOSES))
        at_mark = unit.rstrip()[-1:] in tuple(CLOSING) or following[0] in OPENS
        costs.append(WITHIN_QUOTATION if depth > 0 else 0.0 if at_mark else BETWEEN_WORDS)
    if len(units) > 1 and len(units[-1].strip()) == 1:
        costs[-1] += LONE_CHARACTER
    return [*costs, 0.0]


def _joined(characters: Iterable[str]) -> Iterator[str]:
    """Join marks to what they stand behind, or before."""
    held = ""
    for character in characters:
        stays = character[0] in CLOSING or character.isspace() or held[-1:] in tuple(OPENING)
        if held and not stays:
            yield held
            held = ""
        held += character
    if held:
        yield held


def _clusters(text: str) -> Iterator[str]:
    """Part *text* into what a reader takes for one character."""
    held = ""
    for character in text:
        if held and not _is_one(held[-1], character):
            yield held
            held = ""
        held += character
    if held:
        yield held


def _is_one(before: str, character: str) -> bool:
    """Say whether *character* belongs to the sign *before* it: accents, joined emoji, flags."""
    return (
        unicodedata.category(character) in {"Mn", "Me", "Mc", "Cf"}
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or before == "\u200d"
        or all("\U0001f1e6" <= sign <= "\U0001f1ff" for sign in (before, character))
    )
