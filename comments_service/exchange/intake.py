"""What is known while a file is brought in: what was counted, how far the chain was read, what was
changed and what was left as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from comments_service.chain import GENESIS
from comments_service.db import Base
from comments_service.errors import ImportRefused
from comments_service.importers import KINDS, Record
from comments_service.models import Account, ChainHead, Comment, State

Batch = list[Record]


@dataclass(slots=True)
class Counts:
    """What became of the records of one kind."""

    new: int = 0
    updated: int = 0
    """There already, and brought up to what the file says."""
    same: int = 0
    kept: int = 0
    """There already and left as it is: newer, or this place's own."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What became of a whole file."""

    counts: dict[str, Counts] = field(default_factory=lambda: {name: Counts() for name in KINDS})
    without_password: list[str] = field(default_factory=list)
    """New accounts that somebody has to give a password."""

    @property
    def changed(self) -> int:
        """How many rows were written."""
        return sum(counts.new + counts.updated for counts in self.counts.values())


@dataclass(slots=True, kw_only=True)
class Intake:
    """One file on its way in."""

    session: Session
    head: ChainHead
    """The newest decision here; it moves on with every one that comes."""
    now: datetime
    totals: Totals = field(default_factory=Totals)
    read_hash: str = GENESIS
    """The newest decision of the file, as far as it was read."""
    read_id: int = 0
    updated: dict[int, int] = field(default_factory=dict)
    """Messages that were brought up to the file's, and the lines that did it."""
    kept: set[int] = field(default_factory=set)
    """Messages that are newer here."""

    def refuse_unknown(self, model: type[Base], name: str, batch: Batch) -> None:
        """Make sure that what *name* refers to is there; raises ImportRefused."""
        wanted = {record.values[name] for record in batch} - {None}
        if model is Comment and name == "reply_to_id":
            wanted -= {record.values["id"] for record in batch}
        known = self._known(model, wanted)
        for record in batch:
            if record.values[name] in wanted - known:
                what = "account" if model is Account else "message"
                raise refused(
                    record,
                    f"it refers to {what} {record.values[name]}, which is neither above nor here: "
                    "export the file anew",
                )

    def erased(self, batch: Batch) -> set[int]:
        """Give the messages of *batch* that are erased here; nothing of them comes back."""
        numbers = {record.values["comment_id"] for record in batch}
        query = select(Comment.id).where(Comment.id.in_(numbers), Comment.state == State.ERASED)
        return set(self.session.scalars(query))

    def _known(self, model: type[Base], wanted: Iterable[int]) -> set[int]:
        key = table_of(model).c.id
        return set(self.session.scalars(select(key).where(key.in_(wanted))))


def table_of(model: type[Base]) -> Table:
    """Give a model's table."""
    table: Any = model.__table__
    return table  # type: ignore[no-any-return]


def refused(record: Record, sentence: str) -> ImportRefused:
    """Give the refusal of a whole file because of *record*."""
    return ImportRefused(f"line {record.line}: {sentence}")
