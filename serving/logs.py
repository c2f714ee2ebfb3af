"""Writes the log to standard error: one JSON object a line, or on a terminal one plain line.

What an exception says of itself may repeat a visitor's words (``ValueError: invalid ...``, a row
that the database refused). A JSON line tells it only where it is about the machine or our own
sentence; of all others it tells the kind, and where it was raised.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from comments_service.request_ids import request_id

ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

LOGGERS = ("comments_service", "publishing", "plugins")
"""Our packages, each of which logs by its module's name."""

ACCOUNTS = "comments_service.accounts"
"""Who told of log-ins and of changes to accounts is heard at every level (ASVS 16.3.1)."""
OURS = ("comments_service.", "publishing.", "plugins.", "serving.")
"""Where classes of errors are defined whose sentences are ours."""
OF_THE_MACHINE = frozenset({"OSError", "OperationalError"})
"""Files, sockets, and a database that cannot be reached, is full or locked."""

SENTENCES = {
    "published": (
        "published {messages} messages of {threads} threads: {files} files in {milliseconds} ms "
        "(queue {queue})"
    ),
    "leading": "publishing to {site}",
    "standing by": "{because}; this one stands by, to take over when it ends",
    "a thread cannot be published; it is tried again": (
        "{story} cannot be published ({problem}); it is tried again in {seconds:.0f} s"
    ),
    "publishing failed; it is tried again": (
        "publishing failed; it is tried again in {seconds:.0f} s"
    ),
}
"""How an event reads on a terminal, with its data; others are told with their data behind."""


class JsonLines(logging.Formatter):
    """One record as one line; what was given as ``extra`` becomes fields of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record; a line break within a value cannot start a new line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **({"request": request_id()} if request_id() else {}),
            **_fields(record),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = "\n".join(_told(record.exc_info[1]))
        return json.dumps(line, ensure_ascii=False, default=str)


class PlainLines(logging.Formatter):
    """One record as one line for who sits before it; an exception as its last line."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the time of day, and what happened."""
        time = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        parts = [time, "" if record.levelno <= logging.INFO else record.levelname.lower()]
        parts += [_sentence(record.getMessage(), _fields(record))]
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            parts += [f"({type(error).__name__}: {error})"]
        return " ".join(" ".join(filter(None, parts)).splitlines())


def lines() -> logging.Formatter:
    """Give the form of our lines: plain where somebody sits before them, else JSON."""
    return PlainLines() if sys.stderr.isatty() else JsonLines()


def lines_of(logger: str) -> dict[str, Any]:
    """Give the settings (logging.config) that write what *logger* tells in the same form."""
    handler = {"class": "logging.StreamHandler", "formatter": "ours"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"ours": {"()": lines}},
        "handlers": {"stderr": handler},
        "loggers": {logger: {"handlers": ["stderr"], "propagate": False}},
    }


def configure(level: str) -> None:
    """Send our packages' records of *level* and above to standard error, and warnings of all others
    in the same form.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(lines())
    forget()
    logging.root.addHandler(handler)
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.setLevel(level)
        logger.handlers, logger.propagate = [handler], False
    logging.getLogger(ACCOUNTS).setLevel("DEBUG" if level == "DEBUG" else "INFO")
    _let_repeat()


def forget() -> None:
    """Let others' records go where they went before."""
    for handler in list(logging.root.handlers):
        if isinstance(handler.formatter, JsonLines | PlainLines):
            logging.root.removeHandler(handler)


def _let_repeat() -> None:
    """Let our loggers tell the same event again: where Pelican was loaded before they were made,
    it gave them a filter that tells each one once.
    """
    for name, logger in logging.root.manager.loggerDict.items():
        if name.startswith(LOGGERS) and isinstance(logger, logging.Logger):
            logger.filters.clear()


def _told(error: BaseException) -> Iterator[str]:
    """Tell each exception of a chain, the first one first: where it was raised, then what it is."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _told(before)
    for place in traceback.extract_tb(error.__traceback__):
        yield f"  {place.filename}:{place.lineno} {place.name}"
    yield _named(error)


def _named(error: BaseException) -> str:
    """Give the kind of *error*, with its words where these cannot be a visitor's."""
    kind = type(error)
    is_of_machine = OF_THE_MACHINE & {each.__name__ for each in kind.__mro__}
    if is_of_machine or kind.__module__.startswith(OURS):
        said = getattr(error, "orig", None) or error
        return f"{kind.__name__}: {' '.join(str(said).split())}"
    return kind.__name__


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    """Give the data that stands beside the event."""
    return {name: value for name, value in vars(record).items() if name not in ORDINARY}


def _sentence(event: str, fields: dict[str, Any]) -> str:
    if event in SENTENCES:
        return SENTENCES[event].format_map(fields)
    data = ", ".join(f"{name} {value}" for name, value in fields.items())
    return f"{event} ({data})" if data else event
