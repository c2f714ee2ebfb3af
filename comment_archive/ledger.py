"""The public account of how messages were dealt with: figures a month, and the end of the chain of
decisions.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from comment_archive.files import Archive, write_aside


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What happened in one month, each thing counted by its own time."""

    month: str
    """Such as 2026-03."""
    received: int = 0
    published: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)
    """By reason."""
    spam: int = 0
    withdrawn: int = 0
    erased: int = 0
    appeals: int = 0
    granted: int = 0
    """Appeals after which the message was published."""
    wait: int | None = None
    """Median seconds until a person first decided; None where nobody did."""
    reports: int = 0
    """Messages' reports by readers, and problems that visitors had with their own."""
    report_wait: int | None = None
    """Median seconds until a report was settled; None where none was."""
    appeal_wait: int | None = None
    """The same of appeals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All months up to the end of :attr:`day`, oldest first."""

    day: str
    """The last day that is counted, ISO 8601."""
    decisions: int
    """How many decisions there were until then."""
    hash: str
    """The chain's hash at the last of them; empty before the first."""
    reasons: Mapping[str, str]
    """What each reason for a refusal is called."""
    months: tuple[Month, ...]

    def dump(self) -> bytes:
        """Give the content of ``ledger.json``."""
        text = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, indent=1)
        return f"{text}\n".encode()


def write_ledger(archive: Archive, ledger: Ledger) -> bool:
    """Write *ledger* into *archive*; says whether it differs from what was there."""
    return write_aside(_path(archive), ledger.dump())


def read_ledger(archive: Archive) -> Ledger | None:
    """Read the ledger of *archive*; None before the first day with messages is over."""
    try:
        data: dict[str, Any] = json.loads(_path(archive).read_bytes())
    except FileNotFoundError:
        return None
    return Ledger(**data | {"months": tuple(Month(**month) for month in data["months"])})


def counted_day(archive: Archive) -> date | None:
    """Give the last day that the ledger of *archive* counts; asked often, so the file is read once
    for each of its versions.
    """
    path = _path(archive)
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return _day(path, status.st_mtime_ns, status.st_ino)


@lru_cache(maxsize=4)
def _day(path: Path, changed: int, node: int) -> date:
    return date.fromisoformat(json.loads(path.read_bytes())["day"])


def _path(archive: Archive) -> Path:
    return archive.root / "ledger.json"
