"""Threads that write at the same time share a transaction."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from comments_service import group_commit
from comments_service.group_commit import GroupCommit


class Gate:
    """A writer that doubles numbers; its first batch waits until all others stand in line."""

    def __init__(self, others):
        self.batches = []
        self.others = others
        self.entered = threading.Event()
        self.commit = GroupCommit(self.write)

    def write(self, items):
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


def test_a_batch_that_fails_fails_for_all_and_the_next_goes_on():
    """What writing raises reaches everybody of the batch; nobody waits for ever."""

    def write(items):
        if 13 in items:
            raise OSError("disk full")
        return items

    commit = GroupCommit(write)
    with pytest.raises(OSError, match="disk full"):
        commit(13)
    assert commit(14) == 14
