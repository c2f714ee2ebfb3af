"""Every skin can be read: its colours differ enough from what they stand on, in light and dark."""

from __future__ import annotations

import re

import pytest

from plugins.assets.bundles import known_skins
from plugins.starting.campaign import skins_in
from tests.site.browserless import ROOT

STATIC = ROOT / "theme" / "static"
SKINS = STATIC / "css" / "skins"
DECLARED = re.compile(r"(--color-[a-z0-9-]+): ([^;]+);")
TEXT = 4.5
"""WCAG 2.2, 1.4.3: text on its ground."""
PAIRS = [
    *((ink, ground) for ink in ("link", "red-deep") for ground in ("paper", "surface", "sunken")),
    *((ink, "red-wash") for ink in ("ink", "ink-2", "link", "red-deep")),
    ("on-red", "red"),
]
"""Tokens of text, and of what it stands on."""


def tokens(css, which):
    """Give the colours that a sheet sets: for engines that know one look, or for either of two."""
    plain, _, chosen = css.partition("@supports")
    found = dict(DECLARED.findall(plain))
    for name, value in DECLARED.findall(chosen) if which else ():
        colours = re.findall("#[0-9a-f]+", value)
        found[name] = colours[min(which - 1, len(colours) - 1)]
    return found


def luminance(colour):
    """Give the relative luminance of a colour (WCAG 2.2)."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = (int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4))
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """Give the contrast of two colours (WCAG 2.2), 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("skin", ["", *known_skins(STATIC)])
@pytest.mark.parametrize("which", [0, 1, 2], ids=["old engines", "light", "dark"])
def test_text_can_be_read(skin, which):
    """Links, buttons and notices have the contrast that WCAG asks of text."""
    colours = tokens((STATIC / "css" / "20-tokens.css").read_text("utf-8"), which)
    if skin:
        colours |= tokens((SKINS / f"{skin}.css").read_text("utf-8"), which)
    found = {
        (ink, ground): round(contrast(colours[f"--color-{ink}"], colours[f"--color-{ground}"]), 2)
        for ink, ground in PAIRS
    }
    assert {pair: ratio for pair, ratio in found.items() if ratio < TEXT} == {}


def test_contrast_is_what_the_standard_computes():
    """Black on white is 21, and grey on white as the standard's examples have it."""
    assert round(contrast("#000", "#fff"), 2) == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


def test_skins_set_the_same_tokens_and_have_a_name():
    """A skin changes what each other one changes, for all engines; editors choose by its name."""
    sheets = [(SKINS / f"{name}.css").read_text("utf-8") for name in known_skins(STATIC)]
    assert {frozenset(tokens(sheet, which)) for sheet in sheets for which in (0, 1, 2)} == {
        frozenset(f"--color-{name}" for name in ("red", "link", "red-deep", "red-wash"))
    }
    assert skins_in(SKINS) == {"forest": "林", "plum": "梅", "sea": "海"}
