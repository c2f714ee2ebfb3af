"""Work is shared among processes, and nothing of what they tell is lost."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading

import pytest

from publishing.engine.processes import (
    MOST,
    ProcessDiedError,
    in_processes,
    number_of,
)

log = logging.getLogger("pelican.tests")


class Unreceivable:
    """Something that can be sent, but not received.

    Told by what it holds, and not by how the error is made: libraries teach pickle to copy errors
    of any form (tblib, which Dask brings).
    """

    def __reduce__(self):
        return int, ("one",)


class UnsendableError(Exception):
    """An error that cannot go from one process to another because of what it holds."""

    def __init__(self, text, held):
        super().__init__(text)
        self.held = held


def test_results_in_order():
    """What the processes give comes in their order, each from one of its own, the first from
    this one.
    """
    found = in_processes(4, lambda each: (each, os.getpid()))
    assert [each for each, _ in found] == [0, 1, 2, 3]
    assert found[0][1] == os.getpid()
    assert len({process for _, process in found}) == 4


def test_large_results():
    """More than a pipe holds comes whole from all."""
    found = in_processes(3, lambda each: bytes([each]) * 3_000_000)
    assert [(part[:1], len(part)) for part in found] == [
        (bytes([each]), 3_000_000) for each in range(3)
    ]


def test_log_comes_here(caplog):
    """What the others log is handled here, with its level, its name and the error's text."""

    def work(each):
        if each == 2:
            log.info("read %s", "二")
            try:
                raise ValueError("no such day")
            except ValueError:
                log.exception("Could not process %s", "a.md")

    with caplog.at_level(logging.INFO, "pelican.tests"):
        in_processes(3, work)
    told = [(record.name, record.levelname, record.getMessage()) for record in caplog.records]
    assert told == [
        ("pelican.tests", "INFO", "read 二"),
        ("pelican.tests", "ERROR", "Could not process a.md (no such day)"),
    ]


def test_level_holds_in_others(caplog):
    """What is not logged here is not logged by the others."""
    with caplog.at_level(logging.ERROR, "pelican.tests"):
        in_processes(2, lambda each: log.warning("%s", each))
    assert caplog.records == []


@pytest.mark.parametrize("where", [0, 1])
def test_error_comes_here(where):
    """What one of them raises is raised here."""

    def work(each):
        if each == where:
            raise KeyError("gone")

    with pytest.raises(KeyError, match="gone"):
        in_processes(3, work)


@pytest.mark.parametrize("held", [threading.Lock(), Unreceivable()], ids=["sent", "received"])
def test_error_that_cannot_be_sent(held):
    """Of an error that cannot be sent, or not received, its text is."""

    def work(each):
        if each:
            raise UnsendableError("one and two", held)

    with pytest.raises(RuntimeError, match="UnsendableError: one and two"):
        in_processes(2, work)


def test_killed():
    """A process that is killed, as by a system without memory, is told, and what to do."""

    def work(each):
        if each == 1:
            os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(ProcessDiedError, match=r"ended with -9.*BUILD_PROCESSES"):
        in_processes(3, work)


def test_nobody_stays():
    """When the work here fails, the others are ended before the error is raised."""
    reader, writer = os.pipe()

    def work(each):
        if not each:
            raise ValueError("here")
        signal.pause()

    with pytest.raises(ValueError, match="here"):
        in_processes(3, work)
    os.close(writer)
    assert os.read(reader, 1) == b""  # the others had the other end, too
    os.close(reader)


NUMBERS = """
from publishing.engine.processes import FEW, number_of
print(number_of(FEW - 1), number_of(10_000), number_of(1, wanted=3), number_of(10_000, wanted=1))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot copy a process")
def test_number():
    """Few stories get one process, many one a processor; what a setting wants counts first. Asked
    in a process of its own: libraries of other tests may have left threads in this one.
    """
    told = subprocess.run([sys.executable, "-c", NUMBERS], check=True, capture_output=True)
    few, many, wanted, one = map(int, told.stdout.split())
    assert (few, wanted, one) == (1, 3, 1)
    assert 1 <= many <= MOST


def test_one_process_beside_threads():
    """Copies of a process with threads may wait for ever, so there are none."""
    over = threading.Event()
    other = threading.Thread(target=over.wait)
    other.start()
    try:
        assert number_of(10_000, wanted=3) == 1
    finally:
        over.set()
        other.join()
