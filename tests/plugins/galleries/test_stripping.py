from __future__ import annotations

import io
import random
import zlib

import pytest
import pyvips
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageOps, PngImagePlugin

from plugins.galleries.metadata.exif import read_orientation
from plugins.galleries.records import BadPictureError
from plugins.galleries.stripping import strip
from theme.illustrations.camera import CameraNotes, write_notes

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
SECRET = b"SERIAL-4410927356"
JPEG_OPTIONS = {
    "baseline": {},
    "progressive": {"progressive": True},
    "colour profile": {"icc_profile": PROFILE},
    "restarts": {"restart_marker_rows": 1},
}


def picture(mode="RGB", size=(64, 48)):
    """Give a picture in which no two parts are alike."""
    noise = random.Random(7).randbytes(size[0] * size[1] * len(Image.new(mode, (1, 1)).getbands()))
    return Image.frombytes(mode, size, noise)


def saved(image, kind, **options):
    """Give the file of *image*."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def exif(orientation):
    """Give EXIF with a secret in it."""
    notes = Image.Exif()
    notes[0x0112] = orientation
    notes[0x0131] = SECRET.decode()
    return notes


def frames(content):
    """Give the pixels of each frame, held upright."""
    image = Image.open(io.BytesIO(content))
    for at in range(getattr(image, "n_frames", 1)):
        image.seek(at)
        yield ImageOps.exif_transpose(image).convert("RGBA").tobytes()


def looks_alike(one, other):
    """Say whether two files show the same pixels."""
    return [*frames(one)] == [*frames(other)]


def chunk(kind, body):
    """Write a chunk of PNG."""
    return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)


def webp_part(kind, body):
    """Write a chunk of WebP."""
    return kind + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2)


@pytest.mark.parametrize("options", JPEG_OPTIONS.values(), ids=JPEG_OPTIONS)
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_jpeg_keeps_its_pixels_and_loses_its_notes(mode, options):
    """Colours and their profile stay; nothing that the camera noted does."""
    notes = CameraNotes(captions={"zh-CN": "图说"}, thumbnail=saved(picture(), "JPEG"))
    noted = write_notes(saved(picture(mode), "JPEG", comment=SECRET, **options), notes)
    stripped = strip(noted)
    assert looks_alike(noted, stripped)
    assert [secret for secret in (*notes.secrets(), SECRET) if secret in stripped] == []
    assert Image.open(io.BytesIO(stripped)).info.get("icc_profile") == options.get("icc_profile")
    assert not any(name in stripped for name in (b"Exif", b"ns.adobe", b"Photoshop"))


def test_a_jpeg_without_notes_stays_as_it_is():
    """Stripping twice is stripping once."""
    stripped = strip(saved(picture(), "JPEG", comment=SECRET))
    assert strip(stripped) == stripped
    assert stripped == strip(saved(picture(), "JPEG"))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WebP"])
def test_a_picture_is_held_as_before(kind, orientation):
    """How the camera was held stays known, in a note that says nothing else."""
    options = {"lossless": True} if kind == "WebP" else {}
    noted = saved(picture(), kind, exif=exif(orientation), **options)
    stripped = strip(noted)
    assert looks_alike(noted, stripped)
    assert SECRET in noted
    assert SECRET not in stripped
    kept = Image.open(io.BytesIO(stripped)).getexif()
    assert dict(kept) == ({} if orientation == 1 else {0x0112: orientation})


def test_libvips_holds_a_stripped_jpeg_as_before():
    """The program that makes the published pictures understands the note too."""
    notes = CameraNotes(orientation=6)
    image = pyvips.Image.new_from_buffer(strip(write_notes(saved(picture(), "JPEG"), notes)), "")
    assert image.get("orientation") == 6
    assert read_orientation(image.get("exif-data")) == 6


@pytest.mark.parametrize("behind", [SECRET, b"\xff\xd8" + SECRET], ids=["bytes", "a picture"])
def test_what_stands_behind_a_picture_goes(behind):
    """Phones put films and second pictures there."""
    for kind in ("JPEG", "PNG", "WebP"):
        content = saved(picture(), kind)
        assert SECRET not in strip(content + behind)
        assert looks_alike(content, strip(content + behind))


def test_a_jpegs_head_loses_its_thumbnail():
    """JFIF may hold a small picture of before the last edit."""
    content = saved(picture(), "JPEG")
    head = b"\xff\xe0" + (16 + 3).to_bytes(2) + content[6:18] + b"\x01\x01" + SECRET[:3]
    stripped = strip(content[:2] + head + content[20:])
    assert stripped == strip(content)


def test_fill_bytes_between_parts_are_allowed():
    """ITU-T T.81, B.1.1.2: any marker may be preceded by them."""
    content = saved(picture(), "JPEG")
    assert strip(content[:2] + b"\xff\xff" + content[2:]) == strip(content)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "1"])
def test_a_png_keeps_its_pixels_and_loses_its_notes(mode):
    """Transparency, palette and profile stay; texts and times do not."""
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", SECRET.decode())
    text.add_itxt("XML:com.adobe.xmp", f"<x>{SECRET.decode()}</x>", zip=True)
    image = picture("RGB").convert(mode) if mode in "P1" else picture(mode)
    noted = saved(image, "PNG", pnginfo=text, icc_profile=PROFILE, exif=exif(1))
    private = chunk(b"prVt", SECRET) + chunk(b"tIME", b"\x07\xdf\x0c\x05\x0a\x1e\0")
    stripped = strip(noted[:33] + private + noted[33:])
    assert looks_alike(noted, stripped)
    assert Image.open(io.BytesIO(stripped)).info["icc_profile"] == PROFILE
    assert not any(
        name in stripped for name in (SECRET, b"tEXt", b"iTXt", b"prVt", b"tIME", b"eXIf")
    )


@pytest.mark.parametrize("kind", ["PNG", "WebP"])
def test_an_animation_goes_on(kind):
    """Every frame stays."""
    options = {"lossless": True} if kind == "WebP" else {}
    more = [picture("RGBA").rotate(90 * turn) for turn in (1, 2)]
    first = picture("RGBA")
    noted = saved(first, kind, save_all=True, append_images=more, exif=exif(1), **options)
    stripped = strip(noted)
    assert len([*frames(stripped)]) == 3
    assert looks_alike(noted, stripped)
    assert SECRET not in stripped


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 80}], ids=["exact", "lossy"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_webp_keeps_its_pixels_and_loses_its_notes(mode, options):
    """Profile and transparency stay; EXIF, XMP and unknown chunks go, with their announcement."""
    notes = {"exif": exif(1), "xmp": b"<x>" + SECRET + b"</x>", "icc_profile": PROFILE}
    noted = saved(picture(mode), "WebP", **options, **notes)
    content = noted + webp_part(b"PRVT", SECRET)
    stripped = strip(b"RIFF" + (len(content) - 8).to_bytes(4, "little") + content[8:])
    assert looks_alike(noted, stripped)
    assert Image.open(io.BytesIO(stripped)).info["icc_profile"] == PROFILE
    assert SECRET not in stripped
    assert stripped[20] & 0b00001100 == 0
    assert pyvips.Image.new_from_buffer(stripped, "", fail_on="warning").avg() > 0


def test_unknown_parts_within_frames_go():
    """Frames of an animation hold parts of their own."""
    noted = saved(picture(), "WebP", save_all=True, append_images=[picture().rotate(180)])
    at = noted.index(b"ANMF")
    size = int.from_bytes(noted[at + 4 : at + 8], "little")
    body = noted[at + 8 : at + 8 + size] + webp_part(b"PRVT", SECRET)
    more = noted[12:at] + webp_part(b"ANMF", body) + noted[at + 8 + size + size % 2 :]
    stripped = strip(b"RIFF" + (len(more) + 4).to_bytes(4, "little") + b"WEBP" + more)
    assert stripped == strip(noted)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WebP"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_refused(kind, share):
    """It says so, and how to mend it."""
    content = saved(picture(size=(160, 120)), kind)
    with pytest.raises(BadPictureError, match="从相机里重新拷一次"):
        strip(content[: int(len(content) * share)])


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(saved(picture(), "GIF"), id="GIF"),
        pytest.param(saved(picture(), "TIFF"), id="TIFF"),
        pytest.param(saved(picture(), "AVIF"), id="AVIF"),
        pytest.param("不是图片".encode(), id="text"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_other_kinds_are_refused(content):
    """They cannot be stripped without loss, and the editor is told what can."""
    with pytest.raises(BadPictureError, match="另存为JPEG"):
        strip(content)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\xff\xd8\xff\xd9", id="JPEG without a picture"),
        pytest.param(b"\xff\xd8\xff\xe0\0\x04abzz\xff\xd9", id="bytes between parts"),
        pytest.param(b"\xff\xd8\xff\x02\0\x04ab\xff\xd9", id="unknown part of a JPEG"),
        pytest.param(
            b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes(13)) + chunk(b"IEND", b""),
            id="PNG without a picture",
        ),
        pytest.param(
            b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes(13))[:-1] + b"x" + chunk(b"IEND", b""),
            id="checksum",
        ),
        pytest.param(
            b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes(13)) + chunk(b"CgBI", bytes(4)),
            id="unknown part of a PNG",
        ),
        pytest.param(b"RIFF\4\0\0\0WEBP", id="WebP without a picture"),
        pytest.param(b"RIFF\x16\0\0\0WEBPVP8X\1\0\0\0\0\0VP8 \0\0\0\0", id="short head"),
    ],
)
def test_a_damaged_file_is_refused(content):
    """It says so, and how to mend it."""
    with pytest.raises(BadPictureError, match=r"文件坏了，.+：用看图软件打开"):
        strip(content)


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_random_bytes_are_refused_or_stripped(content):
    """Nothing but the one error ever comes out."""
    for head in (b"", b"\xff\xd8", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\xff\0\0\0WEBP"):
        with pytest.raises(BadPictureError):
            strip(head + content)


FILES = [
    write_notes(saved(picture(), "JPEG"), CameraNotes(orientation=6)),
    saved(picture(), "PNG", exif=exif(6)),
    saved(picture(), "WebP", exif=exif(6)),
]


@given(st.sampled_from(FILES), st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_mutated_files_are_refused_or_stripped(content, generator):
    """A damaged file gives the one error, or a file that is stripped as well as any."""
    changed = bytearray(content)
    for _ in range(generator.randrange(1, 6)):
        changed[generator.randrange(min(len(changed), 3000))] = generator.randrange(256)
    try:
        stripped = strip(bytes(changed))
    except BadPictureError:
        return
    assert strip(stripped) == stripped
