"""Turns whatever stops a build into what an editor is told: where, what, and how to mend it."""

from __future__ import annotations

import errno
import re
from pathlib import Path
from traceback import walk_tb

from jinja2 import TemplateError, TemplateSyntaxError

from plugins.problems import Problem, Severity
from serving.environment import HERE
from serving.preview.report import Finding, Weight

WEIGHTS = {
    Severity.STYLE: Weight.STYLE,
    Severity.WARNING: Weight.WARNING,
    Severity.PUBLISHING: Weight.PUBLISHING,
    Severity.BUILD: Weight.STOPS,
}
PLACE = re.compile(r"(?P<file>[^:\n]+?):(?P<line>\d+)(?::(?P<column>\d+))?: (?P<what>.+)")
"""How a line of a build's errors tells a place."""
FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
GONE = frozenset({errno.ENOENT, errno.ENOTDIR})
STOPPED = "网站没有重新生成"
TEMPLATES = ".html", ".xml", ".txt"


def of_problem(problem: Problem, content: Path | None) -> Finding:
    """Tell what the checks found; files are named from the folder above the *content*."""
    return Finding(
        file=named(problem.path, content),
        line=problem.line,
        column=problem.column,
        rule=problem.rule,
        weight=WEIGHTS[problem.severity],
        what=problem.what,
        mend=problem.mend,
    )


def named(path: Path, content: Path | None) -> str:
    """Give *path* as editors know it."""
    for folder in (content.parent if content else HERE, HERE):
        if path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
    return path.as_posix()


def of_line(line: str) -> Finding:
    """Tell an error of a build that is known by its line alone."""
    if found := PLACE.fullmatch(line):
        file = named(Path(found["file"]), None)
        line_number, column = int(found["line"]), int(found["column"] or 0)
        what = f"{STOPPED}：{found['what']}"
        return Finding(file=file, line=line_number, column=column, what=what)
    return Finding(file="", what=f"{STOPPED}：{line}")


def of_template(error: BaseException | None) -> Finding | None:
    """Tell a mistake in a template of the theme; None for any other *error*."""
    if error is None:
        return None
    mend = "改好这个模板再保存"
    if isinstance(error, TemplateSyntaxError) and error.filename:
        file = named(Path(error.filename), None)
        return Finding(file=file, line=error.lineno, what=f"模板写错了：{error.message}", mend=mend)
    places = [
        (frame.f_code.co_filename, line)
        for frame, line in walk_tb(error.__traceback__)
        if frame.f_code.co_filename.endswith(TEMPLATES)
    ]
    if places or isinstance(error, TemplateError):
        file, line = places[-1] if places else ("", 0)
        told = f"模板写错了：{type(error).__name__}: {error}"
        return Finding(
            file=named(Path(file), None) if file else "", line=line, what=told, mend=mend
        )
    return None


def of_system(error: OSError) -> Finding:
    """Tell what the machine refused."""
    file = named(Path(str(error.filename)), None) if error.filename else ""
    if error.errno in FULL:
        what, mend = "磁盘满了", "腾出一些地方；腾出来以后会自己再试"
    elif error.errno in DENIED:
        what, mend = "没有权限读写这个文件", "改好它的权限；改好以后会自己再试"
    elif error.errno in GONE:
        what, mend = (
            "文件刚才还在，现在不在了",
            "不用做什么，会自己再试；一直这样，就看看它去了哪里",
        )
    else:
        what, mend = f"读写文件时出错：{error.strerror or error}", "看看这个文件；会自己再试"
    return Finding(file=file, what=what, mend=mend)


def of_code(error: BaseException) -> Finding:
    """Tell what nobody thought of: the last place of our own code is told for those who mend it."""
    if told := of_template(error):
        return told
    places = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    own = [
        place for place in places if Path(place[0]).is_relative_to(HERE) and "/." not in place[0]
    ]
    file, line = own[-1] if own else ("", 0)
    what = f"{STOPPED}：{type(error).__name__}: {error}"
    mend = "撤回刚才的改动试试；还不行，把这一行告诉管网站的人"
    return Finding(file=named(Path(file), None) if file else "", line=line, what=what, mend=mend)
