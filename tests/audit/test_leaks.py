"""The audit finds what cameras noted, wherever it is planted in a site."""

from __future__ import annotations

import gzip
import io
import json
from base64 import b64encode
from datetime import date

import pytest
import pyvips
from PIL import Image, PngImagePlugin

from audit.leaks import find_leaks
from plugins.galleries.stripping import strip
from theme.illustrations.camera import CameraNotes, write_notes

SECRET = "机身-4410927356"
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"></x:xmpmeta>'
MORE = [Image.new("RGB", (32, 24))]
NOTES = CameraNotes(captions={"zh-CN": "图说"}, taken=date(2015, 12, 5), orientation=6)


def leaks(folder, *secrets):
    """Look for leaks, of SECRET among others."""
    return find_leaks(folder, [SECRET.encode(), *secrets])


def saved(kind, **options):
    """Give a small picture."""
    file = io.BytesIO()
    Image.new("RGB", (32, 24), "teal").save(file, kind, **options)
    return file.getvalue()


def exif():
    """Give EXIF of a program."""
    notes = Image.Exif()
    notes[0x0131] = "program"
    return notes


def text(**options):
    """Give texts of a PNG."""
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", XMP.decode(), **options)
    return info


def vips(suffix, **changes):
    """Give a picture as libvips writes it, with metadata."""
    image = pyvips.Image.black(32, 24, bands=3).copy()
    for name, value in changes.items():
        image.set_type(pyvips.GValue.blob_type, name.replace("_", "-"), value)
    return image.write_to_buffer(suffix)


EXIF = b"Exif\0\0" + exif().tobytes().removeprefix(b"Exif\0\0")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(SECRET.encode(), id="as it is"),
        pytest.param(SECRET.encode("utf-16-le"), id="UTF-16, little-endian"),
        pytest.param(SECRET.encode("utf-16-be"), id="UTF-16, big-endian"),
        pytest.param(json.dumps({"a": SECRET}).encode(), id="JSON"),
        pytest.param(b"?q=%E6%9C%BA%E8%BA%AB-4410927356", id="address"),
        *(
            pytest.param(b64encode(b"x" * before + SECRET.encode() + b"yy"), id=f"base64, {before}")
            for before in range(4)
        ),
        pytest.param(gzip.compress(SECRET.encode() * 3), id="compressed"),
    ],
)
def test_a_secret_is_found_however_it_is_written(tmp_path, content):
    """In a file of any name."""
    (tmp_path / "page.html").write_bytes(b"<p>" + content if content[:1] != b"\x1f" else content)
    found = leaks(tmp_path)
    assert len(found) == 1
    assert found[0].startswith("page.html: holds the secret")


@pytest.mark.parametrize("name", ["index.html", "feed.xml", "search.json", "pictures/a/b.jpg"])
def test_every_file_is_looked_through(tmp_path, name):
    """Folders within folders as well."""
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(f"...{SECRET}...", "utf-8")
    assert [line.partition(":")[0] for line in leaks(tmp_path)] == [name]


def test_html_is_not_taken_at_its_word(tmp_path):
    """A secret with signs of HTML is found where these are escaped."""
    (tmp_path / "a.html").write_text("<p>body &amp; serial &lt;7&gt;", "utf-8")
    assert len(leaks(tmp_path, b"body & serial <7>")) == 1


def test_bytes_that_are_no_text_are_found(tmp_path):
    """Such as a place in rational numbers."""
    place = NOTES.secrets()[6]
    (tmp_path / "a.bin").write_bytes(b"ab" + place)
    assert len(leaks(tmp_path, place)) == 1


