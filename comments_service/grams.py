"""Cuts text into single characters and pairs, by which Chinese words of any length are found.

SQLite's FTS5 gets them as words of a contentless table, since its trigram tokenizer finds nothing
under three characters; PostgreSQL has a function of the same name for a GIN index. Letters A to Z
count as small ones, as LIKE takes them.
"""

from __future__ import annotations

from itertools import pairwise

_SMALL = {capital: capital + 32 for capital in range(ord("A"), ord("Z") + 1)}


def fold_case(text: str) -> str:
    """Make A to Z small, and nothing else."""
    return text.translate(_SMALL)


def least_grams(text: str) -> set[str]:
    """Give the grams that a search for *text* needs: its pairs, or its only character."""
    folded = fold_case(text)
    return set(map("".join, pairwise(folded))) or set(folded)


def as_word(gram: str) -> str:
    """Write a gram as a word of letters and digits, which every tokenizer keeps whole."""
    return "x".join(map(_as_letters, gram))


def searchable(author: str, text: str, edited_text: str | None) -> str:
    """Give the words under which FTS5 finds a comment: all its grams, once."""
    words: dict[str, None] = {}
    for part in (author, text, edited_text or ""):
        letters = list(map(_as_letters, fold_case(part)))
        words |= dict.fromkeys(letters)
        words |= dict.fromkeys(map("x".join, pairwise(letters)))
    return " ".join(words)


def _as_letters(char: str) -> str:
    return f"{ord(char):x}"
