"""QR codes."""

from __future__ import annotations

import gzip
from xml.etree import ElementTree

import pytest
import pyvips
import zxingcpp

from plugins.sharing.qr import QUIET, qr

PAGE = "https://topic.example.org/stories/civility-in-the-street-2015"


def pixels(svg, scale):
    """Draw inline SVG on a dark page, as a browser does; gives rows of grey."""
    page = str(svg).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1).encode()
    image = pyvips.Image.svgload_buffer(page, scale=scale)
    grey = image.flatten(background=[40, 40, 40]).colourspace("b-w")
    return memoryview(bytes(grey.write_to_memory())).cast("B", [grey.height, grey.width])


@pytest.mark.parametrize(
    "url",
    [
        pytest.param(PAGE, id="a story"),
        pytest.param("http://127.0.0.1:8000/", id="short"),
        pytest.param("https://例子.中国/志愿者/?a=1&b=<2>", id="Chinese and marks"),
        pytest.param("https://example.org/" + "a" * 400, id="very long"),
    ],
)
@pytest.mark.parametrize("scale", [pytest.param(3, id="small"), pytest.param(8, id="large")])
def test_a_scanner_reads_the_address(url, scale):
    """What a scanner reads is the address, also on a dark page."""
    found = zxingcpp.read_barcode(pixels(qr(url, "二维码"), scale))
    assert found is not None
    assert found.text == url
    assert found.format == zxingcpp.BarcodeFormat.QRCode


def test_quiet_zone_is_white():
    """The code stands in four modules of white on each side, whatever is behind it."""
    rows = pixels(qr(PAGE), 1).tolist()
    inner = [row[QUIET:-QUIET] for row in rows[QUIET:-QUIET]]
    assert {value for row in inner for value in row} == {0, 255}
    assert set(inner[0][:7]) == {0}
    dark = sum(row.count(0) for row in inner)
    assert sum(row.count(255) for row in rows) == len(rows) ** 2 - dark


def test_named_for_those_who_hear_the_page():
    """With a label the code is a picture of that name, without one it is not spoken."""
    named = ElementTree.fromstring(qr(PAGE, '扫码"分享" <&>'))
    assert (named.get("role"), named.get("aria-label")) == ("img", '扫码"分享" <&>')
    silent = ElementTree.fromstring(qr(PAGE))
    assert (silent.get("aria-hidden"), silent.get("role")) == ("true", None)


def test_stands_on_a_page_again():
    """A code that is there already is drawn again from its id, and a scanner reads that one too."""
    again = str(qr(PAGE, again="page-code"))
    assert len(again) < 250
    drawn = str(qr(PAGE, id="page-code")).partition('<path id="page-code"')[2].partition("/>")[0]
    whole = again.replace("<use ", f'<defs><path id="page-code"{drawn}/></defs><use ')
    assert zxingcpp.read_barcode(pixels(whole, 3)).text == PAGE


def test_fits_into_a_page():
    """It is small, sized by the style sheet, and obeys a policy without inline styles."""
    svg = str(qr(PAGE, "二维码"))
    assert len(svg.encode()) < 2100
    assert len(gzip.compress(svg.encode(), 9)) < 620
    element = ElementTree.fromstring(svg)
    assert element.get("class") == "qr"
    assert not {"style", "width", "height"} & {*element.keys(), *element[0].keys()}
    assert svg.startswith("<svg ")
