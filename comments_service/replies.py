"""Editors answer visitors: a reply in their name is a comment of its own, approved at once."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from comments_service import rights
from comments_service.decisions import lock_chain
from comments_service.errors import NotAllowed, NotFound
from comments_service.models import Account, Action, Comment, Decision, State
from comments_service.moderation import Ruling, decide
from comments_service.rights import Right
from comments_service.tokens import hash_token

TOKEN_BYTES = 32


def reply(
    session: Session,
    number: int,
    text: str,
    *,
    name: str,
    by: Account,
    batch: str | None = None,
    now: datetime,
    undo: timedelta,
) -> Decision:
    """Answer the comment *number* in the name of the editors; it goes to the site with what it
    answers, after *undo*.

    Raises NotFound, NotAllowed for a comment that is not approved or words that say nothing, and
    MarkupError.
    """
    rights.require(by, Right.REPLY)
    lock_chain(session)  # before anything else, as every decision does
    parent = session.get(Comment, number)
    if parent is None:
        raise NotFound(f"there is no comment {number}")
    if parent.state is not State.APPROVED:
        raise NotAllowed("只能回复已经通过的留言；请先通过它。")
    if not text.strip():
        raise NotAllowed("请写下回复的话。")
    answer = _answer(parent, text, name=name, by=by, now=now)
    session.add(answer)
    session.flush()
    ruling = Ruling(action=Action.APPROVE, batch=batch)
    return decide(session, answer.id, ruling, by=by, now=now, undo=undo)


def _answer(parent: Comment, text: str, *, name: str, by: Account, now: datetime) -> Comment:
    return Comment(
        thread=parent.thread,
        reply_to_id=parent.id,
        author=name,
        text=text,
        by_account_id=by.id,
        address="",
        submitted_at=now,
        receipt_hash=hash_token(secrets.token_urlsafe(TOKEN_BYTES)),
        state=State.PENDING,
    )
