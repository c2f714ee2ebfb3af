"""Our own format: JSON Lines, a header, then one object a line, then a line that says how many.

Documented for operators in docs/operators.md, "Data out and back".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from comments_service.errors import ImportRefused
from comments_service.importers.records import KINDS, Kind, Record, Records
from comments_service.importers.values import ValueProblem, read_value

FORMAT = "huisheng"
VERSION = 1
"""Of the format; raised with every change of what a line holds."""
END = "end"
"""The kind of the last line, without which a file is known to be cut off."""
LONGEST_LINE = 4 * 1024 * 1024
HEAD = re.compile(rb'\s*\{\s*"format"\s*:\s*"huisheng"')

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Huisheng:
    """The importer of our own format."""

    name: str = FORMAT

    def reads(self, first_bytes: bytes) -> bool:
        """Say whether a file that begins so is ours, of whatever version."""
        return HEAD.match(first_bytes) is not None

    def records(self, stream: BinaryIO) -> Records:
        """Yield what the file holds; raises ImportRefused."""
        lines = _lines(stream)
        _check_header(*next(lines, (1, {})))
        order = tuple(KINDS)
        for count, (line, fields) in enumerate(lines):
            kind = fields.pop("kind", None)
            if kind == END:
                _check_end(line, fields, count, lines)
                return
            if kind not in order:
                raise _misplaced(line, kind)
            order = order[order.index(kind) :]
            yield Record(line=line, kind=kind, values=_values(line, KINDS[kind], fields))
        raise ImportRefused(
            "the file ends without its last line, so a part of it is missing; copy or export it "
            "anew"
        )


def _lines(stream: BinaryIO) -> Iterator[tuple[int, Fields]]:
    """Yield number and object of every line."""
    number = 0
    while raw := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(raw) > LONGEST_LINE:
            raise ImportRefused(
                f"line {number}: it is longer than any of ours; was the file put together by hand?"
            )
        yield number, _object(number, raw)


def _object(number: int, raw: bytes) -> Fields:
    try:
        fields = json.loads(raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise _not_ours(number) from error
    if not isinstance(fields, dict):
        raise _not_ours(number)
    return fields


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number")


def _once(pairs: list[tuple[str, Any]]) -> Fields:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a field stands there twice")
    return fields


def _not_ours(number: int) -> ImportRefused:
    return ImportRefused(
        f"line {number}: it is not a JSON object in UTF-8: the file is damaged; "
        "copy or export it anew"
    )


def _check_header(line: int, header: Fields) -> None:
    if header.get("format") != FORMAT:
        raise ImportRefused(
            f'line {line}: it should begin {{"format": "{FORMAT}"}}: this is no file of ours'
        )
    if header.get("version") != VERSION:
        raise ImportRefused(
            f"line {line}: the file is of version {header.get('version')!r} of the format, and "
            f"this service reads version {VERSION}: use the same version of it on both sides"
        )


def _check_end(line: int, end: Fields, count: int, lines: Iterator[tuple[int, Fields]]) -> None:
    if end != {"records": count}:
        raise ImportRefused(
            f"line {line}: {end.get('records')!r} records should stand before it, and there are "
            f"{count}: lines are missing or were added; copy or export the file anew"
        )
    if (further := next(lines, None)) is not None:
        raise ImportRefused(
            f"line {further[0]}: the file goes on after its last line: was something added?"
        )


def _misplaced(line: int, kind: object) -> ImportRefused:
    if isinstance(kind, str) and kind in KINDS:
        return ImportRefused(
            f"line {line}: {kind} lines stand before the ones above: put them in order, "
            f"{', '.join(KINDS)}"
        )
    return ImportRefused(
        f"line {line}: its kind is {kind!r}, which is none of {', '.join(KINDS)}: "
        "was it written by a newer service?"
    )


def _values(line: int, kind: Kind, fields: Fields) -> Fields:
    expected = [column.name for column in kind.columns]
    if fields.keys() != set(expected):
        wrong = sorted(fields.keys() ^ set(expected))
        missing = [name for name in wrong if name in expected]
        what = f"{missing[0]} is missing" if missing else f"{wrong[0]!r} is unknown"
        raise ImportRefused(f"line {line}: {what} in this {kind.name}: export the file anew")
    values = {}
    for column in kind.columns:
        try:
            values[column.name] = read_value(column, fields[column.name])
        except ValueProblem as problem:
            raise ImportRefused(f"line {line}: {column.name} {problem}") from problem
    return values
