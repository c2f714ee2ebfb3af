"""The word lists: what screening looks for, and in which strength."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from comments_service.errors import NotAllowed, NotFound
from comments_service.grams import fold_case
from comments_service.models import ListedWord, Strength
from comments_service.screening import fold, touch_word_lists
from comments_service.screening.folding import BREAK, folded_character

MOST_CHARACTERS = 100
LEAST_FOLDED = 2
"""A single character stands in too many innocent words to hold a message."""
MOST_SHOWN = 500
"""Words of one list on a page."""
COMMENT = "#"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of a file of words."""

    added: int = 0
    changed: int = 0
    """Words that were listed before, in another strength."""
    known: int = 0
    skipped: tuple[tuple[int, NotAllowed], ...] = ()
    """Number of each line that holds no word that can be listed, and what is wrong with it."""


def check_word(text: str, strength: Strength) -> str:
    """Give the word as it is listed; raises NotAllowed with a sentence that says what is wrong."""
    word = " ".join(_without_formats(text).split())
    if not word or len(word) > MOST_CHARACTERS:
        raise NotAllowed("每个词要有1到%(most)s个字。", most=MOST_CHARACTERS)
    if not _is_storable(word):
        raise NotAllowed("“%(word)s”里有无法识别的字符，请删去。", word=_printable(word))
    folded = fold(word).text
    if not folded:
        raise NotAllowed("“%(word)s”里没有字母、汉字或数字，找不到。", word=word)
    if _has_end_within(word):
        raise NotAllowed("“%(word)s”中间有句号、问号、叹号或分号，请拆成几个词。", word=word)
    if len(folded) < LEAST_FOLDED and strength is not Strength.MARK:
        raise NotAllowed("“%(word)s”只有一个字，只能放在“标记”里，不然会误伤很多留言。", word=word)
    return word


def add_words(session: Session, words: Iterable[str], strength: Strength, now: datetime) -> int:
    """List all of *words* in *strength*, or none; give how many are new or changed.

    A word that is listed already moves to *strength*. Raises NotAllowed for the first wrong one.
    """
    checked = [check_word(word, strength) for word in words if word.strip()]
    if not checked:
        raise NotAllowed("请写下要加入的词，每行一个。")
    counts = _list(session, checked, strength, now)
    return counts.added + counts.changed


def add_word(session: Session, word: str, strength: Strength, now: datetime) -> None:
    """List *word* in *strength*, also when it was listed in another; raises NotAllowed."""
    add_words(session, [word], strength, now)


def remove_word(session: Session, word: str, now: datetime) -> None:
    """Take *word* off its list; raises NotFound when it stands on none."""
    listed = session.get(ListedWord, word) if _is_storable(word) else None
    if listed is None:
        raise NotFound("“%(word)s”不在词表里，可能已经被移除。", word=_printable(word))
    session.delete(listed)
    touch_word_lists(session, now)


def import_words(
    session: Session, lines: Iterable[str], strength: Strength, now: datetime
) -> Imported:
    """List the words of *lines*, one a line; blank lines and those that begin with # are passed
    over, and what cannot be listed is told with its line.
    """
    words: list[str] = []
    skipped: list[tuple[int, NotAllowed]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith(COMMENT):
            continue
        try:
            words.append(check_word(line, strength))
        except NotAllowed as error:
            skipped.append((number, error))
    counts = _list(session, words, strength, now)
    return Imported(
        added=counts.added, changed=counts.changed, known=counts.known, skipped=tuple(skipped)
    )


def counts(session: Session) -> dict[Strength, int]:
    """Count the words of each list."""
    query = select(ListedWord.strength, func.count()).group_by(ListedWord.strength)
    found = {row[0]: row[1] for row in session.execute(query)}
    return {strength: found.get(strength, 0) for strength in Strength}


def list_words(session: Session, strength: Strength, holding: str = "") -> list[str]:
    """Give the words of a list that hold *holding*, in order: :data:`MOST_SHOWN` of them, and one
    more where there are more.
    """
    query = select(ListedWord.word).where(ListedWord.strength == strength)
    if holding:
        part = fold_case(holding)
        query = query.where(func.lower(ListedWord.word).contains(part, autoescape=True))
    return list(session.scalars(query.order_by(ListedWord.word).limit(MOST_SHOWN + 1)))


def _list(session: Session, words: list[str], strength: Strength, now: datetime) -> Imported:
    """List words that were checked; each counts once."""
    wanted = dict.fromkeys(words)
    listed = dict(_listed(session, wanted))
    new = [word for word in wanted if word not in listed]
    session.add_all(ListedWord(word=word, strength=strength, added_at=now) for word in new)
    moved = [word for word in listed.values() if word.strength is not strength]
    for word in moved:
        word.strength = strength
    if new or moved:
        touch_word_lists(session, now)
    session.flush()
    return Imported(added=len(new), changed=len(moved), known=len(listed) - len(moved))


def _listed(session: Session, words: Iterable[str]) -> Iterator[tuple[str, ListedWord]]:
    """Give those of *words* that are listed, some at a time: databases take no endless lists."""
    left = list(words)
    for start in range(0, len(left), MOST_SHOWN):
        some = left[start : start + MOST_SHOWN]
        for row in session.scalars(select(ListedWord).where(ListedWord.word.in_(some))):
            yield row.word, row


def _has_end_within(word: str) -> bool:
    ends = "".join(map(folded_character, word)).strip()
    return BREAK in ends


def _without_formats(text: str) -> str:
    """Drop what cannot be seen: nobody could tell such a word from another."""
    return "".join(char for char in text if unicodedata.category(char) != "Cf")


def _is_storable(word: str) -> bool:
    return not any(unicodedata.category(char) in {"Cc", "Cs"} for char in word)


def _printable(word: str) -> str:
    return "".join(char if _is_storable(char) else "�" for char in word)[:MOST_CHARACTERS]
