"""A search finds what LIKE finds, with words of any length, on both databases."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import collate, insert, or_, select, update

from comments_service import search
from comments_service.grams import fold_case
from comments_service.models import Comment, State

NOW = datetime(2026, 3, 1, 4, 30, tzinfo=UTC)
ALPHABET = "志愿者谢%_\\'\"aAzZ éÉİKß\n😀👍🏽\u200d-*()1"
numbers = itertools.count()
texts = st.text(st.sampled_from(ALPHABET), min_size=1, max_size=12)
any_texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


def row(text, **changes):
    """Make the columns of a comment."""
    values = {
        "thread": "first",
        "author": "路人",
        "text": text,
        "address": "",
        "findings": [],
        "submitted_at": NOW,
        "receipt_hash": f"hash-{next(numbers)}",
        "state": State.PENDING,
        "version": 1,
    }
    return values | changes


def store(session, rows):
    """Store comments as they come."""
    session.execute(insert(Comment), rows)


def expected(session, words, *, before=None, most=50):
    """Look at every message, in Python."""
    folded = fold_case(words)
    query = select(Comment).order_by(Comment.id.desc())
    fields = {
        comment.id: (comment.author, comment.text, comment.edited_text or "")
        for comment in session.scalars(query)
        if before is None or comment.id < before
    }
    found = [each for each, texts in fields.items() if any(folded in fold_case(t) for t in texts)]
    return found[:most]


def by_like(session, words, most=50):
    """Look at every message, by the database's own case-insensitive LIKE."""
    pattern = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    fields = [Comment.author, Comment.text, Comment.edited_text]
    plain = fields if is_sqlite else [collate(field, "C") for field in fields]
    holds = [
        field.like(f"%{pattern}%", escape="\\")
        if is_sqlite
        else field.ilike(f"%{pattern}%", escape="\\")
        for field in plain
    ]
    query = select(Comment.id).where(or_(*holds)).order_by(Comment.id.desc()).limit(most)
    return list(session.scalars(query))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param("赌", ["赌博", "我不赌"], id="one character"),
        pytest.param("赌博", ["赌博"], id="two characters"),
        pytest.param("博赌", [], id="the other way round"),
        pytest.param("志愿者们", ["志愿者们好"], id="four characters"),
        pytest.param("愿者志", [], id="pairs that stand apart"),
        pytest.param("愿者和志愿", ["志愿者和志愿军"], id="pairs that come twice"),
        pytest.param("ABC", ["abc!", "xAbCx"], id="small and large letters"),
        pytest.param("é", ["café"], id="accented letter"),
        pytest.param("É", ["CAFÉ"], id="large accented letter"),
        pytest.param("100%", ["100%"], id="percent sign"),
        pytest.param("a_b", ["a_b"], id="underscore"),
        pytest.param("\\", ["c:\\x"], id="backslash"),
        pytest.param("\"'", ["\"'引号"], id="quotes"),
        pytest.param("👍🏽", ["👍🏽好"], id="emoji of two parts"),
        pytest.param("一\n二", ["一\n二"], id="line break"),
        pytest.param("路人", [], id="name is that of others"),
        pytest.param("", [], id="nothing"),
        pytest.param("\0", [], id="what no text can hold"),
        pytest.param("赌\ud800", [], id="half a character"),
        pytest.param("博" * 150, ["博" * 120], id="longer than is looked at"),
    ],
)
def test_words(database, words, found):
    """Each word finds its own messages, in their order, newest first."""
    texts = [
        "博" * 120, "一\n二", "👍🏽好", "👍好", "\"'引号", "c:\\x", "a_b", "axb", "100%", "1000",
        "CAFÉ", "café", "xAbCx", "abc!", "志愿者和志愿军", "愿者，者志", "志愿者们好", "我不赌",
        "赌博",
    ]  # fmt: skip
    with database.writing() as session:
        store(session, [row(text, author="网友") for text in texts])
    with database.reading() as session:
        shown = [Comment.text]
        rows = search.rows(session, search.find(session, words, most=50), shown)
        assert [each.text for each in rows] == found


@settings(max_examples=150)
@given(
    st.lists(st.tuples(texts, texts, st.none() | texts), min_size=1, max_size=8),
    st.data(),
)
def test_equals_like(database, stored, data):
    """Whatever is written and looked for, the search gives what looking at everything gives."""
    words = data.draw(texts | st.sampled_from(stored).flatmap(part_of))
    with database.reading() as session:
        store(session, [row(t, author=a, edited_text=e) for t, a, e in stored])
        found = search.find(session, words, most=50)
        assert found == expected(session, words)
        assert found == by_like(session, words)
        session.rollback()


@settings(max_examples=100)
@given(any_texts, any_texts)
@example("\u2028x\u0130", "\u0130")
@example("\U0010ffff\x01", "\x01")
def test_any_characters(database, text, words):
    """No character upsets the index, nor a search."""
    with database.reading() as session:
        store(session, [row(text, author="")])
        for each in (words, text[:100], text[len(text) // 2 :][:100]):
            assert search.find(session, each, most=50) == expected(session, each)
        session.rollback()


def test_pages(database):
    """The pages of a search hold every message once, in one order."""
    chance = random.Random(5)
    with database.writing() as session:
        store(session, [row("".join(chance.choices("甲乙丙丁", k=6))) for _ in range(400)])
    with database.reading() as session:
        for words in ("甲", "甲乙", "甲乙丙", "路人"):
            pages, before = [], None
            while page := search.find(session, words, before=before, most=30):
                pages += page
                before = page[-1]
            assert pages == expected(session, words, most=400)


def test_behind_the_newest(database, monkeypatch):
    """What is not among the newest is found by the index, and nothing twice."""
    monkeypatch.setattr(search, "NEWEST", 10)
    texts = ["谢谢志愿者", "别的", "谢谢"] * 20
    with database.writing() as session:
        store(session, [row(text) for text in texts])
    with database.reading() as session:
        for words in ("谢", "谢谢", "谢谢志愿者", "没有", "别的"):
            for most in (1, 3, 7, 30, 50):
                for before in (None, 55, 12, 3, 1):
                    found = search.find(session, words, before=before, most=most)
                    assert found == expected(session, words, before=before, most=most)


def test_index_follows(database):
    """An edit is found, what was taken away is not, and an erased message leaves nothing."""
    with database.writing() as session:
        store(session, [row("原来的话"), row("别的话")])
    with database.writing() as session:
        session.execute(update(Comment).where(Comment.id == 1).values(edited_text="改过的话"))
    with database.reading() as session:
        assert search.find(session, "原来", most=9) == [1]
        assert search.find(session, "改过", most=9) == [1]
    with database.writing() as session:
        blank = {"author": "", "text": "", "edited_text": None}
        session.execute(update(Comment).where(Comment.id == 1).values(**blank))
    with database.reading() as session:
        assert search.find(session, "原", most=9) == []
        assert search.find(session, "改过", most=9) == []
        assert search.find(session, "的话", most=9) == [2]


def part_of(row):
    """Draw a part of one of the texts of *row*."""
    return st.sampled_from([text for text in row if text]).flatmap(
        lambda text: st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(
            lambda span: text[min(span) : max(span)] or text
        )
    )


def test_order_is_by_number(database):
    """The newest number comes first, whatever its time says."""
    later = NOW + timedelta(days=1)
    with database.writing() as session:
        store(session, [row("同一句话", submitted_at=later), row("同一句话")])
    with database.reading() as session:
        assert search.find(session, "同一", most=9) == [2, 1]
