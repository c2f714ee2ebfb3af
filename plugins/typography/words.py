"""Cuts Chinese text into words; proper names that the dictionary lacks can be given."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise


def segment(text: str, whole: Iterable[str] = ()) -> list[str]:
    """Cut *text* into words that together are *text* again.

    Each of *whole* stays one word wherever it stands, the longest first, unless that would cut a
    word of the dictionary in two: 深圳人 is whole in 深圳人爱读书 but not in 深圳人民.
    """
    import rjieba  # its dictionary is large: for those who cut words

    words: list[str] = rjieba.cut(text)
    names = tuple(sorted({name for name in whole if name and name in text}))
    return _with_names(text, words, names) if names else words


def load() -> None:
    """Load the dictionary, which takes 50 MB."""
    import rjieba

    rjieba.cut("")


def tags(text: str) -> list[str]:
    """Give the part of speech of each word of *text*, as the segmenter names them."""
    import rjieba

    return [tag for _, tag in rjieba.tag(text)]


def _with_names(text: str, words: list[str], names: tuple[str, ...]) -> list[str]:
    import rjieba

    around: dict[int, str] = {}
    """For each place in *text* at which no word begins, the word around it."""
    starts, place = {0, len(text)}, 0
    for word in words:
        starts.add(place)
        around.update(dict.fromkeys(range(place + 1, place + len(word)), word))
        place += len(word)
    for found in _any_of(names).finditer(text):
        if any(rjieba.has_word(around.get(edge, "")) for edge in found.span()):
            continue
        starts -= set(range(found.start() + 1, found.end()))
        starts |= set(found.span())
    places = sorted(starts)
    return [text[start:end] for start, end in pairwise(places)]


@lru_cache(maxsize=256)
def _any_of(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))
