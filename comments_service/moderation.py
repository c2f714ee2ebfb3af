"""decide(): the only place where a comment changes state, with a row for every decision."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from comment_archive.records import MarkupError
from comments_service import rights
from comments_service.bell import ring
from comments_service.chain import link, salted
from comments_service.db import vouch
from comments_service.decisions import empty, facts_of, lock_chain
from comments_service.errors import CommentsError, Conflict, NotAllowed, NotFound
from comments_service.models import (
    Account,
    Action,
    Comment,
    Decision,
    Report,
    Revision,
    State,
)
from comments_service.notifications import outbox
from comments_service.reasons import REASONS as REASONS
from comments_service.screening import Screening, record
from comments_service.tokens import BY_NONCE

log = logging.getLogger(__name__)

TRANSITIONS: dict[tuple[State, Action], State] = {
    (State.PENDING, Action.APPROVE): State.APPROVED,
    (State.PENDING, Action.REFUSE): State.REFUSED,
    (State.PENDING, Action.SPAM): State.SPAM,
    (State.PENDING, Action.EDIT): State.PENDING,
    (State.PENDING, Action.SETTLE): State.PENDING,
    (State.PENDING, Action.REVISE): State.PENDING,
    (State.PENDING, Action.WITHDRAW): State.WITHDRAWN,
    (State.PENDING, Action.ERASE): State.ERASED,
    (State.APPROVED, Action.REFUSE): State.REFUSED,
    (State.APPROVED, Action.SPAM): State.SPAM,
    (State.APPROVED, Action.REOPEN): State.PENDING,
    (State.APPROVED, Action.EDIT): State.APPROVED,
    (State.APPROVED, Action.PIN): State.APPROVED,
    (State.APPROVED, Action.UNPIN): State.APPROVED,
    (State.APPROVED, Action.SETTLE): State.APPROVED,
    (State.APPROVED, Action.WITHDRAW): State.WITHDRAWN,
    (State.APPROVED, Action.ERASE): State.ERASED,
    (State.REFUSED, Action.APPROVE): State.APPROVED,
    (State.REFUSED, Action.REOPEN): State.PENDING,
    (State.REFUSED, Action.SETTLE): State.REFUSED,
    (State.REFUSED, Action.APPEAL): State.APPEALED,
    (State.REFUSED, Action.WITHDRAW): State.WITHDRAWN,
    (State.REFUSED, Action.ERASE): State.ERASED,
    (State.SPAM, Action.APPROVE): State.APPROVED,
    (State.SPAM, Action.REOPEN): State.PENDING,
    (State.SPAM, Action.SETTLE): State.SPAM,
    (State.SPAM, Action.REVISE): State.SPAM,
    (State.SPAM, Action.WITHDRAW): State.WITHDRAWN,
    (State.SPAM, Action.ERASE): State.ERASED,
    (State.APPEALED, Action.APPROVE): State.APPROVED,
    (State.APPEALED, Action.REFUSE): State.REFUSED,
    (State.APPEALED, Action.EDIT): State.APPEALED,
    (State.APPEALED, Action.SETTLE): State.APPEALED,
    (State.APPEALED, Action.WITHDRAW): State.WITHDRAWN,
    (State.APPEALED, Action.ERASE): State.ERASED,
    (State.WITHDRAWN, Action.SETTLE): State.WITHDRAWN,
    (State.WITHDRAWN, Action.ERASE): State.ERASED,
}
"""All that can happen; what is not here is refused."""

VISITORS_ACTIONS = frozenset({Action.REVISE, Action.APPEAL, Action.WITHDRAW, Action.ERASE})
"""What the holder of a receipt may do; moderators may do the rest and not these."""

POSSIBLE_WHEN_EMPTIED = frozenset({Action.SETTLE, Action.WITHDRAW, Action.ERASE})
"""What is left to do with a message whose words are gone, since their term is over."""

VERDICTS = frozenset({Action.APPROVE, Action.REFUSE, Action.SPAM, Action.REOPEN})
"""What says whether a comment is published."""

OPPOSITES = {
    Action.APPROVE: Action.REOPEN,
    Action.REFUSE: Action.REOPEN,
    Action.SPAM: Action.REOPEN,
    Action.PIN: Action.UNPIN,
    Action.UNPIN: Action.PIN,
}
"""What takes a decision back; the words of an edit are given back by another edit."""

MOST_PINNED = 3
"""Pinned comments of one thread."""
MOST_AT_ONCE = 1000
"""Comments decided by one press of a button."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What somebody wants done to a comment."""

    action: Action
    seen_version: int | None = None
    """The version that was on the screen; None skips the check (a visitor's deed)."""
    reason: str | None = None
    """A key of :data:`REASONS`; needed to refuse."""
    note: str = ""
    sentence: str = ""
    """What a refused visitor reads besides the reason."""
    text: str | None = None
    """The new words, needed to edit and to revise; what an appeal says."""
    screening: Screening | None = None
    """What the rules found in a visitor's new words."""
    batch: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one comment of several: the decision, or why there is none."""

    number: int
    decision: Decision | None = None
    problem: CommentsError | MarkupError | None = None


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
    chosen = [(comment_id, ruling.seen_version)]
    (outcome,) = decide_each(session, chosen, ruling, by=by, now=now, undo=undo)
    if outcome.decision is None:
        raise outcome.problem or NotFound(f"there is no comment {comment_id}")
    return outcome.decision


def decide_each(
    session: Session,
    chosen: Sequence[tuple[int, int | None]],
    ruling: Ruling,
    *,
    by: Account | None,
    now: datetime,
    undo: timedelta,
) -> list[Outcome]:
    """Carry out *ruling* on every chosen comment, (number, version that was on the screen), in one
    transaction; one that cannot be decided is told of and does not hold up the others.

    Decisions wait for each other, so that the chain has one order.
    """
    head = lock_chain(session)
    comments = _locked(session, [number for number, _ in chosen])
    outcomes = []
    for number, version in chosen:
        each = replace(ruling, seen_version=version)
        try:
            comment = _existing(comments, number)
            decision = _decide_one(session, comment, each, by=by, now=now, undo=undo)
        except (CommentsError, MarkupError) as problem:
            outcomes.append(Outcome(number=number, problem=problem))
            continue
        decision.hash = head.hash = _hash(decision, head.hash)
        session.add(decision)
        outcomes.append(Outcome(number=number, decision=decision))
    session.flush()
    if any(outcome.decision for outcome in outcomes):
        ring(session)
    for decided in (outcome.decision for outcome in outcomes if outcome.decision):
        extra = {"comment_id": decided.comment_id, "action": decided.action.value}
        log.info("comment decided", extra=extra)
    return outcomes


def was_decided(session: Session, batch: str | None) -> bool:
    """Say whether *batch* was carried out already, by a try whose commit nobody knew of."""
    found = session.scalar(select(Decision.id).where(Decision.batch == batch).limit(1))
    if found is not None:
        vouch(session)
    return found is not None


def take_back(
    session: Session, batch: str, *, by: Account, now: datetime, undo: timedelta
) -> list[Outcome]:
    """Undo what was decided as *batch*, each by a decision of its own; what was decided anew since
    stays, and is told of as a conflict.
    """
    lock_chain(session)
    query = select(Decision).where(Decision.batch == batch).order_by(Decision.id)
    decisions = session.scalars(query).all()
    _locked(session, [decision.comment_id for decision in decisions])
    outcomes: list[Outcome] = []
    for decision in decisions:
        ruling = _opposite(session, decision)
        if ruling is None:
            conflict = Conflict("这项处理之后又有别的处理，不能撤销；请打开看现在的样子。")
            outcomes.append(Outcome(number=decision.comment_id, problem=conflict))
            continue
        chosen = [(decision.comment_id, None)]
        outcomes += decide_each(session, chosen, ruling, by=by, now=now, undo=undo)
    return outcomes


def latest_decision(session: Session, comment: Comment) -> Decision | None:
    """Give the last thing that was done to *comment*."""
    query = (
        select(Decision)
        .where(Decision.comment_id == comment.id)
        .order_by(Decision.id.desc())
        .limit(1)
    )
    return session.scalars(query).first()


def open_actions(session: Session, comment: Comment, account: Account) -> list[Action]:
    """Give what *account* can do to *comment* as it stands."""
    useless = {Action.UNPIN if comment.pinned_at is None else Action.PIN}
    if comment.reported_at is None:
        useless.add(Action.SETTLE)
    if account.id == _first_reader(session, comment):
        useless |= VERDICTS
    if comment.is_emptied:
        useless |= set(Action) - POSSIBLE_WHEN_EMPTIED
    return [
        action
        for state, action in TRANSITIONS
        if state is comment.state and rights.may_do(account, action) and action not in useless
    ]


def new_batch() -> str:
    """Give a name for what is decided together."""
    return secrets.token_urlsafe(12)


def _locked(session: Session, numbers: Iterable[int]) -> dict[int, Comment]:
    """Lock the comments of *numbers*, in the order of their numbers."""
    query = select(Comment).where(Comment.id.in_(set(numbers))).order_by(Comment.id)
    fresh = query.with_for_update().execution_options(populate_existing=True)
    return {comment.id: comment for comment in session.scalars(fresh)}


def _existing(comments: dict[int, Comment], number: int) -> Comment:
    if number not in comments:
        raise NotFound(f"there is no comment {number}")
    return comments[number]


def _decide_one(
    session: Session,
    comment: Comment,
    ruling: Ruling,
    *,
    by: Account | None,
    now: datetime,
    undo: timedelta,
) -> Decision:
    if ruling.seen_version is not None and comment.version != ruling.seen_version:
        raise Conflict(f"comment {comment.id} was changed since it was shown")
    before, after = comment.state, _next_state(session, comment, ruling, by)
    _change_words(comment, ruling)
    comment.state = after
    _change_marks(session, comment, ruling, now)
    if ruling.action is Action.APPROVE:
        comment.hidden_until = now + undo
    if ruling.action is not Action.SETTLE:
        comment.publish_at = _publish_at(comment, now)
    _release_key(comment)
    decision = _row(comment, ruling, before, by, now)
    _keep_revision(session, decision, ruling)
    if ruling.action is Action.REVISE and ruling.screening is not None:
        record(session, comment, ruling.screening)
    if ruling.action is Action.ERASE:
        empty(session, comment)
    outbox.follow_decision(
        session, comment, ruling.action, before=before, now=now, due_at=now + undo
    )
    return decision


def _next_state(session: Session, comment: Comment, ruling: Ruling, by: Account | None) -> State:
    action = ruling.action
    if (by is None) != (action in VISITORS_ACTIONS):
        raise NotAllowed("这项操作不归您办理。")
    after = TRANSITIONS.get((comment.state, action))
    if after is None:
        raise NotAllowed("这条留言现在的状态不能这样处理，请刷新后再看。")
    if comment.is_emptied and action not in POSSIBLE_WHEN_EMPTIED:
        raise NotAllowed("这条留言的文字已经到期清除，不能再这样处理。")
    if action is Action.REOPEN:
        after = _reopened(comment)
    if by is not None:
        rights.require(by, rights.NEEDED[action])
        _require_second_reader(session, comment, action, by)
    _require_facts(comment, ruling)
    if action is Action.PIN:
        _require_room(session, comment)
    if action is Action.UNPIN and comment.pinned_at is None:
        raise NotAllowed("这条留言没有置顶。")
    return after


def _reopened(comment: Comment) -> State:
    """Say where a comment waits again: an appeal stays one, and an editor's reply is taken back."""
    if comment.is_by_editor:
        return State.WITHDRAWN
    return State.PENDING if comment.appealed_at is None else State.APPEALED


