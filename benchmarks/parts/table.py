"""What was asked, what was measured, and what peers need: printed, and kept in RESULTS.md."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).parents[1] / "RESULTS.md"
HEAD = ("what", "asked", "measured", "peers", "")
TITLE = "# The last benchmarks"
PREFACE = "Written by `./run bench NAME` and `./run chaos`, one section each; never by `--quick`."
SECTION = re.compile(r"^## (\S+)$", re.MULTILINE)
GIGABYTE = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The answer to one question, in words and figures; *is_met* is None where none was asked."""

    what: str
    measured: str
    asked: str = ""
    peers: str = ""
    is_met: bool | None = None

    @property
    def mark(self) -> str:
        """Say whether the figure is met."""
        return {True: "met", False: "MISSED", None: ""}[self.is_met]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, and the limit of the answer: the largest value, or the smallest one."""

    what: str
    limit: float
    unit: str = ""
    is_smallest: bool = False
    words: str = ""
    """How the limit is written where it is more than a number."""

    @property
    def asked(self) -> str:
        """Write the limit."""
        return self.words or f"{'≥' if self.is_smallest else '≤'} {self.limit:g}{self.unit}"

    def answered(self, value: float, *, note: str = "", peers: str = "") -> Row:
        """Make the row of the answer *value*; *note* stands behind it."""
        is_met = value >= self.limit if self.is_smallest else value <= self.limit
        measured = f"{figure(value, self.unit)} ({note})" if note else figure(value, self.unit)
        return Row(what=self.what, asked=self.asked, measured=measured, peers=peers, is_met=is_met)

    def noted(self, measured: str, *, peers: str = "") -> Row:
        """Make a row that judges nothing."""
        return Row(what=self.what, asked=self.asked, measured=measured, peers=peers)

    def not_measured(self, why: str) -> Row:
        """Make the row of a question without an answer, which counts as missed."""
        return Row(what=self.what, asked=self.asked, measured=f"not measured: {why}", is_met=False)


def known(what: str, measured: str, peers: str = "") -> Row:
    """Make a row for the record: nothing was asked."""
    return Row(what=what, measured=measured, peers=peers)


def figure(value: float, unit: str = "") -> str:
    """Write *value* with three digits, or all those before the point."""
    return f"{value:.0f}{unit}" if abs(value) >= 100 else f"{value:.3g}{unit}"


def table(rows: Sequence[Row]) -> str:
    """Write *rows* for a terminal."""
    lines = [HEAD, *(_cells(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "".join("  ".join(map(str.ljust, line, widths)).rstrip() + "\n" for line in lines)


def report(
    name: str,
    rows: Sequence[Row],
    versions: Mapping[str, str],
    *,
    remarks: Sequence[str] = (),
    keep: bool,
) -> int:
    """Print *rows* and *remarks*, a sentence each; with *keep*, write them to RESULTS.md too.

    Gives 1 when a figure is missed.
    """
    sys.stdout.write("\n".join((table(rows), *remarks)).rstrip() + "\n")
    if keep:
        write_section(RESULTS, name, section(rows, versions, remarks))
    return int(any(row.is_met is False for row in rows))


def section(rows: Iterable[Row], versions: Mapping[str, str], remarks: Iterable[str] = ()) -> str:
    """Write the results of one benchmark as Markdown, with this machine and today's date."""
    day = datetime.now(UTC).date().isoformat()
    lines = [
        f"{day}, on {machine()}; "
        + ", ".join(f"{name} {number}" for name, number in versions.items())
        + ".",
        "",
        "| " + " | ".join(HEAD) + " |",
        "|" + " --- |" * len(HEAD),
        *("| " + " | ".join(map(_escaped, _cells(row))) + " |" for row in rows),
        "",
        *(f"- {remark}" for remark in remarks),
    ]
    return "\n".join(lines).rstrip()


def write_section(path: Path, name: str, body: str) -> None:
    """Put *body* below the heading *name* of *path*; other benchmarks' sections stay."""
    text = path.read_text("utf-8") if path.is_file() else ""
    _, *parts = SECTION.split(text)
    sections = dict(zip(parts[::2], map(str.strip, parts[1::2]), strict=True)) | {name: body}
    lines = [TITLE, "", PREFACE]
    for each in sorted(sections):
        lines += ["", f"## {each}", "", sections[each]]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def machine() -> str:
    """Say on what machine this runs, without its name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIGABYTE
    return f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}"


def versions_of(*packages: str) -> dict[str, str]:
    """Give the versions of Python and of *packages* that this runs with."""
    from importlib.metadata import version

    return {"Python": platform.python_version()} | {name: version(name) for name in packages}


def _processor() -> str:
    """Give the processor's model; on systems that do not tell, its kind."""
    told = Path("/proc/cpuinfo")
    text = told.read_text("utf-8") if told.is_file() else ""
    found = re.search(r"^model name\s*: (.+)$", text, re.MULTILINE)
    return found[1] if found else platform.machine()


def _cells(row: Row) -> tuple[str, ...]:
    return (row.what, row.asked, row.measured, row.peers, row.mark)


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|").replace("\n", " ")
