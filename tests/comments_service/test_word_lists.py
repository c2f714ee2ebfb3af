"""The word lists: what may stand on them, and how they change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from comments_service import word_lists
from comments_service.errors import NotAllowed, NotFound
from comments_service.models import ListedWord, Strength
from comments_service.screening import fold, load_word_lists

NOW = datetime(2026, 3, 1, tzinfo=UTC)
REFUSE, HOLD, MARK = Strength.REFUSE, Strength.HOLD, Strength.MARK


def listed(database):
    """Give all listed words with their strength."""
    with database.reading() as session:
        rows = session.scalars(select(ListedWord).order_by(ListedWord.word))
        return {row.word: row.strength for row in rows}


def add(database, *words, strength=HOLD, now=NOW):
    """List *words*, and give how many are new or changed."""
    with database.writing() as session:
        return word_lists.add_words(session, words, strength, now)


@pytest.mark.parametrize(
    ("text", "strength", "word"),
    [
        pytest.param("赌博", REFUSE, "赌博", id="plain"),
        pytest.param("  du \t bo　x ", HOLD, "du bo x", id="white space"),
        pytest.param("赌\u200b博", HOLD, "赌博", id="zero width"),
        pytest.param("賭博", HOLD, "賭博", id="as typed"),
        pytest.param("滚！", MARK, "滚！", id="one character may be marked"),
        pytest.param("vx", REFUSE, "vx", id="two letters"),
        pytest.param("好" * 100, HOLD, "好" * 100, id="the longest"),
    ],
)
def test_words_that_can_be_listed(text, strength, word):
    """A word is listed as it was typed, without what cannot be seen."""
    assert word_lists.check_word(text, strength) == word


@pytest.mark.parametrize(
    ("text", "strength", "sentence"),
    [
        pytest.param("", HOLD, "1到100个字", id="empty"),
        pytest.param(" \u200b ", MARK, "1到100个字", id="nothing to see"),
        pytest.param("好" * 101, HOLD, "1到100个字", id="too long"),
        pytest.param("赌\0博", HOLD, "赌�博", id="NUL"),
        pytest.param("赌\ud800博", HOLD, "赌�博", id="half a character"),
        pytest.param("……", MARK, "没有字母、汉字或数字", id="marks alone"),
        pytest.param("👍👍", MARK, "没有字母、汉字或数字", id="emoji alone"),
        pytest.param("赌", HOLD, "只有一个字", id="one character to hold"),
        pytest.param("赌.", REFUSE, "只有一个字", id="one character to refuse"),
        pytest.param("滚！滚", HOLD, "拆成几个词", id="the end of a sentence within"),
    ],
)
def test_words_that_cannot_be_listed(text, strength, sentence):
    """What could not be found, or would hit everything, is refused with a sentence."""
    with pytest.raises(NotAllowed, match=sentence):
        word_lists.check_word(text, strength)


def test_adding_moving_and_removing(database):
    """A word stands on one list; screening sees each change at once."""
    assert add(database, "赌博", " ", "代开", "赌博") == 2
    assert add(database, "赌博") == 0
    assert add(database, "赌博", strength=REFUSE) == 1
    assert listed(database) == {"赌博": REFUSE, "代开": HOLD}
    with database.writing() as session:
        word_lists.add_word(session, "发票", MARK, NOW)
    with database.reading() as session:
        hits = load_word_lists(session, False).find(fold("赌博，代开，发票"))
    assert [(hit.word, hit.strength) for hit in hits] == [
        ("赌博", REFUSE),
        ("代开", HOLD),
        ("发票", MARK),
    ]
    with database.writing() as session:
        word_lists.remove_word(session, "赌博", NOW)
    assert listed(database) == {"代开": HOLD, "发票": MARK}
    with database.reading() as session:
        assert load_word_lists(session, False).find(fold("赌博")) == []


def test_one_wrong_word_stops_all(database):
    """Of several words all are listed, or none."""
    with pytest.raises(NotAllowed, match="赌"):
        add(database, "代开", "赌")
    with pytest.raises(NotAllowed, match="每行一个"):
        add(database, " ", "")
    assert listed(database) == {}


@pytest.mark.parametrize("word", ["没有", "", "\0", "\ud800", "好" * 300])
def test_removing_what_is_not_there(database, word):
    """A word that stands on no list is told to be gone."""
    with database.writing() as session, pytest.raises(NotFound, match="不在词表里"):
        word_lists.remove_word(session, word, NOW)


def test_importing(database):
    """A file is taken word by word; what cannot be listed is told with its line."""
    add(database, "旧词", "赌博")
    add(database, "代开", strength=MARK)
    lines = ["# 来源", "赌博", "", "代开", "发票", "发票 ", "赌", "…", "  # 完"]
    with database.writing() as session:
        done = word_lists.import_words(session, lines, HOLD, NOW + timedelta(days=1))
    assert (done.added, done.changed, done.known) == (1, 1, 1)
    assert [number for number, _ in done.skipped] == [7, 8]
    assert "只有一个字" in str(done.skipped[0][1])
    assert listed(database) == dict.fromkeys(["旧词", "赌博", "代开", "发票"], HOLD)


def test_importing_ten_thousand(database):
    """A long list is taken in one go, and again without harm; the page shows a part of it."""
    words = [f"词{number:05}" for number in range(10_000)]
    for added, known in ((10_000, 0), (0, 10_000)):
        with database.writing() as session:
            done = word_lists.import_words(session, words, HOLD, NOW)
        assert (done.added, done.known) == (added, known)
    with database.reading() as session:
        assert word_lists.counts(session) == {REFUSE: 0, HOLD: 10_000, MARK: 0}
        shown = word_lists.list_words(session, HOLD)
        assert shown == words[: word_lists.MOST_SHOWN + 1]


@pytest.mark.parametrize(
    ("holding", "expected"),
    [
        ("", ["Du_Bo", "DUBO", "赌博"]),
        ("博", ["赌博"]),
        ("dub", ["DUBO"]),
        ("_", ["Du_Bo"]),
        ("%", []),
        ("\\", []),
    ],
)
def test_filtering(database, holding, expected):
    """A list can be narrowed to words that hold something, whatever it is."""
    add(database, "赌博", "DUBO", "Du_Bo")
    add(database, "博彩", strength=MARK)
    with database.reading() as session:
        assert sorted(word_lists.list_words(session, HOLD, holding)) == sorted(expected)
