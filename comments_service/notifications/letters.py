"""What each notice says, if it still holds at the moment it is delivered."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from comment_archive.directory import BOARD, Directory
from comments_service import rights
from comments_service.config import Config
from comments_service.models import Account, Action, Comment, Decision, OutboxMessage, State
from comments_service.notifications import outbox
from comments_service.notifications.action_links import make_links
from comments_service.notifications.links import Deed, mail_site, moderator_link, visitor_link
from comments_service.notifications.turns import take_turn
from comments_service.notifications.waiting import Waiting, count_waiting, oldest_waiting
from comments_service.permalinks import message_link
from comments_service.reasons import REASONS
from comments_service.rights import Right

log = logging.getLogger(__name__)

SOON = timedelta(seconds=5)
"""How long a notice waits for the publisher before it is looked at again."""
MOST_LISTED = 10
"""Messages in a moderator's mail."""
LONGEST_EXCERPT = 80
GONE = frozenset({State.SPAM, State.WITHDRAWN, State.ERASED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a notice needs besides its message."""

    config: Config
    directory: Directory
    now: datetime

    def written(self, moment: datetime) -> str:
        """Write a moment in the site's time zone."""
        local = moment.astimezone(ZoneInfo(self.directory.site.timezone))
        return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"

    def place(self, thread: str) -> str:
        """Name what a message was written to."""
        info = self.directory.find(thread)
        return "留言板" if info is None or thread == BOARD else f"《{info.title}》"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail to one person."""

    to: str
    subject: str
    template: str
    values: dict[str, Any]
    unsubscribe: str
    """The address that ends such mails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A few words for the place where all moderators look; it names no message."""

    title: str
    text: str


Answer: TypeAlias = Letter | Announcement | datetime | None
"""What is to be delivered; a later moment at which to look again; or None, where it holds no more.
"""


def compose(session: Session, notice: OutboxMessage, around: Around) -> Answer:
    """Say what *notice* is to tell now."""
    is_mail = notice.kind != outbox.DIGEST or notice.account_id is not None
    if is_mail and not around.config.sends_mail:
        return None
    write = KINDS.get(notice.kind)
    return write(session, notice, around) if write else None


def _ask(session: Session, notice: OutboxMessage, around: Around) -> Answer:
    """Ask a visitor to confirm the address."""
    comment = session.get(Comment, notice.comment_id or 0)
    if comment is None or comment.email is None or comment.email_confirmed_at is not None:
        return None
    if comment.state in GONE:
        return None
    secret, now = around.config.secret_key, around.now
    if not take_turn(session, comment.email, comment.id, secret=secret, now=now):
        log.warning("a confirmation was left out: too many for one address")
        return None
    values = {"link": visitor_link(around.config, comment, Deed.CONFIRM)}
    return _to_visitor(comment, "confirm", "请确认邮箱", around, values)


def _tell_decision(session: Session, notice: OutboxMessage, around: Around) -> Answer:
    """Tell a visitor what became of the message."""
    comment = session.get(Comment, notice.comment_id or 0)
    if comment is None or not _is_confirmed(comment):
        return None
    if comment.state is State.REFUSED:
        return _tell_refusal(session, comment, around)
    if comment.state is not State.APPROVED:
        return None
    if not _is_live(comment, around.now):
        return _look_again(comment, around.now)
    values = {"link": _address(session, comment, around)}
    return _to_visitor(comment, "published", "您的留言已经公开", around, values)


def _tell_refusal(session: Session, comment: Comment, around: Around) -> Answer:
    query = (
        select(Decision)
        .where(Decision.comment_id == comment.id, Decision.action == Action.REFUSE)
        .order_by(Decision.id.desc())
        .limit(1)
    )
    verdict = session.scalars(query).first()
    values = {
        "reason": REASONS.get(verdict.reason or "", "") if verdict else "",
        "sentence": verdict.sentence if verdict else "",
        "can_appeal": comment.appealed_at is None,
    }
    return _to_visitor(comment, "refused", "您的留言没有采用", around, values)


def _tell_reply(session: Session, notice: OutboxMessage, around: Around) -> Answer:
    """Tell a visitor that somebody answered the message; not where he answered himself."""
    answer = session.get(Comment, notice.comment_id or 0)
    parent = answer.reply_to if answer else None
    if answer is None or parent is None or answer.state is not State.APPROVED:
        return None
    is_wanted = _is_confirmed(parent) and parent.email != answer.email
    if not is_wanted or parent.state is not State.APPROVED:
        return None
    for each in (parent, answer):
        if not _is_live(each, around.now):
            return _look_again(each, around.now)
    values = {"link": _address(session, answer, around), "author": answer.author}
    return _to_visitor(parent, "reply", "有人回复了您的留言", around, values)


def _tell_what_waits(session: Session, notice: OutboxMessage, around: Around) -> Answer:
    """Tell moderators what waits, unless all was done meanwhile."""
    waiting = count_waiting(session)
    if not waiting.is_anything:
        return None
    values = _counts(waiting, around)
    if notice.account_id is None:
        return Announcement(title=_digest_subject(waiting), text=_in_words(values))
    account = session.get(Account, notice.account_id)
    if account is None or account.email is None or not rights.may(account, Right.DECIDE):
        return None
    oldest = oldest_waiting(session, most=MOST_LISTED)
    return Letter(
        to=account.email,
        subject=f"{_digest_subject(waiting)} · {around.directory.site.name}",
        template="digest",
        values=values | {"name": account.name, "items": _items(session, account, oldest, around)},
        unsubscribe=moderator_link(around.config, account),
    )


KINDS: dict[str, Callable[[Session, OutboxMessage, Around], Answer]] = {
    outbox.CONFIRM: _ask,
    outbox.DECISION: _tell_decision,
    outbox.REPLY: _tell_reply,
    outbox.DIGEST: _tell_what_waits,
}


def _to_visitor(
    comment: Comment, template: str, subject: str, around: Around, values: dict[str, Any]
) -> Letter:
    facts = {
        "number": comment.id,
        "place": around.place(comment.thread),
        "when": around.written(comment.submitted_at),
    }
    return Letter(
        to=comment.email or "",
        subject=f"{subject}（第{comment.id}号） · {around.directory.site.name}",
        template=template,
        values=facts | values,
        unsubscribe=visitor_link(around.config, comment, Deed.UNSUBSCRIBE),
    )


def _is_confirmed(comment: Comment) -> bool:
    return comment.email is not None and comment.email_confirmed_at is not None


def _is_live(comment: Comment, now: datetime) -> bool:
    """Say whether the site shows *comment*, and nothing more is to be done to it."""
    return comment.is_public(now) and comment.live_at is not None and comment.publish_at is None


def _look_again(comment: Comment, now: datetime) -> datetime:
    return max(now + SOON, comment.hidden_until or now)


def _address(session: Session, comment: Comment, around: Around) -> str:
    return mail_site(around.config) + (message_link(session, comment, around.directory) or "/")


def _counts(waiting: Waiting, around: Around) -> dict[str, Any]:
    return {
        "pending": waiting.pending,
        "reported": waiting.reported,
        "appealed": waiting.appealed,
        "oldest": around.written(waiting.oldest) if waiting.oldest else "",
        "desk": f"{mail_site(around.config)}/desk/",
    }


def _digest_subject(waiting: Waiting) -> str:
    if waiting.pending:
        return f"{waiting.pending}条留言等候审核"
    return f"{waiting.reported + waiting.appealed}条举报和申诉等候处理"


def _in_words(values: dict[str, Any]) -> str:
    oldest = f"，最早的是{values['oldest']}收到的" if values["oldest"] else ""
    return (
        f"待审核{values['pending']}条{oldest}；举报{values['reported']}条，"
        f"申诉{values['appealed']}条。\n审核台：{values['desk']}"
    )


def _items(
    session: Session, account: Account, oldest: Sequence[Row[Any]], around: Around
) -> list[dict[str, Any]]:
    links = make_links(session, account, oldest, config=around.config, now=around.now)
    return [
        {
            "number": row.id,
            "place": around.place(row.thread),
            "author": row.author,
            "excerpt": _excerpt(row.words),
            "link": f"{mail_site(around.config)}/desk/comments/{row.id}",
            "approve": links[row.id][Action.APPROVE],
            "spam": links[row.id][Action.SPAM],
        }
        for row in oldest
    ]


def _excerpt(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= LONGEST_EXCERPT else f"{line[:LONGEST_EXCERPT]}……"
