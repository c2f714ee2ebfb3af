"""An original without anything that a camera or a program noted; its picture is not touched.

What decodes and colours the picture is kept as it stands, all else is left out, so that whatever
programs may come to write goes as well. A colour profile stays, for without it colours change: it
names a kind of screen or camera, and only a profile that somebody measured for his own device could
name that device. How the camera was held stays too, as a note of its own that says nothing else.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from itertools import chain

from plugins.galleries.metadata.exif import read_orientation
from plugins.galleries.records import BadPictureError

UPRIGHT = 1
EXIF = b"Exif\0\0"
SAVE_AGAIN = "用看图软件打开，再存一次"


def strip(content: bytes) -> bytes:
    """Give a JPEG, PNG or WebP file without what was noted in it, without any loss to the picture.

    Structures are read, not pixels: a file that is damaged within its compressed data passes.
    Raises BadPictureError for other kinds of files and for structures that are incomplete.
    """
    for beginning, kind in KINDS.items():
        if beginning.match(content):
            return b"".join(kind(content))
    raise BadPictureError("这种文件里相机记下的信息拿不干净", "另存为JPEG")


def _orientation_note(orientation: int) -> bytes:
    """Give the smallest EXIF structure that says how the camera was held (TIFF 6.0, section 2)."""
    entry = b"\x01\x12\0\x03\0\0\0\x01" + orientation.to_bytes(2) + b"\0\0"
    return b"MM\0*\0\0\0\x08\0\x01" + entry + b"\0\0\0\0"


def _truncated() -> BadPictureError:
    return BadPictureError("文件没有拷全", f"从相机里重新拷一次，或者{SAVE_AGAIN}")


def _damaged(what: str) -> BadPictureError:
    return BadPictureError(f"文件坏了，{what}", SAVE_AGAIN)


SOI, EOI, SOS, APP0, APP1, APP2, APP14 = 0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xE2, 0xEE
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
TABLES = frozenset({0xC4, 0xCC, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF})
"""DHT, DAC, DQT, DNL, DRI, DHP, EXP."""
LEFT_OUT = frozenset({*range(0xE0, 0xF0), 0xFE})
"""Notes of programs, and comments."""
KNOWN = FRAMES | TABLES | LEFT_OUT | {SOS}
MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
"""What ends compressed data: neither a stuffed byte nor a restart."""
FILLED_MARKER = re.compile(rb"\xff+[^\xff]", re.DOTALL)


def _strip_jpeg(content: bytes) -> Iterator[bytes]:
    """Strip what ITU-T T.81 (annex B) describes, with the heads of JFIF 1.02, ICC.1:2010 (B.4) and
    Adobe's colour transform (T.872, 6.5.3).
    """
    parts = list(_segments(content))
    codes = {code for code, _, _ in parts}
    if SOS not in codes or not codes & FRAMES:
        raise _damaged("里面没有图像")
    yield bytes([0xFF, SOI])
    yield from _jfif_head(parts)
    notes = (body for code, body, _ in parts if code == APP1 and body.startswith(EXIF))
    orientation = read_orientation(next(notes, b""))
    if orientation != UPRIGHT:
        yield _segment(APP1, EXIF + _orientation_note(orientation))
    yield from chain.from_iterable(_kept(*part) for part in parts)
    yield bytes([0xFF, EOI])


def _segments(content: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Give the code, the body and, after SOS, the compressed data of each segment up to EOI."""
    at = 2
    while True:
        at = _end_of_fill(content, at)
        code = content[at - 1]
        if code == EOI:
            return
        if code not in KNOWN:
            raise _damaged(f"有一段不认识的内容（{code:02X}）")
        size = int.from_bytes(content[at : at + 2])
        end = at + size
        if size < 2 or end > len(content):
            raise _truncated()
        body, at = content[at + 2 : end], end if code != SOS else _end_of_data(content, end)
        yield code, body, content[end:at]


def _end_of_fill(content: bytes, at: int) -> int:
    """Give where a segment begins whose marker, after any number of fill bytes, stands at *at*."""
    marker = FILLED_MARKER.match(content, at)
    if marker is None and at + 1 < len(content):
        raise _damaged("各段之间夹着别的东西")
    if marker is None:
        raise _truncated()
    return marker.end()


def _end_of_data(content: bytes, at: int) -> int:
    marker = MARKER.search(content, at)
    if marker is None:
        raise _truncated()
    return marker.start()


def _jfif_head(parts: list[tuple[int, bytes, bytes]]) -> Iterator[bytes]:
    """Give the first JFIF head without its thumbnail."""
    for code, body, _ in parts:
        if code == APP0 and body.startswith(b"JFIF\0") and len(body) >= 14:
            yield _segment(APP0, body[:12] + b"\0\0")
            return


