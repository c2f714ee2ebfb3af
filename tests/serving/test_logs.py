"""The log is one JSON object a line, and tells nothing private."""

from __future__ import annotations

import json
import logging

import pytest
from sqlalchemy.exc import DatabaseError

from serving.logs import JsonLines


def record(message, *args, **extra):
    """Make a log record as our code does."""
    made = logging.makeLogRecord({"name": "comments_service.x", "levelname": "INFO"} | extra)
    made.msg, made.args = message, args
    return made


def test_record_is_one_line_with_its_data():
    """Event, time in UTC, level and the data beside it stand on one line."""
    line = JsonLines().format(record("comment approved", comment_id=7))
    data = json.loads(line)
    assert data["event"] == "comment approved"
    assert data["comment_id"] == 7
    assert data["at"].endswith("+00:00")


def test_line_breaks_cannot_forge_a_line():
    """A value with a line break stays within its line."""
    line = JsonLines().format(record("x", value="a\n{}\r\u2028b"))
    assert len(line.split("\n")) == 1


def test_failure_holds_its_traceback():
    """An exception's traceback is part of the line."""
    try:
        raise ValueError("why")
    except ValueError as error:
        made = record("failed", exc_info=(ValueError, error, error.__traceback__))
    assert "ValueError: why" in json.loads(JsonLines().format(made))["error"]


def test_database_errors_tell_no_words_of_visitors(site, caplog):
    """A failing statement is logged without the visitor's words."""
    site.post(text="谁也不该在日志里读到")
    with site.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE comment RENAME TO gone")
    try:
        with pytest.raises(DatabaseError) as failure:
            site.post(text="谁也不该在日志里读到二")
    finally:
        with site.database.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE gone RENAME TO comment")
    assert "谁也不该" not in str(failure.value) + caplog.text
