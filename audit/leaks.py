"""Whether anything that a camera or a program noted of its owner is in what is published."""

from __future__ import annotations

import gzip
import html
import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from urllib.parse import quote

from plugins.trees import all_files

SHORTEST_SECRET = 5
"""Bytes; a shorter one would be found by chance."""
SHORTEST_BASE64 = 8
GZIP = b"\x1f\x8b\x08"
TRACES = {
    b"Exif\0\0": "EXIF",
    b"http://ns.adobe.com/xap/1.0/\0": "XMP",
    b"<x:xmpmeta": "XMP",
    b"<rdf:RDF": "XMP",
    b"Photoshop 3.0\0": "IPTC or Photoshop's notes",
    b"XMP DataXMP": "XMP",
}
"""What begins notes, in whatever file they are."""
HELD = re.compile(
    rb"(?:Exif\0\0)?MM\0\*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0[\x01-\x08]\0\0\0\0\0\0",
    re.DOTALL,
)
"""The one note that may stay: how the camera was held."""


def find_leaks(public: Path, secrets: Iterable[bytes]) -> list[str]:
    """Give one line, ``path: what``, for each leak in the published tree *public*.

    Every file is looked through for the *secrets*, as they are and in other ways of writing them,
    and for structures in which cameras and programs keep notes; compressed files as well. Raises
    ValueError for a secret of fewer than SHORTEST_SECRET bytes.
    """
    written = {secret: ways_of_writing(secret) for secret in secrets}
    return [
        f"{path.relative_to(public).as_posix()}: {leak}"
        for path in all_files(public)
        for leak in dict.fromkeys(_leaks_of(path, written))
    ]


