"""The list of what visitors took back: kept beside the backups, so that what was withdrawn or
erased after a backup does not come back with it.

A line a deed, with no word of the message: ``{"at": ..., "message": 12, "receipt": ..., "action":
"erase"}``. The digest of the receipt says which message it was; its number alone would not.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from comments_service.db import Database
from comments_service.models import Action, Comment, Decision, State
from comments_service.moderation import Ruling, decide

log = logging.getLogger(__name__)

NAME = "taken-back.jsonl"
"""The file's name in the folder of backups."""
DEEDS = (Action.WITHDRAW, Action.ERASE)
GONE = {
    Action.WITHDRAW: frozenset({State.WITHDRAWN, State.ERASED}),
    Action.ERASE: frozenset({State.ERASED}),
}
"""Where a deed has been done already."""
NOTE = "恢复备份后，按留言人收回的清单补做。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What a visitor did with his message."""

    at: str
    message: int
    receipt: str
    action: Action


def note(folder: Path, comment: Comment, action: Action, now: datetime) -> None:
    """Add a deed to the list in *folder*; it is on the disk when this returns.

    The deed is done already, so a full disk does not undo it: :func:`complete` adds it at night.
    """
    deed = Deed(at=now.isoformat(), message=comment.id, receipt=comment.receipt_hash, action=action)
    try:
        _add(folder, [deed])
    except OSError:
        log.exception("what was taken back could not be listed", extra={"comment_id": comment.id})


def complete(database: Database, folder: Path) -> int:
    """Add what the list lacks of the database's record, such as after a crash; gives how much."""
    known = {(deed.receipt, deed.action) for deed in read(folder)}
    query = (
        select(Decision.decided_at, Comment.id, Comment.receipt_hash, Decision.action)
        .join(Decision.comment)
        .where(Decision.action.in_(DEEDS))
        .order_by(Decision.id)
    )
    with database.reading() as session:
        missing = [
            Deed(at=at.isoformat(), message=number, receipt=receipt, action=action)
            for at, number, receipt, action in session.execute(query)
            if (receipt, action) not in known
        ]
    _add(folder, missing)
    return len(missing)


def read(folder: Path) -> Iterator[Deed]:
    """Yield the deeds of the list in *folder*; none where there is no list.

    What a crash left of a line is passed over: :func:`complete` writes it down again.
    """
    file = folder / NAME
    for line in file.read_bytes().split(b"\n") if file.is_file() else ():
        try:
            fields = json.loads(line)
            yield Deed(**(fields | {"action": Action(fields["action"])}))
        except (ValueError, TypeError, KeyError):
            if line:
                log.warning("a line of what was taken back is cut off", extra={"file": str(file)})


def replay(database: Database, folder: Path, now: datetime) -> int:
    """Do again in *database* what the list says and its backup did not know; gives how many.

    Each is a decision of the visitor's, with a note that says how it came about.
    """
    return sum(_replay_one(database, deed, now) for deed in read(folder))


def _replay_one(database: Database, deed: Deed, now: datetime) -> bool:
    with database.writing() as session:
        found = select(Comment).where(Comment.receipt_hash == deed.receipt)
        comment = session.scalars(found).first()
        if comment is None or comment.state in GONE[deed.action]:
            return False
        ruling = Ruling(action=deed.action, note=NOTE)
        decide(session, comment.id, ruling, by=None, now=now, undo=timedelta())
    return True


def _add(folder: Path, deeds: list[Deed]) -> None:
    """Write whole lines behind the others, in one write; what a crash left of a line is ended
    first.
    """
    if not deeds:
        return
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        size = os.fstat(handle).st_size
        is_cut_off = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
        lines = "".join(json.dumps(asdict(deed)) + "\n" for deed in deeds)
        os.write(handle, (("\n" if is_cut_off else "") + lines).encode())
        os.fsync(handle)
    finally:
        os.close(handle)
