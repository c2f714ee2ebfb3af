"""Looks the record of decisions over: whether every row is as it was written and follows from the
one before (:mod:`comments_service.chain`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from comments_service.chain import GENESIS, link, salted
from comments_service.decisions import facts_of
from comments_service.models import ChainHead, Decision, Revision

BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was found."""

    count: int
    """Decisions that are as they were written."""
    head: str
    """The hash of the last of them."""
    problem: str | None = None
    """What is wrong, first of all."""


def verify(
    session: Session,
    published: str | None = None,
    progress: Callable[[int], None] = lambda count: None,
) -> Verified:
    """Recompute the chain up to the first row that is wrong; *published* is a head that was made
    known earlier, and has to be a part of it.

    Words of edits that are gone were erased, which the chain allows for; words that are there must
    be those that were written. *progress* is told how many rows were looked at, now and then.
    """
    head, count, is_part = GENESIS, 0, published in {None, GENESIS}
    for decision in _decisions(session):
        if problem := _problem(decision, head):
            return Verified(count=count, head=head, problem=problem)
        head, count = decision.hash, count + 1
        is_part = is_part or head == published
        if count % BATCH == 0:
            progress(count)
    problem = _problem_at_end(session, head) or (None if is_part else _missing(published))
    return Verified(count=count, head=head, problem=problem)


def _decisions(session: Session) -> Iterator[Decision]:
    """Yield all decisions with the words of their edits, some at a time."""
    last: int | None = None
    query = select(Decision).options(joinedload(Decision.revision)).order_by(Decision.id)
    while True:
        batch = query if last is None else query.where(Decision.id > last)
        decisions = session.scalars(batch.limit(BATCH)).all()
        yield from decisions
        if not decisions:
            return
        last = decisions[-1].id
        session.expunge_all()


def _problem(decision: Decision, before: str) -> str | None:
    if decision.hash != link(before, **facts_of(decision)):
        return (
            f"Decision {decision.id} is not what was written, or a row before it is missing: its "
            "hash does not fit. Compare it with the same row of a backup."
        )
    revision = decision.revision
    if revision is not None and not _is_as_written(decision, revision):
        return (
            f"The words of decision {decision.id}, an edit of message {decision.comment_id}, are "
            "not those that were written. Compare them with a backup."
        )
    return None


def _is_as_written(decision: Decision, revision: Revision) -> bool:
    digest = salted(revision.salt, revision.text)
    return (digest, revision.comment_id) == (decision.text_hash, decision.comment_id)


def _problem_at_end(session: Session, head: str) -> str | None:
    if (session.scalar(select(ChainHead.hash)) or GENESIS) == head:
        return None
    return (
        "The chain ends elsewhere than its head says: decisions are missing at the end, or were "
        "added past the desk. Compare the last rows with a backup."
    )


def _missing(published: str | None) -> str:
    return (
        f"No decision has the hash {published}: the record was rewritten since that head was "
        "published, or the head belongs to another board."
    )
