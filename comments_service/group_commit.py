"""Lets threads that write at the same time share one transaction, and so one wait for the disk.

What comes while one batch is written makes the next one ("group commit": DeWitt et al.,
Implementation Techniques for Main Memory Database Systems, SIGMOD 1984).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar, cast

Item = TypeVar("Item")
Result = TypeVar("Result")
MOST = 64
"""Items of one batch: nobody waits for a longer one."""


@dataclass(slots=True, eq=False)
class _Ticket(Generic[Item, Result]):
    """What one thread wants written, and what became of it."""

    item: Item
    outcome: Result | BaseException | None = None
    is_done: bool = False


class GroupCommit(Generic[Item, Result]):
    """Collects what threads want written, and writes it in batches, one at a time.

    *write* stores a batch whole or not at all and gives a result, or an error, for each item. There
    is no thread of its own: the first that comes writes for all who wait.
    """

    def __init__(self, write: Callable[[Sequence[Item]], Sequence[Result | Exception]]) -> None:
        self._write = write
        self._waiting: deque[_Ticket[Item, Result]] = deque()
        self._turn = Lock()

    def __call__(self, item: Item) -> Result:
        """Write *item*; returns its result when it is safely on disk.

        Raises its error, or what writing its batch raised.
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
        batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST))]
        outcomes: Sequence[Result | BaseException]
        try:
            outcomes = self._write([ticket.item for ticket in batch])
        except BaseException as error:
            outcomes = [error] * len(batch)
        for ticket, outcome in zip(batch, outcomes, strict=True):
            ticket.outcome, ticket.is_done = outcome, True
