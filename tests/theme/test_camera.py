from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest
from PIL import ExifTags, Image, IptcImagePlugin

from plugins.galleries.metadata import read_description
from theme.illustrations.camera import BOILERPLATE, CameraNotes, write_notes

EXIF, PLACE, SMALL = ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo, ExifTags.IFD.IFD1


def jpeg(size=(40, 30)):
    """Give a JPEG without notes."""
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, "JPEG")
    return file.getvalue()


NOTES = CameraNotes(
    captions={"zh-CN": "志愿者<在>路口。", "en": "Volunteers & a crossing."},
    alt="穿红马甲的志愿者",
    credit="插画：本站",
    taken=date(2015, 12, 5),
    orientation=6,
    identifier="xmp.iid:one",
    thumbnail=jpeg((16, 12)),
)


@pytest.fixture
def noted():
    """Give a picture that NOTES were written into, as Pillow reads it."""
    return Image.open(io.BytesIO(write_notes(jpeg(), NOTES)))


def test_the_picture_itself_stays(noted):
    """Notes change no pixel."""
    assert noted.tobytes() == Image.open(io.BytesIO(jpeg())).tobytes()


def test_the_camera_is_noted(noted):
    """Another program reads the camera's notes."""
    image, camera = noted.getexif(), noted.getexif().get_ifd(EXIF)
    assert image[0x010E] == BOILERPLATE
    assert (image[0x010F], image[0x0110], image[0x0112]) == (NOTES.make, NOTES.model, 6)
    assert camera[0x9003] == "2015:12:05 10:30:00"
    assert (camera[0xA430], camera[0xA431]) == (NOTES.owner, NOTES.body_serial)
    assert (camera[0xA435], camera[0x927C]) == (NOTES.lens_serial, NOTES.maker_note)


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [
        pytest.param(22.5431, 114.0579, ("N", "E"), id="north-east"),
        pytest.param(-22.5431, -114.0579, ("S", "W"), id="south-west"),
    ],
)
def test_the_place_is_noted(latitude, longitude, expected):
    """Degrees, minutes and seconds say it to within a metre."""
    notes = replace(NOTES, latitude=latitude, longitude=longitude)
    place = Image.open(io.BytesIO(write_notes(jpeg(), notes))).getexif().get_ifd(PLACE)
    assert (place[1], place[3]) == expected
    for numbers, value in ((place[2], latitude), (place[4], longitude)):
        degrees, minutes, seconds = map(float, numbers)
        assert degrees + minutes / 60 + seconds / 3600 == pytest.approx(abs(value), abs=1e-5)
    assert (place[5], place[6]) == (b"\0", 18)


def test_the_thumbnail_is_there(noted):
    """It stands where its directory says."""
    small = noted.getexif().get_ifd(SMALL)
    exif = noted.info["exif"].removeprefix(b"Exif\0\0")
    assert exif[small[0x0201] :][: small[0x0202]] == NOTES.thumbnail


def test_the_packet_is_xml_in_three_languages(noted):
    """The Chinese caption is the default as well, and signs of XML are escaped."""
    packet = ElementTree.fromstring(noted.info["xmp"].decode())
    language = "{http://www.w3.org/XML/1998/namespace}lang"
    captions = packet.find(".//{http://purl.org/dc/elements/1.1/}description")
    assert {item.get(language): item.text for item in captions[0]} == {
        "x-default": "志愿者<在>路口。",
        "zh-CN": "志愿者<在>路口。",
        "en": "Volunteers & a crossing.",
    }


def test_newsrooms_programs_read_it(noted):
    """IPTC says the same, in UTF-8."""
    records = IptcImagePlugin.getiptcinfo(noted)
    assert records[(1, 90)] == b"\x1b%G"
    assert records[(2, 120)].decode() == "志愿者<在>路口。"
    assert records[(2, 110)].decode() == "插画：本站"


def test_every_secret_is_in_the_file():
    """What is looked for in the published site is there to be found."""
    written = write_notes(jpeg(), NOTES)
    assert len(NOTES.secrets()) == 9
    assert [secret for secret in NOTES.secrets() if secret not in written] == []


def test_secrets_are_told_nowhere_to_readers():
    """None of them is a caption or a credit."""
    image = Image.open(io.BytesIO(write_notes(jpeg(), replace(NOTES, captions={}, credit=""))))
    found = read_description(image.info["exif"], image.info["xmp"], b"")
    assert (found.caption, found.credit) == ("", "")


def test_notes_may_be_few():
    """A picture without words and day is as good."""
    written = write_notes(jpeg(), CameraNotes())
    assert Image.open(io.BytesIO(written)).getexif()[0x010E] == BOILERPLATE


def test_only_jpeg_can_be_noted():
    """Other files are refused."""
    with pytest.raises(ValueError, match="JPEG files only"):
        write_notes(b"\x89PNG", NOTES)


def test_notes_that_do_not_fit_are_refused():
    """A segment holds 64 kB."""
    with pytest.raises(ValueError, match="shorten the notes"):
        write_notes(jpeg(), replace(NOTES, maker_note=bytes(70_000)))
