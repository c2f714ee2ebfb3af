"""Draws the pictures that stand for a page where it is shared: its title in Song type, the
campaign's name and mark, and the story's picture.
"""

from __future__ import annotations

import base64
import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any, Protocol

import pyvips

from plugins.sharing.layouts import LEADING, Box, Layout, Shape, Words
from plugins.sharing.lines import OPENS, set_title

PAPER, INK, RED = "#FBF7F1", "#1F1A17", "#C3272B"
QUALITIES = (86, 80, 74, 68, 60, 50, 40)
BARE = {"Cc", "Cs", "Zl", "Zp"}
"""Kinds of characters that leave nothing on a card."""
DESCENT, ABOVE_MIDDLE, FULL_WIDTH = 0.12, 0.37, 0.9
"""Of a Chinese character, in em: how far it goes below the line, where its middle is, how wide a
mark is that takes as much room.
"""


class CannotDrawError(ValueError):
    """A picture cannot be opened; the message is the library's."""


class Font(Protocol):
    """What is needed of a font."""

    @property
    def css(self) -> str:
        """Its families."""

    def width(self, text: str) -> float:
        """How wide a text is, in em."""

    def drawable(self, text: str) -> str:
        """The text without what cannot be drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a card shows."""

    title: str
    name: str
    """The campaign's."""
    mark: bytes
    """The mark, as SVG."""
    picture: bytes = b""
    whole: tuple[str, ...] = ()
    """Names that a line's end must not part."""


def draw(subject: Subject, shape: Shape, font: Font | None) -> bytes:
    """Draw a card as PNG or JPEG; without a font it has the picture and the mark only.

    Raises CannotDrawError when the picture is nothing that can be opened.
    """
    layout = _layout(subject, shape, font)
    card = _ground(shape)
    if subject.picture and layout.picture:
        box = layout.picture
        card = card.insert(_cropped(subject.picture, box), box.x, box.y)
    print_ = pyvips.Image.svgload_buffer(overprint(subject, shape, layout, font).encode())
    card = card.composite2(print_, "over").flatten().copy_memory()
    return _encoded(card, shape.most_bytes, is_flat=_is_drawn(subject.picture))


def overprint(subject: Subject, shape: Shape, layout: Layout, font: Font | None) -> str:
    """Give what is printed on the ground and the picture, as SVG."""
    rule = [_rectangle(layout.rule, RED)] if layout.rule else []
    words = list(_words(subject, layout, layout.words, font)) if font and layout.words else []
    if layout.tab and not words:
        words = [_tab(layout, layout.mark.x + layout.mark.width)]
    family = f' font-family="{escape(font.css)}" font-weight="700"' if font else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{shape.width}" height="{shape.height}"'
        f' xml:lang="zh-CN" fill="{INK}"{family}>'
        f"{''.join((*rule, *words, _mark(subject.mark, layout.mark)))}</svg>"
    )


def _words(subject: Subject, layout: Layout, words: Words, font: Font) -> Iterator[str]:
    """Print the campaign's name, as large as there is room for, and the title."""
    name = clean(subject.name, font)
    ems = font.width(name) if name else 0.0
    size = min(words.name_size, (words.name_end - words.name_left) / ems if ems else math.inf)
    if layout.tab:
        yield _tab(layout, words.name_left + size * ems)
    yield _line(name, words.name_left, words.name_middle + ABOVE_MIDDLE * size, size)
    title = set_title(clean(subject.title, font), words.title, font.width, subject.whole)
    height = title.size * (1 + LEADING * (len(title.lines) - 1))
    top = words.top + (words.title.height - height) * words.sinking
    for number, line in enumerate(title.lines):
        x = words.left - _hanging(line, font) * title.size
        yield _line(line, x, top + (1 - DESCENT + number * LEADING) * title.size, title.size)


def clean(text: str, font: Font) -> str:
    """Give *text* in one line, without control characters and without what cannot be drawn."""
    line = "".join(
        sign for sign in " ".join(text.split()) if unicodedata.category(sign) not in BARE
    )
    return " ".join(font.drawable(line).split())


def _hanging(line: str, font: Font) -> float:
    """Say how far an opening mark hangs out, so that words stand below words: the left half of a
    full-width one is blank.
    """
    return 0.5 if line[0] in OPENS and font.width(line[0]) > FULL_WIDTH else 0.0


def _line(text: str, x: float, y: float, size: float) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:.4g}">{escape(text)}</text>'


def _tab(layout: Layout, end: float) -> str:
    """Lay paper below the mark and what stands beside it, from the card's left edge on."""
    mark = layout.mark
    top = round(mark.y + mark.height / 2 - layout.tab / 2)
    return _rectangle(Box(x=0, y=top, width=round(end + mark.x * 0.75), height=layout.tab), PAPER)


def _rectangle(box: Box, colour: str) -> str:
    at = f'x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}"'
    return f'<rect {at} fill="{colour}"/>'


def _mark(mark: bytes, box: Box) -> str:
    at = f'x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}"'
    data = base64.b64encode(mark).decode()
    return f'<image {at} href="data:image/svg+xml;base64,{data}"/>'


def _layout(subject: Subject, shape: Shape, font: Font | None) -> Layout:
    if font:
        return shape.pictured if subject.picture else shape.plain
    return shape.wordless if subject.picture else shape.empty


def _ground(shape: Shape) -> Any:
    colour = list(bytes.fromhex(PAPER[1:]))
    paper = pyvips.Image.black(shape.width, shape.height, bands=3) + colour
    return paper.cast("uchar").copy(interpretation="srgb")


def _cropped(picture: bytes, box: Box) -> Any:
    """Open a picture so that it fills *box*, upright, without what sticks out on both sides."""
    try:
        image = pyvips.Image.thumbnail_buffer(
            picture, box.width, height=box.height, crop="centre"
        ).colourspace("srgb")
        if image.hasalpha():
            image = image.flatten(background=list(bytes.fromhex(PAPER[1:])))
        return image.copy_memory()
    except pyvips.Error as error:
        raise CannotDrawError(str(error).strip().splitlines()[-1].strip()) from error


def _is_drawn(picture: bytes) -> bool:
    """Say whether a picture is made of flat shapes, as far as its kind tells."""
    return not picture or picture.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def _encoded(card: Any, most_bytes: int, *, is_flat: bool) -> bytes:
    """Give the card as a file that is small enough: a palette for flat shapes, which stays sharp,
    else the best JPEG.
    """
    content = b""
    for content in _encodings(card, is_flat=is_flat):
        if len(content) <= most_bytes:
            break
    return content


def _encodings(card: Any, *, is_flat: bool) -> Iterator[bytes]:
    if is_flat:
        yield card.pngsave_buffer(palette=True, dither=0, effort=1, compression=9, keep="none")
    for quality in QUALITIES:
        yield card.jpegsave_buffer(
            Q=quality, keep="none", optimize_coding=True, subsample_mode="off"
        )
