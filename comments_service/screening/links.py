"""Finds messages that carry links."""

from __future__ import annotations

import re

from comments_service.screening.submission import Finding, Submission, Verdict

MAX_LINKS = 1
LINK = re.compile(r"https?://|www\.", re.IGNORECASE)


def too_many_links(submission: Submission) -> Finding | None:
    """Hold a message with more than :data:`MAX_LINKS` links."""
    count = len(LINK.findall(submission.text))
    if count > MAX_LINKS:
        return Finding("links", Verdict.HOLD, f"含有{count}个链接（{MAX_LINKS}个以内不提示）。")
    return None
