"""Brings in decisions: one chain goes on, or it is not brought in at all."""

from __future__ import annotations

from sqlalchemy import insert, select

from comments_service.chain import link, salted
from comments_service.decisions import facts_of
from comments_service.errors import ImportRefused
from comments_service.exchange.intake import Batch, Intake, refused, table_of
from comments_service.importers import Record
from comments_service.models import Account, Comment, Decision, Revision


def take_decisions(intake: Intake, batch: Batch) -> None:
    """Store the decisions that follow those here; the ones here must be the file's first, or the
    file's the first of those here.
    """
    intake.refuse_unknown(Comment, "comment_id", batch)
    intake.refuse_unknown(Account, "account_id", batch)
    numbers = [record.values["id"] for record in batch]
    query = select(Decision.id, Decision.hash).where(Decision.id.in_(numbers))
    here = {row.id: row.hash for row in intake.session.execute(query)}
    new = [record.values for record in batch if _is_new(intake, record, here)]
    if new:
        intake.session.execute(insert(table_of(Decision)), new)
    counts = intake.totals.counts["decision"]
    counts.new += len(new)
    counts.same += len(batch) - len(new)


def _is_new(intake: Intake, record: Record, here: dict[int, str]) -> bool:
    """Read on along the chain; says whether *record* is to be added to it here."""
    number, digest = record.values["id"], record.values["hash"]
    before = intake.read_hash
    if digest != link(before, **facts_of(Decision(**record.values))):
        raise refused(
            record,
            f"decision {number} does not follow from the one before it: the record was changed or "
            "lines are missing; take the file from a board whose record `comments verify` accepts",
        )
    intake.read_hash, intake.read_id = digest, number
    if here.get(number) == digest:
        return False
    if number in here or before != intake.head.hash:
        raise refused(
            record,
            f"decision {number} does not follow from the ones here: decisions were made on both "
            "boards after they were copied; bring the file into an empty database",
        )
    if record.values["comment_id"] in intake.kept:
        raise refused(
            record,
            f"message {record.values['comment_id']} was changed here since, and the file has a new "
            "decision about it: bring the file into an empty database",
        )
    intake.head.hash = digest
    return True


def refuse_overruling(intake: Intake) -> None:
    """Make sure that no message was brought up over a decision that only this place has; raises
    ImportRefused.
    """
    if intake.read_hash == intake.head.hash:
        return
    numbers = sorted(intake.updated)
    for start in range(0, len(numbers), 500):
        later = select(Decision.comment_id).where(
            Decision.id > intake.read_id, Decision.comment_id.in_(numbers[start : start + 500])
        )
        if (number := intake.session.scalars(later.limit(1)).first()) is not None:
            raise ImportRefused(
                f"line {intake.updated[number]}: message {number} was decided here after the file "
                "was written, and it was changed where the file comes from too: bring the file "
                "into an empty database"
            )


def take_revisions(intake: Intake, batch: Batch) -> None:
    """Store the words of edits whose digests their decisions hold."""
    numbers = [record.values["decision_id"] for record in batch]
    decisions = {
        number: (comment_id, text_hash)
        for number, comment_id, text_hash in intake.session.execute(
            select(Decision.id, Decision.comment_id, Decision.text_hash).where(
                Decision.id.in_(numbers)
            )
        )
    }
    query = select(Revision.decision_id).where(Revision.decision_id.in_(numbers))
    here, erased = set(intake.session.scalars(query)), intake.erased(batch)
    counts, new = intake.totals.counts["revision"], []
    for record in batch:
        values = record.values
        digest = salted(values["salt"], values["text"])
        if decisions.get(values["decision_id"]) != (values["comment_id"], digest):
            raise refused(
                record,
                f"these are not the words of decision {values['decision_id']}: they were changed; "
                "export the file anew",
            )
        if values["decision_id"] in here:
            counts.same += 1
        elif values["comment_id"] in erased:
            counts.kept += 1
        else:
            new.append(values)
    if new:
        intake.session.execute(insert(table_of(Revision)), new)
    counts.new += len(new)
