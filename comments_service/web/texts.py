"""Shows moderators where something stands in a text, and what an edit changed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

LONGEST_COMPARED = 4000
"""Characters of two texts that are compared one by one; longer ones are shown as a whole."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; *kind* is how it stands out, empty for what does not."""

    text: str
    kind: str = ""


def highlighted(text: str, findings: Iterable[dict[str, Any]]) -> list[Piece]:
    """Cut *text* where *findings* found something; their pieces have the kind of the verdict."""
    marks = [
        (start, end, finding["verdict"])
        for finding in findings
        for start, end in finding.get("spans", ())
        if 0 <= start < end <= len(text)
    ]
    edges = sorted({0, len(text), *(edge for start, end, _ in marks for edge in (start, end))})
    return [Piece(text[start:end], _kind(marks, start)) for start, end in pairwise(edges)]


def difference(before: str, after: str) -> list[Piece]:
    """Give what was taken out of *before* (``del``) and put into *after* (``ins``), in order."""
    if len(before) + len(after) > LONGEST_COMPARED:
        return [Piece(before, "del"), Piece(after, "ins")]
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    pieces: list[Piece] = []
    for kind, from_start, from_end, to_start, to_end in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(Piece(before[from_start:from_end]))
            continue
        pieces.append(Piece(before[from_start:from_end], "del"))
        pieces.append(Piece(after[to_start:to_end], "ins"))
    return [piece for piece in pieces if piece.text]


def _kind(marks: Sequence[tuple[int, int, str]], place: int) -> str:
    """Give the gravest verdict on the character at *place*."""
    kinds = {verdict for start, end, verdict in marks if start <= place < end}
    return next((kind for kind in ("spam", "hold", "mark") if kind in kinds), "")
