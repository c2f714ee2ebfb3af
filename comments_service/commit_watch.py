"""Gives a commit up whose answer does not come, so that nobody waits for it for ever.

PostgreSQL lets a commit wait for its stand-by as long as that is gone, and would let go of it only
by acknowledging what is not safe. So the connection is cut: the work is done again, as after any
other commit that nobody knows of.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, Engine, event

MOST_SECONDS = 5.0
"""How long a commit may take."""
BETWEEN_LOOKS = 0.5

_committing: dict[Any, float] = {}
"""Since when each of the driver's connections commits; one that is done may still stand here."""
_started = threading.Lock()


def watch(engine: Engine) -> None:
    """Watch all commits of *engine*."""
    event.listen(engine, "commit", _commits)
    event.listen(engine, "begin", _is_done)


def _commits(connection: Connection) -> None:
    _committing[connection.connection.driver_connection] = time.monotonic()
    if _started.acquire(blocking=False):  # once in a process, and never let go
        threading.Thread(target=_look_on, name="commit-watch", daemon=True).start()


def _is_done(connection: Connection) -> None:
    _committing.pop(connection.connection.driver_connection, None)


def _look_on() -> None:
    while True:
        time.sleep(BETWEEN_LOOKS)
        for driver, since in list(_committing.items()):
            if not _is_active(driver):
                _committing.pop(driver, None)
            elif time.monotonic() - since > MOST_SECONDS:
                _committing.pop(driver, None)
                _cut(driver)


def _is_active(driver: Any) -> bool:
    """Say whether the server still owes *driver* an answer."""
    from psycopg.pq import TransactionStatus

    return not driver.closed and driver.pgconn.transaction_status == TransactionStatus.ACTIVE


def _cut(driver: Any) -> None:
    """End the connection below *driver*, whose thread then sees that it is lost; one that ended
    meanwhile has no socket any more.
    """
    from psycopg import Error

    with suppress(Error, OSError), socket.socket(fileno=os.dup(driver.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)
