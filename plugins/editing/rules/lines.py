"""Takes a Markdown text apart line by line: paragraphs, headings, items, rows, quotations, code."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from plugins.editing.rules.rule import SHUT, Heading

CODE = re.compile(r" {4}| {0,3}\t")
QUOTE = re.compile(r"[ \t]*(?:(?:[*+-]|[0-9]+\.)[ \t]+)*>")
DEFINITION = re.compile(r" {0,3}\[[^\[\]]*\]:")
"""Where a link leads that is written elsewhere."""
HEADING = re.compile(r"(?P<level>#{1,6})[ \t]*(?P<words>.*?)[ \t]*#*[ \t]*")
UNDERLINE = re.compile(r"(?:=+|-+) *")
RULER = re.compile(r" {0,3}(?:(?:-[ ]{0,2}){3,}|(?:_[ ]{0,2}){3,}|(?:\*[ ]{0,2}){3,})")
COLUMNS = re.compile(r" {0,3}\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)*\|?[ ]*")
ITEM = re.compile(r"[ \t]*(?:(?:[*+-]|[0-9]+\.)[ \t]+)+")
BAR = re.compile(r"(?<!\\)\|(?![^{}|]*\})")
"""Parts the cells of a row; the bar of a ruby is none."""
PLAIN = re.compile("[\u2e80-\uffe6\U00020000-\U000323af“”‘’A-Za-z]")
"""How a line begins that surely is neither more nor less than text."""


@dataclass(slots=True)
class Lines:
    """What the lines of a text are."""

    text: str
    covers: list[tuple[int, int]] = field(default_factory=list)
    """What is no prose: code, and the marks at beginnings of lines."""
    quotes: list[tuple[int, int]] = field(default_factory=list)
    blocks: list[tuple[int, int]] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    chunks: list[tuple[int, int]] = field(default_factory=list)
    """Where there is no empty line; Markdown's marks end there at the latest."""


def read_lines(text: str) -> Lines:
    """Take *text* apart."""
    lines, place = Lines(text), 0
    chunk: list[tuple[int, str]] = []
    for line in [*text.split("\n"), ""]:
        if line.strip(" \t"):
            chunk.append((place, line))
        elif chunk:
            _read_chunk(lines, chunk)
            chunk = []
        place += len(line) + 1
    return lines


def _read_chunk(lines: Lines, chunk: list[tuple[int, str]]) -> None:
    """Read lines that follow each other without an empty one."""
    end = chunk[-1][0] + len(chunk[-1][1])
    lines.chunks.append((chunk[0][0], end))
    is_table = (
        len(chunk) > 1
        and all("|" in line for _, line in chunk[:2])
        and bool(COLUMNS.fullmatch(chunk[1][1]))
    )
    is_fresh = True
    for number, (start, line) in enumerate(chunk):
        if is_fresh and CODE.match(line):
            lines.covers.append((start, start + len(line)))
        elif PLAIN.match(line) and not is_table:
            _add_line(lines, start, line, starts=is_fresh)
            is_fresh = False
        elif QUOTE.match(line):
            lines.quotes.append((start, end))
            _read_quotation(lines, chunk[number:])
            return
        elif DEFINITION.match(line):
            lines.covers.append((start, end))
            return
        elif is_table and "|" in line:
            _read_row(lines, start, line)
            is_fresh = False
        else:
            is_fresh = _read_line(lines, start, line, is_second=number == 1, is_fresh=is_fresh)


def _read_line(lines: Lines, start: int, line: str, *, is_second: bool, is_fresh: bool) -> bool:
    """Read one line; tells whether what follows begins anew."""
    end = start + len(line)
    if line.startswith("#") and (found := HEADING.fullmatch(line)):
        words = found.span("words")
        lines.covers += [(start, start + words[0]), (start + words[1], end)]
        lines.blocks.append((start + words[0], start + words[1]))
        lines.headings.append(Heading(start, end, len(found["level"])))
        return True
    if is_second and not is_fresh and lines.blocks and UNDERLINE.fullmatch(line):
        first = lines.blocks[-1][0]
        lines.covers.append((start, end))
        lines.headings.append(Heading(first, end, 1 if line.startswith("=") else 2))
        return True
    if RULER.fullmatch(line) or line.startswith(SHUT):
        lines.covers.append((start, end))
        return True
    item = ITEM.match(line)
    if item:
        lines.covers.append((start, start + item.end()))
    _add_line(
        lines,
        start + (item.end() if item else 0),
        line[item.end() if item else 0 :],
        starts=is_fresh or bool(item),
    )
    return False


def _add_line(lines: Lines, start: int, line: str, *, starts: bool) -> None:
    """Add a line of text to the paragraph before, or let one start."""
    if starts or not lines.blocks:
        lines.blocks.append((start, start + len(line)))
    else:
        lines.blocks[-1] = (lines.blocks[-1][0], start + len(line))


def _read_row(lines: Lines, start: int, line: str) -> None:
    """Read a row of a table, of which each cell is a block."""
    if COLUMNS.fullmatch(line):
        lines.covers.append((start, start + len(line)))
        return
    edges = [found.start() for found in BAR.finditer(line)]
    lines.covers += [(start + edge, start + edge + 1) for edge in edges]
    starts, ends = [0, *(edge + 1 for edge in edges)], [*edges, len(line)]
    lines.blocks += [
        (start + first, start + last) for first, last in zip(starts, ends, strict=True)
    ]


def _read_quotation(lines: Lines, chunk: list[tuple[int, str]]) -> None:
    """Read the lines of a quotation, of which nothing but the words is looked at."""
    for number, (start, line) in enumerate(chunk):
        marks = re.match(r"[ \t>*+-]*", line)
        length = marks.end() if marks else 0
        lines.covers.append((start, start + length))
        _add_line(lines, start + length, line[length:], starts=not number)
