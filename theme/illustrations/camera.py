"""Writes into a JPEG what cameras and photo programs write: words for readers, and secrets of the
camera's owner that must never be published.

Everything here is made up, but for the place, which is the Civic Center of Shenzhen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from xml.sax.saxutils import escape, quoteattr

BOILERPLATE = "OLYMPUS DIGITAL CAMERA"
"""What a maker of cameras has them say of every picture."""
MAKER_NOTE = b"HUISHENG MAKER NOTE\0" + b"".join(b"af-point %03d;" % at for at in range(40))
BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED = 1, 2, 3, 4, 5, 7
"""Types of TIFF 6.0 (section 2)."""
MOST_OF_SEGMENT = 65_533
NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "aux": "http://ns.adobe.com/exif/1.0/aux/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
}
PACKET = """\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""{attributes}>
{parts}</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""
Entry = tuple[int, int, int, bytes]
"""Tag, type, number of values, the values."""
INCH = b"\x48\0\0\0\1\0\0\0"
RESOLUTION: tuple[Entry, ...] = (
    (0x011A, RATIONAL, 1, INCH),
    (0x011B, RATIONAL, 1, INCH),
    (0x0128, SHORT, 1, b"\2\0"),
)
"""72 points an inch, as cameras say; EXIF requires it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraNotes:
    """What is noted in a picture: first what readers may see, then what they must not."""

    captions: Mapping[str, str] = field(default_factory=dict)
    """By language; ``x-default`` is the first one unless it is given."""
    alt: str = ""
    credit: str = ""
    taken: date | None = None
    description: str = BOILERPLATE
    """EXIF's own caption."""
    orientation: int = 1
    """1 (upright) to 8, as EXIF counts."""
    identifier: str = ""
    """Of this very file, for programs."""
    latitude: float = 22.5431
    """Degrees north."""
    longitude: float = 114.0579
    """Degrees east."""
    altitude: int = 18
    """Metres."""
    make: str = "Huisheng Optical"
    model: str = "Huisheng Mark IV"
    owner: str = "OWNER-OF-CAMERA-7731"
    body_serial: str = "BODY-SERIAL-4410927356"
    lens_serial: str = "LENS-SERIAL-7750318264"
    maker_note: bytes = MAKER_NOTE
    thumbnail: bytes = b""
    """A small JPEG, which cameras keep beside the picture."""

    def secrets(self) -> tuple[bytes, ...]:
        """Give every run of bytes that must not be found in anything published."""
        texts = (self.owner, self.body_serial, self.lens_serial, self.model)
        places = (_degrees_text(self.latitude, "NS"), _degrees_text(self.longitude, "EW"))
        numbers = (_degrees(self.latitude), _degrees(self.longitude))
        return (*(text.encode() for text in (*texts, *places)), *numbers, self.maker_note[:19])


def write_notes(jpeg: bytes, notes: CameraNotes) -> bytes:
    """Give *jpeg* with EXIF, XMP and IPTC-IIM as a camera and a photo program leave it.

    Raises ValueError when it is no JPEG, or when the notes do not fit into their segments.
    """
    if jpeg[:2] != b"\xff\xd8":
        raise ValueError("Notes can be written into JPEG files only: this is none")
    exif = _segment(0xE1, b"Exif\0\0" + _exif(notes))
    xmp = _segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + _xmp(notes).encode())
    iptc = _segment(0xED, b"Photoshop 3.0\0" + _image_resource(_iptc(notes)))
    return jpeg[:2] + exif + xmp + iptc + jpeg[2:]


def _segment(code: int, body: bytes) -> bytes:
    """Write a segment (ITU-T T.81, annex B)."""
    if len(body) > MOST_OF_SEGMENT:
        raise ValueError(f"A segment of {len(body)} bytes is too long: shorten the notes in it")
    return bytes([0xFF, code]) + (len(body) + 2).to_bytes(2) + body


def _exif(notes: CameraNotes) -> bytes:
    """Write EXIF (Exif 2.32, CIPA DC-008-2019, 4.5 and 4.6), little-endian."""
    camera, place = _camera_entries(notes), _place_entries(notes)
    camera_at = 8 + _size(_image_entries(notes, 0, 0))
    place_at = camera_at + _size(camera)
    small_at = place_at + _size(place)
    image = _image_entries(notes, camera_at, place_at)
    thumbnail_at = small_at + _size(_small_entries(notes, 0))
    small = _small_entries(notes, thumbnail_at)
    directories = (
        _directory(image, 8, following=small_at if notes.thumbnail else 0),
        _directory(camera, camera_at),
        _directory(place, place_at),
        _directory(small, small_at) + notes.thumbnail if notes.thumbnail else b"",
    )
    return b"II*\0" + _little(8) + b"".join(directories)


def _image_entries(notes: CameraNotes, camera_at: int, place_at: int) -> list[Entry]:
    """Give the entries of the first directory, which tells where two others stand."""
    return [
        _text(0x010E, notes.description),
        _text(0x010F, notes.make),
        _text(0x0110, notes.model),
        _short(0x0112, notes.orientation),
        *RESOLUTION,
        _text(0x013B, notes.credit),
        _short(0x0213, 1),
        _long(0x8769, camera_at),
        _long(0x8825, place_at),
    ]


def _small_entries(notes: CameraNotes, thumbnail_at: int) -> list[Entry]:
    length = len(notes.thumbnail)
    return [_short(0x0103, 6), *RESOLUTION, _long(0x0201, thumbnail_at), _long(0x0202, length)]


