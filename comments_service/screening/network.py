"""Tells what the network of a message did before."""

from __future__ import annotations

from comments_service.screening.submission import Finding, Submission, Verdict

MANY_REFUSED = 3
"""Refused or spam within 30 days."""
MANY_MESSAGES = 5
"""Within ten minutes; schools and factories share an address, so this only marks."""


def refused_before(submission: Submission) -> Finding | None:
    """Hold a message from a network of which several were refused lately."""
    count = submission.history.refused
    if count >= MANY_REFUSED:
        return Finding("refused-before", Verdict.HOLD, f"这个网段30天内有{count}条没有采用。")
    return None


def many_messages(submission: Submission) -> Finding | None:
    """Mark a message from a network that just sent several; hold it beyond the set limit."""
    count = submission.history.from_network
    if submission.is_over_limit:
        return Finding("many", Verdict.HOLD, f"这个网段10分钟内发了{count}条，超过了设定的限度。")
    if count >= MANY_MESSAGES:
        return Finding("many", Verdict.MARK, f"这个网段10分钟内发了{count}条。")
    return None
