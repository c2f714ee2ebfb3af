"""Finds messages that were sent faster than a person writes."""

from __future__ import annotations

from comments_service.screening.submission import Finding, Submission, Verdict

LEAST_SECONDS = 3


def sent_at_once(submission: Submission) -> Finding | None:
    """Hold a message that came within :data:`LEAST_SECONDS` of its form, where that is known."""
    if submission.seconds is not None and submission.seconds < LEAST_SECONDS:
        return Finding("form-age", Verdict.HOLD, f"打开表单不到{LEAST_SECONDS}秒就提交了。")
    return None
