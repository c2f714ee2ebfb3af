"""EXIF: what a camera noted, in directories of tagged values."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Literal

from plugins.galleries.metadata.captions import choose_caption, decode, read_day
from plugins.galleries.records import Description

MOST_OF_VALUE = 65_536
"""Bytes of a value that are looked at."""
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
"""Bytes of one value of each type."""
ORIENTATION, IMAGE_DESCRIPTION, EXIF_DIRECTORY = 0x0112, 0x010E, 0x8769
XP_TITLE, XP_COMMENT = 0x9C9B, 0x9C9C
TAKEN, USER_COMMENT = 0x9003, 0x9286
IMAGE_TAGS = frozenset({IMAGE_DESCRIPTION, EXIF_DIRECTORY, XP_TITLE, XP_COMMENT})
CAMERA_TAGS = frozenset({TAKEN, USER_COMMENT})
Order = Literal["little", "big"]
ORDERS: dict[bytes, Order] = {b"II*\0": "little", b"MM\0*": "big"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiff:
    """The structure that EXIF uses: TIFF 6.0, section 2."""

    content: bytes
    order: Order
    first: int
    """Where the first directory stands, in bytes from the beginning."""

    def number(self, value: bytes) -> int:
        """Read an unsigned number."""
        return int.from_bytes(value, self.order)

    def directory(self, offset: int, wanted: Container[int]) -> dict[int, bytes]:
        """Give the values of those tags of the directory at *offset* that are *wanted*.

        Each is the first of its tag, and cut where the content ends. No pointer is followed.
        """
        found: dict[int, bytes] = {}
        count = self.number(self.content[offset : offset + 2])
        start = offset + 2
        for at in range(start, min(start + 12 * count, len(self.content) - 11), 12):
            tag = self.number(self.content[at : at + 2])
            if tag in wanted and tag not in found:
                found[tag] = self._value(at)
        return found

    def _value(self, at: int) -> bytes:
        kind = self.number(self.content[at + 2 : at + 4])
        size = SIZES.get(kind, 0) * self.number(self.content[at + 4 : at + 8])
        start = at + 8 if size <= 4 else self.number(self.content[at + 8 : at + 12])
        return self.content[start : start + min(size, MOST_OF_VALUE)]


def describe_exif(exif: bytes) -> Description:
    """Read what EXIF says (Exif 2.32, CIPA DC-008-2019, 4.6.4 and 4.6.5), and Windows' own tags in
    it (XPTitle, XPComment, in UTF-16). Never raises.

    Its artist is no credit: cameras write their owner's name there, whom nobody asked.
    """
    tiff = _tiff(exif)
    if tiff is None:
        return Description()
    image = tiff.directory(tiff.first, IMAGE_TAGS)
    pointer = tiff.number(image.get(EXIF_DIRECTORY, b"")[:4])
    camera = tiff.directory(pointer, CAMERA_TAGS) if pointer else {}
    windows = (image.get(tag, b"").decode("utf-16-le", "ignore") for tag in (XP_TITLE, XP_COMMENT))
    captions = (
        decode(image.get(IMAGE_DESCRIPTION, b"")),
        _user_comment(camera.get(USER_COMMENT, b""), tiff.order),
        *(text.partition("\0")[0] for text in windows),
    )
    return Description(
        caption=choose_caption(captions),
        taken=read_day(decode(camera.get(TAKEN, b""))),
    )


def read_moment(exif: bytes) -> str:
    """Give when the picture was taken, in a form that sorts: ``2015:12:05 08:30:00``; empty when
    EXIF does not say. Never raises.
    """
    tiff = _tiff(exif)
    if tiff is None:
        return ""
    pointer = tiff.directory(tiff.first, {EXIF_DIRECTORY}).get(EXIF_DIRECTORY, b"")
    directory = tiff.number(pointer[:4])
    taken = tiff.directory(directory, {TAKEN}).get(TAKEN, b"") if directory else b""
    return decode(taken).strip() if read_day(decode(taken)) else ""


def read_orientation(exif: bytes) -> int:
    """Give how the camera was held, from 1 (upright) to 8 (CIPA DC-008-2019, 4.6.4); 1 when EXIF
    does not say. Never raises.
    """
    tiff = _tiff(exif)
    if tiff is None:
        return 1
    value = tiff.directory(tiff.first, {ORIENTATION}).get(ORIENTATION, b"")
    number = tiff.number(value[:2])
    return number if 1 <= number <= 8 else 1


def _tiff(exif: bytes) -> Tiff | None:
    content = exif.removeprefix(b"Exif\0\0")
    order = ORDERS.get(content[:4])
    if order is None:
        return None
    return Tiff(content=content, order=order, first=int.from_bytes(content[4:8], order))


def _user_comment(value: bytes, order: Order) -> str:
    """Read UserComment, which names its character code first (CIPA DC-008-2019, 4.6.5)."""
    code, text = value[:8].rstrip(b"\0 "), value[8:]
    if code == b"UNICODE":
        return _utf_16(text, order)
    if code == b"JIS":
        return text.decode("iso2022_jp", "ignore")
    is_text = min(text.rstrip(b"\0 "), default=0) >= ord("\t")
    return decode(text) if is_text else ""


def _utf_16(text: bytes, order: Order) -> str:
    """Read UTF-16 in the file's byte order, unless the other makes a likelier text of it: programs
    disagree on which is right.
    """
    if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return text.decode("utf-16", "ignore").partition("\0")[0]
    codes = ("utf-16-le", "utf-16-be") if order == "little" else ("utf-16-be", "utf-16-le")
    return max((text.decode(code, "ignore").rstrip("\0") for code in codes), key=_likelihood)


def _likelihood(text: str) -> int:
    """Score a text by its signs; ASCII counts double, for read the wrong way it looks like Han."""
    return sum(
        2 if " " <= sign <= "~" else "\u3000" <= sign <= "\u30ff" or "\u4e00" <= sign <= "\u9fff"
        for sign in text
    )
