"""Writes the log to standard error, one JSON object a line: what happened, its data beside it."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

LOGGERS = ("comments_service", "publishing", "plugins")
"""Our packages, each of which logs by its module's name."""


class JsonLines(logging.Formatter):
    """One record as one line; what was given as ``extra`` becomes fields of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record; a line break within a value cannot start a new line."""
        fields = {name: value for name, value in vars(record).items() if name not in ORDINARY}
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **fields,
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def configure(level: str) -> None:
    """Send our packages' records of *level* and above to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.setLevel(level)
        logger.handlers, logger.propagate = [handler], False
