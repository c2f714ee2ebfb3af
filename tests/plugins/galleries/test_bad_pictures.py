"""Files that cannot be shown are refused with a reason, at once and cheaply."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from plugins.galleries.images import make_files, read_header
from plugins.galleries.recipe import RECIPES
from plugins.galleries.records import BadPictureError
from tests.plugins.galleries.bad_pictures import (
    BAD,
    ODD,
    encoded,
    header_only,
    jpeg,
    jpeg_bomb,
    noisy_jpeg,
    png_bomb,
    quarters,
    truncated,
    write_all,
)

LIMIT = 150_000_000
MEBIBYTE = 1 << 20
ROOT = Path(__file__).parents[3]
MEASURE = """
import resource, sys
from pathlib import Path
from plugins.galleries.images import read_header
from plugins.galleries.records import BadPictureError
content = Path(sys.argv[1]).read_bytes()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    read_header(content, 150_000_000)
except BadPictureError as error:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, error)
"""
REASONS = {
    "truncated.jpg": ("没有拷全", "重新拷"),
    "zero-tail.jpg": ("只拷了一半", "重新拷"),
    "empty.jpg": ("0字节", "重新拷"),
    "zeros.jpg": ("全是零", "重新拷"),
    "text.jpg": ("是文字", "另存为JPEG"),
    "page.jpg": ("HTML", "不要保存网页"),
    "header-only.jpg": ("没有拷全", "重新拷"),
    "bomb.png": ("30000 x 30000 像素，超过 150,000,000", "4000像素"),
    "bomb.jpg": ("65500 x 65500 像素，超过 150,000,000", "4000像素"),
    "phone.heic": ("HEIC", "在手机里"),
    "phone-named.jpg": ("HEIC", "在手机里"),
}


def make(content, wanted=None):
    """Make the files of the standard recipe; give how many were made."""
    header = read_header(content, LIMIT)
    formats = RECIPES["standard"].formats
    made = []
    if wanted is None:
        wanted = [(each, width) for each in formats for width in each.widths_of(header.width)]
    make_files(content, header, wanted, lambda *file: made.append(file))
    return len(made)


def refusal(content):
    """Give the reason why *content* is refused."""
    with pytest.raises(BadPictureError) as caught:
        make(content)
    return caught.value


def test_every_bad_file_has_an_expected_reason():
    """A file that joins the table joins the test."""
    assert BAD.keys() == REASONS.keys()


@pytest.mark.parametrize("name", BAD)
def test_bad_file_is_refused(name):
    """The reason says what is wrong and how to mend it."""
    error = refusal(BAD[name]())
    what, mend = REASONS[name]
    assert what in error.what
    assert mend in error.mend


@pytest.mark.parametrize("name", ODD)
def test_odd_file_is_shown(name):
    """Files that only look wrong give pictures."""
    assert make(ODD[name]()) > 0


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF"])
@pytest.mark.parametrize("part", [0.0, 0.2, 0.6, 0.95])
def test_half_a_picture_is_never_shown(kind, part):
    """Wherever a file ends too early, it is refused."""
    image = quarters().effect_spread(60)
    content = encoded(image, kind)
    assert refusal(content[: max(24, int(len(content) * part))])


@pytest.mark.parametrize("wanted", [None, []], ids=["all files", "no files"])
def test_truncated_picture_is_found_without_files_too(wanted):
    """The placeholder alone is not made of half a picture either."""
    with pytest.raises(BadPictureError):
        make(truncated(), wanted)


def test_what_follows_a_picture_does_no_harm():
    """Phones append videos, programs zeros."""
    assert make(jpeg() + b"a film" * 1000) > 0
    assert make(jpeg() + bytes(10_000)) > 0


def test_header_of_a_broken_picture_can_be_read():
    """Only its pixels are missing."""
    assert read_header(header_only(), LIMIT).kind == "JPEG"
    assert read_header(noisy_jpeg(), LIMIT).kind == "JPEG"


def test_limit_is_the_callers():
    """A picture with exactly as many pixels is opened."""
    assert read_header(jpeg((40, 30)), 1200).width == 40
    with pytest.raises(BadPictureError, match="40 x 30 像素，超过 1,199"):
        read_header(jpeg((40, 30)), 1199)


@pytest.mark.parametrize(
    ("content", "size"), [(png_bomb, range(850_000, 950_000)), (jpeg_bomb, range(380, 381))]
)
def test_bomb_is_small(content, size):
    """The bombs are those that are known."""
    assert len(content()) in size


@pytest.mark.parametrize("name", ["bomb.png", "bomb.jpg"])
def test_bomb_takes_no_memory(tmp_path, name):
    """It is refused by its header: a process grows by less than 10 MB, of 900 or more."""
    path = tmp_path / name
    path.write_bytes(BAD[name]())
    command = [sys.executable, "-c", MEASURE, path]
    grown, _, reason = subprocess.run(
        command, cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout.partition(" ")
    assert int(grown) * 1024 < 10 * MEBIBYTE
    assert "像素" in reason


def test_strip_that_is_too_high_is_refused():
    """No AVIF is that high; nothing is decoded for it."""
    error = refusal(encoded(quarters((20, 20_000)), "PNG"))
    assert "太窄" in error.what
    assert "切成几张" in error.mend


@pytest.mark.parametrize(
    ("start", "name"),
    [
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG", id="drawing"),
        pytest.param(b"<?xml version='1.0'?>\n<!-- x -->\n<svg/>", "SVG", id="drawing in XML"),
        pytest.param(b"%PDF-1.7\n", "PDF", id="document"),
        pytest.param(b"II*\0\x10\0\0\0CR\2\0", "Canon raw", id="raw"),
        pytest.param(b"8BPS\0\1", "Photoshop", id="Photoshop"),
        pytest.param(b"BM\x36\0\0\0\0\0\0\0", "BMP", id="bitmap"),
        pytest.param(b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "视频", id="film"),
        pytest.param(b"\xff\x0a\0", "JPEG XL", id="JPEG XL"),
        pytest.param(b"  <html><body>404", "HTML", id="page"),
        pytest.param(b"\x7fELF\2\1\1\0", "都不是", id="program"),
        pytest.param("GIF 动图".encode(), "是文字", id="text"),
    ],
)
def test_other_files_are_called_by_name(start, name):
    """Only the listed kinds reach a decoder; of others the kind is told."""
    assert name in refusal(start).what


def test_all_can_be_written(tmp_path):
    """Every name is one that a file can have."""
    write_all(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == BAD.keys() | ODD.keys()