def _kept(code: int, body: bytes, data: bytes) -> Iterator[bytes]:
    is_profile = code == APP2 and body.startswith(b"ICC_PROFILE\0")
    is_transform = code == APP14 and body.startswith(b"Adobe") and len(body) >= 12
    if is_transform:
        yield _segment(code, body[:12])
    elif is_profile or code not in LEFT_OUT:
        yield _segment(code, body)
        yield data


def _segment(code: int, body: bytes) -> bytes:
    return bytes([0xFF, code]) + (len(body) + 2).to_bytes(2) + body


PNG = b"\x89PNG\r\n\x1a\n"
PICTURE_CHUNKS = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"acTL", b"fcTL", b"fdAT"})
COLOUR_CHUNKS = frozenset({b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"tRNS", b"cICP"})


def _strip_png(content: bytes) -> Iterator[bytes]:
    """Strip what the PNG Specification (third edition, chapters 5 and 11) describes."""
    chunks = list(_chunks(content))
    kinds = [kind for kind, _ in chunks]
    if kinds[0] != b"IHDR" or b"IDAT" not in kinds:
        raise _damaged("里面没有图像")
    notes = (read_orientation(body) for kind, body in chunks if kind == b"eXIf")
    orientation = next(notes, UPRIGHT)
    yield PNG
    for kind, body in chunks:
        if kind in PICTURE_CHUNKS | COLOUR_CHUNKS:
            yield _chunk(kind, body)
        if kind == b"IHDR" and orientation != UPRIGHT:
            yield _chunk(b"eXIf", _orientation_note(orientation))


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give kind and body of each chunk up to IEND."""
    at, kind = len(PNG), b""
    while kind != b"IEND":
        kind, end = content[at + 4 : at + 8], at + 12 + int.from_bytes(content[at : at + 4])
        if end > len(content) or len(kind) < 4:
            raise _truncated()
        if zlib.crc32(content[at + 4 : end - 4]) != int.from_bytes(content[end - 4 : end]):
            raise _damaged("有一段的校验和不对")
        if kind[:1].isupper() and kind not in PICTURE_CHUNKS:
            raise _damaged("有一段不认识的内容")
        yield kind, content[at + 8 : end - 4]
        at = end


def _chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)


FRAME_HEAD = 16
"""Bytes of an animation's frame before its own chunks."""
FRAME_PARTS = frozenset({b"ALPH", b"VP8 ", b"VP8L"})
WEBP_PARTS = FRAME_PARTS | {b"VP8X", b"ICCP", b"ANIM", b"ANMF"}
HAS_EXIF, HAS_XMP = 0x08, 0x04


def _strip_webp(content: bytes) -> Iterator[bytes]:
    """Strip what RFC 9649 (section 2) describes."""
    end = 8 + int.from_bytes(content[4:8], "little")
    if end > len(content):
        raise _truncated()
    parts = list(_riff_parts(content[12:end]))
    kinds = [kind for kind, _ in parts]
    if not {b"VP8 ", b"VP8L", b"ANMF"}.intersection(kinds):
        raise _damaged("里面没有图像")
    notes = (read_orientation(body) for kind, body in parts if kind == b"EXIF")
    orientation = next(notes, UPRIGHT)
    is_noted = orientation != UPRIGHT and kinds[0] == b"VP8X"
    body = b"".join(
        _riff_part(kind, _webp_body(kind, each, is_noted=is_noted))
        for kind, each in parts
        if kind in WEBP_PARTS
    )
    if is_noted:
        body += _riff_part(b"EXIF", _orientation_note(orientation))
    yield b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body


def _webp_body(kind: bytes, body: bytes, *, is_noted: bool) -> bytes:
    if kind == b"VP8X":
        if len(body) < 10:
            raise _damaged("文件头太短")
        flags = body[0] & ~(HAS_EXIF | HAS_XMP) | (HAS_EXIF if is_noted else 0)
        return bytes([flags]) + body[1:10]
    if kind == b"ANMF":
        inner = _riff_parts(body[FRAME_HEAD:])
        kept = (_riff_part(*each) for each in inner if each[0] in FRAME_PARTS)
        return body[:FRAME_HEAD] + b"".join(kept)
    return body


def _riff_parts(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at < len(content):
        size = int.from_bytes(content[at + 4 : at + 8], "little")
        end = at + 8 + size
        if end > len(content) or at + 8 > len(content):
            raise _truncated()
        yield content[at : at + 4], content[at + 8 : end]
        at = end + size % 2


def _riff_part(kind: bytes, body: bytes) -> bytes:
    return kind + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2)


KINDS = {
    re.compile(rb"\xff\xd8"): _strip_jpeg,
    re.compile(re.escape(PNG)): _strip_png,
    re.compile(rb"RIFF....WEBP", re.DOTALL): _strip_webp,
}
"""What strips each kind, by how its files begin."""
