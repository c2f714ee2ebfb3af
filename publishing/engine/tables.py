"""Tables, as Python-Markdown's extension reads those without code and without backslashes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from publishing.engine.inline import Unsure

RULE = frozenset("|:- ")
"""What the line below a table's head is made of."""
SIDES = {(True, True): "center", (True, False): "left", (False, True): "right"}
NOT_SIMPLE = re.compile(r"[\\`]")


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the side to which each column is set, and the cells of each row."""

    sides: list[str | None]
    rows: list[list[str]]

    def written(self, cell: Callable[[str], str], *, with_classes: bool) -> str:
        """Give the HTML, each text made HTML by *cell*; sides as classes or as styles."""
        styles = [_style(side, with_classes=with_classes) for side in self.sides]
        head = self._row("th", self.rows[0], styles, cell)
        empty = self._row("td", [], [""] * len(styles), cell)
        body = "\n".join(self._row("td", row, styles, cell) for row in self.rows[1:]) or empty
        return f"<table>\n<thead>\n{head}\n</thead>\n<tbody>\n{body}\n</tbody>\n</table>"

    def _row(self, tag: str, row: list[str], styles: list[str], cell: Callable[[str], str]) -> str:
        texts = [*row, *[""] * len(styles)]
        cells = (
            f"<{tag}{style}>{cell(text) if text else ''}</{tag}>"
            for text, style in zip(texts, styles, strict=False)
        )
        return "<tr>\n" + "\n".join(cells) + "\n</tr>"


def _style(side: str | None, *, with_classes: bool) -> str:
    if side is None:
        return ""
    if not with_classes:
        return f' style="text-align: {side};"'
    return "" if side == "left" else f' class="align-{side}"'


def table_of(block: str) -> Table | None:
    """Give the table that *block* is, None if it is none; raises Unsure if there is code in it."""
    if NOT_SIMPLE.search(block):
        raise Unsure
    lines = [line.strip(" ") for line in block.split("\n")]
    has_border = lines[0].startswith("|") or lines[0].endswith("|")
    head, rule = _cells(lines[0], has_border), _cells(lines[1], has_border)
    if len(head) == 1 and not (has_border and all(map(_has_border, lines[1:]))):
        return None
    if len(rule) != len(head) or not set("".join(rule)) <= RULE:
        return None
    rows = [[cell.strip(" ") for cell in _cells(line, has_border)] for line in lines[2:]]
    return Table([_side(cell) for cell in rule], [[cell.strip(" ") for cell in head], *rows])


def _has_border(line: str) -> bool:
    return line.startswith("|") or line.endswith("|")


def _cells(line: str, has_border: bool) -> list[str]:
    if has_border:
        line = line.removeprefix("|").removesuffix("|")
    return line.split("|")


def _side(cell: str) -> str | None:
    cell = cell.strip(" ")
    return SIDES.get((cell.startswith(":"), cell.endswith(":")))
