"""Finds listed words in folded texts, all of them in one pass however many there are."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ahocorasick import Automaton

from comments_service.models import Strength
from comments_service.screening.folding import Folded, fold
from comments_service.screening.sounds import Syllables

Listed = tuple[str, Strength]

SOUNDS_LIKE = {Strength.REFUSE: Strength.HOLD}
"""A sound alone puts nothing aside: other words sound the same."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A listed word, and where it stands in the folded text."""

    word: str
    strength: Strength
    start: int
    end: int
    is_by_sound: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class WordLists:
    """The listed words, ready to be looked for."""

    by_spelling: Automaton | None = None
    by_sound: Automaton | None = None
    syllables: Syllables = field(default_factory=Syllables)

    @classmethod
    def make(cls, words: Iterable[Listed], *, by_sound: bool = False) -> WordLists:
        """Prepare *words*; a word that folds to nothing is left out."""
        spelled: dict[str, list[Listed]] = {}
        sounding: dict[str, list[Listed]] = {}
        syllables = Syllables()
        for word, strength in words:
            folded = fold.__wrapped__(word).text
            spelled.setdefault(folded, []).append((word, strength))
            for spelling in syllables.spellings(folded) if by_sound else ():
                like = SOUNDS_LIKE.get(strength, strength)
                sounding.setdefault(spelling, []).append((word, like))
        return cls(_automaton(spelled), _automaton(sounding), syllables)

    def find(self, folded: Folded) -> list[Hit]:
        """Give every listed word of the text; by sound only what is not spelled out."""
        hits = list(self._spelled(folded))
        seen = {(hit.word, hit.start, hit.end) for hit in hits}
        sounding = (hit for hit in self._sounding(folded))
        return hits + [hit for hit in sounding if (hit.word, hit.start, hit.end) not in seen]

    def _spelled(self, folded: Folded) -> Iterator[Hit]:
        if self.by_spelling is None:
            return
        for last, (length, words) in self.by_spelling.iter(folded.text):
            start, end = last + 1 - length, last + 1
            if _is_border(folded, start) and _is_border(folded, end):
                yield from (Hit(word, strength, start, end) for word, strength in words)

    def _sounding(self, folded: Folded) -> Iterator[Hit]:
        if self.by_sound is None:
            return
        pieces = self.syllables.pieces(folded)
        for last, (length, words) in self.by_sound.iter("".join(sign for sign, _, _ in pieces)):
            start, end = pieces[last + 1 - length][1], pieces[last][2]
            yield from (Hit(word, strength, start, end, True) for word, strength in words)


def _automaton(words: dict[str, list[Listed]]) -> Automaton | None:
    automaton = Automaton()
    for key, listed in words.items():
        if key:
            automaton.add_word(key, (len(key), tuple(listed)))
    if not len(automaton):
        return None
    automaton.make_automaton()
    return automaton


def _is_border(folded: Folded, place: int) -> bool:
    """Say whether a word may begin or end at *place*: never within letters or within a number.

    Scripts that write without blanks, Han above all, have a border at every place.
    """
    if place in (0, len(folded.text)) or folded.is_apart[place]:
        return True
    before, after = folded.text[place - 1], folded.text[place]
    kind = _kind(before)
    return not kind or kind != _kind(after)


def _kind(char: str) -> str:
    """Give ``letter`` for letters that have capitals, ``digit`` for digits, else nothing."""
    if char.isascii():
        return "letter" if char.isalpha() else "digit" if char.isdigit() else ""
    return "letter" if unicodedata.category(char) == "Ll" else ""
