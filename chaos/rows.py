"""What a fault is asked, what was measured, and whether it holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """The answer to one question about one fault, in words and figures."""

    what: str
    asked: str
    measured: str
    is_met: bool


Fault = Callable[[Path, bool], list[Row]]
"""Breaks something within an empty folder, in a short form if so told, and tells what held."""


def none_of(what: str, found: int, looked_at: int, unit: str) -> Row:
    """Make the row of something that must not happen; who looked at nothing has not shown it."""
    return Row(what, "0", f"{found} of {looked_at:,} {unit}".rstrip(), found == 0 < looked_at)


def at_least(what: str, least: int, found: int) -> Row:
    """Make the row of something of which enough must have been tried."""
    return Row(what, f"≥ {least:,}", f"{found:,}", found >= least)


def at_most(what: str, most: float, found: float, unit: str) -> Row:
    """Make the row of a largest value."""
    return Row(what, f"≤ {most:g}{unit}", f"{found:.3g}{unit}", found <= most)
