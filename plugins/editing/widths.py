"""How large a photograph is, from the first bytes of its file: whoever looks at all of them cannot
open them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

from plugins.problems import Problem, Severity

LEAST = 640
"""Pixels of the longer side below which a photograph is blurred on telephones of today."""
START = 262_144
"""Bytes that are read: cameras put a small picture before the large one."""
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Parts of a JPEG that tell its size (ITU-T T.81, table B.1)."""
ALONE = frozenset({0x01, 0xFF, *range(0xD0, 0xD8)})


def check_widths(pictures: Iterable[Path]) -> Iterator[Problem]:
    """Find photographs that are too small to be shown well."""
    for path in pictures:
        with path.open("rb") as file:
            size = size_of(file.read(START))
        if size and 0 < max(size) < LEAST:
            what = f"照片只有 {size[0]} x {size[1]} 像素"
            mend = f"换一张大的，长边至少{LEAST}像素"
            yield Problem(path, 1, what, mend, Severity.STYLE, rule="picture-small")


def size_of(start: bytes) -> tuple[int, int] | None:
    """Give width and height of the picture whose file begins with *start*, as it lies there; None
    when that cannot be told.
    """
    try:
        if start.startswith(b"\x89PNG\r\n\x1a\n"):
            return _pair(">II", start, 16)
        if start.startswith((b"GIF87a", b"GIF89a")):
            return _pair("<HH", start, 6)
        if start.startswith(b"\xff\xd8"):
            return _of_jpeg(start)
    except struct.error:
        return None
    return _of_webp(start) if start[:4] == b"RIFF" and start[8:12] == b"WEBP" else None


def _pair(form: str, start: bytes, place: int) -> tuple[int, int]:
    one, other = struct.unpack_from(form, start, place)
    return one, other


def _of_jpeg(start: bytes) -> tuple[int, int] | None:
    place = 2
    while place < len(start) and start[place] == 0xFF:
        code = start[place + 1] if place + 1 < len(start) else 0
        if code in FRAMES:
            height, width = _pair(">HH", start, place + 5)
            return width, height
        place += 1 if code == 0xFF else 2
        if code not in ALONE:
            place += struct.unpack_from(">H", start, place)[0]
    return None


def _of_webp(start: bytes) -> tuple[int, int] | None:
    """Read the first part of a WebP file, of which there are three kinds (RFC 9649, section 2)."""
    if start[12:16] == b"VP8X" and len(start) >= 30:
        width, height = start[24:27], start[27:30]
        return int.from_bytes(width, "little") + 1, int.from_bytes(height, "little") + 1
    if start[12:16] == b"VP8L" and len(start) >= 25:
        bits = int.from_bytes(start[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if start[12:16] == b"VP8 " and len(start) >= 30:
        width, height = struct.unpack_from("<HH", start, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None
