"""The colours that stand in a picture's place."""

from __future__ import annotations

import gzip
import random
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from plugins.galleries.placeholders import grid_of, placeholder_svg

CELLS = "a98cb8edc/543765876"


def test_no_cells_draw_nothing():
    """A picture without cells has no placeholder."""
    assert placeholder_svg("") == Markup("")


def test_cells_are_drawn_row_by_row():
    """Each cell stands where its colour is in the picture."""
    drawing = ElementTree.fromstring(placeholder_svg(CELLS))
    found = [(path.get("fill"), path.get("d")) for path in drawing]
    assert drawing.get("viewBox") == "0 0 3 2"
    assert found == [
        ("#a98", "M0 0h3v3H0"),
        ("#cb8", "M1 0h3v3H1"),
        ("#edc", "M2 0h3v3H2"),
        ("#543", "M0 1h3v3H0"),
        ("#765", "M1 1h3v3H1"),
        ("#876", "M2 1h3v3H2"),
    ]


def test_placeholder_says_nothing_to_readers_aloud():
    """It is an ornament, and cannot be reached by keys."""
    drawing = ElementTree.fromstring(placeholder_svg(CELLS))
    assert (drawing.get("aria-hidden"), drawing.get("focusable")) == ("true", "false")


def test_placeholder_keeps_to_the_security_policy():
    """No style, no script, no address, no identifier."""
    markup = placeholder_svg(CELLS)
    for word in ("style", "script", "url(", "href", " id=", "data:", "http"):
        assert word not in markup


@pytest.mark.parametrize(
    ("size", "grid"),
    [
        ((4000, 3000), (3, 2)),
        ((3000, 4000), (2, 3)),
        ((1000, 1000), (2, 2)),
        ((1100, 1000), (2, 2)),
        ((12_000, 40), (3, 2)),
        ((1, 1), (2, 2)),
    ],
)
def test_grid_suits_the_ratio(size, grid):
    """There are more cells along the longer side."""
    assert grid_of(*size) == grid


def test_hundred_placeholders_cost_little():
    """On a compressed page each takes less than the text of a ThumbHash in base64, 32 bytes."""
    chance = random.Random(4)
    markup = "".join(
        placeholder_svg("/".join(f"{chance.randrange(16**9):09x}" for _ in range(2)))
        for _ in range(100)
    )
    assert len(gzip.compress(markup.encode())) < 100 * 32
