"""Writes the values of our tables as JSON, and reads them back as strictly as the databases are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Enum,
    Integer,
    SmallInteger,
    String,
)

from comments_service.db import UTCDateTime

LARGEST = ((SmallInteger, 2**15 - 1), (BigInteger, 2**63 - 1), (Integer, 2**31 - 1))
"""By type; the first that fits counts."""
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
DEEPEST = 20
"""Levels that a column of JSON may have."""


class ValueProblem(ValueError):
    """What is wrong with a value and how it should be; its caller knows where it stands."""


def write_value(value: Any) -> Any:
    """Give what JSON has for a value of ours; moments are in UTC with microseconds."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value


def read_value(column: Column[Any], value: Any) -> Any:
    """Give the value that *column* is to hold; raises ValueProblem."""
    if value is None:
        if not column.nullable:
            raise ValueProblem("is empty, and has to be given")
        return None
    kind = column.type
    if isinstance(kind, UTCDateTime):
        return _moment(value)
    if isinstance(kind, Enum):
        return _member(kind, value)
    if isinstance(kind, Boolean):
        return _of_type(bool, value, "true or false")
    if isinstance(kind, Integer):
        return _number(kind, value, least=1 if column.primary_key else 0)
    if isinstance(kind, String):
        return _text(kind, value)
    if isinstance(kind, JSON):
        return _objects(value)
    raise TypeError(f"{column} has a type that no file can hold")


def _of_type(kind: type, value: Any, words: str) -> Any:
    if type(value) is not kind:
        raise ValueProblem(f"should be {words}")
    return value


def _moment(value: Any) -> datetime:
    words = "a moment such as 2026-03-01T04:30:00.000000+00:00"
    try:
        moment = datetime.fromisoformat(_of_type(str, value, words))
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueProblem(f"should be {words}") from error
    raise ValueProblem(f"should be {words}: its time zone is missing")


def _member(kind: Enum, value: Any) -> Any:
    members: Any = kind.enum_class
    try:
        return members(_of_type(str, value, "a word"))
    except ValueError as error:
        raise ValueProblem(f"should be one of {', '.join(kind.enums)}") from error


def _number(kind: Integer, value: Any, *, least: int) -> int:
    largest = next(most for each, most in LARGEST if isinstance(kind, each))
    number: int = _of_type(int, value, "a whole number")
    if not least <= number <= largest:
        raise ValueProblem(f"should be a whole number from {least} to {largest}")
    return number


def _text(kind: String, value: Any) -> str:
    text: str = _of_type(str, value, "text")
    _require_storable(text)
    if kind.length is not None and len(text) > kind.length:
        raise ValueProblem(f"has {len(text)} characters, and up to {kind.length} are possible")
    return text


def _require_storable(text: str) -> None:
    """PostgreSQL takes no NUL, and no database half a character."""
    if UNSTORABLE.search(text):
        raise ValueProblem("holds a character that no database takes (NUL, half a surrogate pair)")


def _objects(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise ValueProblem("should be a list of objects")
    level: list[Any] = value
    for _ in range(DEEPEST):
        level = [each for holder in level for each in _parts(holder)]
        if not level:
            return value
    raise ValueProblem(f"holds lists within lists more than {DEEPEST} deep")


def _parts(value: Any) -> Iterable[Any]:
    """Give what stands within a value of JSON, and look at its text."""
    if isinstance(value, str):
        _require_storable(value)
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else ()
