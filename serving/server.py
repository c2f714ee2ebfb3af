"""Runs the production server: one listening socket for all worker processes and all restarts.

``python -m serving.server --port 8000 --workers 2`` serves until SIGTERM; SIGHUP loads the code
anew without losing a request. This process imports nothing of the application, so that new workers
read new code.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import socket
import subprocess
import sys
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
THREADS = 2 * (os.cpu_count() or 1) + 1
"""Requests of one worker that wait for the database at the same time."""
HEADER_MILLISECONDS = 10_000
"""How long a connection may take to say what it wants."""
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
PR_SET_PDEATHSIG = 1
"""Ask for a signal when the parent ends (prctl(2))."""
FIRST_PASSED_ON = 3
"""The first file that a supervisor passes on (sd_listen_fds(3))."""


class Server(MPServer):
    """Granian's server with one listening socket that outlives every worker.

    Granian gives each worker a socket of its own on Linux (SO_REUSEPORT), and the kernel resets
    what waits at that of a worker that ends (docs/decisions.md has the numbers).
    """

    def _init_shared_socket(self) -> None:
        """Let all workers accept from one socket, as granian does without SO_REUSEPORT."""
        if sys.platform == "win32":
            super()._init_shared_socket()
            return
        shared: Any = self  # granian's own fields have no types
        shared._ssp, shared._sso = None, listening_socket(self.bind_port)
        shared._sfd = shared._sso.fileno()
        make: Any = SocketHolder
        shared._shd = make(shared._sfd, False, BACKLOG)

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


def listening_socket(port: int) -> socket.socket:
    """Give the socket that a supervisor passed on (systemd's socket activation), else listen on
    *port* of this machine.
    """
    if os.environ.get("LISTEN_PID") == str(os.getpid()) and os.environ.get("LISTEN_FDS") == "1":
        listener = socket.socket(fileno=FIRST_PASSED_ON)
    else:
        listener = socket.create_server((HOST, port), backlog=BACKLOG)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # each connection has it from here
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_MILLISECONDS)
    listener.setblocking(False)
    return listener


def serve(port: int, workers: int) -> None:
    """Serve site and service until SIGTERM."""
    allow_files(FILES)
    loader: Any = load  # granian's types know functions only
    Server(
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
    ).serve(target_loader=loader, wrap_loader=False)


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

    with told_plainly():
        return WholeRequests(make_site(), threads=THREADS, most_bytes=FORM_BYTES)


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m serving.server", description=serve.__doc__)
    parser.add_argument("--port", type=int, default=8000, help="unless a socket is passed on")
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    serve(given.port, given.workers)


if __name__ == "__main__":
    main()
