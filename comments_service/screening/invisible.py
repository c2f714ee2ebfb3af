"""Finds characters that cannot be seen but change what is read."""

from __future__ import annotations

import unicodedata

from comments_service.screening.submission import Finding, Submission, Verdict

ZERO_WIDTH_JOINER = "\u200d"
"""Holds many emoji together, so it is ordinary."""


def invisible_characters(submission: Submission) -> Finding | None:
    """Hold a name or text with direction marks and the like (Unicode category Cf)."""
    both = submission.author + submission.text
    count = sum(unicodedata.category(char) == "Cf" and char != ZERO_WIDTH_JOINER for char in both)
    if count:
        return Finding("invisible", Verdict.HOLD, f"含有{count}个看不见的字符。")
    return None
