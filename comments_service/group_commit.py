"""Lets threads that write at the same time share one transaction, and so one wait for the disk.

What comes while one batch is written makes the next one ("group commit": DeWitt et al.,
Implementation Techniques for Main Memory Database Systems, SIGMOD 1984).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from threading import Condition, Lock
from typing import Generic, TypeVar, cast

Transaction = TypeVar("Transaction")
Item = TypeVar("Item")
Result = TypeVar("Result")
MOST = 64
"""Items of one batch: nobody waits for a longer one."""
SIBLINGS = 3
"""As many threads that are about to come are waited for."""
DELAY_SECONDS = 0.01
"""How long at most: about what a wait for the disk costs."""


@dataclass(slots=True, eq=False)
class _Ticket(Generic[Item, Result]):
    """What one thread wants written, and what became of it."""

    item: Item
    outcome: Result | BaseException | None = None
    is_done: bool = False


class GroupCommit(Generic[Transaction, Item, Result]):
    """Collects what threads want written, and writes it in batches, one at a time.

    *begin* opens a transaction that is committed at its end; it may wait for others, and whoever
    comes meanwhile joins. *write* gives a result, or an error, for each item of a batch. There is
    no thread of its own: the first that comes writes for all who wait.
    """

    def __init__(
        self,
        begin: Callable[[], AbstractContextManager[Transaction]],
        write: Callable[[Transaction, Sequence[Item]], Sequence[Result | Exception]],
    ) -> None:
        self._begin = begin
        self._write = write
        self._waiting: deque[_Ticket[Item, Result]] = deque()
        self._turn = Lock()
        self._coming = 0
        self._arrival = Condition()

    @contextmanager
    def coming(self) -> Iterator[None]:
        """Announce that this thread will soon have something to write."""
        with self._arrival:
            self._coming += 1
        try:
            yield
        finally:
            with self._arrival:
                self._coming -= 1
                self._arrival.notify_all()

    def __call__(self, item: Item) -> Result:
        """Write *item*; returns its result when it is safely on disk.

        Raises its error, or what writing its batch raised: then nothing of the batch is stored.
        """
        ticket = _Ticket[Item, Result](item)
        self._waiting.append(ticket)
        with self._turn:
            while not ticket.is_done:
                self._write_batch()
        if isinstance(ticket.outcome, BaseException):
            raise ticket.outcome
        return cast(Result, ticket.outcome)

    def _write_batch(self) -> None:
        """Write for those who wait, the longest waiting first; only one thread is ever here."""
        self._let_come()
        batch: list[_Ticket[Item, Result]] = []
        outcomes: Sequence[Result | BaseException]
        try:
            with self._begin() as transaction:
                batch = self._take()
                outcomes = self._write(transaction, [ticket.item for ticket in batch])
        except BaseException as error:
            batch = batch or self._take()
            outcomes = [error] * len(batch)
        for ticket, outcome in zip(batch, outcomes, strict=True):
            ticket.outcome, ticket.is_done = outcome, True

    def _let_come(self) -> None:
        """Wait a moment for those who are about to come, if they are several (as PostgreSQL does,
        commit_delay and commit_siblings); alone nobody waits.
        """
        with self._arrival:
            if self._coming >= SIBLINGS:
                self._arrival.wait_for(lambda: not self._coming, DELAY_SECONDS)

    def _take(self) -> list[_Ticket[Item, Result]]:
        return [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST))]
