"""What templates show of a picture: addresses, sizes, the colours that stand in for it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from markupsafe import Markup

from plugins.galleries.placeholders import placeholder_svg
from plugins.galleries.records import Photo

PICTURES = "/pictures/"
"""Where every picture is published."""
TYPES = {"avif": "image/avif", "jpg": "image/jpeg"}
FALLBACK, SHARED = 640, 1280
"""Widths in pixels: of the file for browsers that know no others, and of that for sharing."""
STEP = 1.04
NARROWEST, WIDEST = 40, 320
"""Hundredths of the ratio of width to height: the style sheet has a rule for each shape between."""
EMPTY = Markup("")
DRAWN = (640, 420)
"""Width and height that a drawing without any has."""
UNREADABLE = (ElementTree.ParseError, StopIteration, OSError, ValueError, LookupError)
"""What is raised where a drawing cannot be read; the last two for encodings such as GBK."""
NUMBER = re.compile(r"\s*([0-9]{1,6}(?:\.[0-9]*)?|\.[0-9]+)(?:px)?\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture as a page shows it; addresses begin at the site's root."""

    src: str
    width: int
    height: int
    """Of the picture in pixels; a page keeps this ratio free for it."""
    srcset: str = ""
    """Of the format that every browser knows."""
    sources: tuple[tuple[str, str], ...] = ()
    """(media type, srcset) of better formats, the best first."""
    placeholder: Markup = EMPTY
    shape: str = ""
    """The class of its ratio, for rows of pictures."""
    large: str = ""
    """The file for sharing, at most 1280 pixels wide."""
    large_width: int = 0
    large_height: int = 0


def picture_of(photo: Photo) -> Picture:
    """Say how a photo is shown."""
    made = photo.made
    plain = photo.files("jpg")
    better = [(TYPES[kind], photo.files(kind)) for kind in TYPES if kind != "jpg"]
    large, large_width = _nearest(plain, SHARED)
    return Picture(
        src=PICTURES + _nearest(plain, FALLBACK)[0],
        srcset=_srcset(plain),
        sources=tuple((kind, _srcset(files)) for kind, files in better if files),
        width=made.width,
        height=made.height,
        placeholder=placeholder_svg(made.cells),
        shape=shape_of(made.width, made.height),
        large=PICTURES + large,
        large_width=large_width,
        large_height=max(1, round(made.height * large_width / made.width)),
    )


def drawing_of(path: Path) -> Picture:
    """Say how a drawing (SVG) is shown; it is published as it is."""
    width, height = drawn_size(path)
    src = PICTURES + path.name
    return Picture(src=src, width=width, height=height, shape=shape_of(width, height), large=src)


def shape_of(width: int, height: int) -> str:
    """Name the class of a ratio: the nearest of a row in which each is 4 % more than the last."""
    hundredths = min(max(100 * width / height, NARROWEST), WIDEST)
    steps = round(math.log(hundredths / NARROWEST, STEP))
    return f"shape-{min(round(NARROWEST * STEP**steps), WIDEST)}"


def drawn_size(path: Path) -> tuple[int, int]:
    """Give width and height of a drawing, in pixels, from its head; DRAWN when it has none."""
    try:
        with path.open("rb") as file:
            _, root = next(ElementTree.iterparse(file, ["start"]))  # noqa: S314 -- the editors' own
    except UNREADABLE:
        return DRAWN
    given = [NUMBER.fullmatch(root.get(name, "")) for name in ("width", "height")]
    sizes = [float(found[1]) for found in given if found]
    box = root.get("viewBox", "").replace(",", " ").split()[2:]
    if len(sizes) != len(given):
        sizes = [float(found[1]) for found in map(NUMBER.fullmatch, box) if found]
    usable = len(sizes) == len(given) and min(sizes) >= 1
    return (round(sizes[0]), round(sizes[1])) if usable else DRAWN


def _srcset(files: tuple[tuple[str, int], ...]) -> str:
    return ", ".join(f"{PICTURES}{name} {width}w" for name, width in files)


def _nearest(files: tuple[tuple[str, int], ...], width: int) -> tuple[str, int]:
    """Give the widest file that is not wider than *width* pixels, else the narrowest."""
    return next((each for each in reversed(files) if each[1] <= width), files[0])
