"""Finds what was said before, in the same or nearly the same words."""

from __future__ import annotations

from itertools import pairwise

from comments_service.screening.folding import fold
from comments_service.screening.submission import Finding, Submission, Verdict

LEAST_LENGTH = 8
"""Shorter texts are often the same by chance: 谢谢, 加油."""
ALIKE = 0.8
"""Pairs of characters that two texts share, of all that they have."""
MOST_COMPARED = 2000
"""Characters of a text that are compared."""
MOST_TEXTS = 20


def said_before(submission: Submission) -> Finding | None:
    """Hold a message that somebody sent lately, or its own network in nearly the same words."""
    text = fold(submission.text).bare
    before = [fold(other[:MOST_COMPARED]).bare for other in submission.history.texts[:MOST_TEXTS]]
    if len(text) < LEAST_LENGTH:
        return _short(text, before)
    if submission.history.same_text:
        count = submission.history.same_text
        return Finding("repeat", Verdict.HOLD, f"7天内有{count}条一样的留言。")
    if any(alike(text, other) >= ALIKE for other in before):
        return Finding("repeat", Verdict.HOLD, "同一网段一天内发过几乎一样的话。")
    return None


def alike(text: str, other: str) -> float:
    """Say how much two folded texts have in common, from 0 to 1 (Dice's coefficient)."""
    mine, theirs = _pairs(text), _pairs(other)
    if not mine or not theirs:
        return 0.0
    return 2 * len(mine & theirs) / (len(mine) + len(theirs))


def _short(text: str, before: list[str]) -> Finding | None:
    """Mark a short text only when its own network repeats itself."""
    if text and text in before:
        return Finding("repeat", Verdict.MARK, "同一网段一天内发过一样的话。")
    return None


def _pairs(text: str) -> set[tuple[str, str]]:
    return set(pairwise(text[:MOST_COMPARED]))
