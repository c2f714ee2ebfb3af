"""Threads that write at the same time share a transaction."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext

import pytest

from comments_service import group_commit
from comments_service.group_commit import GroupCommit


class Gate:
    """A writer that doubles numbers; its first batch waits until all others stand in line."""

    def __init__(self, others):
        self.batches = []
        self.others = others
        self.entered = threading.Event()
        self.commit = GroupCommit(nullcontext, self.write)

    def write(self, transaction, items):
        """Note the batch; nothing comes back for odd numbers but an error."""
        self.batches.append(list(items))
        if len(self.batches) == 1:
            self.entered.set()
            while len(self.commit._waiting) < self.others:
                threading.Event().wait(0.001)
        return [2 * item if item % 2 == 0 else ValueError(item) for item in items]


def outcome(commit, item):
    """Give what came back, or the error."""
    try:
        return commit(item)
    except Exception as error:
        return error


def collected(gate):
    """Send 0, and while it is written 1 to as many as the gate waits for."""
    with ThreadPoolExecutor(gate.others + 1) as pool:
        first = pool.submit(outcome, gate.commit, 0)
        gate.entered.wait(10)
        others = [pool.submit(outcome, gate.commit, n + 1) for n in range(gate.others)]
        return [first.result(20), *(each.result(20) for each in others)]


def test_what_comes_while_one_batch_is_written_makes_the_next():
    """Two batches for six; each gets its own result, an odd one its own error."""
    gate = Gate(others=5)
    outcomes = collected(gate)
    assert [sorted(batch) for batch in gate.batches] == [[0], [1, 2, 3, 4, 5]]
    assert [outcomes[n] for n in (0, 2, 4)] == [0, 4, 8]
    assert [(type(outcomes[n]), outcomes[n].args) for n in (1, 3, 5)] == [
        (ValueError, (n,)) for n in (1, 3, 5)
    ]


def test_batches_are_bounded(monkeypatch):
    """Nobody waits for more than a batch before his own."""
    monkeypatch.setattr(group_commit, "MOST", 3)
    gate = Gate(others=7)
    collected(gate)
    assert [len(batch) for batch in gate.batches] == [1, 3, 3, 1]


def test_who_comes_while_the_turn_is_waited_for_joins():
    """A batch is taken when its transaction begins, not when its first thread comes."""
    gate, entered = threading.Event(), threading.Event()
    batches = []

    @contextmanager
    def begin():
        entered.set()
        gate.wait(10)
        yield

    commit = GroupCommit(begin, lambda _, items: batches.append(items) or items)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(commit, 1)
        entered.wait(10)
        others = [pool.submit(commit, n) for n in (2, 3)]
        while len(commit._waiting) < 3:
            threading.Event().wait(0.001)
        gate.set()
        assert [each.result(10) for each in (first, *others)] == [1, 2, 3]
    assert [sorted(batch) for batch in batches] == [[1, 2, 3]]


def test_several_who_are_about_to_come_are_waited_for(monkeypatch):
    """The first waits until they came, or for a moment; fewer are not waited for."""
    monkeypatch.setattr(group_commit, "DELAY_SECONDS", 30)
    batches = []
    commit = GroupCommit(nullcontext, lambda _, items: batches.append(items) or items)
    announced, first_waits = threading.Barrier(4), threading.Event()

    def late(number):
        with commit.coming():
            announced.wait(10)
            first_waits.wait(10)
        return commit(number)

    with ThreadPoolExecutor(4) as pool:
        others = [pool.submit(late, n) for n in (2, 3, 4)]
        announced.wait(10)
        first = pool.submit(commit, 1)
        while not commit._turn.locked():
            threading.Event().wait(0.001)
        assert batches == []
        first_waits.set()
        assert [each.result(10) for each in (first, *others)] == [1, 2, 3, 4]
    with commit.coming(), commit.coming():
        assert commit(5) == 5
    monkeypatch.setattr(group_commit, "DELAY_SECONDS", 0.001)
    with commit.coming(), commit.coming(), commit.coming():
        assert commit(6) == 6


def test_a_batch_that_fails_fails_for_all_and_the_next_goes_on():
    """What writing or beginning raises reaches everybody of the batch; nobody waits for ever."""
    failing = [OSError("disk full"), OSError("locked")]

    @contextmanager
    def begin():
        if len(failing) == 1:
            raise failing.pop()
        yield

    def write(transaction, items):
        if failing:
            raise failing.pop(0)
        return items

    commit = GroupCommit(begin, write)
    with pytest.raises(OSError, match="disk full"):
        commit(13)
    with pytest.raises(OSError, match="locked"):
        commit(13)
    assert commit(14) == 14
