"""Brings in what hangs on messages, notes and reports, and the listed words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select, update

from comments_service.exchange.intake import Batch, Counts, Intake, refused, table_of
from comments_service.importers import Record
from comments_service.models import Account, Comment, ListedWord, Note, Report, State
from comments_service.screening.loading import touch_word_lists

NOTE = ("comment_id", "account_id", "text", "written_at")


def take_notes(intake: Intake, batch: Batch) -> None:
    """Store the notes that are not here; they have no numbers, so all of a note counts."""
    intake.refuse_unknown(Comment, "comment_id", batch)
    intake.refuse_unknown(Account, "account_id", batch)
    numbers = {record.values["comment_id"] for record in batch}
    query = select(*(table_of(Note).c[name] for name in NOTE)).where(Note.comment_id.in_(numbers))
    here = {tuple(row) for row in intake.session.execute(query)}
    erased, counts, new = intake.erased(batch), intake.totals.counts["note"], []
    for record in batch:
        if tuple(record.values[name] for name in NOTE) in here:
            counts.same += 1
        elif record.values["comment_id"] in erased:
            counts.kept += 1
        else:
            new.append(record.values)
    if new:
        intake.session.execute(insert(table_of(Note)), new)
    counts.new += len(new)


def take_reports(intake: Intake, batch: Batch) -> None:
    """Store the reports that are not here, and settle those that were settled."""
    intake.refuse_unknown(Comment, "comment_id", batch)
    numbers = [record.values["id"] for record in batch]
    query = select(table_of(Report)).where(Report.id.in_(numbers))
    here = {row["id"]: dict(row) for row in intake.session.execute(query).mappings()}
    erased, counts = intake.erased(batch), intake.totals.counts["report"]
    for record in batch:
        if (report := here.get(record.values["id"])) is not None:
            _bring_up(intake, record, report, counts)
            continue
        is_erased = record.values["comment_id"] in erased
        emptied = {"text": "", "address": ""} if is_erased else {}
        intake.session.execute(insert(table_of(Report)).values(record.values | emptied))
        counts.new += 1
        if record.values["settled_at"] is None:
            _ask_for_a_look(intake, record)


def _bring_up(intake: Intake, record: Record, here: dict[str, Any], counts: Counts) -> None:
    values = record.values
    if any(here[name] != values[name] for name in ("comment_id", "reason", "reported_at")):
        raise refused(
            record,
            f"report {values['id']} is another one here: readers reported on both boards after "
            "they were copied; bring the file into an empty database",
        )
    if here == values:
        counts.same += 1
    elif here["settled_at"] is None and values["settled_at"] is not None:
        settled = update(Report).where(Report.id == values["id"])
        intake.session.execute(settled.values(settled_at=values["settled_at"]))
        counts.updated += 1
    else:
        counts.kept += 1


def _ask_for_a_look(intake: Intake, record: Record) -> None:
    """Bring the message of an open report to the moderators, should it be newer here."""
    its = (Comment.id == record.values["comment_id"], Comment.state != State.ERASED)
    table = table_of(Comment)
    waiting = update(table).where(*its, Comment.reported_at.is_(None))
    intake.session.execute(waiting.values(reported_at=record.values["reported_at"]))


def take_words(intake: Intake, batch: Batch) -> None:
    """List the words that are not listed here; one that is keeps its strength."""
    words = [record.values["word"] for record in batch]
    query = select(table_of(ListedWord)).where(ListedWord.word.in_(words))
    here = {row["word"]: dict(row) for row in intake.session.execute(query).mappings()}
    new = {record.values["word"]: record.values for record in batch}
    new = {word: values for word, values in new.items() if word not in here}
    if new:
        intake.session.execute(insert(table_of(ListedWord)), list(new.values()))
        touch_word_lists(intake.session, intake.now)
    counts = intake.totals.counts["word"]
    counts.new += len(new)
    same = sum(here.get(record.values["word"]) == record.values for record in batch)
    counts.same += same
    counts.kept += len(batch) - len(new) - same
