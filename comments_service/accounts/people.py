"""Accounts: making them, their names, roles and passwords, locking them out."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from comments_service.accounts.passwords import hash_password
from comments_service.accounts.sessions import end_logins, renew_token
from comments_service.db import Database
from comments_service.errors import AccountError
from comments_service.models import Account, Invitation, Login, Role

log = logging.getLogger(__name__)

MOST_NAME = 80


def create_account(
    session: Session,
    name: str,
    password: str,
    role: Role = Role.MODERATOR,
    *,
    names: tuple[str, ...] = (),
) -> Account:
    """Make an account; raises AccountError for a taken name or a weak password.

    *names* are words that a password must not be made of, such as the site's name.
    """
    refuse_name(session, name)
    return add_account(session, name, hash_password(password, name, *names), role)


def add_account(session: Session, name: str, password_hash: str, role: Role) -> Account:
    """Store an account whose name was looked at; raises AccountError if it was taken meanwhile."""
    account = Account(name=name, password_hash=password_hash, role=role)
    session.add(account)
    try:
        session.flush()
    except IntegrityError as error:
        raise _taken(name) from error
    return account


def refuse_name(session: Session, name: str) -> None:
    """Look at the name of a new account; raises AccountError if it cannot be had."""
    if not 1 <= len(name) <= MOST_NAME or name != " ".join(name.split()) or not _is_visible(name):
        raise AccountError("账号要有1至%(most)d个看得见的字符。", most=MOST_NAME)
    # Two that differ by capitals alone would be taken for one in the record.
    if name.casefold() in {each.casefold() for each in session.scalars(select(Account.name))}:
        raise _taken(name)


def find_account(session: Session, name: str) -> Account | None:
    """Give the account of that name."""
    return session.scalars(select(Account).where(Account.name == name)).first()


def everybody(session: Session) -> Sequence[tuple[Account, datetime | None]]:
    """Give all accounts and when each was last seen, as far as a session is left of it."""
    is_its = (Login.account_id == Account.id) & Login.is_verified
    query = select(Account, func.max(Login.seen_at)).outerjoin(Login, is_its).group_by(Account.id)
    return session.execute(query.order_by(Account.is_disabled, Account.name)).all()


def set_password(
    session: Session, account: Account, password: str, *, names: tuple[str, ...] = ()
) -> None:
    """Change the password and end every log-in of *account*; a disabled one may log in again."""
    account.password_hash = hash_password(password, account.name, *names)
    account.is_disabled = False
    end_logins(session, account)
    log.info("password set", extra={"account_id": account.id})


def change_password(
    database: Database, login: Login, password: str, *, names: tuple[str, ...] = ()
) -> str:
    """Change the password of the one whose session *login* is; his other sessions end, and this
    one gets the token that is given back.

    The hash is made outside any transaction: that takes long on purpose.
    """
    password_hash = hash_password(password, login.account.name, *names)
    with database.writing() as session:
        account = session.get_one(Account, login.account_id)
        account.password_hash = password_hash
        end_logins(session, account, but=login)
        token = renew_token(session, login)
    log.info("password changed", extra={"account_id": login.account_id})
    return token


def set_email(session: Session, account: Account, email: str | None) -> None:
    """Say where the digest goes; None: it is not wanted."""
    account.email = email or None


def set_role(session: Session, account: Account, role: Role, *, by: Account | None = None) -> None:
    """Give *account* another role; raises AccountError for the last administrator."""
    if role is not Role.ADMINISTRATOR:
        _keep_an_administrator(session, account)
        _forget_invitations(session, account)
    account.role = role
    log.info("role changed", extra={"account_id": account.id, "role": role.value, "by": _id(by)})


def disable(session: Session, account: Account, *, by: Account | None = None) -> None:
    """Lock *account* out at once; raises AccountError for the last administrator."""
    _keep_an_administrator(session, account)
    _forget_invitations(session, account)
    account.is_disabled = True
    end_logins(session, account)
    log.info("account disabled", extra={"account_id": account.id, "by": _id(by)})


def enable(session: Session, account: Account, *, by: Account | None = None) -> None:
    """Let *account* log in again."""
    account.is_disabled = False
    log.info("account enabled", extra={"account_id": account.id, "by": _id(by)})


def _keep_an_administrator(session: Session, account: Account) -> None:
    """Refuse to take away the last one; two who remove each other come one after the other."""
    can_log_in = (Account.role == Role.ADMINISTRATOR, Account.is_disabled.is_(False))
    query = select(Account.id).where(*can_log_in).order_by(Account.id).with_for_update()
    if session.scalars(query).all() == [account.id]:
        raise AccountError("这是最后一位管理员，请先让另一个账号成为管理员。")


def _forget_invitations(session: Session, account: Account) -> None:
    """Make the open invitations of one who may no longer invite worth nothing."""
    are_open = (Invitation.invited_by_id == account.id) & Invitation.used_at.is_(None)
    session.execute(delete(Invitation).where(are_open))


def _is_visible(name: str) -> bool:
    return all(unicodedata.category(char)[0] not in "CZ" or char == " " for char in name)


def _taken(name: str) -> AccountError:
    return AccountError("已经有叫“%(name)s”的账号，请换一个名字。", name=name)


def _id(by: Account | None) -> int | None:
    return by.id if by is not None else None
