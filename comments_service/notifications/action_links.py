"""The links in a moderator's mail by which one message is decided: one action, once, for 72 hours.

Only the hash of a link's token is stored. The token also proves the account's present address, so
that a moderator who changes it takes back all that was sent to the former one.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from comments_service import rights
from comments_service.config import Config
from comments_service.errors import LinkOver, NotFound
from comments_service.models import Account, Action, ActionLink, Comment
from comments_service.notifications.links import mail_site
from comments_service.tokens import hash_token, keyed_digest

LIFE = timedelta(hours=72)
KEPT = timedelta(days=7)
"""How long a link that is over is still known, so that its page can say why."""
MAILED = (Action.APPROVE, Action.SPAM)
"""What can be done from a mail: what needs no words."""
NONCE_BYTES = 18
NONCE_LENGTH = 24
PROOF_BYTES = 12


class Standing(StrEnum):
    """How a link stands."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    OVERTAKEN = "overtaken"
    """The message is not as it was when the mail was written."""


def make_links(
    session: Session,
    account: Account,
    waiting: Sequence[Row[Any]],
    *,
    config: Config,
    now: datetime,
) -> dict[int, dict[Action, str]]:
    """Make the links of *account* for messages that wait; gives their addresses by number."""
    made: dict[int, dict[Action, str]] = {}
    for row in sorted(waiting, key=lambda row: row.id):  # the order in which decisions lock them
        tokens = {action: _make_token(account, config.secret_key) for action in MAILED}
        for action, token in tokens.items():
            session.add(
                ActionLink(
                    token_hash=hash_token(token),
                    account_id=account.id,
                    comment_id=row.id,
                    action=action,
                    seen_version=row.version,
                    expires_at=now + LIFE,
                )
            )
        site = mail_site(config)
        made[row.id] = {action: f"{site}/desk/mail/{token}" for action, token in tokens.items()}
    session.flush()
    return made


def find_link(session: Session, token: str, *, secret: str) -> tuple[ActionLink, Account]:
    """Give the link with *token* and whose it is.

    Raises NotFound, and LinkOver where the account may not do this any more.
    """
    link = session.scalars(select(ActionLink).where(ActionLink.token_hash == hash_token(token)))
    found = link.first()
    if found is None:
        raise NotFound("没有这个链接。请检查地址是否完整，或者登录审核台处理。")
    account = session.get_one(Account, found.account_id)
    given, proof = token.encode("utf-8", "replace"), _sign(token[:NONCE_LENGTH], account, secret)
    if not hmac.compare_digest(given, proof) or not rights.may_do(account, found.action):
        raise LinkOver("这个链接已经失效：账号停用了，或者换过邮箱、身份。")
    return found, account


def standing(link: ActionLink, comment: Comment, *, now: datetime) -> Standing:
    """Say whether *link* still holds for *comment*, and if not, why."""
    if link.used_at is not None:
        return Standing.USED
    if link.expires_at <= now:
        return Standing.EXPIRED
    return Standing.OPEN if comment.version == link.seen_version else Standing.OVERTAKEN


def _make_token(account: Account, secret: str) -> str:
    return _sign(secrets.token_urlsafe(NONCE_BYTES), account, secret).decode()


def _sign(nonce: str, account: Account, secret: str) -> bytes:
    digest = keyed_digest(secret, "action link", nonce, account.id, account.email or "")
    return f"{nonce}{digest[:PROOF_BYTES].hex()}".encode()
