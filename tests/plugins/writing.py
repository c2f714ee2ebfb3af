"""Writes content as editors do, and gives what is told about it."""

from __future__ import annotations

from plugins.editing.check import check_content

STORY = {
    "title": "故事",
    "date": "2015-12-05",
    "theme": "culture",
    "tags": "测试, 样本",
    "summary": "摘要。",
    "picture": "scene.svg",
    "picture_alt": "画面",
    "comments": "open",
}
THEME = {"title": "音乐", "slug": "music", "order": "3", "kicker": "音乐", "summary": "一句话。"}


def write(path, values, body="正文一段。"):
    """Write a file with *values* as its head; a value of None leaves its line out, each of a list
    has a line.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    every = [(key, value if isinstance(value, list) else [value]) for key, value in values.items()]
    lines = [f"{key}: {item}" for key, items in every for item in items if item is not None]
    path.write_text("\n".join([*lines, "", body, ""]), "utf-8")
    return path


def told(content, words=""):
    """Give what is told about *content*, each mistake as ``file:line:column rule``, and with the
    *words* that are expected of all.
    """
    expected = f": {words}" if words else ""
    return [f"{problem.path}:{brief(problem, expected)}" for problem in check_content(content)]


def brief(problem, expected=""):
    """Give a mistake as ``line:column rule``, and the words that are *expected* after a colon if
    they are told, else all that is told.
    """
    words = expected.partition(": ")[2]
    tail = f": {words if words in str(problem) else problem}" if words else ""
    return f"{problem.line}:{problem.column} {problem.rule}{tail}"
