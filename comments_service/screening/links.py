"""Finds messages that carry links."""

from __future__ import annotations

import re

from comments_service.screening.submission import Finding, Submission, Verdict

MAX_LINKS = 1
LINK = re.compile(
    r"[hｈ][tｔ]{2}[pｐ][sｓ]?[:：][/／]{2}(?:[wｗ]{3}[.．。])?|[wｗ]{3}[.．。]", re.IGNORECASE
)
MOST_SPANS = 50


def too_many_links(submission: Submission) -> Finding | None:
    """Hold a message with more than :data:`MAX_LINKS` links."""
    spans = tuple(match.span() for match in LINK.finditer(submission.text))
    if len(spans) <= MAX_LINKS:
        return None
    detail = f"含有{len(spans)}个链接（{MAX_LINKS}个以内不提示）。"
    return Finding("links", Verdict.HOLD, detail, spans[:MOST_SPANS])
