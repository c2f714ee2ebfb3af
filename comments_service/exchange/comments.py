"""Brings in messages: recognised by their receipts, with their numbers and their places."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from comment_archive import markup
from comment_archive.records import MarkupError
from comments_service.decisions import erase_around
from comments_service.exchange.intake import Batch, Intake, refused, table_of
from comments_service.importers import KINDS, Record
from comments_service.models import Account, Comment, State, WordHit

Values = dict[str, Any]
PUBLISHERS = frozenset({"position", "wall_position", "publish_at", "live_at"})
"""What the publisher notes without a new version."""
GONE = frozenset({State.WITHDRAWN, State.ERASED})
LONGEST_WORD = 100


def take_comments(intake: Intake, batch: Batch) -> None:
    """Store what is new, bring up what is older here, and leave what is newer here."""
    intake.refuse_unknown(Account, "by_account_id", batch)
    _refuse_loose_replies(intake, batch)
    by_number, by_receipt = _here(intake, batch)
    new, changed = [], []
    for record in batch:
        values = _as_it_will_be(record, intake)
        here = by_number.get(values["id"])
        if here is not by_receipt.get(values["receipt_hash"]):
            raise _clash(record)
        if here is None:
            new.append(values)
        elif not _is_to_be_brought_up(intake, here, values):
            continue
        else:
            changed.append(values)
            intake.updated[values["id"]] = record.line
        _refuse_half_a_place(record)
    _store(intake, batch, new, changed)


def _refuse_loose_replies(intake: Intake, batch: Batch) -> None:
    intake.refuse_unknown(Comment, "reply_to_id", batch)
    for record in batch:
        if (record.values["reply_to_id"] or 0) >= record.values["id"]:
            raise refused(record, "it answers a message that came after it: export the file anew")


def _here(intake: Intake, batch: Batch) -> tuple[dict[int, Values], dict[str, Values]]:
    """Give the messages here that have a number or a receipt of *batch*, by both."""
    numbers = [record.values["id"] for record in batch]
    receipts = [record.values["receipt_hash"] for record in batch]
    query = select(*KINDS["comment"].columns).where(
        or_(Comment.id.in_(numbers), Comment.receipt_hash.in_(receipts))
    )
    rows = [dict(row) for row in intake.session.execute(query).mappings()]
    return {row["id"]: row for row in rows}, {row["receipt_hash"]: row for row in rows}


def _as_it_will_be(record: Record, intake: Intake) -> Values:
    """Give what is stored: the HTML is made here, whatever the file has, for it goes out as it is;
    what was approved and has no place yet is due.
    """
    values = dict(record.values)
    if values["state"] is not State.APPROVED:
        return values
    words = values["text"] if values["edited_text"] is None else values["edited_text"]
    try:
        values |= {"html": markup.render(words), "policy": markup.POLICY}
    except MarkupError as error:
        raise refused(record, "its text cannot be made into HTML: edit it where it was") from error
    if values["position"] is None and values["publish_at"] is None:
        values["publish_at"] = intake.now
    return values


def _clash(record: Record) -> Exception:
    return refused(
        record,
        f"message {record.values['id']} is another one here, by its receipt: two boards cannot be "
        "poured into one; bring the file into an empty database or a copy of the same board",
    )


def _is_to_be_brought_up(intake: Intake, here: Values, values: Values) -> bool:
    """Count a message that is here already; says whether the file knows more of it."""
    counts = intake.totals.counts["comment"]
    differing = {name for name in values if values[name] != here[name]}
    if not differing:
        counts.same += 1
        return False
    is_placed_there = differing <= PUBLISHERS and here["position"] is None
    if here["version"] < values["version"] or is_placed_there:
        return True
    counts.kept += 1
    if here["version"] > values["version"]:
        intake.kept.add(here["id"])
    return False


def _refuse_half_a_place(record: Record) -> None:
    if (record.values["position"] is None) != (record.values["wall_position"] is None):
        raise refused(record, "it has one place of two, in its story and on the wall")


def _store(intake: Intake, batch: Batch, new: list[Values], changed: list[Values]) -> None:
    """Write down what is new and brought up. The database says whether a place is taken, and
    only then is asked by which line.
    """
    session, table = intake.session, table_of(Comment)
    try:
        with session.begin_nested():
            if new:
                session.execute(insert(table), new)
            for values in changed:
                freed = {"submission_key": None} if values["state"] in GONE else {}
                its = update(table).where(table.c.id == values["id"])
                session.execute(its.values(values | freed))
    except IntegrityError as error:
        raise _taken_place(intake, batch) from error
    for values in changed:
        if values["state"] is State.ERASED:
            erase_around(session, values["id"])
    counts = intake.totals.counts["comment"]
    counts.new += len(new)
    counts.updated += len(changed)
    _note_words(intake, new + changed)


def _taken_place(intake: Intake, batch: Batch) -> Exception:
    """Find the first line whose place belongs to another message, here or in the file."""
    taken: dict[object, int] = {}
    for record in batch:
        values = record.values
        if values["position"] is None:
            continue
        within = (Comment.thread == values["thread"], Comment.position == values["position"])
        query = select(Comment.id).where(
            or_(Comment.wall_position == values["wall_position"], and_(*within)),
            Comment.id != values["id"],
        )
        other = intake.session.scalars(query).first()
        for place in ((values["thread"], values["position"]), values["wall_position"]):
            other = other or taken.get(place)
            taken[place] = values["id"]
        if other is not None:
            return refused(
                record,
                f"its place, {values['position']} of {values['thread']} and "
                f"{values['wall_position']} of the wall, belongs to message {other}: both boards "
                "went on after they were copied; bring the file into an empty database",
            )
    return refused(batch[0], "this line or one of the next ones is at odds with what is here")


def _note_words(intake: Intake, comments: list[Values]) -> None:
    """Note which listed words were found in *comments*, as their findings say."""
    numbers = [values["id"] for values in comments]
    intake.session.execute(delete(WordHit).where(WordHit.comment_id.in_(numbers)))
    rows = [
        {"word": word, "comment_id": values["id"]}
        for values in comments
        for word in sorted(_words(values["findings"]))
    ]
    if rows:
        intake.session.execute(insert(table_of(WordHit)), rows)


def _words(findings: list[Values]) -> set[str]:
    lists = [finding.get("words") for finding in findings]
    words = [word for each in lists if isinstance(each, list) for word in each]
    return {word for word in words if isinstance(word, str) and len(word) <= LONGEST_WORD}
