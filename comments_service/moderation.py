"""decide(): the only place where a comment changes state, with a row for every decision."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from comment_archive import markup
from comments_service.errors import CommentsError, NotAllowed, NotFound
from comments_service.models import Account, Action, Comment, Decision, State
from comments_service.tokens import BY_NONCE

log = logging.getLogger(__name__)

TRANSITIONS: dict[tuple[State, Action], State] = {
    (State.PENDING, Action.APPROVE): State.APPROVED,
    (State.PENDING, Action.REFUSE): State.REFUSED,
    (State.PENDING, Action.SPAM): State.SPAM,
    (State.PENDING, Action.EDIT): State.PENDING,
    (State.PENDING, Action.WITHDRAW): State.WITHDRAWN,
    (State.APPROVED, Action.REFUSE): State.REFUSED,
    (State.APPROVED, Action.SPAM): State.SPAM,
    (State.APPROVED, Action.REOPEN): State.PENDING,
    (State.APPROVED, Action.EDIT): State.APPROVED,
    (State.APPROVED, Action.WITHDRAW): State.WITHDRAWN,
    (State.REFUSED, Action.REOPEN): State.PENDING,
    (State.REFUSED, Action.WITHDRAW): State.WITHDRAWN,
    (State.SPAM, Action.REOPEN): State.PENDING,
    (State.SPAM, Action.WITHDRAW): State.WITHDRAWN,
}
"""All that can happen; what is not here is refused."""

VISITORS_ACTIONS = frozenset({Action.WITHDRAW})
"""What the holder of a receipt may do; moderators may do the rest and not these."""

REASONS: dict[str, str] = {
    "advertising": "广告或推广",
    "contact": "含有电话等联系方式",
    "insult": "含有辱骂或攻击他人的话",
    "offtopic": "与本专题无关",
    "repeated": "与已有留言重复",
    "unlawful": "内容不宜公开",
}
"""Why a comment is refused; the visitor reads these words on the receipt."""


class Conflict(CommentsError):
    """Somebody else decided first; the history says who and what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What somebody wants done to a comment."""

    action: Action
    seen_version: int | None = None
    """The version that was on the screen; None skips the check (a visitor's withdrawal)."""
    reason: str | None = None
    """A key of :data:`REASONS`; needed to refuse."""
    note: str = ""
    text: str | None = None
    """The new words; needed to edit."""


def decide(
    session: Session,
    comment_id: int,
    ruling: Ruling,
    *,
    by: Account | None,
    now: datetime,
    undo: timedelta,
) -> Decision:
    """Carry out *ruling* and record it; *by* is None for the visitor himself.

    Nothing reaches the site here: the comment is marked for the publisher, an approval after *undo*
    has passed. Raises NotFound, NotAllowed (with a sentence), Conflict when another decision came
    first, and MarkupError.
    """
    comment = _locked(session, comment_id)
    if ruling.seen_version is not None and comment.version != ruling.seen_version:
        raise Conflict(f"comment {comment_id} was changed since it was shown")
    before, after = comment.state, _next_state(comment, ruling, by)
    _change_words(comment, ruling)
    comment.state = after
    if ruling.action is Action.APPROVE:
        comment.hidden_until = now + undo
    comment.publish_at = _publish_at(comment, now)
    _release_key(comment)
    decision = Decision(
        comment=comment,
        account=by,
        action=ruling.action,
        from_state=before,
        to_state=after,
        reason=ruling.reason if ruling.action is Action.REFUSE else None,
        note=ruling.note,
        text=ruling.text if ruling.action is Action.EDIT else None,
        decided_at=now,
    )
    session.add(decision)
    session.flush()
    log.info("comment decided", extra={"comment_id": comment.id, "action": ruling.action.value})
    return decision


def latest_decision(session: Session, comment: Comment) -> Decision | None:
    """Give the last thing that was done to *comment*."""
    query = (
        select(Decision)
        .where(Decision.comment_id == comment.id)
        .order_by(Decision.id.desc())
        .limit(1)
    )
    return session.scalars(query).first()


def open_actions(comment: Comment) -> list[Action]:
    """Give what a moderator can do to *comment* as it stands."""
    return [
        action
        for state, action in TRANSITIONS
        if state is comment.state and action not in VISITORS_ACTIONS
    ]


def _locked(session: Session, comment_id: int) -> Comment:
    query = select(Comment).where(Comment.id == comment_id).with_for_update()
    fresh = query.execution_options(populate_existing=True)
    comment = session.scalars(fresh).first()
    if comment is None:
        raise NotFound(f"there is no comment {comment_id}")
    return comment


def _next_state(comment: Comment, ruling: Ruling, by: Account | None) -> State:
    if (by is None) != (ruling.action in VISITORS_ACTIONS):
        raise NotAllowed("这项操作不归您办理。")
    after = TRANSITIONS.get((comment.state, ruling.action))
    if after is None:
        raise NotAllowed("这条留言现在的状态不能这样处理，请刷新后再看。")
    if ruling.action is Action.REFUSE and ruling.reason not in REASONS:
        raise NotAllowed("请选择不采用的理由，留言人会在回执上看到它。")
    if ruling.action is Action.EDIT and not (ruling.text or "").strip():
        raise NotAllowed("改后的留言不能是空的；不想公开，请选“不采用”。")
    if ruling.action is Action.EDIT and ruling.text == comment.words:
        raise NotAllowed("文字没有改动，不需要保存。")
    return after


def _change_words(comment: Comment, ruling: Ruling) -> None:
    if ruling.action is Action.EDIT:
        comment.edited_text = ruling.text
    if ruling.action is Action.APPROVE or (
        ruling.action is Action.EDIT and comment.html is not None
    ):
        comment.html = markup.render(comment.words)
        comment.policy = markup.POLICY


def _release_key(comment: Comment) -> None:
    """Let the same words be sent anew: after a withdrawal, and where the sender was only known by
    his address, once somebody decided (another person there may have the same to say).
    """
    key = comment.submission_key or ""
    if comment.state is State.WITHDRAWN or not key.startswith(BY_NONCE):
        comment.submission_key = None


def _publish_at(comment: Comment, now: datetime) -> datetime | None:
    """Say when the publisher has work: an approval waits, what takes words away does not."""
    if comment.state is State.APPROVED:
        return max(now, comment.hidden_until or now)
    return now if comment.position is not None else None
