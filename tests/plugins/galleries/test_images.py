"""Smaller pictures, compared with what Pillow and LittleCMS make of the same files."""

from __future__ import annotations

import io

import pytest
import pyvips
from PIL import Image, ImageChops, ImageCms, ImageOps, ImageStat

from plugins.galleries.images import Header, make_files, read_header
from plugins.galleries.recipe import RECIPES, Format
from tests.plugins.galleries.bad_pictures import (
    LYING,
    ODD,
    SIZE,
    encoded,
    grey_profile,
    inks,
    jpeg,
    lying,
    noisy_jpeg,
    profile,
    quarters,
)

LIMIT = 150_000_000
JPEG = Format(suffix="jpg", widths=(120, 240, 480), quality=95)
AVIF = Format(suffix="avif", widths=(120, 240, 480), quality=90, effort=1)
FORMATS = (AVIF, JPEG)
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>the secret place</x:xmpmeta>"
IPTC = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0f\x1c\x02\x78\0\x0aa secret ok\0"


def files_of(content, formats=FORMATS, widths=(480,)):
    """Make the files of each format and width; by (suffix, width)."""
    made = {}
    wanted = [(each, width) for each in formats for width in widths]
    make_files(
        content,
        read_header(content, LIMIT),
        wanted,
        lambda each, width, file: made.update({(each.suffix, width): file}),
    )
    return made


def opened(file):
    """Open a file as others do."""
    image = Image.open(io.BytesIO(file))
    image.load()
    return image


def difference(one, other):
    """Say how far two pictures are apart in the mean, of 255 levels."""
    means = ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean
    return sum(means) / 3


