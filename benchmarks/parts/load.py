"""Sends messages to a board over HTTP, many at a time, and watches what that costs the board."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.parts.peers import PeerMissingError
from benchmarks.parts.runs import RunFailedError, family, proportional_memory
from serving import HOST

SCRIPT = Path(__file__).with_name("post.lua")
TICK = 1 / os.sysconf("SC_CLK_TCK")
USER, SYSTEM = 11, 12
"""Fields of /proc/PID/stat behind the name (proc(5): utime, stime)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How a board stood what was sent to it."""

    posts: int
    """Messages that it says are stored."""
    seconds: float
    median: float
    p99: float
    longest: float
    """Milliseconds until the answer."""
    failed: int
    """Answers that were no receipt, and connections that broke."""
    cpu: float
    """Seconds of the processor, of all its processes."""

    @property
    def rate(self) -> float:
        """Posts a second."""
        return self.posts / self.seconds

    @property
    def cpu_each(self) -> float:
        """Milliseconds of the processor for one post."""
        return 1000 * self.cpu / self.posts


def wrk_program() -> str:
    """Give the path of wrk; raises PeerMissingError."""
    path = shutil.which("wrk")
    if path is None:
        raise PeerMissingError("wrk was not found: install it (Debian, Ubuntu: apt install wrk)")
    return path


def watched(pid: int, stored: Callable[[], int], send: Callable[[], dict[str, Any]]) -> Load:
    """Let *send* load the board whose first process is *pid*; *stored* counts its messages."""
    before, cpu = stored(), cpu_of_tree(pid)
    told = send()
    spent = cpu_of_tree(pid) - cpu
    posts = stored() - before
    if posts < told["answers"] - told["failed"]:
        raise RunFailedError(f"{told['answers']} answers, but only {posts} messages are stored")
    figures = {name: told[name] for name in ("seconds", "median", "p99", "longest", "failed")}
    return Load(posts=posts, cpu=spent, **figures)


def by_wrk(port: int, board: str, connections: int, seconds: float) -> dict[str, Any]:
    """Send for *seconds* over *connections*; raises PeerMissingError or RunFailedError."""
    here = f"http://{HOST}:{port}"
    options = [f"-c{connections}", "-t1", f"-d{seconds:g}s", "--timeout", "30s", "-s", str(SCRIPT)]
    command = [wrk_program(), *options, here, "--", board, here]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 -- ours
    if done.returncode:
        raise RunFailedError(f"wrk ended with {done.returncode}: {done.stderr.strip()}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def pages_by_wrk(port: int, path: str, connections: int, seconds: float) -> float:
    """Ask for *path* for *seconds*, with what browsers accept; gives pages a second."""
    options = [f"-c{connections}", "-t1", f"-d{seconds:g}s", "-H", "Accept-Encoding: gzip"]
    command = [wrk_program(), *options, f"http://{HOST}:{port}{path}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 -- ours
    if "Non-2xx" in done.stdout:
        raise RunFailedError(f"{path} was not always there:\n{done.stdout}")
    line = next(each for each in done.stdout.splitlines() if each.startswith("Requests/sec:"))
    return float(line.split()[1])


def by_hand(port: int, connections: int, posts: int) -> dict[str, Any]:
    """Send *posts* messages to our board over *connections* without any tool."""
    began = time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        shares = [range(number, posts, connections) for number in range(connections)]
        taken = [
            each for share in pool.map(lambda share: _share(port, share), shares) for each in share
        ]
    milliseconds = sorted(ms for _, ms in taken)
    return {
        "answers": len(taken),
        "seconds": time.perf_counter() - began,
        "median": statistics.median(milliseconds),
        "p99": milliseconds[int(len(taken) * 0.99)],
        "longest": milliseconds[-1],
        "failed": sum(status != 303 for status, _ in taken),
    }


def cpu_of_tree(pid: int) -> float:
    """Give the seconds of the processor of *pid* and all below it, as far as they live."""
    return sum(map(_cpu, family(pid)))


def memory_of_tree(pid: int) -> float:
    """Give the megabytes of *pid* and all below it (PSS)."""
    return sum(map(proportional_memory, family(pid)))


def _share(port: int, numbers: range) -> list[tuple[int, float]]:
    """Send the messages *numbers* one after the other over one connection."""
    connection = HTTPConnection(HOST, port, timeout=60)
    taken = []
    for number in numbers:
        fields = {"thread": "board", "name": "志愿者", "text": f"今天在图书馆帮忙，第{number}次"}
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Forwarded-For": f"11.{number // 250 % 250}.{number % 250}.7",
        }
        began = time.perf_counter()
        connection.request("POST", "/messages/new", urlencode(fields), headers)
        response = connection.getresponse()
        response.read()
        taken.append((response.status, (time.perf_counter() - began) * 1000))
    connection.close()
    return taken


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[USER]) + int(fields[SYSTEM])) * TICK
