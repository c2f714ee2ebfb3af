"""Looks through prose by the rules, and mends what can be mended for sure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from plugins.editing.parts import Part, parts_of
from plugins.editing.rules.rule import SHUT, Mark, Prose, Rule
from plugins.problems import Problem

MOST_TURNS = 50
"""What mends one thing may bring another to light, as ``，，`` comes of ``,,``."""


def marks_in(prose: Prose, rules: Sequence[Rule]) -> Iterator[tuple[Rule, Mark]]:
    """Give what *rules* find in *prose*; where it is not open, nothing can be mended."""
    for rule in rules:
        for mark in rule.find(prose) if rule.find else ():
            is_open = SHUT not in prose.open[mark.start : mark.end]
            yield rule, mark if is_open else replace(mark, replacement=None)


def problems_in(
    path: Path, text: str, rules: Sequence[Rule], parts: Callable[[str], Iterable[Part]] = parts_of
) -> Iterator[Problem]:
    """Tell what *rules* find in the *parts* of the file at *path* with the *text*, each with line
    and column.
    """
    for part in parts(text):
        for rule, mark in marks_in(part.prose, rules):
            place = part.start + mark.start
            line, column = text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)
            yield Problem(
                path,
                line,
                mark.what,
                mark.mend,
                rule.severity,
                column,
                rule.name,
                is_mendable=mark.replacement is not None,
            )


def fixed(text: str, rules: Sequence[Rule]) -> str:
    """Mend what *rules* find and can mend for sure in a file with the *text*, until they find no
    more of it. Code, links, HTML, quotations and the lines of the head that are for the machine
    stay as they are, and so does a file whose lines end as on old Macintoshes.
    """
    if "\r" in text.replace("\r\n", ""):
        return text
    for _ in range(MOST_TURNS):
        mended = _fixed_once(text, rules)
        if mended == text:
            break
        text = mended
    return text


def _fixed_once(text: str, rules: Sequence[Rule]) -> str:
    pieces, place = [], 0
    for part in parts_of(text):
        for mark in _apart(mark for _, mark in marks_in(part.prose, rules)):
            pieces += [text[place : part.start + mark.start], mark.replacement or ""]
            place = part.start + mark.end
    return "".join([*pieces, text[place:]])


def _apart(marks: Iterator[Mark]) -> Iterator[Mark]:
    """Give the marks that can be mended, in order; of those that overlap, the first."""
    end = 0
    for mark in sorted(mark for mark in marks if mark.replacement is not None):
        if mark.start >= end:
            yield mark
            end = mark.end
