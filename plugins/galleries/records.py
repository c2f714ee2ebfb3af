"""What is known of a picture: frozen records, which workers give back and the manifest keeps."""

from __future__ import annotations

from dataclasses import dataclass, field

from plugins.problems import ContentError


class PicturesError(ContentError):
    """No picture can be made, or no more; the message says why and how to mend it."""


class BadPictureError(ValueError):
    """A file cannot be shown as a picture."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(f"{what}：{mend}")
        self.what = what
        self.mend = mend


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What a file says of its picture, in words for readers; empty where it says nothing."""

    caption: str = ""
    alt: str = ""
    credit: str = ""
    taken: str = ""
    """The day, as ``2015-12-05``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What was made of a picture."""

    digest: str
    """SHA-256 of the file's content, in hexadecimal digits."""
    width: int
    """Of the picture in pixels, held upright."""
    height: int
    cells: str = ""
    """Its colours in a grid, which stand in until it is there; see plugins.galleries.placeholders.
    """
    description: Description = field(default_factory=Description)
    files: tuple[tuple[str, str, int], ...] = ()
    """(suffix, file name, width in pixels), in the order of the recipe, widths ascending."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A picture that can be shown."""

    source: str
    """Its path below the content folder, such as ``galleries/u-stations/01.jpg``."""
    made: Made

    def files(self, suffix: str) -> tuple[tuple[str, int], ...]:
        """Give (file name, width in pixels) of each file in the format *suffix*, ascending."""
        return tuple((name, width) for kind, name, width in self.made.files if kind == suffix)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A picture that cannot be shown as it is now."""

    source: str
    what: str
    mend: str
    is_shown: bool
    """Whether what was made of it before it went bad is shown instead."""
