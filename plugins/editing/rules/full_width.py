"""Full-width letters and digits: in horizontal text, Western letters and European digits are set
proportional (CLREQ, on mixed text).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from plugins.editing.rules.rule import Mark, Prose

LETTERS = re.compile("[０-９Ａ-Ｚａ-ｚ]+(?:[．][０-９]+)*")


def full_width(prose: Prose) -> Iterator[Mark]:
    """Find full-width letters and digits."""
    for found in LETTERS.finditer(prose.shown):
        plain = unicodedata.normalize("NFKC", found[0])
        what = f"“{found[0]}”是全角的"
        mend = f"写成半角的 {plain}"
        yield Mark(*found.span(), what, mend, plain if _is_certain(prose.text, found) else None)


def _is_certain(text: str, found: re.Match[str]) -> bool:
    """Tell whether nothing but the letters would change: at the beginning of a line, ``１.`` would
    become an item of a list.
    """
    before = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
    makes_item = not before.strip(" \t>*+-.0123456789") and text[found.end() : found.end() + 1] in (
        ".",
        ")",
    )
    return not makes_item and not re.search(r"[<&#/\\]$", before)
