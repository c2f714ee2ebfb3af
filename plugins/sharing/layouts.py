"""Where everything stands on a card, in pixels."""

from __future__ import annotations

from dataclasses import dataclass

LEADING = 1.28
"""From one line of a title to the next, in em."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Room for a title, in pixels, and the sizes it may have there, the largest first."""

    width: int
    height: int
    sizes: tuple[int, ...]

    def lines_at(self, size: int) -> int:
        """Say how many lines there is room for."""
        return max(1, int((self.height / size - 1) / LEADING) + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle, in pixels."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Where a card's words stand."""

    left: int
    top: int
    title: Place
    sinking: float
    """How much of the room that a title leaves is above it: none (0) to all (1)."""
    name_left: int
    name_middle: int
    name_end: int
    name_size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where everything of a card stands."""

    mark: Box
    picture: Box | None = None
    tab: int = 0
    """Height of a piece of paper below mark and name, where they stand on the picture."""
    rule: Box | None = None
    words: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A kind of card, with a layout for what there is to show."""

    width: int
    height: int
    most_bytes: int
    pictured: Layout
    plain: Layout
    wordless: Layout
    """For a machine that has no Chinese font."""
    empty: Layout
    """For one that has none, when there is no picture either."""


WIDE = Shape(
    width=1200,
    height=630,
    most_bytes=60_000,
    pictured=Layout(
        picture=Box(x=504, y=0, width=696, height=540),
        rule=Box(x=0, y=540, width=1200, height=10),
        mark=Box(x=56, y=568, width=44, height=44),
        words=Words(
            left=56,
            top=48,
            title=Place(width=420, height=444, sizes=(84, 78, 72, 66, 60, 54, 48, 44, 40, 36, 32)),
            sinking=0.5,
            name_left=116,
            name_middle=590,
            name_end=1144,
            name_size=34,
        ),
    ),
    plain=Layout(
        rule=Box(x=0, y=540, width=1200, height=10),
        mark=Box(x=56, y=568, width=44, height=44),
        words=Words(
            left=56,
            top=64,
            title=Place(width=1088, height=412, sizes=(128, 116, 104, 96, 88, 80, 72, 64, 56, 48)),
            sinking=0.5,
            name_left=116,
            name_middle=590,
            name_end=1144,
            name_size=34,
        ),
    ),
    wordless=Layout(
        picture=Box(x=0, y=0, width=1200, height=630),
        mark=Box(x=48, y=534, width=64, height=64),
        tab=128,
    ),
    empty=Layout(
        rule=Box(x=0, y=540, width=1200, height=10),
        mark=Box(x=470, y=140, width=260, height=260),
    ),
)
SQUARE = Shape(
    width=600,
    height=600,
    most_bytes=40_000,
    pictured=Layout(
        picture=Box(x=0, y=0, width=600, height=372),
        tab=56,
        rule=Box(x=0, y=372, width=600, height=8),
        mark=Box(x=32, y=328, width=32, height=32),
        words=Words(
            left=32,
            top=400,
            title=Place(width=540, height=180, sizes=(74, 68, 62, 56, 50, 46, 42, 38, 34, 30)),
            sinking=0.5,
            name_left=74,
            name_middle=344,
            name_end=560,
            name_size=25,
        ),
    ),
    plain=Layout(
        rule=Box(x=0, y=512, width=600, height=8),
        mark=Box(x=40, y=538, width=40, height=40),
        words=Words(
            left=40,
            top=48,
            title=Place(width=520, height=416, sizes=(96, 88, 80, 72, 66, 60, 54, 48, 42, 36)),
            sinking=0.5,
            name_left=94,
            name_middle=558,
            name_end=560,
            name_size=30,
        ),
    ),
    wordless=Layout(
        picture=Box(x=0, y=0, width=600, height=600),
        mark=Box(x=28, y=520, width=56, height=56),
        tab=104,
    ),
    empty=Layout(
        rule=Box(x=0, y=512, width=600, height=8),
        mark=Box(x=180, y=136, width=240, height=240),
    ),
)
