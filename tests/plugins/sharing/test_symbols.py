"""Symbols of QR codes."""

from __future__ import annotations

import random

import pytest
import segno

from plugins.sharing.symbols import symbol

SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789-/%"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("7", id="one digit"),
        pytest.param("0123456789" * 20, id="digits"),
        pytest.param("HTTPS://EXAMPLE.ORG/A-B", id="capitals"),
        pytest.param("https://例子.中国/志愿者/?a=1&b=<2>", id="Chinese and marks"),
        pytest.param("https://example.org/" + "a" * 1200, id="very long"),
    ],
)
def test_symbol_is_that_of_segno(text):
    """The symbol is module by module what segno makes by itself, mask included."""
    assert symbol(text) == made_by_segno(text)


def test_symbols_of_addresses_are_those_of_segno():
    """The same for addresses of every length that a page of the site may have."""
    some = random.Random(1)
    for length in range(1, 250):
        text = "https://e.org/" + "".join(some.choices(SIGNS, k=length))
        assert symbol(text) == made_by_segno(text), text


def made_by_segno(text):
    """Let segno choose the mask."""
    rows = segno.make(text, error="m", micro=False).matrix
    return ["".join(map(str, row)) for row in rows]
