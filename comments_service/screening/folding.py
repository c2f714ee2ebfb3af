"""Folds a text, so that what reads the same is the same: width, traditional characters, case,
accents, look-alikes, and all that can be strewn in between; and remembers where everything stood.

What separates is of two kinds. Ends of sentences and of lines (:data:`ENDS`) keep words apart: in
「我赌。博物馆见」 nobody gambles. All other punctuation, symbols and white space are dropped,
for they are what 赌.博 and 赌 博 are disguised with; that they stood there is remembered, because
Latin words need them as their borders. Where single characters stand alone on both sides
(赌！博！), an end of a sentence is a disguise too.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from opencc import OpenCC

from comments_service.screening.look_alikes import like_latin

BREAK = "\n"
"""Stands in a folded text where a sentence or a line ended."""
GAP = " "
"""What :func:`folded_character` gives for what separates less."""
ENDS = frozenset("。｡！？!?;；\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
FILLERS = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and symbols that show nothing, by their names."""
DIGEST_LENGTH = 32
MOST_PARTS = 6
"""Characters that one may become; an Arabic one would become eighteen."""
KEPT_CHARACTERS = 1 << 16
KEPT_TEXTS = 32
"""Folded texts that are kept, since every rule folds the same one."""

_TO_SIMPLIFIED = OpenCC("t2s")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text, and where each of its characters comes from."""

    text: str
    places: tuple[int, ...]
    """The place of each folded character in the text as typed; never falling."""
    is_apart: bytes
    """1 where something that separates stood before the character."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give where the folded characters from *start* up to *end* stood in the text as typed."""
        return self.places[start], self.places[end - 1] + 1

    @property
    def bare(self) -> str:
        """The folded text without the ends of its sentences."""
        return self.text.replace(BREAK, "")


@lru_cache(maxsize=KEPT_TEXTS)
def fold(text: str) -> Folded:
    """Fold *text*; never raises, in a time that grows as the text does."""
    kept: list[str] = []
    places: list[int] = []
    apart = bytearray()
    is_apart = is_ended = False
    for place, char in enumerate(text):
        for part in folded_character(char):
            if part in (GAP, BREAK):
                is_apart = True
                is_ended |= part == BREAK
                continue
            if is_ended and kept:
                kept.append(BREAK)
                places.append(place)
                apart.append(1)
            kept.append(part)
            places.append(place)
            apart.append(is_apart)
            is_apart = is_ended = False
    return _without_lone_breaks(Folded("".join(kept), tuple(places), bytes(apart)))


def text_digest(text: str) -> str:
    """Give the digest by which the same words are found again; empty for a text of nothing.

    A text of symbols only, which folds to nothing, counts as it stands.
    """
    words = fold(text).bare or "".join(text.split())
    if not words:
        return ""
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:DIGEST_LENGTH]


@lru_cache(maxsize=KEPT_CHARACTERS)
def folded_character(char: str) -> str:
    """Give what *char* becomes: nothing if it cannot be seen, GAP or BREAK if it separates."""
    if char in ENDS:
        return BREAK
    if char in FILLERS:
        return ""
    parts = unicodedata.normalize("NFKD", _enclosed(char)).casefold()
    if not parts.isascii():
        parts = unicodedata.normalize("NFKD", parts)
    return unicodedata.normalize("NFC", "".join(map(_folded_part, parts[:MOST_PARTS])))


def is_han(char: str) -> bool:
    """Say whether *char* is a Han character; those that this Python does not know yet are too."""
    return (
        "\u4e00" <= char <= "\u9fff"
        or "\u3400" <= char <= "\u4dbf"
        or "\U00020000" <= char <= "\U0003fffd"
        or "\uf900" <= char <= "\ufaff"
        or char in "々〇"
    )


def _folded_part(char: str) -> str:
    if is_han(char):
        return str(_TO_SIMPLIFIED.convert(char))
    category = unicodedata.category(char)
    if char in ENDS:
        return BREAK
    if char in FILLERS or category in {"Mn", "Me", "Cf", "Cs"} or char == "\0":
        return ""
    if category[0] == "N":
        return _digits(char)
    return like_latin(char) if category[0] in "LM" else GAP


def _digits(char: str) -> str:
    """Write a digit of any script, or one in a circle, as ours."""
    value = unicodedata.numeric(char, -1.0)
    return str(int(value)) if value >= 0 and value == int(value) else char


def _enclosed(char: str) -> str:
    """Give the letter of a white one on black, which Unicode does not decompose."""
    for first in ("\U0001f150", "\U0001f170"):
        if 0 <= ord(char) - ord(first) < 26:
            return chr(ord("a") + ord(char) - ord(first))
    return char


def _without_lone_breaks(folded: Folded) -> Folded:
    """Drop the breaks that have a single character on both sides."""
    if BREAK not in folded.text:
        return folded
    dropped: set[int] = set()
    place = -1
    for before, after in pairwise(folded.text.split(BREAK)):
        place += len(before) + 1
        if len(before) == len(after) == 1:
            dropped.add(place)
    if not dropped:
        return folded
    kept = [place for place in range(len(folded.text)) if place not in dropped]
    return Folded(
        "".join(folded.text[place] for place in kept),
        tuple(folded.places[place] for place in kept),
        bytes(folded.is_apart[place] for place in kept),
    )
