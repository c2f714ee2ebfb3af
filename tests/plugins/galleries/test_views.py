from __future__ import annotations

import re
from pathlib import Path

import pytest

from plugins.galleries.recipe import RECIPES
from plugins.galleries.records import Made, Photo
from plugins.galleries.views import (
    DRAWN,
    NARROWEST,
    STEP,
    WIDEST,
    drawing_of,
    drawn_size,
    picture_of,
    shape_of,
)

STYLES = Path(__file__).parents[3] / "theme" / "static" / "css"
SVG = "http://www.w3.org/2000/svg"


def photo(width, height, cells=""):
    """Give a photo of that size as the pipeline leaves it."""
    files = [
        (each.suffix, each.file_name("x", "digest", wide), wide)
        for each in RECIPES["standard"].formats
        for wide in each.widths_of(width)
    ]
    made = Made(digest="digest", width=width, height=height, cells=cells, files=tuple(files))
    return Photo(source="pictures/x.jpg", made=made)


def widths(srcset):
    """Give the widths that a srcset names."""
    return [int(width) for width in re.findall(r" (\d+)w", srcset)]


@pytest.fixture(scope="module")
def styled():
    """Give the ratio of each shape that the style sheets know."""
    text = "".join(path.read_text("utf-8") for path in STYLES.rglob("*.css"))
    found = re.findall(r"\.(shape-\d+)\s*\{\s*--ratio:\s*([\d.]+);?\s*\}", text)
    assert len(dict(found)) == len(found)
    return {name: float(ratio) for name, ratio in found}


def test_every_ratio_has_a_shape_with_a_rule(styled):
    """Whatever the size of a picture, the style sheets know its shape, and nearly its ratio."""
    used = set()
    for width in range(10, 6_000, 7):
        shape, ratio = shape_of(width, 1_000), width / 1_000
        used.add(shape)
        nearest = min(max(ratio, NARROWEST / 100), WIDEST / 100)
        assert nearest / STEP < styled[shape] < nearest * STEP
    assert used == styled.keys()


@pytest.mark.parametrize(("width", "height"), [(12_000, 40), (1, 1), (1, 65_000), (65_000, 1)])
def test_extreme_ratios_have_a_shape_with_a_rule(styled, width, height):
    """A panorama and a strip are cut to the widest and the narrowest shape."""
    shape = styled[shape_of(width, height)]
    assert shape == min(max(width / height, 0.4), 3.2) or shape == pytest.approx(1, rel=0.04)


def test_camera_photo_has_all_files():
    """All widths of both formats, and the large file for sharing."""
    shown = picture_of(photo(4_000, 3_000))
    ((kind, better),) = shown.sources
    assert kind == "image/avif"
    assert widths(better) == [320, 640, 1280, 1920]
    assert widths(shown.srcset) == [640, 1280, 1920]
    assert re.fullmatch(r"/pictures/x-\w{10}-640\.jpg", shown.src)
    assert re.fullmatch(r"/pictures/x-\w{10}-1280\.jpg", shown.large)
    assert (shown.width, shown.height) == (4_000, 3_000)
    assert (shown.large_width, shown.large_height) == (1280, 960)


def test_tiny_picture_is_its_own_large_one():
    """A dot is shown and shared as it is."""
    shown = picture_of(photo(1, 1))
    assert shown.src == shown.large
    assert (shown.large_width, shown.large_height) == (1, 1)
    assert widths(shown.srcset) == widths(shown.sources[0][1]) == [1]


def test_panorama_is_a_pixel_high_at_least():
    """A height that would be rounded to nothing is one."""
    shown = picture_of(photo(12_000, 3))
    assert (shown.large_width, shown.large_height) == (1280, 1)


def test_portrait_is_as_high_as_it_is():
    """Widths count, whatever the height."""
    shown = picture_of(photo(700, 2_100))
    assert widths(shown.srcset) == [640]
    assert (shown.large_width, shown.large_height) == (640, 1_920)
    assert shown.shape == "shape-40"


def test_colours_stand_in_for_a_picture():
    """They are there when the pipeline found them, and nothing is when not."""
    assert picture_of(photo(300, 200)).placeholder == ""
    assert picture_of(photo(300, 200, "11f")).placeholder.startswith("<svg ")


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="300" height="200"', (300, 200)),
        ('width=" 300px " height="200.4"', (300, 200)),
        ('width="300" height="200" viewBox="0 0 9 9"', (300, 200)),
        ('width="100%" height="100%" viewBox="0 0 300 200"', (300, 200)),
        ('width="300" viewBox="0,0,30,20"', (30, 20)),
        ('width="10cm" height="5cm" viewBox="-5 -5 30.6 20"', (31, 20)),
        ('viewBox="0 0 .5 .5"', DRAWN),
        ('viewBox="0 0 30"', DRAWN),
        ('viewBox="0 0 30 20 10"', DRAWN),
        ('viewBox="0 0 -30 -20"', DRAWN),
        ('width="0" height="0"', DRAWN),
        ('width="..." height="1.2.3"', DRAWN),
        (f'width="{"9" * 400}" height="1"', DRAWN),
        ('width="auto" height=""', DRAWN),
        ("", DRAWN),
    ],
)
def test_size_of_a_drawing(tmp_path, attributes, size):
    """Width and height count when both are numbers, else the view box, else a usual size."""
    path = tmp_path / "x.svg"
    path.write_text(f'<svg xmlns="{SVG}" {attributes}/>', "utf-8")
    assert drawn_size(path) == size


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg",
        b"\x00" * 100,
        "这不是画。".encode(),
        b'<?xml version="1.0" encoding="nowhere"?><svg/>',
        b'<?xml version="1.0" encoding="gbk"?><svg/>',
    ],
)
def test_drawing_that_cannot_be_read_has_a_usual_size(tmp_path, content):
    """It is published as it is, so nothing stops at it."""
    path = tmp_path / "x.svg"
    path.write_bytes(content)
    assert drawn_size(path) == DRAWN


def test_drawing_that_is_not_there_has_a_usual_size(tmp_path):
    """Who names it is told of that elsewhere."""
    assert drawn_size(tmp_path / "x.svg") == DRAWN


def test_damage_behind_the_head_of_a_drawing_does_not_matter(tmp_path):
    """Its head is read, no more."""
    path = tmp_path / "x.svg"
    path.write_text(f'<!-- 画 --><svg xmlns="{SVG}" width="30" height="20"><g></svg>', "utf-8")
    assert drawn_size(path) == (30, 20)


def test_drawing_is_shown_as_it_is(tmp_path):
    """It has one address, which is also for sharing, and no sizes to choose from."""
    (tmp_path / "x.svg").write_text(f'<svg xmlns="{SVG}" width="300" height="200"/>', "utf-8")
    shown = drawing_of(tmp_path / "x.svg")
    assert (shown.src, shown.large) == ("/pictures/x.svg", "/pictures/x.svg")
    assert (shown.width, shown.height, shown.shape) == (300, 200, shape_of(3, 2))
    assert (shown.srcset, shown.sources, shown.placeholder) == ("", (), "")