def _require_facts(comment: Comment, ruling: Ruling) -> None:
    """Make sure that *ruling* says what its action needs; raises NotAllowed."""
    action, words = ruling.action, (ruling.text or "").strip()
    if action is Action.REFUSE and ruling.reason not in REASONS:
        raise NotAllowed("请选择不采用的理由，留言人会在回执上看到它。")
    if action is Action.EDIT and not words:
        raise NotAllowed("改后的留言不能是空的；不想公开，请选“不采用”。")
    if action is Action.REVISE and not words:
        raise NotAllowed("改后的留言不能是空的；不想留了，可以撤回。")
    if action in {Action.EDIT, Action.REVISE} and ruling.text == comment.words:
        raise NotAllowed("文字没有改动，不需要保存。")
    if action is Action.REVISE and comment.edited_text is not None:
        raise NotAllowed("编辑正在修改这条留言，现在不能再改；您仍可以撤回。")
    if action is Action.APPEAL and comment.appealed_at is not None:
        raise NotAllowed("每条留言可以申诉一次，这一条已经申诉过了。")


def _require_second_reader(session: Session, comment: Comment, action: Action, by: Account) -> None:
    """An appeal is read by somebody else than who refused, and what comes of it stays out of the
    first one's hands; raises NotAllowed.
    """
    if action in VERDICTS and by.id == _first_reader(session, comment):
        raise NotAllowed("申诉要由另一位编辑复核：这条留言当初是您决定不采用的。")


