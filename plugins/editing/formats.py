"""How problems are written down: for people, for programs, and for GitHub."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from plugins.problems import Problem, Severity

LEVELS = {
    Severity.STYLE: "notice",
    Severity.WARNING: "warning",
    Severity.PUBLISHING: "error",
    Severity.BUILD: "error",
}
"""What GitHub calls them: https://docs.github.com/actions/reference/workflow-commands-for-github-actions"""
COUNTED = {
    Severity.BUILD: "处错误",
    Severity.PUBLISHING: "处发布前要改",
    Severity.WARNING: "处提醒",
    Severity.STYLE: "处写法",
}


def as_text(problems: Sequence[Problem]) -> str:
    """Write a line each."""
    return "".join(f"{problem}\n" for problem in problems)


def as_json(problems: Sequence[Problem]) -> str:
    """Write a list of objects."""
    every = [
        {
            "path": str(problem.path),
            "line": problem.line,
            "column": problem.column or None,
            "rule": problem.rule,
            "severity": problem.severity.name.lower(),
            "what": problem.what,
            "mend": problem.mend,
            "fixable": problem.is_mendable,
        }
        for problem in problems
    ]
    return json.dumps(every, ensure_ascii=False, indent=2) + "\n"


def as_github(problems: Sequence[Problem]) -> str:
    """Write a workflow command each, which GitHub shows beside the line."""
    return "".join(map(_command, problems))


def _command(problem: Problem) -> str:
    place = {"file": str(problem.path), "line": str(problem.line)}
    place |= {"col": str(problem.column)} if problem.column else {}
    place |= {"title": problem.rule}
    named = ",".join(f"{key}={_escaped(value, ':,')}" for key, value in place.items())
    return f"::{LEVELS[problem.severity]} {named}::{_escaped(f'{problem.what}：{problem.mend}')}\n"


def _escaped(text: str, others: str = "") -> str:
    """Write what would end a command, or a part of it, as GitHub reads it back."""
    for sign in f"%\r\n{others}":
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text


FORMATS: Mapping[str, Callable[[Sequence[Problem]], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
}


def counts(problems: Sequence[Problem], files: int) -> str:
    """Say in one line what was found in how many *files*."""
    if not problems:
        return f"检查了{files}个文件，没有要改的"
    numbers = {kind: sum(each.severity is kind for each in problems) for kind in COUNTED}
    told = "，".join(f"{number}{COUNTED[kind]}" for kind, number in numbers.items() if number)
    mendable = sum(problem.is_mendable for problem in problems)
    fix = f"；其中{mendable}处加上 --fix 就能改" if mendable else ""
    return f"检查了{files}个文件：{told}{fix}"
