"""Invitations: a link by which somebody makes an account of a role, once, within a week."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from comments_service.accounts.passwords import hash_password
from comments_service.accounts.people import add_account, refuse_name
from comments_service.db import Database
from comments_service.errors import LinkOver, NotFound
from comments_service.models import Account, Invitation, Role
from comments_service.tokens import hash_token

log = logging.getLogger(__name__)

LASTS = timedelta(days=7)


def invite(session: Session, role: Role, *, by: Account | None, now: datetime) -> str:
    """Make an invitation for *role*; gives the token of its link, which is not kept.

    *by* is None for the operator at the command line.
    """
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        token_hash=hash_token(token),
        role=role,
        invited_by_id=by.id if by is not None else None,
        expires_at=now + LASTS,
    )
    session.add(invitation)
    log.info("invitation made", extra={"by": invitation.invited_by_id, "role": role.value})
    return token


def find_invitation(session: Session, token: str, *, now: datetime) -> Invitation:
    """Give the invitation of a link; raises NotFound, or LinkOver when it was used or expired."""
    query = select(Invitation).where(Invitation.token_hash == hash_token(token))
    invitation = session.scalars(query).first()
    if invitation is None:
        raise NotFound("没有这个邀请。地址可能不完整，或者邀请已经收回。")
    if invitation.used_at is not None:
        raise LinkOver("这个邀请链接已经用过了。账号建好以后，请直接登录。")
    if now >= invitation.expires_at:
        raise LinkOver("这个邀请链接已经过期，请管理员再发一个。")
    return invitation


def accept(
    database: Database,
    token: str,
    name: str,
    password: str,
    *,
    names: tuple[str, ...] = (),
    now: datetime,
) -> Account:
    """Make the account that the link invites to; the link is used up then.

    Raises NotFound or LinkOver for the link, AccountError for name and password. The hash is made
    only for a good link, and outside any transaction: that takes long on purpose.
    """
    with database.reading() as session:
        find_invitation(session, token, now=now)
        refuse_name(session, name)
    password_hash = hash_password(password, name, *names)
    with database.writing() as session:
        role = _use(session, token, now)
        account = add_account(session, name, password_hash, role)
    log.info("invitation used", extra={"account_id": account.id, "role": account.role.value})
    return account


def open_invitations(session: Session, *, now: datetime) -> Sequence[Invitation]:
    """Give the invitations that can still be used, the oldest first."""
    is_open = (Invitation.used_at.is_(None), Invitation.expires_at > now)
    return session.scalars(select(Invitation).where(*is_open).order_by(Invitation.id)).all()


def withdraw(session: Session, number: int, *, by: Account) -> bool:
    """Make an unused invitation worth nothing; says whether there was one."""
    is_it = (Invitation.id == number) & Invitation.used_at.is_(None)
    gone = session.scalar(delete(Invitation).where(is_it).returning(Invitation.id))
    if gone is not None:
        log.info("invitation withdrawn", extra={"by": by.id})
    return gone is not None


def _use(session: Session, token: str, now: datetime) -> Role:
    """Mark the invitation as used; of two who come at the same moment one finds it used."""
    is_unused = (Invitation.token_hash == hash_token(token)) & Invitation.used_at.is_(None)
    used = update(Invitation).where(is_unused).values(used_at=now).returning(Invitation.role)
    role = session.scalar(used)
    if role is None:
        find_invitation(session, token, now=now)
        raise LinkOver("这个邀请链接已经用过了。账号建好以后，请直接登录。")
    return role
