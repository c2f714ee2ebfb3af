"""Finds characters that cannot be seen but change what is read."""

from __future__ import annotations

import regex

from comments_service.screening.folding import FILLERS
from comments_service.screening.submission import Finding, Submission, Verdict

DIRECTIONS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
MOST_SPANS = 50
EMOJI = r"\p{Extended_Pictographic}[\ufe0f\U0001f3fb-\U0001f3ff]*"
ORDINARY = regex.compile(
    rf"{EMOJI}(?:\u200d{EMOJI})+|\U0001f3f4[\U000e0020-\U000e007e]{{1,8}}\U000e007f"
)
"""Emoji of several parts hold together by what cannot be seen; so do the flags of regions."""
INVISIBLE = regex.compile(rf"[\p{{Cf}}\u034f{''.join(sorted(FILLERS))}]")
TURNS = regex.compile(f"[{DIRECTIONS}]")


def invisible_characters(submission: Submission) -> Finding | None:
    """Hold a name or text with direction marks, zero-width characters and the like."""
    in_text, in_name = _found(submission.text), _found(submission.author)
    count = len(in_text) + len(in_name)
    if not count:
        return None
    turns = len(TURNS.findall(submission.author + submission.text))
    detail = f"含有{count}个看不见的字符" + (f"，其中{turns}个会改变文字方向。" if turns else "。")
    return Finding("invisible", Verdict.HOLD, detail, tuple(in_text[:MOST_SPANS]))


def _found(text: str) -> list[tuple[int, int]]:
    """Give where invisible characters stand that hold no emoji together."""
    if text.isascii():
        return []
    seen = ORDINARY.sub(lambda match: "x" * len(match[0]), text)
    return [match.span() for match in INVISIBLE.finditer(seen)]
