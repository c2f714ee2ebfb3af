"""A hundred messages decided by one press of a button, in one transaction that is on the disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial

from sqlalchemy import select

from benchmarks.parts.desk_boards import Board
from benchmarks.parts.desk_clock import Clock, Times
from benchmarks.parts.desk_queue import after_all
from benchmarks.parts.table import Question, Row
from comments_service.models import Account, Action, Comment, Role, State
from comments_service.moderation import Outcome, Ruling, decide_each, new_batch
from tests.living_site import password_hash

TOGETHER = 100
LIMIT = 100
"""Milliseconds."""
P95 = 0.95
ACTIONS = (Action.APPROVE, Action.REFUSE)
UNDO = timedelta(seconds=10)
NAME = "值班"


def measure(boards: Sequence[Board], times: int, *, is_judged: bool) -> Iterator[Row]:
    """Decide in turn on both boards, and make what was decided wait again."""
    moderators = [moderator(board) for board in boards]
    taken = [{action: Times() for action in ACTIONS} for _ in boards]
    undecided = [0 for _ in boards]
    for turn in range(-1, times):
        for action in ACTIONS:
            for which, board in enumerate(boards):
                took = taken[which][action] if turn >= 0 else Times()
                undecided[which] += _decide(board, moderators[which], action, turn, took)
    for action in ACTIONS:
        for board, times_of in zip(boards, taken, strict=True):
            question = Question(
                what=f"{action.value} {TOGETHER} at once, {board.name}", limit=LIMIT, unit=" ms"
            )
            yield times_of[action].row(question, share=P95, is_judged=is_judged)
    for board, number in zip(boards, undecided, strict=True):
        question = Question(what=f"messages left undecided, {board.name}", limit=0)
        yield question.answered(number, note=f"of {TOGETHER * len(ACTIONS) * (times + 1)}")


def moderator(board: Board) -> Account:
    """Give the account that decides; made where it is not there yet."""
    with board.database.writing() as session:
        account = session.scalars(select(Account).where(Account.name == NAME)).first()
        if account is None:
            account = Account(name=NAME, password_hash=password_hash())
            session.add(account)
        account.password_hash, account.role = password_hash(), Role.CHIEF
    return account


def _decide(board: Board, by: Account, action: Action, turn: int, times: Times) -> int:
    """Decide about messages that stand together in the queue; gives how many were not decided."""
    chosen = _waiting(board, turn)
    with board.database.reading() as session:
        clock = Clock.of(session)  # the pool gives the same connection again
    ruling = Ruling(action=action, reason="offtopic", batch=new_batch())
    outcomes = clock.time(partial(_rule, board, by, chosen, ruling), times)
    again = [(number, None) for number, _ in chosen]
    _rule(board, by, again, Ruling(action=Action.REOPEN))
    return sum(outcome.decision is None for outcome in outcomes)


def _rule(
    board: Board, by: Account, chosen: Sequence[tuple[int, int | None]], ruling: Ruling
) -> list[Outcome]:
    """Decide as the desk does, in one transaction."""
    now = after_all(board.count)
    with board.database.writing() as session:
        return decide_each(session, chosen, ruling, by=by, now=now, undo=UNDO)


def _waiting(board: Board, turn: int) -> list[tuple[int, int | None]]:
    """Choose messages that wait, others every time."""
    query = (
        select(Comment.id, Comment.version)
        .where(Comment.state == State.PENDING, Comment.id > board.count * (turn + 1) // 100)
        .order_by(Comment.id)
        .limit(TOGETHER)
    )
    with board.database.reading() as session:
        return [(number, version) for number, version in session.execute(query)]
