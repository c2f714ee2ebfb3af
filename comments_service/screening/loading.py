"""Keeps the word lists ready in each process, and makes them anew when they changed."""

from __future__ import annotations

from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from comments_service.models import LastTime, ListedWord
from comments_service.screening.matching import WordLists

VERSION = "words"
"""The name of the row that tells when the lists were changed last."""
TICK = timedelta(microseconds=1)

_Ready = dict[bool, tuple[datetime | None, WordLists]]
_ready: WeakKeyDictionary[Engine, _Ready] = WeakKeyDictionary()


def load_word_lists(session: Session, by_sound: bool) -> WordLists:
    """Give the word lists as they stand."""
    version = session.scalar(select(LastTime.at).where(LastTime.name == VERSION))
    return word_lists_of(session.connection(), by_sound, version)


def word_lists_of(connection: Connection, by_sound: bool, version: datetime | None) -> WordLists:
    """Give the word lists of *version*, the newest one; they are read only when it is new.

    The version was read before: words that came in between are read again, not missed.
    """
    ready = _ready.setdefault(connection.engine, {})
    if by_sound not in ready or ready[by_sound][0] != version:
        words = connection.execute(select(ListedWord.word, ListedWord.strength))
        lists = WordLists.make(((word, strength) for word, strength in words), by_sound=by_sound)
        ready[by_sound] = (version, lists)
    return ready[by_sound][1]


def touch_word_lists(session: Session, now: datetime) -> None:
    """Tell every process that the lists changed; no two changes have the same moment."""
    row = session.get(LastTime, VERSION, with_for_update=True)
    if row is None:
        try:
            with session.begin_nested():
                session.add(LastTime(name=VERSION, at=now))
            return
        except IntegrityError:  # another process made it first
            row = session.get_one(LastTime, VERSION, with_for_update=True)
    row.at = max(now, row.at + TICK)
