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
HEAD_FORM = "每行写“键: 值”，开头和正文之间空一行"


@dataclass(frozen=True, slots=True)
class Source:
    """A Markdown file, its head taken apart."""

    path: Path
    every: Head = field(default_factory=lambda: defaultdict(list))
    body: str = ""
    body_line: int = 0
    """The line on which it begins; 0 for a file that cannot be read."""
    problems: list[Problem] = field(default_factory=list)
    columns: dict[int, int] = field(default_factory=dict)
    """The character at which the value of each line of the head begins, from 1."""

    def value(self, key: str) -> str:
        """Give the value of *key*, the first one; empty when there is none."""
        return self.every[key][0][1] if key in self.every else ""

    def line(self, key: str) -> int:
        """Give the line of *key*, else the first of the file."""
        return self.every[key][0][0] if key in self.every else 1

    def problem(
        self,
        rule: str,
        key: str,
        what: str,
        mend: str,
        severity: Severity = Severity.BUILD,
        *,
        part: str = "",
    ) -> Problem:
        """Make a problem at the value of *key*, or at that *part* of it."""
        if key not in self.every:
            return Problem(self.path, 1, what, mend, severity, rule=rule)
        return self.problem_at(rule, self.line(key), what, mend, severity, part=part)

    def problem_at(
        self,
        rule: str,
        line: int,
        what: str,
        mend: str,
        severity: Severity = Severity.BUILD,
        *,
        part: str = "",
    ) -> Problem:
        """Make a problem at the value on *line* of the head, or at that *part* of it."""
        column = self.columns.get(line, 0)
        if column and part:
            column += max(self._value_on(line).find(part), 0)
        return Problem(self.path, line, what, mend, severity, column, rule)

    def _value_on(self, line: int) -> str:
        entries = (entry for entries in self.every.values() for entry in entries)
        return next((value for number, value in entries if number == line), "")


def read_source(path: Path) -> Source:
    """Take *path* apart; what cannot be understood becomes a problem of the source."""
    source = Source(path)
    try:
        lines = read_text(path).split("\n")
    except UnreadableText as error:
        source.problems.append(error.problem)
        return source
    if not any(line.strip() for line in lines):
        what, mend = "文件是空的", "写上开头和正文，或者删去这个文件"
        source.problems.append(Problem(path, 1, what, mend, rule="empty-file"))
        return source
    end = _read_head(source, lines)
    if not source.every:
        mend = f"从第1行写起，{HEAD_FORM}"
        source.problems[:] = [Problem(path, 1, "文件没有开头", mend, rule="no-head")]
        return source
    body = "\n".join(lines[end:])
    return Source(path, source.every, body, end + 1, source.problems, source.columns)


def _read_head(source: Source, lines: list[str]) -> int:
    """Read the lines of the head; gives how many there are, with what ends it."""
    is_fenced = bool(FENCE.fullmatch(lines[0]))
    if is_fenced:
        what, mend = (
            f"开头不用 {lines[0].strip()} 围起来",
            "删去这一行和后面成对的那一行",
        )
        source.problems.append(Problem(source.path, 1, what, mend, column=1, rule="head-form"))
    is_told = False
    for number, line in enumerate(lines, 1):
        is_fence = bool(FENCE.fullmatch(line))
        if not line.strip() or (is_fence and is_fenced and number > 1):
            return number
        if found := LINE.fullmatch(line.rstrip()):
            _read_line(source, number, found)
        elif not is_told and not (is_fence and is_fenced):
            is_told = True
            what = "开头的这一行没有键"
            problem = Problem(source.path, number, what, HEAD_FORM, column=1, rule="head-form")
            source.problems.append(problem)
    return len(lines)


def _read_line(source: Source, number: int, found: re.Match[str]) -> None:
    key = found["key"].lower()
    if found["colon"] == "：":
        what, mend = f"{key} 后面是全角冒号", f"改成半角冒号加一个空格，“{key}: ”"
        column = found.start("colon") + 1
        problem = Problem(
            source.path,
            number,
            what,
            mend,
            column=column,
            rule="full-width-colon",
            is_mendable=True,
        )
        source.problems.append(problem)
    source.columns[number] = found.start("value") + 1
    source.every[key].append((number, found["value"].strip()))
