"""The log is one JSON object a line, and tells nothing private."""

from __future__ import annotations

import json
import logging
import re

import pytest
from pelican.log import LimitFilter
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from comments_service.errors import ConfigError
from serving.logs import JsonLines, PlainLines, configure


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


def told(error, cause=None):
    """Give what a line tells of an exception, with the one that it comes from."""
    try:
        raise error from cause
    except type(error) as raised:
        made = record("failed", exc_info=(type(raised), raised, raised.__traceback__))
    return json.loads(JsonLines().format(made))["error"].splitlines()


def test_failure_tells_kind_and_place():
    """An exception's kind, its place and the one before are part of the line; its words, which may
    be a visitor's, are not.
    """
    *places, last = told(ValueError("invalid: 谁的话"), KeyError("话"))
    assert last == "ValueError"
    assert places[0] == "KeyError"
    assert places[1].endswith(" told")
    assert "test_logs.py:" in places[1]


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (OSError(28, "No space left on device"), "OSError: [Errno 28] No space left on device"),
        (
            OperationalError("INSERT", {}, Exception("database is\nlocked")),
            "OperationalError: database is locked",
        ),
        (ConfigError("set COMMENTS_VAR"), "ConfigError: set COMMENTS_VAR"),
        (IntegrityError("INSERT", {}, Exception("Failing row contains (话)")), "IntegrityError"),
    ],
)
def test_words_of_the_machine_are_told(error, line):
    """What the operator needs is told: words of system, database and our own; no row's content."""
    assert told(error)[-1] == line


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


@pytest.mark.parametrize(
    ("event", "extra", "line"),
    [
        pytest.param(
            "published",
            {"messages": 3, "threads": 2, "files": 14, "milliseconds": 12, "queue": 0},
            "published 3 messages of 2 threads: 14 files in 12 ms (queue 0)",
            id="round",
        ),
        pytest.param("stopped", {}, "stopped", id="nothing beside it"),
        pytest.param("x", {"a": 1, "b": "c\nd"}, "x (a 1, b c d)", id="data"),
    ],
)
def test_line_on_a_terminal(event, extra, line):
    """Who sits before a terminal reads the time of day and a sentence, always on one line."""
    time, _, told = PlainLines().format(record(event, levelno=logging.INFO, **extra)).partition(" ")
    assert len(time) == 8
    assert told == line


def test_failure_on_a_terminal():
    """A failure tells what was raised on the same line; the log has the rest."""
    error = ValueError("why")
    made = record(
        "publishing failed; it is tried again", levelno=logging.ERROR, levelname="ERROR",
        seconds=2.0, exc_info=(ValueError, error, None),
    )  # fmt: skip
    told = PlainLines().format(made)
    assert told.endswith(" error publishing failed; it is tried again in 2 s (ValueError: why)")


def test_same_event_is_told_again(capsys):
    """Pelican, where it is loaded, makes loggers that tell each sentence once; ours repeat it."""
    logger = logging.getLogger("publishing.told_again")
    logger.addFilter(LimitFilter())
    configure("INFO")
    for _ in range(3):
        logger.info("published", extra={"files": 1})
    assert capsys.readouterr().err.count('"published"') == 3


def test_log_ins_are_told_at_every_level(capsys):
    """Who wants errors alone still learns who logged in, and of nothing else that is ordinary."""
    configure("ERROR")
    for name in ("comments_service.accounts.logins", "comments_service.submission"):
        logging.getLogger(name).info("told by %s", name)
    assert re.findall(r"told by ([\w.]+)", capsys.readouterr().err) == [
        "comments_service.accounts.logins"
    ]
