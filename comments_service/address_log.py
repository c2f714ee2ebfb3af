"""Keeps the full address of each message for as long as the law asks, sealed: only the holder of
the private key reads it, and that key is not on this machine.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyrage.x25519 import Identity
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from comments_service import sealing
from comments_service.models import SealedAddress

KEEP = insert(SealedAddress)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """From where a message came."""

    number: int
    address: str
    stored_at: datetime


def seal_address(key: str, comment_id: int, address: str, now: datetime) -> dict[str, Any]:
    """Give the row for :data:`KEEP` that keeps *address* for the holder of the public *key*; it
    belongs into the transaction that stores the message.
    """
    sealed = b64encode(sealing.seal(key, address)).decode()
    return {"comment_id": comment_id, "sealed": sealed, "stored_at": now}


def read_addresses(session: Session, key: Identity, numbers: list[int]) -> Iterator[Sender]:
    """Yield from where the messages *numbers* came, as far as that is kept. Raises KeyRefused."""
    of_them = SealedAddress.comment_id.in_(numbers)
    query = select(SealedAddress).where(of_them).order_by(SealedAddress.comment_id)
    for row in session.scalars(query):
        address = sealing.unseal(key, b64decode(row.sealed))
        yield Sender(number=row.comment_id, address=address, stored_at=row.stored_at)
