"""The links in visitors' mails. They are derived, not stored: from the secret, the message and the
address, so that one is worthless once the address was taken away.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from comments_service.config import Config
from comments_service.models import Account, Comment, OutboxMessage, State
from comments_service.notifications import outbox
from comments_service.tokens import keyed_digest

TOKEN_BYTES = 24


class Deed(StrEnum):
    """What a link in a mail is for; the end of its address."""

    CONFIRM = "confirm"
    UNSUBSCRIBE = "unsubscribe"


def visitor_link(config: Config, comment: Comment, deed: Deed) -> str:
    """Give the link by which the visitor who left *comment* does *deed*."""
    token = visitor_token(config.secret_key, comment, deed)
    return f"{mail_site(config)}/messages/mail/{comment.id}/{token}/{deed}"


def moderator_link(config: Config, account: Account) -> str:
    """Give the link by which a moderator ends the mails to him."""
    token = moderator_token(config.secret_key, account)
    return f"{mail_site(config)}/desk/mail/{account.id}/{token}/{Deed.UNSUBSCRIBE}"


def visitor_token(secret: str, comment: Comment, deed: Deed) -> str:
    """Derive the secret part of a visitor's link."""
    return _token(secret, f"mail {deed}", comment.id, comment.email or "")


def moderator_token(secret: str, account: Account) -> str:
    """Derive the secret part of a moderator's link."""
    return _token(secret, "mail digest", account.id, account.email or "")


def find_comment(
    session: Session, number: int, token: str, deed: Deed, *, secret: str
) -> Comment | None:
    """Give the comment *number* if *token* is that of *deed* for its present address."""
    comment = session.get(Comment, number)
    if comment is None or comment.email is None:
        return None
    return comment if _is_same(token, visitor_token(secret, comment, deed)) else None


def find_account(session: Session, number: int, token: str, *, secret: str) -> Account | None:
    """Give the account *number* if *token* is that of its present address."""
    account = session.get(Account, number)
    if account is None or account.email is None:
        return None
    return account if _is_same(token, moderator_token(secret, account)) else None


def confirm(session: Session, comment: Comment, *, now: datetime) -> None:
    """Note that the address is the visitor's; what was decided before is told him now."""
    is_new = (Comment.id == comment.id, Comment.email_confirmed_at.is_(None))
    noted = update(Comment).where(*is_new).values(email_confirmed_at=now).returning(Comment.id)
    is_first = session.scalar(noted) is not None
    is_decided = comment.state in {State.APPROVED, State.REFUSED}
    if is_first and is_decided and not _will_be_told(session, comment):
        outbox.put(session, outbox.DECISION, now=now, due_at=now, comment_id=comment.id)


def unsubscribe(session: Session, comment: Comment) -> None:
    """Forget the address, and all that was to be sent to it for this message."""
    forgotten = {"email": None, "email_confirmed_at": None}
    session.execute(update(Comment).where(Comment.id == comment.id).values(**forgotten))
    to_it = (
        OutboxMessage.comment_id == comment.id,
        OutboxMessage.kind.in_(outbox.TO_ITS_VISITOR),
    )
    session.execute(delete(OutboxMessage).where(*to_it))


def mail_site(config: Config) -> str:
    """Give the site's address in plain letters, which is all that a mail's head may hold."""
    host = urlsplit(config.site_url).hostname or ""
    return config.site_url if host.isascii() else config.site_url.replace(host, mail_host(config))


def mail_host(config: Config) -> str:
    """Give the site's host as it stands in a mail's head."""
    host = urlsplit(config.site_url).hostname or ""
    return "localhost" if ":" in host else host.encode("idna").decode()


def _will_be_told(session: Session, comment: Comment) -> bool:
    told = (OutboxMessage.comment_id == comment.id, OutboxMessage.kind == outbox.DECISION)
    return session.scalar(select(OutboxMessage.id).where(*told).limit(1)) is not None


def _token(secret: str, *parts: object) -> str:
    return urlsafe_b64encode(keyed_digest(secret, *parts)[:TOKEN_BYTES]).decode()


def _is_same(given: str, derived: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), derived.encode())
