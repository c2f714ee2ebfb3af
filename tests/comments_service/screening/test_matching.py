"""Listed words are found in every disguise, and their innocent neighbours are not."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from comments_service.models import Strength
from comments_service.screening.folding import BREAK, fold, folded_character
from comments_service.screening.matching import WordLists

PIECES = list("赌博賭赌博dubo.、 \n。\u200b\u0301①㍿a堵")
TEXTS = st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text(max_size=30)


def make_lists(*words, by_sound=False):
    """Make lists that hold *words*."""
    return WordLists.make(((word, Strength.HOLD) for word in words), by_sound=by_sound)


def found(text, *words, by_sound=False):
    """Give each word that is found in *text*, with what was typed there."""
    folded = fold(text)
    hits = make_lists(*words, by_sound=by_sound).find(folded)
    return [(hit.word, text[slice(*folded.span(hit.start, hit.end))]) for hit in hits]


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        pytest.param("去赌博吧", "赌博", id="plain"),
        pytest.param("去赌 博吧", "赌 博", id="blank"),
        pytest.param("去赌　　博吧", "赌　　博", id="wide blanks"),
        pytest.param("去赌.博吧", "赌.博", id="dot"),
        pytest.param("去赌、博吧", "赌、博", id="Chinese mark"),
        pytest.param("去赌_*~-博吧", "赌_*~-博", id="many marks"),
        pytest.param("去賭博吧", "賭博", id="traditional"),
        pytest.param("去赌\u200b\u200d博吧", "赌\u200b\u200d博", id="zero width between"),
        pytest.param("去赌\u0336博吧", "赌\u0336博", id="struck through"),
        pytest.param("去赌👍博吧", "赌👍博", id="emoji between"),
        pytest.param("赌\n博", "赌\n博", id="column"),
        pytest.param("ｄｕ bo", "ｄｕ bo", id="full width, cut"),
        pytest.param("来D.U.B.O吧", "D.U.B.O", id="letter by letter"),
        pytest.param("dubо", "dubо", id="Cyrillic letter"),
        pytest.param("🅓🅤🅑🅞", "🅓🅤🅑🅞", id="white on black"),
        pytest.param("加dubo123", "dubo", id="between Han and digits"),
        pytest.param("my dubo.", "dubo", id="among Latin words"),
        pytest.param("打赌博个彩头", "赌博", id="the characters stand there, whatever is meant"),
        pytest.param("我赌，博物馆见", "赌，博", id="a comma is a common disguise"),
    ],
)
def test_found(text, typed):
    """A listed word is found however it is written, and where it stands is known."""
    word = "赌博" if "赌" in typed or "賭" in typed else "dubo"
    assert found(text, "赌博", "dubo") == [(word, typed)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("博物馆", id="the second character"),
        pytest.param("赌气", id="the first character"),
        pytest.param("博赌", id="the other way round"),
        pytest.param("我赌。博物馆见", id="over the end of a sentence"),
        pytest.param("敢不敢赌？博士也来", id="over a question"),
        pytest.param("别去赌\n博物馆更好", id="over the end of a line"),
        pytest.param("赌一博", id="another character between"),
        pytest.param("dubois", id="begins a longer word"),
        pytest.param("subdubo", id="ends a longer word"),
        pytest.param("du bois", id="into the next word"),
        pytest.param("独播", id="same sound"),
        pytest.param("", id="nothing"),
    ],
)
def test_innocent_neighbours(text):
    """What only resembles a listed word is left alone."""
    assert found(text, "赌博", "dubo") == []


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        pytest.param("赌博网", ["赌博", "赌博网", "博网"], {"赌博", "赌博网", "博网"}, id="nested"),
        pytest.param("赌博", ["赌博", "賭博"], {"赌博", "賭博"}, id="two spellings"),
        pytest.param("号码1234", ["1234"], {"1234"}, id="number"),
        pytest.param("号码12345", ["1234"], set(), id="within a longer number"),
        pytest.param("加vx88", ["加vx"], {"加vx"}, id="mixed"),
        pytest.param("加vxa", ["加vx"], set(), id="mixed, longer word"),
        pytest.param(
            "去死！快滚", ["去死！快"], {"去死！快"}, id="with the end of a sentence in it"
        ),
        pytest.param("что за ДУБ", ["дуб"], {"дуб"}, id="Cyrillic"),
        pytest.param("дубы", ["дуб"], set(), id="Cyrillic, longer word"),
        pytest.param("什么", ["。。", "\u200b"], set(), id="words of nothing"),
        pytest.param("𠀀𠀁𠀂", ["𠀁𠀂"], {"𠀁𠀂"}, id="beyond the first plane"),
    ],
)
def test_kinds_of_words(text, words, expected):
    """Words of all kinds are found, each in its way."""
    assert {word for word, _ in found(text, *words)} == expected


def test_no_words():
    """Empty lists find nothing."""
    assert WordLists().find(fold("赌博")) == []
    assert found("赌博") == []


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        pytest.param("去堵博吧", "堵博", id="another character"),
        pytest.param("去赌bo吧", "赌bo", id="half in letters"),
        pytest.param("去ｄｕ博吧", "ｄｕ博", id="the other half"),
        pytest.param("dubo", "dubo", id="all in letters"),
        pytest.param("du-bo", "du-bo", id="cut letters"),
        pytest.param("渡 播", "渡 播", id="a blank between"),
    ],
)
def test_by_sound(text, typed):
    """Where it is wanted, other characters of the same sound are found as well."""
    assert found(text, "赌博", by_sound=True) == [("赌博", typed)]
    assert found(text, "赌博") == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("博物馆", id="half"),
        pytest.param("dubois", id="letters that go on"),
        pytest.param("他去赌。播了", id="over the end of a sentence"),
        pytest.param("度不", id="another sound"),
    ],
)
def test_other_sounds(text):
    """What sounds otherwise is left alone."""
    assert found(text, "赌博", by_sound=True) == []


def test_sound_of_what_is_spelled_out_is_not_told_twice():
    """A word that stands there as it is counts once, and in its own strength."""
    lists = WordLists.make([("赌博", Strength.REFUSE)], by_sound=True)
    assert [(hit.strength, hit.is_by_sound) for hit in lists.find(fold("赌博"))] == [
        (Strength.REFUSE, False)
    ]


def test_sound_alone_puts_nothing_aside():
    """A word that only sounds like one to be refused asks for a person."""
    lists = WordLists.make([("赌博", Strength.REFUSE)], by_sound=True)
    assert [hit.strength for hit in lists.find(fold("读博"))] == [Strength.HOLD]


@pytest.mark.parametrize("word", ["赌", "dubo", "赌bo", "1234"])
def test_words_without_sound(word):
    """Single characters and what is not all Han have no sound."""
    assert make_lists(word, by_sound=True).by_sound is None


def test_phrases_count_as_they_are_read():
    """A word whose characters are read otherwise within it is found by both readings."""
    assert found("yinyue", "音乐", by_sound=True)
    assert found("引月", "音乐", by_sound=True)


@given(TEXTS, st.booleans())
def test_hits_lie_within_the_text(text, by_sound):
    """What is found lies within the text, and reads as the word when it is folded."""
    folded = fold(text)
    for hit in make_lists("赌博", "dubo", "a", "博a", by_sound=by_sound).find(folded):
        start, end = folded.span(hit.start, hit.end)
        assert 0 <= start < end <= len(text)
        if not hit.is_by_sound:
            assert folded.text[hit.start : hit.end] == fold(hit.word).text
            assert fold(hit.word).text in fold(text[start:end]).bare


@given(st.text(min_size=1, max_size=8))
def test_a_word_alone_is_found(word):
    """Whatever the word, it is found between two blanks, if it folds to anything."""
    assume(BREAK not in "".join(map(folded_character, word)))
    text = fold(word).text
    hits = make_lists(word).find(fold(f"好人 {word} 好人"))
    assert [hit.word for hit in hits][:1] == ([word] if text else [])
