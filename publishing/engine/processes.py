"""Shares work among processes that are copies of this one."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import pickle
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

FEW = 200
"""Stories up to which one process is as quick as several."""
MOST = 8


class ProcessDiedError(RuntimeError):
    """A process that built a part of the site ended without a word."""


def number_of(stories: int, wanted: int = 0) -> int:
    """Say how many processes build a site of so many *stories*: as many as are *wanted*, else one a
    processor. One where copies of a process are not safe: the system has none, or threads run.
    """
    can_copy = sys.platform != "darwin" and "fork" in multiprocessing.get_all_start_methods()
    if not can_copy or _threads() > 1:
        return 1
    if wanted:
        return wanted
    return 1 if stories < FEW else min(_processors(), MOST)


def in_processes(number: int, work: Callable[[int], T]) -> list[T]:
    """Call *work* with 0, 1 … *number* - 1, each in a process of its own, the first in this one;
    gives what they gave, in that order.

    What the others log is logged here. Raises what one of them raised, or ProcessDiedError.
    """
    if number == 1:
        return [work(0)]
    with _shared_memory():
        others = [_Other.start(work, each) for each in range(1, number)]
        try:
            own = work(0)
            return [own, *(other.result() for other in others)]
        finally:
            for other in others:
                other.end()


class _Other:
    """One more process, and the way its answer comes."""

    def __init__(self, process: Any, receiver: Connection) -> None:
        self.process = process
        self.receiver = receiver

    @classmethod
    def start(cls, work: Callable[[int], Any], number: int) -> _Other:
        context = multiprocessing.get_context("fork")
        receiver, sender = context.Pipe(duplex=False)
        process = context.Process(target=_answer, args=(work, number, sender), daemon=True)
        process.start()
        sender.close()
        return cls(process, receiver)

    def result(self) -> Any:
        try:
            content = self.receiver.recv_bytes()
        except EOFError:
            self.process.join()
            code = self.process.exitcode
            raise ProcessDiedError(
                f"a process that built a part of the site ended with {code}: is there memory "
                "enough? Set BUILD_PROCESSES to 1, or build again"
            ) from None
        given, error, records = pickle.loads(content)  # noqa: S301 -- written by our own process
        for record in records:
            logging.getLogger(record.name).handle(record)
        if error is not None:
            raise error
        return given

    def end(self) -> None:
        """Let the process end, or end it where its answer is wanted no more."""
        self.receiver.close()
        self.process.join(0.5)
        if self.process.is_alive():
            self.process.terminate()
            self.process.join()


def _answer(work: Callable[[int], Any], number: int, sender: Connection) -> None:
    """Do the work of one process and send what came of it."""
    with _kept_log() as records:
        given, error = None, None
        try:
            given = work(number)
        except Exception as raised:
            error = raised
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 -- some errors are sent, but not received
        content = pickle.dumps((given, error, records), pickle.HIGHEST_PROTOCOL)
    except Exception:
        told = RuntimeError(f"{type(error).__name__}: {error}")
        content = pickle.dumps((None, told, records), pickle.HIGHEST_PROTOCOL)
    sender.send_bytes(content)
    sender.close()


@contextmanager
def _kept_log() -> Iterator[list[logging.LogRecord]]:
    """Keep what is logged in this process, which is a copy, instead of handling it here."""
    kept = _KeepingHandler()
    for logger in _loggers():
        if logger.handlers:
            logger.handlers = []
    root = logging.getLogger()
    root.handlers = [kept]
    for logger in _loggers():
        logger.propagate = True
    yield kept.records


def _loggers() -> Iterator[logging.Logger]:
    return (
        logger
        for logger in logging.Logger.manager.loggerDict.values()
        if isinstance(logger, logging.Logger)
    )


class _KeepingHandler(logging.Handler):
    """Keeps records in a form that can be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        record.msg, record.args = record.getMessage(), None
        error = record.exc_info[1] if record.exc_info else None
        record.exc_info = None
        if error is not None:
            record.msg = f"{str(record.msg).strip()} ({error})"
        self.records.append(record)


@contextmanager
def _shared_memory() -> Iterator[None]:
    """Keep the collector of garbage off what there is, so that copies go on sharing its memory."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _threads() -> int:
    """Count the threads of this process, those of libraries too where the system tells."""
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.is_dir() else threading.active_count()


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
