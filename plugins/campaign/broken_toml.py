"""Tells editors in their own words what is wrong with a TOML text that cannot be read."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from pathlib import Path

from plugins.problems import Problem

AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)")
VALUE = re.compile(r"^(?P<key>[^=＝#]*?)\s*[=＝]\s*(?P<value>.*?)\s*$")
CURLED = "“”＂"
BARE = re.compile(r"[^\"'\[\]{},#\\]+")
CURLED_TEXT = re.compile(
    rf"(?P<key>\s*[\w.-]+\s*=\s*)(?P<open>[{CURLED}\"])(?P<text>[^{CURLED}\"\\]*)"
    rf"(?P<close>[{CURLED}\"])(?P<rest>\s*(?:#.*)?)"
)
"""A line with one text as its value, which holds no mark itself: so it is sure where it ends."""
UNREADABLE = re.compile("Invalid value|Expected newline|date")
MESSAGES = (
    (r"Cannot overwrite a value|Duplicate inline table key", "同一个键写了两次", "只留一行"),
    (r"Cannot declare .* twice", "同一张表写了两次", "合成一张；要写几个的，用 [[ ]]"),
    (r"Cannot (mutate|overwrite)|Cannot declare", "这个名字已经有别的用处", "换一个名字，或者删去"),
    (r"Expected '='", "键后面没有等号", '写成 键 = "值"'),
    (r"Expected '\]'|Expected '\]\]'", "方括号没有成对", "写成 [表名] 或 [[表名]]"),
    (r"Expected newline", "值的后面还有多余的字", "一行只写一个 键 = 值；字里的引号用“”"),
    (r"Unclosed array", "一列没有收尾", '最后写上 ]，如 ["甲", "乙"]'),
    (r"Unclosed inline table", "大括号没有成对", "最后写上 }"),
    (r"Illegal character|Unterminated string", "引号没有成对", '值的头尾各写一个半角引号 "'),
    (r"Unescaped '\\'|escape", "引号里有单个反斜杠", "反斜杠写两个：\\\\"),
    (r"date|time", "日期或时间不能这样写", '放进半角引号，如 "2015"'),
    (r"Invalid value", "值没有放在引号里", '值的头尾各写一个半角引号 "'),
    (
        r"Invalid statement|Invalid initial character",
        "这一行读不懂",
        '写成 键 = "值"，说明的话前面加 #',
    ),
)
"""What tomllib says, as it begins or holds, and what to tell of it."""


def told_of_toml(path: Path, text: str, told: str) -> Problem:
    """Tell what tomllib *told* of the *text* of the file at *path*."""
    found = AT.search(told)
    end = text.rstrip("\n").count("\n") + 1
    line, column = (int(found[1]), int(found[2])) if found and found[1] else (end, 0)
    written = text.split("\n")[line - 1]
    bare = _bare(written) if UNREADABLE.search(told) else None
    what, mend, place = _seen(written) or bare or (*_said(told), column)
    return Problem(
        path,
        line,
        what,
        mend,
        column=place,
        rule="toml-syntax",
        is_mendable=_straightened(written) != written,
    )


def straightened(text: str) -> str:
    """Give the *text* of a TOML file with straight marks around values, in those lines alone that
    cannot be read for them and hold one text without any mark in it.
    """
    lines = text.split("\n")
    while (line := _broken_line("\n".join(lines))) is not None:
        new = _straightened(lines[line])
        if new == lines[line]:
            break
        lines[line] = new
    return "\n".join(lines)


def _broken_line(text: str) -> int | None:
    """Give the number of the line, from 0, at which *text* cannot be read; None when it can be, or
    when that is not known.
    """
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = AT.search(str(error))
        return int(found[1]) - 1 if found and found[1] else None
    return None


def _straightened(line: str) -> str:
    """Give *line* with straight marks around its value, if that is one text in Chinese marks."""
    found = CURLED_TEXT.fullmatch(line)
    if found is None or found["open"] == found["close"] == '"':
        return line
    return f'{found["key"]}"{found["text"]}"{found["rest"]}'


def _said(told: str) -> tuple[str, str]:
    for pattern, what, mend in MESSAGES:
        if re.search(pattern, told):
            return what, mend
    return f"TOML写错了（{AT.sub('', told)}）", "改正这个地方的写法"


def _seen(line: str) -> tuple[str, str, int] | None:
    """Say what can be seen of a line as a Chinese input method writes it, with the column."""
    if found := re.match(r"\s*([【［]+)", line):
        plain = unicodedata.normalize("NFKC", line).replace("【", "[").replace("】", "]").strip()
        return "表名用的是全角方括号", f"写成 {plain}", found.start(1) + 1
    if found := re.match(r"\s*[\w.\"-]+\s*(?P<sign>[＝:：])", line):
        return f"键后面是“{found['sign']}”", '换成半角等号：键 = "值"', found.start("sign") + 1
    return _quotes(line)


def _quotes(line: str) -> tuple[str, str, int] | None:
    """Tell of Chinese quotation marks around a value."""
    found = VALUE.match(line)
    if found is None or not found["value"]:
        return None
    value, start = found["value"], found.start("value")
    is_curled = value[0] in CURLED or re.search(r"[\[,]\s*[“”＂]", value)
    is_closed_so = value[0] == '"' and value[-1] in CURLED and value.count('"') % 2
    if not is_curled and not is_closed_so:
        return None
    place = next(n for n, sign in enumerate(value) if sign in CURLED)
    place = len(value) - 1 if is_closed_so and not is_curled else place
    return "值的外面用的是中文引号", _straight(found["key"], value), start + place + 1


def _bare(line: str) -> tuple[str, str, int] | None:
    """Tell of a value without quotation marks."""
    found = VALUE.match(line)
    if not found or not BARE.fullmatch(found["value"]):
        return None
    mend = f'写成 {found["key"].strip()} = "{found["value"]}"'
    return "值没有放在引号里", mend, found.start("value") + 1


def _straight(key: str, value: str) -> str:
    """Write a line with straight marks around its value, if that is one text."""
    inner = value[1:-1] if len(value) > 1 and value[-1] in CURLED + '"' else ""
    if value[0] == "[" or not inner or set(inner) & {'"', "\\"}:
        return '换成半角引号 "……"'
    return f'换成半角引号，写成 {key.strip()} = "{inner}"'
