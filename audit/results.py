"""What was asked, what was measured, and where it was missed: as a table, a document and data."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

HEAD = ("what", "asked", "measured", "")
SHOWN = 12
"""Places of a missed figure that are printed; the rest are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The answer to one question.

    *chinese* is what readers of the accessibility statement see of *what*; *where* holds the places
    that miss the figure, *remark* what one should know of the way it was measured.
    """

    what: str
    chinese: str
    asked: str
    measured: str
    is_met: bool
    where: tuple[str, ...] = ()
    remark: str = ""


def count(what: str, chinese: str, places: Iterable[str], *, remark: str = "") -> Result:
    """Make the result of a question that asks for nothing to be found."""
    found = tuple(places)
    return Result(
        what=what,
        chinese=chinese,
        asked="0",
        measured=str(len(found)),
        is_met=not found,
        where=found,
        remark=remark,
    )


def at_most(
    what: str, chinese: str, limit: float, measured: Mapping[str, float], unit: str
) -> Result:
    """Make the result of a question that asks for a largest value, from the value of each place."""
    place, worst = max(measured.items(), key=lambda item: item[1])
    return Result(
        what=what,
        chinese=chinese,
        asked=f"≤ {limit:g}{unit}",
        measured=f"{worst:.4g}{unit}",
        is_met=worst <= limit,
        where=tuple(
            f"{name}: {value:.4g}{unit}" for name, value in measured.items() if value > limit
        ),
        remark=f"largest: {place}" if len(measured) > 1 else "",
    )


def table(results: Sequence[Result]) -> str:
    """Write the results for a terminal, with the places of each missed figure below its row."""
    rows = [HEAD, *((item.what, item.asked, item.measured, _mark(item)) for item in results)]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row, item in zip(rows, [None, *results], strict=True):
        lines.append("  ".join(map(_padded, row, widths)).rstrip())
        if item is not None:
            lines += [f"    {line}" for line in _below(item)]
    return "\n".join(lines) + "\n"


def document(results: Sequence[Result], day: date, versions: Mapping[str, str]) -> str:
    """Write the results as Markdown."""
    lines = [
        "# The last audit",
        "",
        f"Written by `./run audit` on {day.isoformat()}; what it asks and how: "
        "[CONTRIBUTING.md](../CONTRIBUTING.md).",
        "",
        "| what | asked | measured | remark |",
        "| --- | --- | --- | --- |",
        *(_markdown_row(item) for item in results),
        "",
        "Measured with " + ", ".join(f"{name} {number}" for name, number in versions.items()) + ".",
    ]
    return "\n".join(lines) + "\n"


def data(results: Sequence[Result], day: date) -> str:
    """Write the results as TOML, for the accessibility statement."""
    lines = [
        "# Written by ./run audit, read by the accessibility statement: do not edit.",
        f"day = {day.isoformat()}",
    ]
    for item in results:
        lines += ["", "[[results]]"]
        lines += [f"{name} = {_quoted(text)}" for name, text in _told(item).items()]
        lines.append(f"met = {str(item.is_met).lower()}")
    return "\n".join(lines) + "\n"


def _told(item: Result) -> dict[str, str]:
    return {"what": item.chinese, "asked": item.asked, "measured": item.measured}


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _markdown_row(item: Result) -> str:
    missed = "" if item.is_met else "**missed**: " + "; ".join(item.where[:SHOWN])
    remark = ". ".join(filter(None, (missed, item.remark)))
    cells = (item.what, item.asked, item.measured, remark)
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _below(item: Result) -> list[str]:
    places = () if item.is_met else item.where
    hidden = len(places) - SHOWN
    more = (f"and {hidden} more",) if hidden > 0 else ()
    return [*places[:SHOWN], *more, *((f"({item.remark})",) if item.remark else ())]


def _mark(item: Result) -> str:
    return "met" if item.is_met else "MISSED"


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    """Give the columns of a terminal that *text* takes; a Han character takes two."""
    return sum(1 + (unicodedata.east_asian_width(sign) in "WF") for sign in text)