def _camera_entries(notes: CameraNotes) -> list[Entry]:
    moments = [] if notes.taken is None else [_text(0x9003, f"{notes.taken:%Y:%m:%d} 10:30:00")]
    return [
        (0x9000, UNDEFINED, 4, b"0232"),
        *moments,
        (0x9101, UNDEFINED, 4, b"\1\2\3\0"),
        (0x927C, UNDEFINED, len(notes.maker_note), notes.maker_note),
        (0xA000, UNDEFINED, 4, b"0100"),
        _short(0xA001, 1),
        _text(0xA430, notes.owner),
        _text(0xA431, notes.body_serial),
        _text(0xA435, notes.lens_serial),
    ]


def _place_entries(notes: CameraNotes) -> list[Entry]:
    return [
        (0x0000, BYTE, 4, b"\2\3\0\0"),
        _text(0x0001, "N" if notes.latitude >= 0 else "S"),
        (0x0002, RATIONAL, 3, _degrees(notes.latitude)),
        _text(0x0003, "E" if notes.longitude >= 0 else "W"),
        (0x0004, RATIONAL, 3, _degrees(notes.longitude)),
        (0x0005, BYTE, 1, b"\0" if notes.altitude >= 0 else b"\1"),
        (0x0006, RATIONAL, 1, _rational(Fraction(abs(notes.altitude)))),
    ]


def _size(entries: Sequence[Entry]) -> int:
    """Give the bytes of a directory with the values that do not fit into it."""
    return len(_directory(entries, 0))


def _directory(entries: Sequence[Entry], at: int, *, following: int = 0) -> bytes:
    """Write a directory that stands at *at*, with its longer values behind it."""
    values_at = at + 2 + 12 * len(entries) + 4
    table, values = b"", b""
    for tag, kind, count, value in entries:
        place = value.ljust(4, b"\0")
        if len(value) > 4:
            place = _little(values_at + len(values))
            values += value + b"\0" * (len(value) % 2)
        table += _little(tag, 2) + _little(kind, 2) + _little(count) + place
    return _little(len(entries), 2) + table + _little(following) + values


def _little(number: int, size: int = 4) -> bytes:
    return number.to_bytes(size, "little")


def _text(tag: int, text: str) -> Entry:
    value = text.encode() + b"\0"
    return tag, ASCII, len(value), value


def _short(tag: int, number: int) -> Entry:
    return tag, SHORT, 1, _little(number, 2)


def _long(tag: int, number: int) -> Entry:
    return tag, LONG, 1, _little(number)


def _rational(number: Fraction) -> bytes:
    return _little(number.numerator) + _little(number.denominator)


def _degrees(value: float) -> bytes:
    """Write degrees, minutes and hundredths of seconds."""
    hundredths = round(abs(value) * 360_000)
    minutes, seconds = divmod(hundredths, 6_000)
    whole = (_rational(Fraction(each)) for each in divmod(minutes, 60))
    return b"".join(whole) + _little(seconds) + _little(100)


def _degrees_text(value: float, signs: str) -> str:
    """Write degrees and minutes as XMP does (ISO 16684-1, GPSCoordinate)."""
    degrees, minutes = divmod(abs(value) * 60, 60)
    return f"{degrees:.0f},{minutes:.4f}{signs[value < 0]}"


def _xmp(notes: CameraNotes) -> str:
    """Write XMP (ISO 16684-1, clause 7) with IPTC Core 1.4 as photo programs do."""
    attributes = {
        "photoshop:Credit": notes.credit,
        "photoshop:DateCreated": notes.taken.isoformat() if notes.taken else "",
        "xmpMM:InstanceID": notes.identifier,
        "aux:SerialNumber": notes.body_serial,
        "aux:OwnerName": notes.owner,
        "exif:GPSLatitude": _degrees_text(notes.latitude, "NS"),
        "exif:GPSLongitude": _degrees_text(notes.longitude, "EW"),
    }
    spaces = "".join(f"\n  xmlns:{name}={quoteattr(uri)}" for name, uri in NAMESPACES.items())
    given = "".join(f"\n  {name}={quoteattr(text)}" for name, text in attributes.items() if text)
    alt = {"x-default": notes.alt} if notes.alt else {}
    parts = _alternatives("dc:description", notes.captions)
    parts += _alternatives("Iptc4xmpCore:AltTextAccessibility", alt)
    return PACKET.format(attributes=spaces + given, parts=parts)


def _alternatives(name: str, texts: Mapping[str, str]) -> str:
    """Write a text in several languages; the default is the first of them (clause 8.2.2.4)."""
    if not texts:
        return ""
    every = {"x-default": next(iter(texts.values())), **texts}
    items = (f'<rdf:li xml:lang="{key}">{escape(text)}</rdf:li>' for key, text in every.items())
    return f"<{name}><rdf:Alt>{''.join(items)}</rdf:Alt></{name}>\n"


def _iptc(notes: CameraNotes) -> bytes:
    """Write IPTC-IIM (version 4.2, chapters 3 to 6) in UTF-8."""
    caption = next(iter(notes.captions.values()), "")
    texts = {110: notes.credit, 120: caption}
    sets = [_data_set(1, 90, b"\x1b%G"), _data_set(2, 0, b"\0\4")]
    sets += [_data_set(2, number, text.encode()) for number, text in texts.items() if text]
    return b"".join(sets)


def _data_set(record: int, number: int, value: bytes) -> bytes:
    return bytes([0x1C, record, number]) + len(value).to_bytes(2) + value


def _image_resource(records: bytes) -> bytes:
    """Wrap the records as Photoshop does (its File Formats Specification, "Image Resources")."""
    padding = b"\0" * (len(records) % 2)
    return b"8BIM\x04\x04\0\0" + len(records).to_bytes(4) + records + padding
