"""QR symbols as segno makes them, ten times as fast.

Nearly all of segno's time goes into trying eight masks, module by module. Here it makes the symbol
with the first mask only; the others follow from that by one operation on long integers, and so do
their penalties.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import segno

MASKS = range(8)
FINDER = "1011101"
"""Dark and light as a line through a finder pattern has them."""
LIGHT = "0000"
"""As many light modules on one side of that make it look like one."""
LEAST_WITH_VERSION = 45
"""Modules of a side from which on a symbol tells its version."""
DIGITS = bytes.maketrans(b"\0\1", b"01")


@dataclass(frozen=True, slots=True)
class Square:
    """A square of modules: bit after bit of a long number, row by row, the first one highest."""

    side: int
    bits: int

    def rows(self) -> list[str]:
        """Give each row as digits, 1 for a dark module."""
        text = f"{self.bits:0{self.side**2}b}"
        return [text[start : start + self.side] for start in range(0, len(text), self.side)]

    def turned(self) -> Square:
        """Give the square with its columns as rows."""
        return Square(self.side, int("".join(map("".join, zip(*self.rows(), strict=True))), 2))

    def __xor__(self, other: Square) -> Square:
        """Turn over the modules that are dark in *other*."""
        return Square(self.side, self.bits ^ other.bits)


def symbol(text: str) -> list[str]:
    """Give the rows of the symbol that says *text*, 1 for a dark module: error correction M or,
    where there is room, better; never a micro code.
    """
    made = segno.make(text, error="m", micro=False, mask=0)
    first = _square(made)
    form = _form(int(made.version))
    bare = Square(first.side, first.bits & ~form.unjudged)
    turned = bare.turned()
    penalties = [
        _penalty(bare ^ judged, turned ^ judged_turned)
        for judged, judged_turned in zip(form.judged, form.judged_turned, strict=True)
    ]
    return (first ^ form.changes[penalties.index(min(penalties))]).rows()


@dataclass(frozen=True, slots=True)
class Form:
    """What all symbols of one version have in common."""

    changes: tuple[Square, ...]
    """What each mask turns over in a symbol that has the first one."""
    unjudged: int
    """The modules that tell of mask and version: they are light while masks are judged."""
    judged: tuple[Square, ...]
    judged_turned: tuple[Square, ...]
    """The changes without those, and the same with columns as rows."""


@cache
def _form(version: int) -> Form:
    """Learn how masks change a symbol of *version*: the difference is the same for every text."""
    texts = (segno.make("a", error="m", version=version, micro=False, mask=m) for m in MASKS)
    first, *others = map(_square, texts)
    changes = (first ^ first, *(first ^ other for other in others))
    unjudged = _unjudged(first.side)
    judged = tuple(Square(first.side, change.bits & ~unjudged) for change in changes)
    return Form(changes, unjudged, judged, tuple(change.turned() for change in judged))


def _unjudged(side: int) -> int:
    """Mark where mask, error correction and version stand (ISO/IEC 18004, 7.9 and 7.10)."""
    ends = (*range(6), 7, 8, *range(side - 8, side))
    places = {(8, end) for end in ends} | {(end, 8) for end in ends}
    if side >= LEAST_WITH_VERSION:
        block = [(row, column) for row in range(6) for column in range(side - 11, side - 8)]
        places |= {*block, *((column, row) for row, column in block)}
    return sum(1 << (side**2 - 1 - row * side - column) for row, column in places)


def _square(made: segno.QRCode) -> Square:
    rows = [bytes(row).translate(DIGITS).decode() for row in made.matrix]
    return Square(len(rows), int("".join(rows), 2))


def _penalty(square: Square, turned: Square) -> int:
    """Say how hard a symbol is to read (ISO/IEC 18004, 7.8.3), the way segno counts."""
    lines = _of_runs(square) + _of_runs(turned) + _of_finders(square) + _of_finders(turned)
    return lines + _of_blocks(square) + _of_balance(square)


def _of_runs(square: Square) -> int:
    """Three for five modules of one colour in a row, one for each further one."""
    same = _same_as_before(square)
    pairs = same & same >> 1
    fives = pairs & pairs >> 2
    return fives.bit_count() + 2 * (fives & ~(fives << 1)).bit_count()


def _of_blocks(square: Square) -> int:
    """Three for every two by two modules of one colour."""
    same = _same_as_before(square)
    as_above = ~(square.bits ^ square.bits >> square.side)
    return 3 * (same & same >> square.side & as_above).bit_count()


def _same_as_before(square: Square) -> int:
    """Mark the modules that have the colour of the one to their left."""
    return ~(square.bits ^ square.bits >> 1) & _not_first(square.side)


@cache
def _not_first(side: int) -> int:
    """Mark every module but the first of each row."""
    return int(("0" + "1" * (side - 1)) * side, 2)


def _of_finders(square: Square) -> int:
    """Forty for what looks like a finder pattern, with light modules on one side of it; beyond an
    edge all is light.
    """
    text = LIGHT + LIGHT.join(square.rows()) + LIGHT
    count, place = 0, text.find(FINDER)
    while place >= 0:
        end = place + len(FINDER)
        if text.startswith(LIGHT, end) or text.endswith(LIGHT, 0, place):
            count += 1
        else:
            end = place + len(LIGHT)
        place = text.find(FINDER, end)
    return 40 * count


def _of_balance(square: Square) -> int:
    """Ten for every 5 % that dark modules are away from one half."""
    percent = square.bits.bit_count() / square.side**2
    return 10 * int(abs(percent * 100 - 50) / 5)
