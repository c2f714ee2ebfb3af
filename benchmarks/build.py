"""How long does a build take, and an edit of a large site? Against stock Pelican and Hugo.

Everybody gets the same stories (parts/corpus.py), templates that write the same pages, and two
cores; all run in turn, and medians count. Stock is Pelican's own program with the same packages as
ours; Hugo is installed below var/bench. The short form has few stories, leaves Hugo out, and judges
counts and bytes, but no time.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.parts.bench import VAR, Group
from benchmarks.parts.build_cold import COLD
from benchmarks.parts.build_edits import EDITS
from benchmarks.parts.build_messages import MESSAGES
from benchmarks.parts.build_scale import SCALE
from benchmarks.parts.builders import remove_gone
from benchmarks.parts.peers import HUGO
from benchmarks.parts.runs import few_cores
from benchmarks.parts.table import Row, report, versions_of
from benchmarks.parts.yard import Form, Yard

FULL = Form(
    stories=10_000,
    few=1000,
    many=30_000,
    whole=10_000,
    messages=1_000_000,
    times=3,
    whole_times=3,
)
SHORT = Form(
    stories=120,
    few=30,
    many=0,
    whole=12,
    messages=600,
    times=1,
    whole_times=1,
    is_short=True,
)
GROUPS: tuple[Group[Yard], ...] = (*COLD, *EDITS, MESSAGES, SCALE)
REMARKS = (
    "Whole programs, from the start of Python on; the disk is at rest before each. Cold: nothing "
    "that a build made is there, but for what plugins make once of each story, for ours and stock "
    "alike: cards for sharing and search index.",
    "Minimal: a page a story, lists of all, by tag and by category, 50 to a page; the same pages "
    "and words by all three, the same bytes by ours and stock.",
    "Files: written, written again or removed by the last run. Stock has its cache on for edits.",
    "Memory: PSS of all processes together.",
)


def main(quick: bool) -> int:
    """Measure and print; gives 1 when a figure is missed."""
    with few_cores(), _folder(quick) as folder:
        yard = Yard(SHORT if quick else FULL, folder)
        rows = [row for group in GROUPS for row in _answers(group, yard)]
    return report("build", rows, _versions(), remarks=REMARKS, keep=not quick)


def _answers(group: Group[Yard], yard: Yard) -> list[Row]:
    """Measure one group, and say so: the whole takes most of an hour."""
    sys.stderr.write(f"Measuring: {group.questions[0].what}\n")
    return list(group.rows(yard))


@contextmanager
def _folder(quick: bool) -> Iterator[Path]:
    """Give the folder of the sites; that of the short form is removed again."""
    if not quick:
        (folder := VAR / "sites").mkdir(parents=True, exist_ok=True)
        remove_gone(folder)
        yield folder
        remove_gone(folder)
        return
    with tempfile.TemporaryDirectory(prefix="huisheng-") as name:
        yield Path(name)


def _versions() -> dict[str, str]:
    peers = dict(pin.split("==") for pin in HUGO)
    return versions_of("pelican", "markdown", "jinja2") | peers
