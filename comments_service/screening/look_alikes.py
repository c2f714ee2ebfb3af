"""Letters of other scripts that look like ours (Unicode's table of confusable characters)."""

from __future__ import annotations

from functools import cache

from confusable_homoglyphs.confusables import confusables_data


def like_latin(char: str) -> str:
    """Give the small ASCII letters that a letter of another script looks like; else *char*."""
    return _table().get(char, char)


@cache
def _table() -> dict[str, str]:
    """Take the letters of the published table; a digit is no letter's double here."""
    table: dict[str, str] = {}
    for char, doubles in confusables_data.items():
        if len(char) != 1 or char.isascii() or not char.isalpha():
            continue
        latin = (double["c"] for double in doubles)
        found = next((text for text in latin if text.isascii() and text.isalpha()), "")
        if found:
            table[char] = found.casefold()
    return table
