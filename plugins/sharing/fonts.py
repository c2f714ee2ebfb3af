"""What the machine's fonts can draw, found out by drawing: fontconfig's own tools are not
everywhere, pyvips brings the library.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any, cast

import pyvips

SONG = (
    "Source Han Serif SC",
    "Source Han Serif CN",
    "Noto Serif CJK SC",
    "Noto Serif SC",
    "Songti SC",
    "STSong",
    "SimSun",
    "AR PL UMing CN",
    "serif",
)
"""Song-style families, the best first; the machine takes the first it has, for each character."""
NOBODYS = "No Such Family"
EM = 100
"""Pixels that an em is measured with."""
UNASSIGNED = "\ufdd0", "\U0010fffe"
"""Characters that no font has: what is drawn in their place is a box of four, or six, digits."""


@dataclass(frozen=True, slots=True)
class Font:
    """Families to set a title in, the preferred first."""

    families: tuple[str, ...]

    @property
    def css(self) -> str:
        """Name the families as style sheets and Pango do."""
        return ", ".join(self.families)

    def width(self, text: str) -> float:
        """Measure how far *text* goes, in em, between two Chinese characters."""
        return (_ink_width(self.css, f"国{text}国") - _ink_width(self.css, "国国")) / EM

    def drawable(self, text: str) -> str:
        """Give *text* without the characters that no font of the machine has."""
        return "".join(character for character in text if not is_missing(self.css, character))


def find_font(wanted: str = "") -> Font | None:
    """Give the font for titles, *wanted* before all others; none when Chinese cannot be drawn."""
    font = Font((wanted, *SONG) if wanted else SONG)
    return None if is_missing(font.css, "永") else font


def is_installed(family: str) -> bool:
    """Say whether the machine has *family*: it then draws otherwise than a family that nobody has.

    The machine's default family is told as not installed, which is as good: it is drawn anyway.
    """
    return _pixels(family, "永a") != _pixels(NOBODYS, "永a")


@cache
def is_missing(families: str, character: str) -> bool:
    """Say whether a box with the character's number would be drawn in place of *character*."""
    frame = _frame(families, character)
    return frame is not None and frame in {_frame(families, none) for none in UNASSIGNED}


@cache
def _frame(families: str, character: str) -> tuple[bytes, ...] | None:
    """Give the outermost pixels of what is drawn; none for a character that leaves no ink."""
    image = _drawn(families, character)
    if image is None:
        return None
    width, height = image.width, image.height
    edges = (
        (0, 0, width, 1),
        (0, height - 1, width, 1),
        (0, 0, 1, height),
        (width - 1, 0, 1, height),
    )
    return tuple(_bytes(image.crop(*edge)) for edge in edges)


@cache
def _ink_width(families: str, text: str) -> int:
    image = _drawn(families, text)
    return 0 if image is None else int(image.width)


def _pixels(families: str, text: str) -> bytes:
    image = _drawn(families, text)
    return b"" if image is None else _bytes(image)


def _drawn(families: str, text: str) -> Any:
    """Draw *text* as a mask cut to its ink; none when it leaves no ink."""
    try:
        return pyvips.Image.text(escape(text), font=f"{families} Bold {EM}", dpi=72)
    except pyvips.Error:
        return None


def _bytes(image: Any) -> bytes:
    return bytes(cast(Any, image.write_to_memory()))
