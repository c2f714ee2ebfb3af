"""Finds texts of an odd shape: one character over and over, or a column of lines."""

from __future__ import annotations

import regex

from comments_service.screening.submission import Finding, Submission, Verdict

MOST_SAME = 20
"""Times that a character may follow itself: some people laugh long."""
MOST_LINES = 30
SAME = regex.compile(rf"(\S)\1{{{MOST_SAME},}}")


def odd_shape(submission: Submission) -> Finding | None:
    """Mark a text that would take much room and says little."""
    if match := SAME.search(submission.text):
        detail = f"“{match[1]}”连续出现了{len(match[0])}次。"
        return Finding("shape", Verdict.MARK, detail, (match.span(),))
    lines = submission.text.count("\n") + 1
    if lines > MOST_LINES:
        return Finding("shape", Verdict.MARK, f"分成了{lines}行。")
    return None
