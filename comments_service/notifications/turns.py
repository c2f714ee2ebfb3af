"""Limits how many confirmation mails one address gets, so that nobody can be flooded through us."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from comments_service.models import LastTime
from comments_service.tokens import keyed_digest

MOST = 3
"""Confirmation mails to one address within :data:`WINDOW`."""
WINDOW = timedelta(hours=24)
PREFIX = "mail:"
DIGITS = 18
"""Hexadecimal digits of the keyed digest that stands for the address."""


def take_turn(session: Session, address: str, number: int, *, secret: str, now: datetime) -> bool:
    """Say whether *address* may get the confirmation mail for the message *number*, and note it.

    The same message takes one turn, however often its mail is tried.
    """
    forget_old_turns(session, now=now)
    person = f"{PREFIX}{_digest(address, secret)}:"
    name = f"{person}{number:x}"
    if session.get(LastTime, name) is not None:
        return True
    query = select(func.count()).where(LastTime.name.startswith(person, autoescape=True))
    if (session.scalar(query) or 0) >= MOST:
        return False
    session.add(LastTime(name=name, at=now))
    return True


def forget_old_turns(session: Session, *, now: datetime) -> None:
    """Drop what no longer counts."""
    is_turn = LastTime.name.startswith(PREFIX, autoescape=True)
    session.execute(delete(LastTime).where(is_turn, LastTime.at <= now - WINDOW))


def _digest(address: str, secret: str) -> str:
    """Digest whom *address* reaches: capitals and what follows a plus make no other person."""
    local, _, host = address.casefold().rpartition("@")
    return keyed_digest(secret, "mail turn", local.partition("+")[0], host).hex()[:DIGITS]
