"""The word lists in each process."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from comments_service.models import LastTime, ListedWord, Strength
from comments_service.screening import fold, load_word_lists, touch_word_lists

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def add(database, *words, now=NOW):
    """List *words*, and say that the lists changed."""
    with database.writing() as session:
        session.add_all(
            ListedWord(word=word, strength=Strength.HOLD, added_at=now) for word in words
        )
        touch_word_lists(session, now)


def load(database, *, by_sound=False):
    """Load the lists as a process does."""
    with database.reading() as session:
        return load_word_lists(session, by_sound)


def test_lists_are_read_once(database):
    """While nothing changes, a process keeps the lists that it made; both kinds side by side."""
    assert load(database).find(fold("赌博")) == []
    add(database, "赌博")
    lists = load(database)
    assert [hit.word for hit in lists.find(fold("赌博"))] == ["赌博"]
    assert load(database) is lists
    by_sound = load(database, by_sound=True)
    assert by_sound.find(fold("读博"))
    assert load(database) is lists
    assert load(database, by_sound=True) is by_sound


def test_changes_are_seen(database):
    """Every change is seen, also several at the same moment, or with a clock that went back."""
    for word, now in (("赌博", NOW), ("代开", NOW), ("发票", NOW - timedelta(days=1))):
        add(database, word, now=now)
        assert load(database).find(fold(word))
    with database.reading() as session:
        assert session.get_one(LastTime, "words").at == NOW + timedelta(microseconds=2)


def test_change_that_failed_is_none(database):
    """A change that was undone does not count."""

    lists = load(database)
    with pytest.raises(ZeroDivisionError), database.writing() as session:  # noqa: PT012
        session.add(ListedWord(word="赌博", strength=Strength.HOLD, added_at=NOW))
        touch_word_lists(session, NOW)
        raise ZeroDivisionError
    assert load(database) is lists
