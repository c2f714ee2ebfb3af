"""Finds words by their sound: 堵博, 赌bo and dubo for 赌博.

A text becomes a row of syllables without tones, one sign each; what is no syllable of a listed word
becomes a sign that matches nothing. A character with several readings counts with its usual one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from comments_service.screening.folding import KEPT_CHARACTERS, Folded, is_han

NOTHING = " "
FIRST_SIGN = 0x100
LONGEST_SYLLABLE = 6
"""zhuang"""

Piece = tuple[str, int, int]
"""A sign, and which folded characters it stands for: the first, and the one behind the last."""


@dataclass(frozen=True, slots=True)
class Syllables:
    """The signs of the syllables that listed words have."""

    signs: dict[str, str] = field(default_factory=dict)

    def spellings(self, word: str) -> set[str]:
        """Give a listed word in signs: as its characters are usually read, and as the whole word
        is; none for a word that is not all Han, or a single character.
        """
        if len(word) < 2 or not all(map(is_han, word)):
            return set()
        readings = [list(map(reading, word)), _read(word)]
        return {
            "".join(map(self._sign, syllables))
            for syllables in readings
            if len(syllables) == len(word) and all(map(_is_latin, syllables))
        }

    def pieces(self, folded: Folded) -> list[Piece]:
        """Give the syllables of a text, with what stands for them."""
        found: list[Piece] = []
        text, place = folded.text, 0
        while place < len(text):
            end = _end_of_letters(folded, place)
            if end > place:
                found += self._spelled(text, place, end)
            else:
                end = place + 1
                found.append((self.signs.get(reading(text[place]), NOTHING), place, end))
            place = end
        return found

    def _sign(self, syllable: str) -> str:
        return self.signs.setdefault(syllable, chr(FIRST_SIGN + len(self.signs)))

    def _spelled(self, text: str, start: int, end: int) -> Iterable[Piece]:
        """Cut letters into syllables, the longest first; all of them, or they say nothing."""
        pieces: list[Piece] = []
        place = start
        while place < end:
            longest = min(end, place + LONGEST_SYLLABLE)
            until = next(_first(self.signs.__contains__, text, place, longest), None)
            if until is None:
                return [(NOTHING, start, end)]
            pieces.append((self.signs[text[place:until]], place, until))
            place = until
        return pieces


@lru_cache(maxsize=KEPT_CHARACTERS)
def reading(char: str) -> str:
    """Give how a Han character is usually read, without tone; empty for everything else."""
    if not is_han(char):
        return ""
    (syllable,) = _read(char)
    return syllable if _is_latin(syllable) else ""


def _first(is_known: Callable[[str], bool], text: str, start: int, longest: int) -> Iterator[int]:
    return (end for end in range(longest, start, -1) if is_known(text[start:end]))


def _end_of_letters(folded: Folded, start: int) -> int:
    """Give where the letters end that begin at *start* and stand together."""
    end, text = start, folded.text
    while end < len(text) and _is_latin(text[end]) and (end == start or not folded.is_apart[end]):
        end += 1
    return end


def _read(words: str) -> list[str]:
    """Give the syllables of Han characters; what is none comes back as it is."""
    # Here and not above: its tables take 57 MB, and most boards do not ask for sounds.
    from pypinyin import Style, lazy_pinyin

    return lazy_pinyin(words, style=Style.NORMAL)


def _is_latin(text: str) -> bool:
    return text.isascii() and text.isalpha()
