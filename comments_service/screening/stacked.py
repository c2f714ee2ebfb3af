"""Finds marks that are stacked on one character until they cover the lines around it (zalgo)."""

from __future__ import annotations

import regex

from comments_service.screening.submission import Finding, Submission, Verdict

MOST_MARKS = 3
"""Marks on one character; Vietnamese, Thai and pointed Hebrew need no more."""
STACK = regex.compile(rf"[\p{{Mn}}\p{{Me}}]{{{MOST_MARKS + 1},}}")
MOST_SPANS = 50


def stacked_marks(submission: Submission) -> Finding | None:
    """Hold a name or text with more than :data:`MOST_MARKS` marks on one character."""
    spans = tuple(match.span() for match in STACK.finditer(submission.text))
    if not spans and not STACK.search(submission.author):
        return None
    return Finding(
        "stacked", Verdict.HOLD, "有的字上叠了许多符号，会盖住别的文字。", spans[:MOST_SPANS]
    )
