"""Who does the work: processes of this machine, or of several by Dask distributed.

Each of the two is a function of the number of jobs that gives a concurrent.futures.Executor.
"""

from __future__ import annotations

import importlib
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from plugins.galleries.records import PicturesError
from plugins.galleries.worker import ASIDE

P = ParamSpec("P")
T = TypeVar("T")
Opener = Callable[[int], AbstractContextManager[Executor]]
"""Opens an executor for so many jobs, and closes it in the end."""
MOST = 61
"""Windows cannot wait for more processes than that."""
TIMEOUT = 10
"""How long a scheduler may take to answer, in seconds."""
SETUP = "Each machine needs this checkout, its .venv and the content at the same paths"


class ClusterError(PicturesError):
    """The machines that BUILD_CLUSTER names cannot be used."""


def cores() -> int:
    """Say how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def local(count: int) -> Iterator[Executor]:
    """Open as many worker processes as there are cores, or jobs if these are fewer.

    They are started afresh, since a copy of a process with threads may stand still for ever.
    """
    pool = _Pool(min(cores(), count, MOST), get_context("spawn"), _attend)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def cluster(address: str, content: Path, cache: Path) -> Opener:
    """Give what opens the workers of the scheduler at *address*.

    It raises ClusterError if ``distributed`` is not installed, the scheduler does not answer, or a
    worker cannot do the work: all must see the folders *content* and *cache* at the same paths.
    """

    @contextmanager
    def opened(count: int) -> Iterator[Executor]:
        with _connected(address) as client:
            _check(client, content.absolute(), cache.absolute())
            executor: Executor = client.get_executor(pure=False)
            try:
                yield executor
            finally:
                executor.shutdown(wait=False)

    return opened


def is_crash(error: BaseException | None) -> bool:
    """Say whether *error* is how a cluster tells that a job killed its workers, one after the
    other; known by its name, so that ``distributed`` need not be there.
    """
    return type(error).__name__ == "KilledWorker"


def hindrance(content: str, probe: str) -> str:
    """Say what keeps the worker that runs this from our work; nothing if all is well.

    *probe* is a file in the cache that holds its own path.
    """
    importlib.import_module("plugins.galleries.images")
    cache = Path(probe).parent
    if not Path(content).is_dir():
        return f"it does not see the pictures ({content})"
    if not Path(probe).is_file() or Path(probe).read_bytes() != probe.encode():
        return f"it does not see what this machine writes into {cache}, which all must share"
    tempfile.TemporaryFile(dir=cache).close()
    return ""


class _Pool(ProcessPoolExecutor):
    """Worker processes that Ctrl-C does not reach: it means the build, which ends its workers."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Hand out a job; a worker that is started for it inherits which signals wait."""
        if not hasattr(signal, "pthread_sigmask"):
            return super().submit(fn, *args, **kwargs)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return super().submit(fn, *args, **kwargs)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _attend() -> None:
    """Prepare a worker process: Windows has no signals that wait, so it ignores them; and a build
    that was killed leaves no worker behind.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    try:
        distributed = importlib.import_module("distributed")
    except ImportError as error:
        mend = "install requirements-cluster.txt, or leave BUILD_CLUSTER empty"
        raise ClusterError(f"BUILD_CLUSTER is set, but distributed is missing: {mend}") from error
    try:
        client = distributed.Client(address, timeout=TIMEOUT)
    except (OSError, ValueError) as error:
        what = f"BUILD_CLUSTER is {address}, but no scheduler answers there ({error})"
        raise ClusterError(f"{what}: start it with `dask scheduler`, or correct this") from error
    with client:
        yield client


def _check(client: Any, content: Path, cache: Path) -> None:
    """Raise ClusterError unless each worker can do our work and sees our files."""
    try:
        client.wait_for_workers(1, timeout=TIMEOUT)
    except TimeoutError as error:
        raise ClusterError("The cluster has no workers: start some with `dask worker`") from error
    with tempfile.NamedTemporaryFile(dir=cache, prefix=ASIDE) as probe:
        probe.write(probe.name.encode())
        probe.flush()
        answers = client.run(hindrance, str(content), probe.name, on_error="return")
    for worker, answer in answers.items():
        if answer:
            raise ClusterError(f"The worker {worker} cannot be used: {answer}. {SETUP}")
