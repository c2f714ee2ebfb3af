"""What is really asked of a database: the statements that were sent, and how it answers them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, event

COUNTS_ROWS = re.compile(r"\bcount\(", re.IGNORECASE)
SKIPS_ROWS = re.compile(r"\bOFFSET\s+(\S+)", re.IGNORECASE)
MESSAGES = re.compile(r"\bcomment\b")
LABOUR = {
    "sqlite": re.compile(r"\bSCAN (?!.*\bUSING\b)|TEMP B-TREE|AUTOMATIC"),
    "postgresql": re.compile(r"Seq Scan on comment\b|\bSort\b|Bitmap Heap Scan on comment\b"),
}
"""What a plan says of a walk through all rows, or of rows that are put in order only now."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement with its parameters, as the driver got them."""

    text: str
    parameters: Any

    @property
    def skips_rows(self) -> bool:
        """Whether rows are read only to be skipped; SQLAlchemy writes SQLite an OFFSET of 0."""
        found = SKIPS_ROWS.search(self.text)
        if found is None:
            return False
        return self.parameters[-1] != 0 if found[1] == "?" else found[1] != "0"

    @property
    def counts_rows(self) -> bool:
        """Whether rows are counted."""
        return COUNTS_ROWS.search(self.text) is not None

    def plan(self, connection: Connection) -> str:
        """Ask the database how it carries the statement out."""
        is_sqlite = connection.dialect.name == "sqlite"
        explain = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
        rows = connection.exec_driver_sql(explain + self.text, self.parameters)
        return "\n".join(str(row[-1]) for row in rows)


def is_laborious(plan: str, dialect: str) -> bool:
    """Whether *plan* looks at all messages, or sorts them; the few counts may be."""
    return MESSAGES.search(plan) is not None and LABOUR[dialect].search(plan) is not None


@contextmanager
def watched(engine: Engine) -> Iterator[list[Statement]]:
    """Note every statement that *engine* is given until the block ends."""
    statements: list[Statement] = []

    def note(connection: Any, cursor: Any, text: str, parameters: Any, *rest: Any) -> None:
        statements.append(Statement(text, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