def ways_of_writing(secret: bytes) -> dict[bytes, str]:
    """Give every run of bytes that *secret* may appear as, with the name of that way.

    Of base64 that is the part that is the same whatever stands around it (RFC 4648, section 4).
    """
    if len(secret) < SHORTEST_SECRET:
        raise ValueError(f"{secret!r} is too short to be looked for: take {SHORTEST_SECRET} bytes")
    ways = {secret: "it is"}
    with suppress(UnicodeDecodeError):
        text = secret.decode()
        ways |= {way: name for way, name in _ways_of_text(text) if way not in ways}
    for before in range(3):
        for encode in (b64encode, urlsafe_b64encode):
            encoded = encode(b"\0" * before + secret)
            core = encoded[(8 * before + 5) // 6 : 8 * (before + len(secret)) // 6]
            ways |= {core: "base64"} if len(core) >= SHORTEST_BASE64 else {}
    return ways


def notes_in(content: bytes) -> Iterator[str]:
    """Name the structures in a file's *content* that hold notes; the note of how a camera was held
    is none.
    """
    for beginning, walk in PICTURES.items():
        if beginning.match(content):
            yield from walk(content)
    rest = HELD.sub(b"", content) if b"MM\0*" in content else content
    yield from (f"holds {name}" for trace, name in TRACES.items() if trace in rest)


def _leaks_of(path: Path, written: Mapping[bytes, Mapping[bytes, str]]) -> Iterator[str]:
    content = path.read_bytes()
    opened, complaint = _opened(path, content)
    for each in dict.fromkeys((content, opened)):
        yield from _secrets_in(each, written)
        yield from notes_in(each)
    if complaint:
        yield complaint


def _secrets_in(content: bytes, written: Mapping[bytes, Mapping[bytes, str]]) -> Iterator[str]:
    for secret, ways in written.items():
        for way, name in ways.items():
            if way in content:
                yield f"holds the secret {secret!r}, written as {name}"


def _ways_of_text(text: str) -> Iterator[tuple[bytes, str]]:
    yield text.encode("utf-16-le"), "UTF-16"
    yield text.encode("utf-16-be"), "UTF-16"
    yield json.dumps(text)[1:-1].encode(), "JSON"
    yield quote(text, safe="").encode(), "an address"
    yield html.escape(text).encode(), "HTML"


def _opened(path: Path, content: bytes) -> tuple[bytes, str]:
    """Decompress what is compressed, by its beginning or its name; a complaint goes with what
    cannot be looked into.
    """
    try:
        if content.startswith(GZIP):
            return gzip.decompress(content), ""
        if path.suffix == ".br":
            return import_module("brotli").decompress(content), ""
    except ImportError:
        return content, "cannot be looked into: install brotli"
    except Exception as error:  # whatever a decompressor raises
        return content, f"cannot be decompressed ({error})"
    return content, ""


def _notes_in_jpeg(content: bytes) -> Iterator[str]:
    """Walk the segments (ITU-T T.81, annex B) up to the first scan, and look behind the end."""
    at = 2
    while content[at : at + 1] == b"\xff" and content[at + 1 : at + 2] not in (b"\xda", b""):
        code, end = content[at + 1], at + 2 + int.from_bytes(content[at + 2 : at + 4])
        yield from _note_in_segment(code, content[at + 4 : end])
        at = end
    if not content.rstrip(b"\0").endswith(b"\xff\xd9"):
        yield "goes on after the end of the picture"


def _note_in_segment(code: int, body: bytes) -> Iterator[str]:
    if code == 0xFE:
        yield "holds a JPEG comment"
    if not 0xE0 <= code <= 0xEF or HELD.fullmatch(body):
        return
    name = body.partition(b"\0")[0][:40].decode("latin-1")
    is_thumbnail = name == "JFIF" and len(body) > 14
    if is_thumbnail or (code, name[:5]) not in HARMLESS_SEGMENTS:
        yield f"holds the JPEG segment APP{code - 0xE0} {name!r}"


HARMLESS_SEGMENTS = {(0xE0, "JFIF"), (0xE2, "ICC_P"), (0xEE, "Adobe")}
"""A head, a colour profile, and how colours are stored."""


def _notes_in_png(content: bytes) -> Iterator[str]:
    """Walk the chunks (PNG Specification, third edition, chapters 5 and 11)."""
    at, kind = 8, b""
    while at + 12 <= len(content) and kind != b"IEND":
        size, kind = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        body = content[at + 8 : at + 8 + size]
        if kind in (b"tEXt", b"zTXt", b"iTXt", b"tIME") or (
            kind == b"eXIf" and not HELD.fullmatch(body)
        ):
            yield f"holds the PNG chunk {kind.decode()} {body.partition(bytes(1))[0][:40]!r}"
        at += 12 + size
    if at < len(content):
        yield "goes on after the end of the picture"


def _notes_in_webp(content: bytes) -> Iterator[str]:
    """Walk the chunks (RFC 9649, section 2)."""
    at, end = 12, 8 + int.from_bytes(content[4:8], "little")
    while at + 8 <= end:
        kind, size = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        is_held = HELD.fullmatch(content[at + 8 : at + 8 + size])
        if kind not in WEBP_PARTS and not is_held:
            yield f"holds the WebP chunk {kind.decode('latin-1')!r}"
        at += 8 + size + size % 2
    if end < len(content):
        yield "goes on after the end of the picture"


WEBP_PARTS = {b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}


def _notes_in_avif(content: bytes) -> Iterator[str]:
    """Look at the kinds of items (ISO 14496-12, 8.11.6) that the boxes announce."""
    boxes = dict(_boxes(content))
    if b"uuid" in boxes or b"udta" in boxes:
        yield "holds a box of a program"
    meta = dict(_boxes(boxes.get(b"meta", b"")[4:]))
    items = meta.get(b"iinf", b"")
    head = 4 + (2 if items[:1] == b"\0" else 4)
    for kind, body in _boxes(items[head:]):
        at = 8 if body[:1] < b"\3" else 10
        if kind == b"infe" and body[at : at + 4] in (b"Exif", b"mime", b"uri "):
            yield f"holds the AVIF item {body[at:].strip(bytes(1))[:40]!r}"


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(content):
        size, kind, head = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8], 8
        if size == 1:
            size, head = int.from_bytes(content[at + 8 : at + 16]), 16
        end = at + max(size, head) if size else len(content)
        yield kind, content[at + head : end]
        at = end


def _notes_in_tiff(content: bytes) -> Iterator[str]:
    yield "is a TIFF file, in which notes are everywhere"


PICTURES: Mapping[re.Pattern[bytes], Callable[[bytes], Iterator[str]]] = {
    re.compile(rb"\xff\xd8\xff"): _notes_in_jpeg,
    re.compile(rb"\x89PNG\r\n\x1a\n"): _notes_in_png,
    re.compile(rb"RIFF....WEBP", re.DOTALL): _notes_in_webp,
    re.compile(rb"....ftyp", re.DOTALL): _notes_in_avif,
    re.compile(rb"II\*\0|MM\0\*"): _notes_in_tiff,
}
"""What looks into each kind of picture, by how its files begin."""