def test_a_short_secret_is_refused(tmp_path):
    """It would be found by chance."""
    with pytest.raises(ValueError, match="too short"):
        leaks(tmp_path, b"abcd")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(saved("JPEG", exif=exif()), "APP1 'Exif'", id="JPEG, EXIF"),
        pytest.param(saved("JPEG", xmp=XMP), "APP1 'http://ns.adobe.com/xap", id="JPEG, XMP"),
        pytest.param(saved("JPEG", comment=b"program"), "a JPEG comment", id="JPEG, comment"),
        pytest.param(write_notes(saved("JPEG"), NOTES), "APP13 'Photoshop 3.0'", id="JPEG, IPTC"),
        pytest.param(
            saved("MPO", save_all=True, append_images=MORE),
            "APP2 'MPF'",
            id="JPEG, several pictures",
        ),
        pytest.param(saved("JPEG") + b"film", "goes on after", id="JPEG, more"),
        pytest.param(saved("PNG", exif=exif()), "chunk eXIf", id="PNG, EXIF"),
        pytest.param(saved("PNG", pnginfo=text()), "chunk iTXt b'XML:com", id="PNG, XMP"),
        pytest.param(saved("PNG", pnginfo=text(zip=True)), "chunk iTXt", id="PNG, compressed"),
        pytest.param(saved("PNG") + b"film", "goes on after", id="PNG, more"),
        pytest.param(saved("WebP", exif=exif()), "WebP chunk 'EXIF'", id="WebP, EXIF"),
        pytest.param(saved("WebP", xmp=XMP), "WebP chunk 'XMP '", id="WebP, XMP"),
        pytest.param(saved("WebP") + b"film", "goes on after", id="WebP, more"),
        pytest.param(saved("AVIF", exif=exif()), "AVIF item b'Exif", id="AVIF, EXIF"),
        pytest.param(saved("AVIF", xmp=XMP), "AVIF item b'mime", id="AVIF, XMP"),
        pytest.param(vips(".avif", exif_data=EXIF), "AVIF item b'Exif", id="AVIF of libvips, EXIF"),
        pytest.param(vips(".avif", xmp_data=XMP), "AVIF item b'mime", id="AVIF of libvips, XMP"),
        pytest.param(saved("GIF")[:-1] + b"!\xff\x0bXMP DataXMP" + XMP, "holds XMP", id="GIF, XMP"),
        pytest.param(saved("TIFF"), "is a TIFF file", id="TIFF"),
        pytest.param(b"<svg><metadata>" + XMP, "holds XMP", id="SVG, XMP"),
    ],
)
def test_structures_of_notes_are_found(tmp_path, content, expected):
    """Whatever they hold, and whatever the file is called."""
    (tmp_path / "picture").write_bytes(content)
    assert [line for line in leaks(tmp_path) if expected in line] != []


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(saved("JPEG"), id="JPEG"),
        pytest.param(saved("PNG"), id="PNG"),
        pytest.param(saved("WebP"), id="WebP"),
        pytest.param(saved("AVIF"), id="AVIF"),
        pytest.param(saved("GIF"), id="GIF"),
        pytest.param(vips(".jpg[keep=none,interlace]"), id="JPEG of libvips"),
        pytest.param(vips(".avif[keep=none]"), id="AVIF of libvips"),
        pytest.param(strip(write_notes(saved("JPEG"), NOTES)), id="JPEG, stripped"),
        pytest.param(strip(saved("JPEG", icc_profile=b"profile")), id="JPEG with a profile"),
        pytest.param(gzip.compress(b"<p>"), id="compressed"),
        pytest.param("<p>EXIF、XMP 和 IPTC 是什么？".encode(), id="text about notes"),
        pytest.param(b"", id="empty"),
    ],
)
def test_what_holds_no_notes_is_no_leak(tmp_path, content):
    """What the site makes passes; so does how an original was held."""
    (tmp_path / "picture").write_bytes(content)
    assert leaks(tmp_path, *NOTES.secrets()) == []


def test_every_secret_of_a_camera_is_found(tmp_path):
    """In a picture that is published as the camera gave it."""
    (tmp_path / "original.jpg").write_bytes(write_notes(saved("JPEG"), NOTES))
    found = leaks(tmp_path, *NOTES.secrets())
    assert sum("holds the secret" in line for line in found) == len(NOTES.secrets())


def test_what_cannot_be_opened_is_told(tmp_path):
    """Nothing passes for want of looking."""
    (tmp_path / "a.gz").write_bytes(gzip.compress(b"<p>" * 9)[:-4])
    assert len(leaks(tmp_path)) == 1
    assert "a.gz: cannot be decompressed" in leaks(tmp_path)[0]
