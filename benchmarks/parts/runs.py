"""Runs programs and watches them: seconds on the clock, seconds of the processor, memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parents[2]
CORES = 2
"""What every program may use, peers and ours."""
MEGABYTE = 1e6
KIBIBYTE = 1024
BETWEEN_LOOKS = 0.05
"""Seconds between two looks at the memory."""
SHOWN = 12
"""Lines of a failed program that are shown."""


class RunFailedError(RuntimeError):
    """A program that was to be measured did not do its work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run of a program took."""

    seconds: float
    cpu: float
    """Seconds of the processor, with those of all processes that it started and waited for."""
    output: str = ""
    memory: float = 0.0
    """Megabytes at most, of all its processes together; 0 when nobody looked."""


def run(command: Sequence[str | Path], *, watch_memory: bool = False, **variables: str) -> Run:
    """Run *command* from the project's folder, with more environment *variables*.

    Raises RunFailedError with the last lines it wrote when its exit code is not 0.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
        began = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 -- the benchmarks' own commands
            list(map(str, command)),
            cwd=HERE,
            env=os.environ | variables,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        with _watched(process.pid, watch_memory) as looks:
            _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        log.seek(0)
        output = log.read()
    if process.returncode:
        last = "\n".join(output.strip().splitlines()[-SHOWN:])
        raise RunFailedError(f"{Path(command[0]).name} ended with {process.returncode}:\n{last}")
    cpu = used.ru_utime + used.ru_stime
    return Run(seconds=seconds, cpu=cpu, output=output, memory=max(looks, default=0.0))


def in_turn(programs: Mapping[str, Callable[[], Run]], times: int) -> dict[str, list[Run]]:
    """Run all *programs* one after the other, and all again, so that a slow minute of the machine
    is everybody's.
    """
    runs: dict[str, list[Run]] = {name: [] for name in programs}
    for _ in range(times):
        for name, program in programs.items():
            runs[name].append(program())
    return runs


def seconds_of(runs: Sequence[Run]) -> float:
    """Give the median of the seconds on the clock."""
    return statistics.median(each.seconds for each in runs)


def cpu_of(runs: Sequence[Run]) -> float:
    """Give the median of the seconds of the processor."""
    return statistics.median(each.cpu for each in runs)


@contextmanager
def few_cores() -> Iterator[None]:
    """Let this process and all that it starts use CORES cores, as far as the system can tell."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(before)[:CORES])
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def _watched(pid: int, is_wanted: bool) -> Iterator[list[float]]:
    """Look at the memory of process *pid* and its children until the block ends."""
    looks: list[float] = []
    if not is_wanted:
        yield looks
        return
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(BETWEEN_LOOKS):
            looks.append(sum(map(proportional_memory, family(pid))))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield looks
    finally:
        ended.set()
        watcher.join()


def children(pid: int) -> list[int]:
    """Give the processes that process *pid* started and that are still there."""
    paths = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for path in paths for child in _read(path).split()]


def family(pid: int) -> Iterator[int]:
    """Give a process and all those below it."""
    yield pid
    for child in children(pid):
        yield from family(child)


def proportional_memory(pid: int) -> float:
    """Give the megabytes of a process, of what it shares only its part (PSS); 0 if it ended."""
    for line in _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * KIBIBYTE / MEGABYTE
    return 0.0


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii")
    except OSError:
        return ""
