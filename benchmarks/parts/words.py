"""How long does it take to look for 10,000 listed words in a message?"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from itertools import islice

from benchmarks.parts.desk_texts import characters, messages
from comments_service.models import Strength
from comments_service.screening.folding import Folded, fold, folded_character
from comments_service.screening.matching import WordLists

WORDS = 10_000
MESSAGES = 1_000
LENGTHS = (100, 200, 350, 500)
"""Characters of the messages, in turn."""
TIMES = 5


def measure() -> float:
    """Give the microseconds of CPU that one message takes: folding and looking for all words.

    The best of :data:`TIMES` rounds over :data:`MESSAGES` messages, none of which is kept folded.
    """
    lists = WordLists.make((word, Strength.HOLD) for word in listed_words(WORDS))
    texts = list(islice(long_messages(), MESSAGES))
    return min(_round(lists, texts) for _ in range(TIMES)) / len(texts)


def listed_words(count: int) -> list[str]:
    """Make words of two to six characters, each once."""
    chance = random.Random(3)  # noqa: S311 -- not a secret
    known, words = characters(), dict[str, None]()
    while len(words) < count:
        words["".join(chance.choices(known, k=chance.randint(2, 6)))] = None
    return list(words)


def long_messages() -> Iterator[str]:
    """Yield messages of :data:`LENGTHS` characters that look like people's."""
    stream = messages(5)
    while True:
        for length in LENGTHS:
            text = ""
            while len(text) < length:
                text += next(stream)
            yield text[:length]


def hostile_messages() -> dict[str, str]:
    """Give texts of 10 kB that are dear to fold."""
    rare = "".join(map(chr, range(0x20000, 0x20000 + 2_500)))
    return {
        "characters never seen": rare,
        "one letter": "a" * 10_000,
        "ends of sentences": "赌！" * 1_666,
        "marks": "a" + "\u0301" * 4_999,
        "expanding": "\ufdfa" * 3_333,
    }


def fold_afresh(text: str) -> Folded:
    """Fold *text* as if it came for the first time."""
    return fold.__wrapped__(text)


def seconds_to_fold(text: str) -> float:
    """Give the CPU time of folding *text* when none of its characters was met before."""
    folded_character.cache_clear()
    before = time.process_time()
    fold_afresh(text)
    return time.process_time() - before


def _round(lists: WordLists, texts: list[str]) -> float:
    before = time.process_time()
    for text in texts:
        lists.find(fold_afresh(text))
    return (time.process_time() - before) * 1e6
