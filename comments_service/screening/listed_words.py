"""Finds listed words, in three strengths."""

from __future__ import annotations

from functools import lru_cache

from comments_service.models import Strength
from comments_service.screening.folding import fold
from comments_service.screening.matching import Hit, WordLists
from comments_service.screening.submission import Finding, Submission, Verdict

VERDICTS = {
    Strength.REFUSE: Verdict.SPAM,
    Strength.HOLD: Verdict.HOLD,
    Strength.MARK: Verdict.MARK,
}
MOST_SPANS = 100
MOST_NAMED = 5
"""Words that the detail names; the finding holds all of them."""


def refused_words(submission: Submission) -> Finding | None:
    """Put aside a message with a word that is to be refused."""
    return _listed(submission, Strength.REFUSE)


def held_words(submission: Submission) -> Finding | None:
    """Hold a message with a word that asks for a closer look."""
    return _listed(submission, Strength.HOLD)


def marked_words(submission: Submission) -> Finding | None:
    """Mark a message with a word that is worth knowing of."""
    return _listed(submission, Strength.MARK)


def _listed(submission: Submission, strength: Strength) -> Finding | None:
    in_name = [
        hit for hit in _hits(submission.words, submission.author) if hit.strength == strength
    ]
    in_text = [hit for hit in _hits(submission.words, submission.text) if hit.strength == strength]
    if not in_name and not in_text:
        return None
    folded = fold(submission.text)
    spans = dict.fromkeys(folded.span(hit.start, hit.end) for hit in in_text)
    words = tuple(dict.fromkeys(hit.word for hit in (*in_text, *in_name)))
    detail = "；".join(
        filter(None, (_told("词表：", in_text), _told("称呼里有词表的词：", in_name)))
    )
    return Finding("words", VERDICTS[strength], f"{detail}。", tuple(spans)[:MOST_SPANS], words)


@lru_cache(maxsize=4)
def _hits(words: WordLists, text: str) -> tuple[Hit, ...]:
    """Look for all words at once; three rules ask for the same text."""
    return tuple(words.find(fold(text)))


def _told(before: str, hits: list[Hit]) -> str:
    spelled = dict.fromkeys(hit.word for hit in hits if not hit.is_by_sound)
    sounding = dict.fromkeys(f"{hit.word}（读音相近）" for hit in hits if hit.word not in spelled)
    words = [*spelled, *sounding]
    more = f"等{len(words)}个词" if len(words) > MOST_NAMED else ""
    return before + "、".join(words[:MOST_NAMED]) + more if words else ""
