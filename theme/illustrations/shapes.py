"""Palette and flat SVG shapes, the paper and scissors of the illustrations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from html import escape
from itertools import count, pairwise
from string import ascii_lowercase
from zlib import crc32

Point = tuple[float, float]

WIDTH, HEIGHT = 640, 420
SLEEVE = 15.0  # the commonest width of a band, left unsaid
SHAPE = re.compile(r"<(?:path|circle|ellipse|rect) (?!id)[^>]+/>")
OUTLINE = re.compile(r'<path d="([^"]+)" [^>]+/>')

# The five inks and the two papers.
RED, INK, TEAL, LEAF, SUN = "#C3272B", "#3B2A24", "#1E7B7A", "#5E8C61", "#F2A93B"
PAPER, PALE = "#F6E7D3", "#FBF7F1"
# Tints and shades of the inks.
MAROON, BRICK, ROSE, BLUSH = "#8F1D20", "#D9644F", "#E8B4A2", "#F3D5C3"
BARK, CLAY, ASH, STONE, SAND = "#7A5540", "#B9805A", "#9C8978", "#CFBDA8", "#E9CFA6"
DEEP, SEA, MIST = "#14565A", "#7FB5AF", "#C5DDD6"
MOSS, SAGE, MEADOW = "#3F6B4A", "#A9C19A", "#CFDBB9"
HONEY, CREAM = "#F8D58F", "#FCEBC8"
NIGHT, DUSK = "#1B3942", "#2C5560"
# Skins, hair.
FAIR, TAN, BROWN = "#E9B48C", "#C98A62", "#8D5A3B"
BLACK, GREY, WHITE, CHESTNUT, BLOND = "#2B1F1B", "#A89A8E", "#E6DED4", "#6B4028", "#D9A65A"


def number(value: float) -> str:
    """Write *value* with at most one decimal and nothing superfluous."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def numbers(*values: float) -> str:
    """Write *values* the short way that path data and transforms allow."""
    return " ".join(number(value) for value in values).replace(" -", "-")


def rect(x: float, y: float, width: float, height: float, fill: str, radius: float = 0) -> str:
    """Draw an upright rectangle, with rounded corners if *radius* is given."""
    corners = f' rx="{number(radius)}"' if radius else ""
    place = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
    return f'<rect {place}{corners} fill="{fill}"/>'


def circle(x: float, y: float, radius: float, fill: str) -> str:
    """Draw a disc."""
    place = "".join(f' {name}="{number(value)}"' for name, value in (("cx", x), ("cy", y)) if value)
    return f'<circle{place} r="{number(radius)}" fill="{fill}"/>'


def ellipse(x: float, y: float, across: float, down: float, fill: str) -> str:
    """Draw an oval of half widths *across* and *down*."""
    place = f'cx="{number(x)}" cy="{number(y)}" rx="{number(across)}" ry="{number(down)}"'
    return f'<ellipse {place} fill="{fill}"/>'


def path(data: str, fill: str) -> str:
    """Fill the outline written in SVG path *data*."""
    return f'<path d="{data}" fill="{fill}"/>'


def polygon(fill: str, *points: Point) -> str:
    """Fill the straight-edged shape through *points*."""
    return path(f"{_route(points)}Z", fill)


def stroke(data: str, colour: str, width: float, dashes: str = "") -> str:
    """Draw path *data* as a band with round ends, or cut into square *dashes*."""
    cut = f' stroke-linecap="butt" stroke-dasharray="{dashes}"' if dashes else ""
    size = "" if width == SLEEVE else f' stroke-width="{number(width)}"'
    return f'<path d="{data}" stroke="{colour}"{size}{cut}/>'


def band(colour: str, width: float, *points: Point) -> str:
    """Draw a band with round ends and joints through *points*."""
    return stroke(_route(points), colour, width)


def bands(colour: str, width: float, *lines: tuple[Point, ...]) -> str:
    """Draw several bands of one colour as a single shape."""
    return stroke("".join(map(_route, lines)), colour, width)


def faint(shape: str, opacity: float = 0.16) -> str:
    """Make one *shape* translucent, as for a shadow or a beam of light."""
    return shape.replace("/>", f' opacity="{opacity:g}"/>')


