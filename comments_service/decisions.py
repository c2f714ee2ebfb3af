"""What is true of decisions wherever they are made, brought in or looked over."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from comments_service.chain import GENESIS
from comments_service.models import (
    CALM,
    ActionLink,
    ChainHead,
    Comment,
    Decision,
    Note,
    Opened,
    OutboxMessage,
    Report,
    Revision,
    WordHit,
)


def facts_of(decision: Decision) -> dict[str, object]:
    """Give what the chain covers of a decision."""
    return {
        "comment_id": decision.comment_id,
        "account_id": decision.account_id,
        "action": decision.action.value,
        "from_state": decision.from_state.value,
        "to_state": decision.to_state.value,
        "reason": decision.reason,
        "note": decision.note,
        "sentence": decision.sentence,
        "text_hash": decision.text_hash,
        "batch": decision.batch,
        "decided_at": decision.decided_at,
    }


def lock_chain(session: Session) -> ChainHead:
    """Give the head of the chain, locked; before any comment, so that nobody waits in a circle."""
    query = select(ChainHead).where(ChainHead.id == 1).with_for_update()
    head = session.scalars(query.execution_options(populate_existing=True)).first()
    if head is None:
        head = ChainHead(id=1, hash=GENESIS)
        session.add(head)
        session.flush()
    return head


def empty(session: Session, comment: Comment) -> None:
    """Leave nothing of *comment* but its number, its thread, its place and its decisions."""
    comment.author = comment.text = comment.address = ""
    comment.edited_text = comment.html = comment.email = comment.appeal_text = None
    comment.email_confirmed_at = comment.text_digest = comment.submission_key = None
    comment.findings, comment.attention = [], CALM
    erase_around(session, comment.id)


def erase_around(session: Session, comment_id: int) -> None:
    """Leave nothing of what hangs on an emptied comment but its decisions and that it was
    reported.
    """
    for table in (Revision, Note, WordHit, OutboxMessage, ActionLink, Opened):
        session.execute(delete(table).where(table.comment_id == comment_id))
    of_it = Report.comment_id == comment_id
    session.execute(update(Report).where(of_it).values(text="", address=""))
