"""The outbox: notices are written down in the transaction that causes them, and delivered later."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from comments_service.models import Action, Comment, OutboxMessage, State

CONFIRM = "confirm"
"""Asks a visitor whether the e-mail address is his."""
DECISION = "decision"
"""Tells a visitor what became of his message."""
REPLY = "reply"
"""Tells a visitor that somebody answered; *comment* is the answer."""
DIGEST = "digest"
"""Tells a moderator what waits; without an account, the place where all of them look."""

DECIDING = frozenset({Action.APPROVE, Action.REFUSE})
RESCUING = frozenset({Action.APPROVE, Action.REOPEN})
TO_ITS_VISITOR = frozenset({CONFIRM, DECISION})
"""What goes to the visitor who wrote the comment, not to another one."""


def put(
    session: Session,
    kind: str,
    *,
    now: datetime,
    due_at: datetime,
    comment_id: int | None = None,
    account_id: int | None = None,
) -> None:
    """Write down a notice of *kind* that is to be delivered from *due_at* on."""
    session.add(
        OutboxMessage(
            kind=kind,
            comment_id=comment_id,
            account_id=account_id,
            due_at=due_at,
            created_at=now,
        )
    )


def ask_to_confirm(session: Session, comment_id: int, *, now: datetime) -> None:
    """Write down that the visitor, who left an address, is to be asked whether it is his."""
    put(session, CONFIRM, now=now, due_at=now, comment_id=comment_id)


def follow_decision(
    session: Session,
    comment: Comment,
    action: Action,
    *,
    before: State,
    now: datetime,
    due_at: datetime,
) -> None:
    """Write down what visitors are to be told after *action*; what is overtaken by it is dropped.

    Whoever delivers looks again whether it still holds, and whether the address was confirmed.
    """
    is_settled = action in {Action.PIN, Action.UNPIN, Action.SETTLE, Action.EDIT}
    if is_settled or (comment.email is None and comment.reply_to_id is None):
        return
    overtaken = (
        OutboxMessage.comment_id == comment.id,
        OutboxMessage.kind.in_({DECISION, REPLY}),
    )
    session.execute(delete(OutboxMessage).where(*overtaken))
    unasked = comment.email is not None and comment.email_confirmed_at is None
    if before is State.SPAM and unasked and action in RESCUING:
        ask_to_confirm(session, comment.id, now=now)  # what looked like spam was not asked before
    if action in DECIDING and comment.email is not None:
        put(session, DECISION, now=now, due_at=due_at, comment_id=comment.id)
    if comment.state is State.APPROVED and _answers_somebody_with_mail(session, comment):
        put(session, REPLY, now=now, due_at=due_at, comment_id=comment.id)


def _answers_somebody_with_mail(session: Session, comment: Comment) -> bool:
    if comment.reply_to_id is None:
        return False
    query = select(Comment.email).where(Comment.id == comment.reply_to_id)
    return session.scalar(query) is not None
