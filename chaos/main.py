"""Runs faults one after the other, prints what was asked and measured, and keeps it."""

from __future__ import annotations

import sys
import tempfile
import time
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.parts import table
from chaos.faults import FAULTS
from chaos.rows import Fault, Row

VERSIONS = ("Flask", "SQLAlchemy", "granian")


def main(*, only: str = "", quick: bool = False) -> int:
    """Run all faults, or the one named *only*; gives 1 when something did not hold.

    The long form of each is written to benchmarks/RESULTS.md, in a section of its own.
    """
    failed = 0
    for name, fault in _chosen(only).items():
        sys.stdout.write(f"\nchaos: {name} ...\n")
        sys.stdout.flush()
        began = time.monotonic()
        rows = outcome(fault, quick)
        sys.stdout.write(f"chaos: {name}, {time.monotonic() - began:.0f} seconds\n")
        versions = table.versions_of(*VERSIONS)
        failed |= table.report(f"chaos/{name}", _written(rows), versions, keep=not quick)
    return failed


def outcome(fault: Fault, quick: bool) -> list[Row]:
    """Let *fault* happen in a folder of its own; one that cannot be made happen does not hold."""
    with tempfile.TemporaryDirectory(prefix="huisheng-chaos-") as folder:
        try:
            return fault(Path(folder), quick)
        except Exception as error:
            traceback.print_exc()
            told = " ".join(str(error).split()) or type(error).__name__
            return [Row("the fault could be made", "yes", f"not measured: {told}", False)]


def _chosen(only: str) -> Mapping[str, Fault]:
    if only and only not in FAULTS:
        sys.exit(f"There is no fault {only}: take one of {', '.join(FAULTS)}")
    return {only: FAULTS[only]} if only else FAULTS


def _written(rows: Sequence[Row]) -> list[table.Row]:
    return [
        table.Row(what=row.what, asked=row.asked, measured=row.measured, is_met=row.is_met)
        for row in rows
    ]
