"""Folding: what reads the same becomes the same, and every character knows where it stood."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from benchmarks.parts.words import hostile_messages, seconds_to_fold
from comments_service.screening.folding import BREAK, MOST_PARTS, fold, is_han, text_digest

ANYTHING = st.text(st.characters(), max_size=60)
DISGUISES = st.text(
    st.sampled_from("赌博赌博賭dubo.、 \n。！\u200b\u0301👍①⑴㍿\ufdfaßİ\ud800\udfff🅓"), max_size=30
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("志愿者", "志愿者", id="plain"),
        pytest.param("ＤｕＢＯ", "dubo", id="full width and capitals"),
        pytest.param("賭博裡頭髮", "赌博里头发", id="traditional"),
        pytest.param("⾚⼗", "赤十", id="radicals"),
        pytest.param("①⓪❸㊀⑴", "103一1", id="in circles"),
        pytest.param("🅓🅾", "do", id="white on black"),
        pytest.param("𝐝𝓾𝚋𝕠", "dubo", id="mathematical letters"),
        pytest.param("٣३", "33", id="digits of other scripts"),
        pytest.param("dubо", "dubo", id="a Cyrillic letter that looks the same"),
        pytest.param("café cafe\u0301", "cafecafe", id="accents"),
        pytest.param("赌\u0336博\u0336", "赌博", id="struck through"),
        pytest.param("赌\u200b\u2060\ufeff\u00ad博", "赌博", id="zero width"),
        pytest.param("赌\u3164\u2800\u115f博", "赌博", id="letters that show nothing"),
        pytest.param("赌\ue000\U0001f44d博", "赌博", id="private use, emoji"),
        pytest.param("赌 、,.·-_*~，：…“”　\t博", "赌博", id="marks and white space"),
        pytest.param("我赌。博物馆见", "我赌\n博物馆见", id="ends of sentences stay"),
        pytest.param("好的！？\r\n\u2028真好", "好的\n真好", id="many ends are one"),
        pytest.param("。\n好的。", "好的", id="no end at the ends"),
        pytest.param("赌\n博\n网", "赌博网", id="a column of single characters"),
        pytest.param("赌！博！吧啊", "赌博\n吧啊", id="single characters, then not"),
        pytest.param("한글", "한글", id="Korean stays whole"),
        pytest.param("\ud800\0", "", id="what nobody can type"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_folded_text(text, folded):
    """What reads the same folds to the same."""
    assert fold(text).text == folded


@pytest.mark.parametrize(
    ("text", "start", "end", "typed"),
    [
        pytest.param("我 賭.博了", 1, 3, "賭.博", id="dots"),
        pytest.param("\u200b赌\u200b博\u200b", 0, 2, "赌\u200b博", id="zero width"),
        pytest.param("见㍿社", 1, 5, "㍿", id="four of one"),
        pytest.param("见㍿社", 2, 3, "㍿", id="a part of one is all of it"),
        pytest.param("赌\n\n博", 0, 2, "赌\n\n博", id="a column"),
        pytest.param("\U00020000賭", 1, 2, "賭", id="beyond the first plane"),
    ],
)
def test_places(text, start, end, typed):
    """A stretch of the folded text is found again in the text as typed."""
    assert text[slice(*fold(text).span(start, end))] == typed


@given(ANYTHING | DISGUISES)
@example("㍿" * 20)
@example("".join(chr(code) for code in range(0xD800, 0xD810)))
def test_places_lie_within_the_text(text):
    """Whatever is folded, every character stands for one that was typed, in order."""
    folded = fold(text)
    assert len(folded.text) == len(folded.places) == len(folded.is_apart)
    assert list(folded.places) == sorted(folded.places)
    assert all(0 <= place < len(text) for place in folded.places)
    assert len(folded.text) <= (MOST_PARTS + 1) * len(text)
    assert not folded.text.startswith(BREAK)
    assert not folded.text.endswith(BREAK)


@given(st.integers(0, 0x10FFFF).map(chr))
def test_every_character_folds_for_good(char):
    """Folding what is folded changes nothing."""
    once = fold(char).text
    assert fold(once).text == once


def test_every_character_of_unicode_folds():
    """No character there is raises, and none becomes white space or capitals."""
    for code in range(0x110000):
        folded = fold.__wrapped__(chr(code)).text
        assert folded == folded.strip()
        assert not any(unicodedata.category(char) in {"Cf", "Mn", "Cs"} for char in folded)


@pytest.mark.parametrize("name", list(hostile_messages()))
def test_hostile_texts_fold_quickly(name):
    """10 kB of what is dear to fold stay within 25 ms of CPU time."""
    text = hostile_messages()[name]
    assert min(seconds_to_fold(text) for _ in range(5)) < 0.025


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        pytest.param("谢谢你们！", "謝謝 你们", True, id="script, marks and blanks"),
        pytest.param("谢谢\n你们", "谢谢你们。", True, id="lines"),
        pytest.param("👍 👍", "👍👍", True, id="symbols alone"),
        pytest.param("👍", "👎", False, id="other symbols"),
        pytest.param("谢谢", "谢", False, id="other words"),
    ],
)
def test_digests(one, other, is_same):
    """The same words have the same digest, however they are written."""
    assert (text_digest(one) == text_digest(other)) is is_same
    assert len(text_digest(one)) == 32


def test_nothing_has_no_digest():
    """An empty text is the same as no other."""
    assert text_digest("") == text_digest(" \n") == ""


@pytest.mark.parametrize(
    ("char", "expected"),
    [("汉", True), ("㐀", True), ("\U0003134b", True), ("〇", True), ("か", False), ("a", False)],
)
def test_han(char, expected):
    """Han characters are known by where they stand in Unicode."""
    assert is_han(char) is expected
