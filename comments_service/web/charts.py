"""Small charts made on the server: where the bars of an SVG stand; the template draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT = 96
STEP = 20
"""From one bar to the next."""
BAR = 14
LEAST = 2
"""Of a bar that stands for something, so that it is seen."""
ABOVE = 18
"""Room for the number of the highest bar."""
BELOW = 20
"""Room for the words below the bars."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar, its corner, and what it says when it is pointed at."""

    x: int
    y: int
    height: int
    label: str
    n: int
    is_highest: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Bars beside each other, on a line."""

    name: str
    """Begins the ids of its parts."""
    title: str
    description: str
    bars: tuple[Bar, ...]

    @property
    def width(self) -> int:
        """The width of its drawing."""
        return STEP * len(self.bars)

    @property
    def baseline(self) -> int:
        """Where its bars stand."""
        return ABOVE + HEIGHT

    @property
    def height(self) -> int:
        """The height of its drawing."""
        return ABOVE + HEIGHT + BELOW

    @property
    def bar_width(self) -> int:
        """The width of every bar."""
        return BAR


def bar_chart(name: str, title: str, description: str, values: Sequence[tuple[str, int]]) -> Chart:
    """Draw *values*, each with its label, from left to right; the first highest gets its number."""
    numbers = [n for _, n in values]
    most = max(numbers, default=0)
    bars = tuple(
        _bar(place, label, n, most, is_highest=n > 0 and numbers.index(most) == place)
        for place, (label, n) in enumerate(values)
    )
    return Chart(name=name, title=title, description=description, bars=bars)


def _bar(place: int, label: str, n: int, most: int, *, is_highest: bool) -> Bar:
    height = max(LEAST, round(HEIGHT * n / most)) if n else 0
    return Bar(
        x=place * STEP + (STEP - BAR) // 2,
        y=ABOVE + HEIGHT - height,
        height=height,
        label=label,
        n=n,
        is_highest=is_highest,
    )
