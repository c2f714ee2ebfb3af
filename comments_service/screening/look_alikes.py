"""Letters of other scripts that look like ours (Unicode's table of confusable characters)."""

from __future__ import annotations

import json
from importlib.resources import files


def _read_table() -> dict[str, str]:
    """Take the letters of the published table; a digit is no letter's double here."""
    table: dict[str, str] = {}
    published = files("confusable_homoglyphs") / "confusables.json"  # its module keeps all of it
    for char, doubles in json.loads(published.read_text("utf-8")).items():
        if len(char) != 1 or char.isascii() or not char.isalpha():
            continue
        latin = (double["c"] for double in doubles)
        found = next((text for text in latin if text.isascii() and text.isalpha()), "")
        if found:
            table[char] = found.casefold()
    return table


_TABLE = _read_table()
"""Read at once: what is read for it and dropped is used again for what a process loads next."""


def like_latin(char: str) -> str:
    """Give the small ASCII letters that a letter of another script looks like; else *char*."""
    return _TABLE.get(char, char)