def group(
    *parts: object, at: Point = (0, 0), turn: float = 0, scale: float = 1, flip: bool = False
) -> str:
    """Move, turn, resize and perhaps mirror *parts* together."""
    moves = f"translate({number(at[0])} {number(at[1])})" if at != (0, 0) else ""
    moves += f"rotate({number(turn)})" if turn else ""
    if flip:
        moves += f"scale({-scale:.3g} {scale:.3g})"
    elif scale != 1:
        moves += f"scale({scale:.3g})"
    inside = "".join(map(str, parts))
    return f'<g transform="{moves}">{inside}</g>' if moves and inside else inside


def canvas(title: str, *parts: object) -> str:
    """Make the whole picture of *parts*, named by *title*; only filled shapes state a fill."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" fill="none" stroke-linecap="round" '
        f'stroke-linejoin="round" stroke-width="{number(SLEEVE)}">'
    )
    body = share_shapes("\n".join(filter(None, map(str, parts))), _initials(title))
    return f"{head}\n<title>{escape(title)}</title>\n{body}\n</svg>\n"


def _initials(title: str) -> str:
    """Derive two letters from *title*, so that pictures on one page keep their ids apart."""
    first, second = divmod(crc32(title.encode()) % 676, 26)
    return ascii_lowercase[first] + ascii_lowercase[second]


def share_shapes(body: str, prefix: str) -> str:
    """Write what returns only once, with ids after *prefix*, in the shorter of two ways."""
    ways = (_share_copies, _share_outlines), (_share_outlines, _share_copies)
    return min((_share(body, prefix, way) for way in ways), key=len)


def _share(body: str, prefix: str, way: Sequence[Callable[[str, Iterator[str]], str]]) -> str:
    """Take the steps of *way* one after the other."""
    names = (f"{prefix}{letter}{lap or ''}" for lap in count() for letter in ascii_lowercase)
    for step in way:
        body = step(body, names)
    return body


def _share_copies(body: str, names: Iterator[str]) -> str:
    """Share the shapes that return with the same colours."""
    shapes = Counter(SHAPE.findall(body))
    for shape in [shape for shape, times in shapes.items() if (times - 1) * (len(shape) - 20) > 10]:
        body = _share_shape(body, shape, next(names))
    return body


def _share_outlines(body: str, names: Iterator[str]) -> str:
    """Share the outlines that return in whatever colours."""
    outlines = Counter(OUTLINE.findall(body))
    for data in [data for data, times in outlines.items() if (times - 1) * (len(data) - 3) > 28]:
        body = _share_outline(body, data, next(names))
    return body


def _share_outline(body: str, data: str, name: str) -> str:
    """Let every path with this *data* refer to the first, each with its own colour and width."""
    first, rest = body.split(f'<path d="{data}" ', 1)
    manner, rest = rest.split("/>", 1)
    again = rest.replace(f'<path d="{data}" ', f'<use href="#{name}" ')
    return f'{first}<g {manner}><path id="{name}" d="{data}"/></g>{again}'


def _share_shape(body: str, shape: str, name: str) -> str:
    """Let every copy of *shape* refer to the first."""
    first, rest = body.split(shape, 1)
    named = shape.replace(" ", f' id="{name}" ', 1)
    again = rest.replace(shape, f'<use href="#{name}"/>')
    return f"{first}{named}{again}"


def square(*lines: str) -> str:
    """Say once, for all *lines* made of cut pieces, that their ends are square."""
    cut = ' stroke-linecap="butt"'
    return f"<g{cut}>{''.join(lines).replace(cut, '')}</g>"


def mix(colour: str, other: str, part: float) -> str:
    """Blend *part* of *other* into *colour*."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * part):02X}" for one, two in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    """Split a colour such as #C3272B into red, green and blue."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _route(points: tuple[Point, ...]) -> str:
    """Write *points* as path data, in the short form where a line is level or upright."""
    data = f"M{numbers(*points[0])}"
    for (x, y), (to_x, to_y) in pairwise(points):
        if y == to_y:
            data += f"H{number(to_x)}"
        elif x == to_x:
            data += f"V{number(to_y)}"
        else:
            data += f"L{numbers(to_x, to_y)}"
    return data
