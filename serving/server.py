"""Runs the production server: its listening sockets outlive all worker processes and restarts.

``python -m serving.server --port 8000 --workers 2`` serves until SIGTERM; SIGHUP loads the code
anew without losing a request. This process imports nothing of the application, so that new workers
read new code.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels, logger
from granian.server.mp import MPServer

from serving import HOST
from serving.logs import lines_of

if TYPE_CHECKING:
    from serving.whole import WholeRequests

BACKLOG = 1024
"""Connections that wait in the kernel while all workers are busy, or none is there."""
CONNECTIONS = 4096
"""Connections that one worker holds, most of them slow or idle; further ones wait in the backlog.
"""
FILES = 16_384
"""Files that a worker may open: its connections, and what it works with."""
THREADS = 16
"""Requests of one worker that are worked on at the same time: most wait for the disk together
(group_commit.py), so this is how many messages share a wait.
"""
HEADER_MILLISECONDS = 10_000
"""How long a connection may take to say what it wants."""
SILENT_SECONDS = 10
"""For so long a connection stays with the system until its first byte comes (TCP_DEFER_ACCEPT,
tcp(7)): a worker that ends closes those that it has accepted and that have said nothing yet.
"""
UNREAD_MILLISECONDS = 20_000
"""How long a visitor may leave an answer unread (TCP_USER_TIMEOUT, tcp(7))."""
GRACE_SECONDS = 25
"""How long a worker that is to end may finish what it has begun: more than the slowest request."""
START_SECONDS = 3.0
"""How long old workers go on beside new ones while these start."""
M_ARENA_MAX, M_TRIM_THRESHOLD = -8, -1
"""Settings of glibc's memory (mallopt(3))."""
SPARE_BYTES = 65_536
"""Freed memory beyond which it goes back to the system."""
CANNOT_START = 78
"""The exit code of a worker whose settings are wrong (EX_CONFIG of sysexits.h)."""
PR_SET_PDEATHSIG = 1
"""Ask for a signal when the parent ends (prctl(2))."""
FIRST_PASSED_ON = 3
"""The first file that a supervisor passes on (sd_listen_fds(3))."""


class Server(MPServer):
    """Granian's server with listening sockets that outlive every worker.

    Granian lets each worker make a socket of its own on Linux (SO_REUSEPORT), and the kernel resets
    what waits at that of a worker that ends (docs/decisions.md has the numbers). Here this process
    makes and keeps them, one a worker, so that the kernel spreads connections over all workers;
    what waits at one is taken by the next worker that gets it.
    """

    _listeners: Sequence[socket.socket] = ()
    cannot_start = False
    """Whether a worker found that code or settings cannot work, which no other try mends."""

    def _init_shared_socket(self) -> None:
        """Listen before there are workers."""
        if sys.platform == "win32":
            super()._init_shared_socket()
        else:
            self._listeners = listening_sockets(self.bind_port, self.workers)

    def _spawn_worker(self, idx: int, *given: Any, **named: Any) -> Any:
        """Start the worker *idx* with its socket."""
        if self._listeners:
            shared: Any = self  # granian's own fields have no types
            make: Any = SocketHolder
            shared._sso = self._listeners[idx % len(self._listeners)]
            shared._sfd = shared._sso.fileno()
            shared._shd = make(shared._sfd, False, BACKLOG)
        return super()._spawn_worker(idx, *given, **named)

    def _respawn_workers(self, workers: Sequence[int], *given: Any, **named: Any) -> None:
        """Replace *workers*, unless one ended because it cannot start: then all end."""
        if any(self.wrks[index].inner.exitcode == CANNOT_START for index in workers):
            self.cannot_start = self.interrupt_signal = True
            self.main_loop_interrupt.set()
        else:
            super()._respawn_workers(workers, *given, **named)

    def _drop_shared_socket(self) -> None:
        """Listen no more."""
        for listener in self._listeners:
            listener.close()
        self._listeners = ()

    def _reload(self, spawn_target: Any, target_loader: Any) -> None:
        """Start new workers, then end the old ones; or leave these at work when the code or the
        settings of today cannot start.
        """
        self.reload_signal = False
        self.main_loop_interrupt.clear()
        if is_loadable():
            super()._reload(spawn_target, target_loader)
        else:
            logger.error("the new code cannot start (see above): the old one goes on")


def is_loadable() -> bool:
    """Say whether the application can be made, in a process of its own, which tells why not."""
    code = "from serving.server import load; load()"
    return subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def listening_sockets(port: int, workers: int) -> list[socket.socket]:
    """Give the socket that a supervisor passed on (systemd's socket activation), for all workers
    together, else one for each of *workers* that listens on *port* of this machine.

    Raises OSError when somebody else listens there.
    """
    if os.environ.get("LISTEN_PID") == str(os.getpid()) and os.environ.get("LISTEN_FDS") == "1":
        listeners = [socket.socket(fileno=FIRST_PASSED_ON)]
    else:
        socket.create_server((HOST, port)).close()  # alone, which sharing the port would not tell
        listeners = [
            socket.create_server((HOST, port), backlog=BACKLOG, reuse_port=workers > 1)
            for _ in range(workers)
        ]
    for listener in listeners:
        if hasattr(socket, "TCP_DEFER_ACCEPT"):
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, SILENT_SECONDS)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # each connection has it from here
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_MILLISECONDS)
        listener.setblocking(False)
    return listeners


def serve(port: int, workers: int) -> None:
    """Serve site and service until SIGTERM."""
    allow_files(FILES)
    loader: Any = load  # granian's types know functions only
    server = Server(
        "serving.site:make_site",
        address=HOST,
        port=port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS),
        workers=workers,
        backlog=BACKLOG,
        backpressure=CONNECTIONS,
        respawn_failed_workers=True,
        respawn_interval=START_SECONDS,
        workers_kill_timeout=GRACE_SECONDS,
        log_level=LogLevels.warning,
        log_dictconfig=lines_of("_granian"),
    )
    server.serve(target_loader=loader, wrap_loader=False)
    if server.cannot_start:
        sys.exit(1)


def give_memory_back() -> None:
    """Keep what a large form needed for no longer than that: Python's threads take turns, so one
    pool of memory does for all of them. Large forms left 50 MB behind, and leave 10.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):  # glibc
        libc.mallopt(M_ARENA_MAX, 1)
        libc.mallopt(M_TRIM_THRESHOLD, SPARE_BYTES)


def allow_files(many: int) -> None:
    """Let this process and its workers open *many* files, as far as the system allows."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = many if hard == resource.RLIM_INFINITY else min(many, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def load() -> WholeRequests:
    """Make the application in a new worker, which can be ended while it does (what granian does at
    a signal would not end it yet), and which ends when its server is killed.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        give_memory_back()
    from comments_service.app import FORM_BYTES  # only workers read the application's code
    from serving.environment import told_plainly
    from serving.site import make_site
    from serving.whole import WholeRequests

    try:
        with told_plainly():
            application = WholeRequests(make_site(), threads=THREADS, most_bytes=FORM_BYTES)
    except SystemExit as refusal:
        sys.stderr.write(f"{refusal.code}\n")
        sys.exit(CANNOT_START)
    gc.collect()
    gc.freeze()  # what is there now stays: looking at it again and again finds nothing
    return application


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m serving.server", description=serve.__doc__)
    parser.add_argument("--port", type=int, default=8000, help="unless a socket is passed on")
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    serve(given.port, given.workers)


if __name__ == "__main__":
    main()
