"""A Markdown file of an editor: its head of lines ``key: value``, and its body."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from plugins.problems import Problem, Severity, UnreadableText, read_text

LINE = re.compile(r"(?P<key>[A-Za-z0-9_-]+)(?P<colon>[:：])\s*(?P<value>.*)")
FENCE = re.compile(r"(-{3,}|\.{3})\s*")
Head = dict[str, list[tuple[int, str]]]
"""Each key's values with their lines, in the order they stand."""
HEAD_FORM = "write key: value, and an empty line between the head and the text"


@dataclass(frozen=True, slots=True)
class Source:
    """A Markdown file, its head taken apart."""

    path: Path
    every: Head = field(default_factory=lambda: defaultdict(list))
    body: str = ""
    body_line: int = 0
    """The line on which it begins; 0 for a file that cannot be read."""
    problems: list[Problem] = field(default_factory=list)

    def value(self, key: str) -> str:
        """Give the value of *key*, the first one; empty when there is none."""
        return self.every[key][0][1] if key in self.every else ""

    def line(self, key: str) -> int:
        """Give the line of *key*, else the first of the file."""
        return self.every[key][0][0] if key in self.every else 1

    def problem(
        self, key: str, what: str, mend: str, severity: Severity = Severity.BUILD
    ) -> Problem:
        """Make a problem at the line of *key*."""
        return Problem(self.path, self.line(key), what, mend, severity)


def read_source(path: Path) -> Source:
    """Take *path* apart; what cannot be understood becomes a problem of the source."""
    source = Source(path)
    try:
        lines = read_text(path).split("\n")
    except UnreadableText as error:
        source.problems.append(error.problem)
        return source
    end = _read_head(source, lines)
    if not source.every and any(line.strip() for line in lines):
        source.problems[:] = [Problem(path, 1, "the file has no head", f"{HEAD_FORM}, from line 1")]
        return source
    return Source(path, source.every, "\n".join(lines[end:]), end + 1, source.problems)


def _read_head(source: Source, lines: list[str]) -> int:
    """Read the lines of the head; gives how many there are, with what ends it."""
    is_fenced = bool(FENCE.fullmatch(lines[0]))
    if is_fenced:
        mend = "take that line away, and that after the head; an empty line ends it"
        source.problems.append(Problem(source.path, 1, f"the head begins with {lines[0]}", mend))
    is_told = False
    for number, line in enumerate(lines, 1):
        is_fence = bool(FENCE.fullmatch(line))
        if not line.strip() or (is_fence and is_fenced and number > 1):
            return number
        if found := LINE.fullmatch(line.rstrip()):
            _read_line(source, number, found)
        elif not is_told and not (is_fence and is_fenced):
            is_told = True
            what = "this line of the head has no key"
            source.problems.append(Problem(source.path, number, what, HEAD_FORM))
    return len(lines)


def _read_line(source: Source, number: int, found: re.Match[str]) -> None:
    key = found["key"].lower()
    if found["colon"] == "：":
        what, mend = f"a full-width colon follows {key}", f"write {key}: with a plain colon"
        source.problems.append(Problem(source.path, number, what, f"{mend} and a space"))
    source.every[key].append((number, found["value"].strip()))
