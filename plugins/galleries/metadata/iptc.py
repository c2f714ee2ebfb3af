"""IPTC-IIM: what newsrooms and photo programs wrote of a picture before there was XMP."""

from __future__ import annotations

from collections.abc import Iterator

from plugins.galleries.metadata.captions import choose_caption, decode, join_credits
from plugins.galleries.records import Description

MOST_BYTES = 1_000_000
"""More is not looked at."""
MOST_OF_VALUE = 65_536
CHARACTER_SET, BYLINE, CREDIT, CAPTION = (1, 90), (2, 80), (2, 110), (2, 120)
WANTED = frozenset({CHARACTER_SET, BYLINE, CREDIT, CAPTION})
UTF_8 = b"\x1b%G"
"""What announces UTF-8 (ISO 2022)."""
RECORDS = b"\x04\x04"
"""The image resource that holds the records."""
Name = tuple[int, int]
"""(record, data set)"""


def describe_iptc(iptc: bytes) -> Description:
    """Read what IPTC-IIM says (version 4.2, chapters 3 to 6), with or without what Photoshop wraps
    it in. Never raises.
    """
    found: dict[Name, list[bytes]] = {}
    for name, value in _data_sets(_records(iptc[:MOST_BYTES])):
        if name in WANTED:
            found.setdefault(name, []).append(value)
    is_utf_8 = UTF_8 in found.get(CHARACTER_SET, [])

    def texts(name: Name) -> list[str]:
        return [decode(value, is_utf_8=is_utf_8) for value in found.get(name, [])]

    return Description(
        caption=choose_caption(texts(CAPTION)),
        credit=join_credits(texts(CREDIT)) or join_credits(texts(BYLINE)),
    )


def _records(content: bytes) -> bytes:
    """Find the records among the image resources (Adobe Photoshop File Formats Specification,
    "Image Resource Blocks"); what holds no such resources is taken for the records themselves.
    """
    content = content.removeprefix(b"Photoshop 3.0\0")
    if not content.startswith(b"8BIM"):
        return content
    at = 0
    while content[at : at + 4] == b"8BIM" and at + 12 <= len(content):
        size_at = at + 6 + (content[at + 6] // 2 + 1) * 2
        start = size_at + 4
        size = int.from_bytes(content[size_at:start])
        if content[at + 4 : at + 6] == RECORDS:
            return content[start : start + size]
        at = start + size + size % 2
    return b""


def _data_sets(content: bytes) -> Iterator[tuple[Name, bytes]]:
    """Give the name and value of each data set, until something else stands there."""
    at = 0
    while content[at : at + 1] == b"\x1c" and at + 5 <= len(content):
        name = content[at + 1], content[at + 2]
        size = int.from_bytes(content[at + 3 : at + 5])
        start = at + 5
        if size & 0x8000:  # an extended data set: this is the size of its size
            start, size_at = start + (size & 0x7FFF), start
            size = int.from_bytes(content[size_at:start][:8])
        yield name, content[start : start + min(size, MOST_OF_VALUE)]
        at = start + size
