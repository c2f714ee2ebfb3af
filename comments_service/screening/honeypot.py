"""Finds robots by a field that people do not see."""

from __future__ import annotations

from comments_service.screening.submission import Finding, Submission, Verdict


def filled_trap(submission: Submission) -> Finding | None:
    """Put aside a submission whose hidden field was filled in."""
    if submission.trap:
        return Finding("honeypot", Verdict.SPAM, "填写了读者看不见的栏位。")
    return None
