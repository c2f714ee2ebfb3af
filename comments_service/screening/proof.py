"""Tells where a proof of work was asked for and none came."""

from __future__ import annotations

from comments_service.screening.submission import Finding, Submission, Verdict


def missing_proof(submission: Submission) -> Finding | None:
    """Hold a message without the proof that was asked for; a browser without scripts has none."""
    if submission.needs_proof and not submission.has_proof:
        return Finding(
            "proof", Verdict.HOLD, "发得太多，又没有完成防刷验证（也可能只是没有开脚本）。"
        )
    return None
