"""Looks at a submission before a person does: :data:`RULES` in order, one pure function a file.

A rule that raises counts as a finding, so nothing slips through because a rule is broken.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from comments_service.models import CALM, Comment, WordHit
from comments_service.screening.check import ask_check, external_check
from comments_service.screening.contacts import contact_details
from comments_service.screening.folding import fold, text_digest
from comments_service.screening.form_age import sent_at_once
from comments_service.screening.honeypot import filled_trap
from comments_service.screening.invisible import invisible_characters
from comments_service.screening.links import too_many_links
from comments_service.screening.listed_words import held_words, marked_words, refused_words
from comments_service.screening.loading import (
    load_word_lists,
    touch_word_lists,
    word_lists_of,
)
from comments_service.screening.matching import WordLists
from comments_service.screening.names import imitates_editors
from comments_service.screening.network import many_messages, refused_before
from comments_service.screening.proof import missing_proof
from comments_service.screening.repeats import said_before
from comments_service.screening.shapes import odd_shape
from comments_service.screening.stacked import stacked_marks
from comments_service.screening.submission import Finding, History, Submission, Verdict

__all__ = [
    "RULES", "Finding", "History", "Rule", "Screening", "Submission", "Verdict", "WordLists",
    "ask_check", "fold", "load_word_lists", "record", "screen", "text_digest", "touch_word_lists",
    "word_lists_of",
]  # fmt: skip

log = logging.getLogger(__name__)

Rule = Callable[[Submission], Finding | None]

RULES: tuple[Rule, ...] = (
    filled_trap,
    refused_words,
    held_words,
    external_check,
    imitates_editors,
    contact_details,
    too_many_links,
    invisible_characters,
    stacked_marks,
    said_before,
    sent_at_once,
    missing_proof,
    refused_before,
    marked_words,
    many_messages,
    odd_shape,
)


ATTENTION = {Verdict.SPAM: 0, Verdict.HOLD: 1, Verdict.MARK: 2}
"""How urgently a finding asks for a person; the least of a message's is its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """All that the rules say of one submission."""

    findings: tuple[Finding, ...]
    text_digest: str
    """By which the same words are found again."""

    @property
    def is_spam(self) -> bool:
        """Whether it is put aside without being asked about."""
        return any(finding.verdict is Verdict.SPAM for finding in self.findings)

    @property
    def attention(self) -> int:
        """How urgently it asks for a person: 0 most, 3 not at all."""
        return min((ATTENTION[finding.verdict] for finding in self.findings), default=CALM)

    @property
    def told(self) -> list[dict[str, Any]]:
        """What was found, as it is stored."""
        return [asdict(finding) for finding in self.findings]

    @property
    def words(self) -> frozenset[str]:
        """The listed words that were found."""
        return frozenset(word for finding in self.findings for word in finding.words)


def record(session: Session, comment: Comment, screening: Screening) -> None:
    """Write down with *comment*, which has its number, what was found in it."""
    comment.findings = screening.told
    comment.attention = screening.attention
    comment.text_digest = screening.text_digest
    session.execute(delete(WordHit).where(WordHit.comment_id == comment.id))
    session.add_all(WordHit(word=word, comment_id=comment.id) for word in screening.words)


def screen(submission: Submission, rules: tuple[Rule, ...] = RULES) -> Screening:
    """Collect what the rules find, in their order."""
    findings = (_ask(rule, submission) for rule in rules)
    found = tuple(finding for finding in findings if finding is not None)
    return Screening(findings=found, text_digest=text_digest(submission.text))


def _ask(rule: Rule, submission: Submission) -> Finding | None:
    try:
        return rule(submission)
    except Exception:
        log.exception("screening rule failed", extra={"rule": rule.__name__})
        return Finding("rule-failed", Verdict.HOLD, f"规则 {rule.__name__} 出错，请人工细看。")