def _first_reader(session: Session, comment: Comment) -> int | None:
    """Give the account that refused *comment* before its appeal, if there was one."""
    if comment.appealed_at is None:
        return None
    query = (
        select(Decision.account_id)
        .where(
            Decision.comment_id == comment.id,
            Decision.action == Action.REFUSE,
            Decision.decided_at <= comment.appealed_at,
        )
        .order_by(Decision.id.desc())
        .limit(1)
    )
    return session.scalar(query)


def _require_room(session: Session, comment: Comment) -> None:
    if comment.pinned_at is not None:
        raise NotAllowed("这条留言已经置顶。")
    query = select(func.count()).where(
        Comment.thread == comment.thread, Comment.pinned_at.is_not(None)
    )
    if (session.scalar(query) or 0) >= MOST_PINNED:
        raise NotAllowed("这里已经有%(most)d条置顶留言，请先取消一条。", most=MOST_PINNED)


def _change_words(comment: Comment, ruling: Ruling) -> None:
    """Give *comment* its new words and their HTML; raises MarkupError before anything changed."""
    action = ruling.action
    words = ruling.text if action in {Action.EDIT, Action.REVISE} else comment.words
    if action is Action.APPROVE or (action is Action.EDIT and comment.html is not None):
        from comment_archive import markup  # only who approves needs it

        comment.html = markup.render(words or "")
        comment.policy = markup.POLICY
    if action is Action.EDIT:
        comment.edited_text = None if words == comment.text else words
    elif action is Action.REVISE:
        comment.text = words or ""


