"""Searches for one, two and four Chinese characters: of frequent, rare and absent words."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import islice

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from benchmarks.parts.desk_boards import Board
from benchmarks.parts.desk_clock import Clock, Times
from benchmarks.parts.desk_fill import SEED
from benchmarks.parts.desk_texts import characters, messages
from benchmarks.parts.table import Question, Row, figure
from comments_service import search
from comments_service.models import Comment
from comments_service.queue import ON_A_PAGE

LENGTHS = (1, 2, 4)
LIMIT = 20
"""Milliseconds."""
P99 = 0.99
SAMPLE = 50_000
"""Messages among which words are looked for that are frequent or rare."""
MOST = ON_A_PAGE + 1
"""Messages that the desk asks for."""
UNSEEN = range(0x3400, 0x4D00)
"""Characters that no message holds."""
LIKE_TIMES = 5
"""Plain LIKEs whose time is shown; an absent word makes them look at everything."""


def measure(
    boards: Sequence[Board], per_kind: int, compared: int, *, is_judged: bool
) -> Iterator[Row]:
    """Search both boards in turn for the same words, *per_kind* frequent ones of every length and
    as many middling, rare and absent ones; compare *compared* of each with LIKE.
    """
    words = {length: list(sample(length, per_kind)) for length in LENGTHS}
    all_words = [(length, word) for length in LENGTHS for word in words[length]]
    with ExitStack() as stack:
        sessions = [stack.enter_context(board.database.reading()) for board in boards]
        clocks = [Clock.of(session) for session in sessions]
        taken = [{length: Times() for length in LENGTHS} for _ in boards]
        for turn in (0, 1):
            for length, word in all_words:
                for session, clock, took in zip(sessions, clocks, taken, strict=True):
                    times = took[length] if turn else Times()
                    clock.time(partial(search.find, session, word, most=MOST), times)
        like = [
            _compare(
                session, clock, [w for length in LENGTHS for w in _some(words[length], compared)]
            )
            for session, clock in zip(sessions, clocks, strict=True)
        ]
    for length in LENGTHS:
        for board, took, (_, times) in zip(boards, taken, like, strict=True):
            what = f"search for {length} Chinese characters, 99 of 100 within, {board.name}"
            question = Question(
                what=what.replace("1 Chinese characters", "1 Chinese character"),
                limit=LIMIT,
                unit=" ms",
            )
            plain = f"plain LIKE, absent words: {figure(max(times.wall))} ms"
            yield took[length].row(question, share=P99, is_judged=is_judged, peers=plain)
    for board, (different, _) in zip(boards, like, strict=True):
        question = Question(what=f"searches with other results than LIKE's, {board.name}", limit=0)
        yield question.answered(different, note=f"of {len(LENGTHS) * 4 * compared} compared")


def sample(length: int, per_kind: int) -> Iterator[str]:
    """Yield words of *length* characters: frequent, middling, rare, and absent (or nearly so)."""
    chance = random.Random(length)  # noqa: S311 -- not a secret
    found: Counter[str] = Counter()
    for text in islice(messages(SEED), SAMPLE):
        found.update(text[at : at + length] for at in range(len(text) - length + 1))
    ranked = [word for word, _ in found.most_common()]
    tenth = len(ranked) // 10
    for band in (ranked[: per_kind * 2], ranked[tenth // 10 : tenth], ranked[-5 * tenth :]):
        yield from chance.sample(band, per_kind)
    known = characters()[:300]
    for _ in range(per_kind):
        some = "".join(chance.choices(known, k=length))
        yield some if length > 2 else chr(chance.choice(UNSEEN)) + some[1:]


def by_like(session: Session, word: str) -> list[int]:
    """Find the newest messages that hold *word*, by looking at all."""
    fields = (Comment.author, Comment.text, Comment.edited_text)
    holds = or_(*(field.like(f"%{word}%") for field in fields))
    return list(
        session.scalars(select(Comment.id).where(holds).order_by(Comment.id.desc()).limit(MOST))
    )


def _compare(session: Session, clock: Clock, words: Sequence[str]) -> tuple[int, Times]:
    """Count the words of which LIKE finds other messages; gives the times of those it took."""
    times, different = Times(), 0
    for word in words:
        found = clock.time(partial(by_like, session, word), times)
        different += found != search.find(session, word, most=MOST)
    return different, times


def _some(words: Sequence[str], compared: int) -> list[str]:
    """Give *compared* words of each kind."""
    per_kind = len(words) // 4
    return [word for kind in range(4) for word in words[kind * per_kind :][:compared]]
