"""Brings a file's records into the database: all of them in one transaction, or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from sqlalchemy import func, literal_column, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from comments_service.bell import ring
from comments_service.db import Base, Database
from comments_service.decisions import lock_chain
from comments_service.errors import ImportRefused
from comments_service.exchange.accounts import take_accounts
from comments_service.exchange.attached import take_notes, take_reports, take_words
from comments_service.exchange.comments import take_comments
from comments_service.exchange.decided import refuse_overruling, take_decisions, take_revisions
from comments_service.exchange.intake import Batch, Intake, Totals, refused, table_of
from comments_service.importers import Record
from comments_service.models import Account, Comment, Decision, Report

BATCH = 500
TAKERS: dict[str, Callable[[Intake, Batch], None]] = {
    "account": take_accounts,
    "comment": take_comments,
    "decision": take_decisions,
    "revision": take_revisions,
    "note": take_notes,
    "report": take_reports,
    "word": take_words,
}
"""Who stores the records of each kind."""
NUMBERED: tuple[type[Base], ...] = (Account, Comment, Decision, Report)
"""What keeps its numbers."""


class _Rehearsed(Exception):
    """Ends the transaction of a rehearsal."""


def bring_in(
    database: Database,
    records: Iterable[Record],
    *,
    now: datetime,
    is_rehearsal: bool = False,
    progress: Callable[[], None] = lambda: None,
) -> Totals:
    """Store *records*; gives what became of them. A rehearsal does it all, and undoes it.

    What is here already is recognised, so a second time changes nothing; nothing is deleted but
    what hangs on a message that the file says was erased. Raises ImportRefused, and then nothing
    was written. *progress* is called now and then.
    """
    try:
        with database.writing() as session:
            intake = _begin(session, now)
            for batch in _batches(records):
                TAKERS[batch[0].kind](intake, batch)
                progress()
            refuse_overruling(intake)
            if is_rehearsal:
                raise _Rehearsed
            _advance_numbers(session)
            ring(session)
    except _Rehearsed:
        pass
    except IntegrityError as error:
        raise ImportRefused(
            "The file contradicts itself or what is here: export it anew, "
            "and let nobody write here meanwhile (stop ./run serve)"
        ) from error
    return intake.totals


def _begin(session: Session, now: datetime) -> Intake:
    """Take the chain's lock first, as every decision does, then keep others from writing."""
    head = lock_chain(session)
    if session.get_bind().dialect.name == "postgresql":
        tables = ", ".join(model.__tablename__ for model in NUMBERED)
        session.execute(text(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE"))
    return Intake(session=session, head=head, now=now)


def _batches(records: Iterable[Record]) -> Iterator[Batch]:
    """Yield records of one kind together, some at a time; raises ImportRefused for a number that is
    out of order, or there twice.
    """
    batch: Batch = []
    for record in records:
        if batch and batch[-1].kind == record.kind:
            _refuse_disorder(batch[-1], record)
        if batch and (len(batch) == BATCH or batch[-1].kind != record.kind):
            yield batch
            batch = []
        batch.append(record)
    if batch:
        yield batch


def _refuse_disorder(before: Record, record: Record) -> None:
    key = next((name for name in ("id", "decision_id") if name in record.values), None)
    if key is not None and record.values[key] <= before.values[key]:
        raise refused(
            record,
            f"its number {record.values[key]} does not follow {before.values[key]}: the lines of a "
            "kind stand in the order of their numbers, each once",
        )


def _advance_numbers(session: Session) -> None:
    """Let new rows be numbered after those that were brought in; SQLite sees to that itself."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for model in NUMBERED:
        key = table_of(model).c.id
        sequence = func.pg_get_serial_sequence(model.__tablename__, "id")
        newest = select(func.max(key)).scalar_subquery()
        used = func.nextval(sequence)
        last = func.greatest(newest, used, literal_column("1"))
        session.execute(select(func.setval(sequence, last)))