def _change_marks(session: Session, comment: Comment, ruling: Ruling, now: datetime) -> None:
    """Change what hangs on *comment*: its pin, its appeal, its reports."""
    action = ruling.action
    if action is Action.PIN:
        comment.pinned_at = now
    elif action is Action.UNPIN or comment.state is not State.APPROVED:
        comment.pinned_at = None
    if action is Action.APPEAL:
        comment.appealed_at = now
        comment.appeal_text = ruling.text or ""
    is_taken_down = comment.state in {
        State.REFUSED, State.SPAM, State.WITHDRAWN, State.ERASED
    }  # fmt: skip
    if action is Action.SETTLE or (is_taken_down and comment.reported_at is not None):
        comment.reported_at = None
        is_open = (Report.comment_id == comment.id, Report.settled_at.is_(None))
        session.execute(update(Report).where(*is_open).values(settled_at=now))


def _row(
    comment: Comment, ruling: Ruling, before: State, by: Account | None, now: datetime
) -> Decision:
    return Decision(
        comment_id=comment.id,
        account_id=by.id if by else None,
        action=ruling.action,
        from_state=before,
        to_state=comment.state,
        reason=ruling.reason if ruling.action is Action.REFUSE else None,
        note=ruling.note,
        sentence=ruling.sentence if ruling.action is Action.REFUSE else "",
        batch=ruling.batch,
        decided_at=now,
    )


def _keep_revision(session: Session, decision: Decision, ruling: Ruling) -> None:
    """Keep the words of an edit beside its decision, which holds their digest only."""
    if ruling.action is not Action.EDIT:
        return
    salt = secrets.token_hex(16)
    text = ruling.text or ""
    decision.text_hash = salted(salt, text)
    decision.revision = Revision(comment_id=decision.comment_id, text=text, salt=salt)


def _hash(decision: Decision, previous: str) -> str:
    """Give the hash of a decision that follows the one with hash *previous*."""
    return link(previous, **facts_of(decision))


def _opposite(session: Session, decision: Decision) -> Ruling | None:
    """Give what takes *decision* back; None when another one came after it."""
    comment = decision.comment
    if latest_decision(session, comment) is not decision:
        return None
    if decision.action is Action.EDIT:
        return Ruling(action=Action.EDIT, text=_words_before(session, decision))
    opposite = OPPOSITES.get(decision.action)
    return None if opposite is None else Ruling(action=opposite)


def _words_before(session: Session, edit: Decision) -> str:
    query = (
        select(Revision.text)
        .where(Revision.comment_id == edit.comment_id, Revision.decision_id < edit.id)
        .order_by(Revision.decision_id.desc())
        .limit(1)
    )
    earlier = session.scalar(query)
    return edit.comment.text if earlier is None else earlier


def _release_key(comment: Comment) -> None:
    """Let the same words be sent anew: after a withdrawal, and where the sender was only known by
    his address, once somebody decided (another person there may have the same to say).
    """
    key = comment.submission_key or ""
    is_gone = comment.state in {State.WITHDRAWN, State.ERASED}
    if is_gone or not key.startswith(BY_NONCE):
        comment.submission_key = None


def _publish_at(comment: Comment, now: datetime) -> datetime | None:
    """Say when the publisher has work: an approval waits, what takes words away does not."""
    if comment.state is State.APPROVED:
        return max(now, comment.hidden_until or now)
    return now if comment.position is not None else None
