"""What a check of the doctor finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much a finding matters."""

    FINE = "ok"
    WARNING = "warning"
    """It works, but not as it should before the public."""
    WRONG = "wrong"
    """Messages or pages are in danger, or nothing works."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    level: Level
    told: str
    """What is; for anything but FINE also how to mend it."""


Findings = Iterator[Finding]
