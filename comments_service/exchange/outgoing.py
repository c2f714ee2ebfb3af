"""Writes all that travels as JSON Lines, some rows at a time, as the database is at one moment."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, BinaryIO

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from comments_service.db import Database
from comments_service.exchange.passwords import tells_disabled
from comments_service.importers import KINDS, Kind
from comments_service.importers.huisheng import END, FORMAT, VERSION
from comments_service.importers.values import write_value
from comments_service.models import Account, ChainHead, ListedWord, Note, Revision

BATCH = 1000

Fields = dict[str, Any]


def write_out(
    database: Database,
    stream: BinaryIO,
    *,
    now: datetime,
    progress: Callable[[int], None] = lambda count: None,
) -> int:
    """Write everything that travels to *stream*; gives the number of records.

    *progress* is told how many records were written, now and then.
    """
    with database.snapshot() as session:
        head = session.scalar(select(ChainHead.hash))
        header = {"format": FORMAT, "version": VERSION, "exported_at": now, "head": head}
        stream.write(_line(header))
        count = 0
        for kind in KINDS.values():
            for fields in _fields(session, kind):
                stream.write(_line({"kind": kind.name} | fields))
                count += 1
                if count % BATCH == 0:
                    progress(count)
        stream.write(_line({"kind": END, "records": count}))
    return count


def _line(fields: Fields) -> bytes:
    written = {name: write_value(value) for name, value in fields.items()}
    return json.dumps(written, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _fields(session: Session, kind: Kind) -> Iterator[Fields]:
    if kind.model is Account:
        return _accounts(session, kind)
    if kind.model is ListedWord:
        return _words(session, kind)
    return _rows(session, kind)


def _rows(session: Session, kind: Kind) -> Iterator[Fields]:
    """Yield the rows of a table in its order, by keys and not by an offset."""
    table = kind.model.__table__
    order = [table.c[name] for name in ORDER.get(kind.model, ("id",))]
    names = [column.name for column in kind.columns]
    query = select(*kind.columns, *(column.label(f"at_{column.name}") for column in order))
    query = query.order_by(*order).limit(BATCH)
    batch = query
    while rows := session.execute(batch).all():
        for row in rows:
            yield dict(zip(names, row, strict=False))
        last = rows[-1][len(names) :]
        batch = query.where(tuple_(*order) > tuple_(*last))


ORDER = {Revision: ("decision_id",), Note: ("comment_id", "id")}
"""By what rows are put in order where it is not their number: revisions and notes have numbers that
nobody is told, and that SQLite gives a second time after an erasure.
"""


def _accounts(session: Session, kind: Kind) -> Iterator[Fields]:
    for account in session.scalars(select(Account).order_by(Account.id)):
        fields = {column.name: getattr(account, column.name) for column in kind.columns}
        yield fields | {"is_disabled": tells_disabled(account)}


def _words(session: Session, kind: Kind) -> Iterator[Fields]:
    """Yield the listed words by their characters' numbers, whatever order the database has."""
    names = [column.name for column in kind.columns]
    rows = session.execute(select(*kind.columns)).all()
    return (dict(zip(names, row, strict=True)) for row in sorted(rows, key=lambda row: row[0]))
