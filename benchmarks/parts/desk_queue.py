"""The queue's pages and counts, as the desk asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.parts.desk_boards import Board
from benchmarks.parts.desk_clock import Clock, Times
from benchmarks.parts.desk_fill import (
    AT_ONCE,
    BETWEEN,
    FIRST_DAY,
    HITS,
    network,
    thread_name,
)
from benchmarks.parts.desk_statements import is_laborious, watched
from benchmarks.parts.table import Question, Row, known
from comments_service import queue
from comments_service.models import Comment, State
from comments_service.queue import Choice, Page, Place, Tab

P99 = 0.99
WARM_UP = 5
DIFFERENT = 20
"""Pages of about the same depth that are asked for in turn."""
LIMITS = {"SQLite": 1, "PostgreSQL": 2}
"""Milliseconds of a query."""
ONE_STORY = thread_name(1)

Ask = Callable[[Session, int], object]
"""Asks for something; the number says which of several alike it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Something that the desk asks the queue for."""

    what: str
    ask: Ask
    is_judged: bool = True
    """Whether a figure was asked for it."""


def measure(boards: Sequence[Board], times: int, *, is_judged: bool) -> Iterator[Row]:
    """Ask both boards in turn for everything, *times* times, and look at what was sent."""
    with ExitStack() as stack:
        sessions = [stack.enter_context(board.database.reading()) for board in boards]
        clocks = [Clock.of(session) for session in sessions]
        asked = [list(_everything(*each)) for each in zip(boards, sessions, strict=True)]
        taken = [[Times() for _ in each] for each in asked]
        for turn in range(-WARM_UP, times):
            for which in range(len(asked[0])):
                for session, clock, asks, took in zip(sessions, clocks, asked, taken, strict=True):
                    kept = took[which] if turn >= 0 else Times()
                    clock.time(partial(asks[which].ask, session, turn), kept)
        for each, *took in zip(asked[0], *taken, strict=True):
            for board, of_it in zip(boards, took, strict=True):
                yield _row(each, board, of_it, is_judged=is_judged)
        for board, session, asks in zip(boards, sessions, asked, strict=True):
            yield from _statements(board, session, [each for each in asks if each.is_judged])


def _row(asked: Asked, board: Board, times: Times, *, is_judged: bool) -> Row:
    """Write down what *board* took for *asked*; no figure was named for most filters."""
    limit = LIMITS[board.name]
    question = Question(what=f"{asked.what}, {board.name}", limit=limit, unit=" ms")
    row = times.row(question, share=P99, is_judged=is_judged and asked.is_judged)
    return row if asked.is_judged else known(row.what, row.measured)


def true_counts(board: Board) -> Row:
    """Compare the counts that are kept with a real count of all rows."""
    with board.database.reading() as session:
        kept = queue.counts(session)
        by_state = select(Comment.state, func.count()).group_by(Comment.state)
        found = {state.value: int(n) for state, n in session.execute(by_state)}
        true = {tab: found.get(tab.value, 0) for tab in Tab}
        reported = select(func.count()).where(Comment.reported_at.is_not(None))
        true[Tab.REPORTED] = session.scalar(reported) or 0
    wrong = sum(kept[tab] != true[tab] for tab in Tab)
    question = Question(what=f"tabs with another count than rows, {board.name}", limit=0)
    return question.answered(wrong, note=f"of {len(Tab)}")


def deep_in(session: Session, choice: Choice, depth: int, most: int) -> list[int]:
    """Give up to *most* messages *depth* deep in a list that waits, a page apart; found by the slow
    way.
    """
    query = select(Comment.id).where(Comment.state == State(choice.tab.value))
    if choice.thread:
        query = query.where(Comment.thread == choice.thread)
    order = [Comment.attention] if choice.by_attention else []
    query = query.order_by(*order, Comment.submitted_at, Comment.id).offset(depth)
    numbers = session.scalars(query.limit(most * queue.ON_A_PAGE)).all()
    return list(numbers[:: queue.ON_A_PAGE])


def _everything(board: Board, session: Session) -> Iterator[Asked]:
    """Name everything that is asked for."""
    half = board.count // 2
    now = after_all(board.count)

    def page(choice: Choice, place: Place) -> Ask:
        return lambda session, turn: queue.page(session, choice, place, now=now)

    def pages(choice: Choice, depth: int, *, is_back: bool = False) -> Ask:
        numbers = deep_in(session, choice, depth, 1 if choice.thread else DIFFERENT)
        places = [Place(before=n) if is_back else Place(after=n) for n in numbers]
        return lambda session, turn: _full(
            queue.page(session, choice, places[turn % len(places)], now=now)
        )

    plain, story = Choice(), Choice(thread=ONE_STORY)
    by_attention = Choice(by_attention=True)
    of_story = queue.count_of(session, Tab.PENDING, ONE_STORY)
    yield Asked(what="queue: first page", ask=page(plain, Place()))
    yield Asked(what=f"page {half:,} deep", ask=pages(plain, half))
    yield Asked(what="the page before it", ask=pages(plain, half, is_back=True))
    yield Asked(what="last page", ask=page(plain, Place(is_last=True)))
    yield Asked(what="counts of all tabs", ask=lambda session, turn: queue.counts(session))
    yield Asked(what="one story: first page", ask=page(story, Place()))
    if of_story > 4 * queue.ON_A_PAGE:
        yield Asked(what="one story: deep page", ask=pages(story, of_story // 2))
    yield Asked(what="by attention: first page", ask=page(by_attention, Place()))
    yield Asked(what=f"by attention: page {half:,} deep", ask=pages(by_attention, half))
    for what, choice in (
        ("newest first (published)", Choice(tab=Tab.APPROVED)),
        ("reported", Choice(tab=Tab.REPORTED)),
        ("filter: one attention", Choice(attention=1)),
        ("filter: network", Choice(network=network(0))),
        ("filter: a week old", Choice(hours=168)),
        ("filter: frequent word", Choice(word=max(HITS, key=lambda word: HITS[word]))),
        ("filter: rare word", Choice(word=min(HITS, key=lambda word: HITS[word]))),
        ("filter: story, by attention", Choice(thread=ONE_STORY, by_attention=True)),
    ):
        yield Asked(what=what, ask=page(choice, Place()), is_judged=False)


def _full(page: Page) -> Page:
    """Make sure that a deep page is one."""
    if len(page.rows) != queue.ON_A_PAGE:
        raise AssertionError(f"a page of {len(page.rows)} messages")
    return page


def after_all(count: int) -> datetime:
    """Give a moment after the newest message."""
    return FIRST_DAY + BETWEEN * (count // AT_ONCE) + timedelta(days=30)


def _statements(board: Board, session: Session, asked: Sequence[Asked]) -> Iterator[Row]:
    """Look at the statements that were sent, and at their plans."""
    with watched(board.database.engine) as statements:
        for each in asked:
            each.ask(session, 0)
    bad = [each for each in statements if each.skips_rows or each.counts_rows]
    skipping = Question(what=f"statements with OFFSET or count(), {board.name}", limit=0)
    yield skipping.answered(len(bad), note=f"of {len(statements)}")
    dialect = board.database.engine.dialect.name
    plans = [each.plan(session.connection()) for each in statements]
    lazy = Question(what=f"plans that scan all or sort, {board.name}", limit=0)
    yield lazy.answered(sum(is_laborious(plan, dialect) for plan in plans), note=f"of {len(plans)}")
