"""What an importer hands over: one record for each thing that is to be stored, its values already
of the types that the tables have.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column

from comments_service.db import Base
from comments_service.models import (
    Account,
    Comment,
    Decision,
    ListedWord,
    Note,
    Report,
    Revision,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One thing of a file, and the line it stands on."""

    line: int
    kind: str
    """A key of :data:`KINDS`."""
    values: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A sort of record: its table, and which of the table's columns travel."""

    name: str
    model: type[Base]
    stays: frozenset[str]
    """Columns that stay behind: secrets, and numbers that nobody is told."""
    columns: tuple[Column[Any], ...]
    """The columns that travel, in the table's order."""


def _kind(name: str, model: type[Base], *stays: str) -> Kind:
    table: Any = model.__table__
    columns = tuple(column for column in table.columns if column.name not in stays)
    return Kind(name=name, model=model, stays=frozenset(stays), columns=columns)


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        _kind("account", Account, "password_hash", "totp_secret", "totp_step"),
        _kind("comment", Comment, "submission_key"),
        _kind("decision", Decision),
        _kind("revision", Revision, "id"),
        _kind("note", Note, "id"),
        _kind("report", Report),
        _kind("word", ListedWord),
    )
}
"""Every sort in the order in which a file holds them: what is referred to comes first."""

Records = Iterator[Record]
