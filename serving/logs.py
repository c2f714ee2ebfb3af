"""Writes the log to standard error: one JSON object a line, or on a terminal one plain line."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

LOGGERS = ("comments_service", "publishing", "plugins")
"""Our packages, each of which logs by its module's name."""

ACCOUNTS = "comments_service.accounts"
"""Who told of log-ins and of changes to accounts is heard at every level (ASVS 16.3.1)."""

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
            **_fields(record),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
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
    """Send our packages' records of *level* and above to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(lines())
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.setLevel(level)
        logger.handlers, logger.propagate = [handler], False
    logging.getLogger(ACCOUNTS).setLevel("DEBUG" if level == "DEBUG" else "INFO")
    _let_repeat()


def _let_repeat() -> None:
    """Let our loggers tell the same event again: where Pelican was loaded before they were made,
    it gave them a filter that tells each one once.
    """
    for name, logger in logging.root.manager.loggerDict.items():
        if name.startswith(LOGGERS) and isinstance(logger, logging.Logger):
            logger.filters.clear()


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    """Give the data that stands beside the event."""
    return {name: value for name, value in vars(record).items() if name not in ORDINARY}


def _sentence(event: str, fields: dict[str, Any]) -> str:
    if event in SENTENCES:
        return SENTENCES[event].format_map(fields)
    data = ", ".join(f"{name} {value}" for name, value in fields.items())
    return f"{event} ({data})" if data else event
