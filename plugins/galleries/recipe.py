"""What is made of a picture: which formats, how wide, how good; and what the files are called.

A file's name holds a digest of the picture's content and of its format's recipe: whatever changes
either gives another name, so browsers may keep the files for ever, and what stays is not made
again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

CODE = 1
"""To be raised with every change of the code that changes what files look like."""
NEARLY = 0.9
"""A width this near to the picture's own is as good as that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format that pictures are made in."""

    suffix: str
    """``avif`` or ``jpg``."""
    widths: tuple[int, ...]
    """In pixels, ascending; a picture is never made wider than it is."""
    quality: int
    """0 to 100, of the encoder's own scale."""
    effort: int = 0
    """How long the AVIF encoder may look, 0 to 9; JPEG has none."""

    def key(self, digest: str) -> str:
        """Name the files of the picture whose content has *digest*: ten hexadecimal digits."""
        text = f"{digest} {CODE} {self.suffix} {self.quality} {self.effort}"
        return hashlib.sha256(text.encode()).hexdigest()[:10]

    def widths_of(self, width: int) -> tuple[int, ...]:
        """Give the widths to make of a picture that is *width* pixels wide, ascending: those that
        it has, and its own if it is the widest by far.
        """
        smaller = tuple(each for each in self.widths if each <= width)
        is_own_wanted = width < self.widths[-1] and (not smaller or smaller[-1] < NEARLY * width)
        return (*smaller, width) if is_own_wanted else smaller

    def file_name(self, name: str, digest: str, width: int) -> str:
        """Name the file of one width, as ``crossing-0123456789-640.avif``; *name* is for people."""
        return f"{name}-{self.key(digest)}-{width}.{self.suffix}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Everything that is made of a picture."""

    formats: tuple[Format, ...]
    """The best first: browsers take the first one that they know."""
    most_pixels: int = 150_000_000
    """A picture with more is refused before it is opened."""

    def digest(self) -> str:
        """Tell recipes apart."""
        return hashlib.sha256(f"{CODE} {self}".encode()).hexdigest()[:16]


AVIF_WIDTHS = (320, 640, 1280, 1920)
JPEG_WIDTHS = (640, 1280, 1920)


def make_recipe(*, avif: int, effort: int, jpeg: int) -> Recipe:
    """Make the recipe of all sites, with the qualities of AVIF and JPEG and AVIF's effort."""
    return Recipe(
        formats=(
            Format(suffix="avif", widths=AVIF_WIDTHS, quality=avif, effort=effort),
            Format(suffix="jpg", widths=JPEG_WIDTHS, quality=jpeg),
        )
    )


RECIPES = {
    "standard": make_recipe(avif=55, effort=1, jpeg=78),
    "fine": make_recipe(avif=65, effort=4, jpeg=86),
}
"""The values that the setting PICTURE_QUALITY can have."""