def patches(image):
    """Give the colour amid each quarter of a picture."""
    width, height = image.size
    image = image.convert("RGB")
    return [image.getpixel((width * x // 4, height * y // 4)) for y in (1, 3) for x in (1, 3)]


def lab(colour):
    """Give an sRGB colour of 8 bits in CIE Lab (D65)."""
    levels = [level / 255 for level in colour]
    r, g, b = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in levels)
    x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089
    fx, fy, fz = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def distance(one, other):
    """Give the CIE76 distance of two sRGB colours."""
    return sum((a - b) ** 2 for a, b in zip(lab(one), lab(other), strict=True)) ** 0.5


def reference(image, icc):
    """Give *image* in sRGB, as LittleCMS converts it."""
    return ImageCms.profileToProfile(
        image,
        ImageCms.ImageCmsProfile(io.BytesIO(icc)),
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="RGB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )


def assert_same_colours(file, expected):
    """Hold each patch of a file to a distance below 3."""
    found = zip(patches(opened(file)), patches(expected), strict=True)
    distances = [distance(one, other) for one, other in found]
    assert max(distances) < 3


@pytest.mark.parametrize("suffix", ["avif", "jpg"])
def test_each_width_is_made_in_its_format(suffix):
    """What others open has the size that was wanted and looks like the picture."""
    made = files_of(jpeg(), widths=(480, 240, 120))
    expected = {"avif": "AVIF", "jpg": "JPEG"}[suffix]
    for width in (480, 240, 120):
        image = opened(made[suffix, width])
        assert (image.format, image.size) == (expected, (width, width * 2 // 3))
        assert difference(image, quarters((width, width * 2 // 3))) < 2


def test_jpeg_is_progressive():
    """A JPEG shows as a whole from its first part on."""
    assert opened(files_of(jpeg())["jpg", 480]).info["progressive"]


def test_quality_is_the_formats_own():
    """A lower quality makes smaller files."""
    low = Format(suffix="avif", widths=(480,), quality=30, effort=1)
    content = noisy_jpeg()
    assert len(files_of(content, (low,))["avif", 480]) < len(files_of(content)["avif", 480])


@pytest.mark.parametrize("orientation", LYING)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_cameras_way_up_is_seen_to(orientation, kind):
    """Pillow turns the picture the same way, and the header says how large it is upright."""
    content = lying(orientation, kind)
    expected = ImageOps.exif_transpose(opened(content))
    header = read_header(content, LIMIT)
    made = files_of(content, widths=(480, 120))
    assert (header.width, header.height) == expected.size == SIZE
    assert difference(opened(made["jpg", 480]), expected) < 2
    assert difference(opened(made["jpg", 120]), expected.resize((120, 80))) < 3


def test_all_ways_up_give_the_same_pixels():
    """A lossless picture gives the same files, however the camera was held."""
    assert len({files_of(lying(way, "PNG"))["jpg", 480] for way in LYING}) == 1


@pytest.mark.parametrize("name", ["cmyk.jpg", "cmyk-without-profile.jpg"])
@pytest.mark.parametrize("suffix", ["avif", "jpg"])
def test_inks_become_colours_of_a_screen(name, suffix):
    """CMYK is converted by its profile, or by that of common inks."""
    file = files_of(ODD[name]())[suffix, 480]
    assert_same_colours(file, reference(inks(), profile("cmyk")))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_wide_colours_become_those_of_a_screen(kind):
    """Display P3 is converted, whatever file holds it."""
    content = encoded(quarters(), kind, quality=95, icc_profile=profile("p3"))
    expected = reference(quarters(), profile("p3"))
    assert distance(patches(expected)[0], patches(quarters())[0]) > 5
    assert_same_colours(files_of(content)["jpg", 480], expected)


def test_grey_profile_is_followed():
    """Grey pictures have profiles of their own; this one holds them much darker than sRGB."""
    image, icc = quarters(mode="L"), grey_profile(gamma=1.0)
    expected = reference(image, icc)
    assert distance(patches(expected)[0], patches(image)[0]) > 20
    content = encoded(image, "JPEG", quality=95, icc_profile=icc)
    assert_same_colours(files_of(content)["jpg", 480], expected)


@pytest.mark.parametrize("icc", [profile("srgb"), b"this is no profile" * 20])
def test_colours_that_are_right_stay(icc):
    """Neither sRGB nor a broken profile changes a colour."""
    content = jpeg(icc_profile=icc)
    assert files_of(content) == files_of(jpeg())


def test_grey_of_16_bits_keeps_its_levels():
    """The halves of the sample are 64 and 192 of 255."""
    for file in files_of(ODD["grey-16-bit.png"]()).values():
        levels = patches(opened(file))
        assert [round(level, -1) for level, *_ in levels] == [60, 60, 190, 190]


def test_clear_parts_turn_white():
    """What is clear is white; half clear red is pink."""
    for file in files_of(ODD["alpha.png"]()).values():
        white, _, pink, _ = patches(opened(file))
        assert distance(white, (255, 255, 255)) < 3
        assert distance(pink, (255, 127, 127)) < 3


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P"])
def test_every_kind_of_pixel_is_read(mode):
    """Palettes, single bits and grey with alpha look as Pillow shows them."""
    image = quarters().convert(mode)
    content = encoded(image, "PNG")
    assert difference(opened(files_of(content)["jpg", 480]), image) < 3


def test_more_than_colours_and_alpha_is_left_out():
    """A TIFF can have further levels for each pixel; here alpha, which is full, and 10."""
    image = pyvips.Image.new_from_array([[1] * 60] * 40).bandjoin([30, 40, 255, 10])
    image = image.cast("uchar").copy(interpretation="srgb")
    made = files_of(image.tiffsave_buffer(), widths=(60,))
    assert distance(patches(opened(made["jpg", 60]))[0], (1, 30, 40)) < 3


@pytest.mark.parametrize("name", ["moving.gif", "moving.webp"])
def test_moving_pictures_stand_still(name):
    """The first picture is shown."""
    content = ODD[name]()
    assert read_header(content, LIMIT).height == SIZE[1]
    for file in files_of(content).values():
        image = opened(file)
        assert image.size == SIZE
        assert difference(image, quarters()) < 4


@pytest.mark.parametrize("name", ["given.avif", "given.webp", "given.tif", "png-named.jpg"])
def test_content_says_what_a_file_is(name):
    """Every kind is read, whatever its name."""
    content = ODD[name]()
    assert difference(opened(files_of(content)["jpg", 480]), quarters()) < 4


def test_panorama_keeps_its_ratio():
    """A picture 300 times as wide as it is high gets files as low as one pixel."""
    content = ODD["panorama.jpg"]()
    made = files_of(content, RECIPES["standard"].formats, (1920, 1280, 640, 320))
    sizes = {width: opened(file).size for (_, width), file in made.items()}
    assert sizes == {1920: (1920, 6), 1280: (1280, 4), 640: (640, 2), 320: (320, 1)}


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (7, 1), (2, 900), (481, 319), (641, 3)])
def test_odd_sizes_are_met_exactly(size):
    """The picture's own width is made without another pixel."""
    made = files_of(encoded(Image.new("RGB", size), "PNG"), widths=(size[0],))
    assert {opened(file).size for file in made.values()} == {size}


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_shrinking_while_reading_shows_the_same(kind):
    """A picture of which an eighth is wanted looks as if all of it had been read."""
    content = encoded(quarters((2401, 1599)), kind, quality=95)
    for width in (1201, 1200, 600, 299):
        image = opened(files_of(content, (JPEG,), (width,))["jpg", width])
        expected = quarters((2401, 1599)).resize(image.size, Image.Resampling.BOX)
        assert difference(image, expected) < 1


def test_files_come_from_the_largest_to_the_smallest():
    """Each is made of the one before, and given away before the next one is."""
    order = []
    content = jpeg()
    wanted = [(each, width) for each in FORMATS for width in (120, 480, 240)]
    make_files(
        content, read_header(content, LIMIT), wanted, lambda _, width, __: order.append(width)
    )
    assert order == [480, 480, 240, 240, 120, 120]


def test_file_is_the_same_whatever_else_is_made():
    """Where the levels are told, a lost file is made anew to the byte, as are the cells."""
    content = noisy_jpeg()
    header, levels, alone, together = read_header(content, LIMIT), (240, 480, 120), [], []
    wanted = [(each, width) for each in FORMATS for width in levels]
    cells = {
        make_files(content, header, wanted, lambda *it: together.append(it), levels=levels),
        make_files(content, header, wanted[2:3], lambda *it: alone.append(it), levels=levels),
        make_files(content, header, [], lambda *_: None, levels=levels),
    }
    assert alone == [file for file in together if file[:2] == (AVIF, 120)]
    assert len(cells) == 1


def test_cells_are_the_pictures_colours():
    """A square has four cells, one a quarter."""
    content = encoded(quarters((400, 400)), "PNG")
    assert cells_of(content, ()) == "c22ec4/274249"
    assert cells_of(content, (400, 120)) == "c22ec4/274249"


@pytest.mark.parametrize("orientation", LYING)
def test_cells_are_upright(orientation):
    """A picture of which nothing is wanted has the cells that it would have else."""
    expected = cells_of(lying(1), ())
    assert [len(row) for row in expected.split("/")] == [9, 9]
    assert cells_of(lying(orientation), ()) == expected


def cells_of(content, widths):
    """Make the JPEGs of these widths, and give the cells."""
    wanted = [(JPEG, width) for width in widths]
    return make_files(content, read_header(content, LIMIT), wanted, lambda *_: None)


def secret_jpeg():
    """Give a JPEG with every kind of notes."""
    notes = Image.Exif()
    notes[0x010F] = "a secret maker"
    notes[0x0112] = 1
    notes.get_ifd(0x8825)[1] = "N"
    content = jpeg(exif=notes, xmp=XMP, icc_profile=profile("p3"), comment=b"a secret comment")
    segment = b"\xff\xed" + (len(IPTC) + 2).to_bytes(2, "big") + IPTC
    return content[:2] + segment + content[2:]


def test_header_has_the_notes():
    """Exif, XMP and IPTC are given as they stand in the file."""
    header = read_header(secret_jpeg(), LIMIT)
    assert b"a secret maker" in header.exif
    assert b"the secret place" in header.xmp
    assert b"a secret ok" in header.iptc


def test_header_of_a_bare_picture_is_bare():
    """What is not there is empty."""
    assert read_header(jpeg(), LIMIT) == Header(kind="JPEG", width=480, height=320)


def test_nothing_of_the_notes_is_published():
    """No file has metadata of any kind, nor a profile."""
    for (suffix, _), file in files_of(secret_jpeg(), widths=(480, 120)).items():
        assert (
            opened(file).info.keys() & {"exif", "xmp", "icc_profile", "photoshop", "comment"}
            == set()
        )
        for mark in (b"secret", b"Exif", b"adobe", b"ICC_PROFILE", b"prof", b"Photoshop", b"8BIM"):
            assert mark not in file, suffix


def test_jpeg_holds_what_a_decoder_needs():
    """Its parts are those of the picture, tables, the frame and scans."""
    file = files_of(secret_jpeg())["jpg", 480]
    at, markers = 2, set()
    while file[at + 1] != 0xDA:
        markers.add(file[at + 1])
        at += 2 + int.from_bytes(file[at + 2 : at + 4], "big")
    assert markers == {0xDB, 0xC2, 0xC4}
