"""Looks at a submission before a person does: :data:`RULES` in order, one pure function a file.

A rule that raises counts as a finding, so nothing slips through because a rule is broken.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from comments_service.screening.honeypot import filled_trap
from comments_service.screening.invisible import invisible_characters
from comments_service.screening.links import too_many_links
from comments_service.screening.submission import Finding, Submission, Verdict

__all__ = ["RULES", "Finding", "Rule", "Submission", "Verdict", "screen"]

log = logging.getLogger(__name__)

Rule = Callable[[Submission], Finding | None]

RULES: tuple[Rule, ...] = (
    filled_trap,
    too_many_links,
    invisible_characters,
)


def screen(submission: Submission, rules: tuple[Rule, ...] = RULES) -> list[Finding]:
    """Collect what the rules find, in their order."""
    findings = (_ask(rule, submission) for rule in rules)
    return [finding for finding in findings if finding is not None]


def _ask(rule: Rule, submission: Submission) -> Finding | None:
    try:
        return rule(submission)
    except Exception:
        log.exception("screening rule failed", extra={"rule": rule.__name__})
        return Finding("rule-failed", Verdict.HOLD, f"规则 {rule.__name__} 出错，请人工细看。")
