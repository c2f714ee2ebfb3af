"""What came of one build of the preview, in a form that goes from one process to the other."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from enum import StrEnum


class Weight(StrEnum):
    """How much a finding matters to an editor."""

    STOPS = "stops"
    """Nothing is built until it is mended."""
    PUBLISHING = "publishing"
    """The preview goes on, the public site will not be built."""
    WARNING = "warning"
    STYLE = "style"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is wrong, and where."""

    file: str
    """Its path as editors know it; empty when no file is to blame."""
    line: int = 0
    column: int = 0
    rule: str = ""
    weight: Weight = Weight.STOPS
    what: str
    mend: str = ""

    @property
    def place(self) -> str:
        """Write the place as editors' programs do: line, and column where it is known."""
        return ":".join(str(number) for number in (self.line, self.column) if number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A text of an editor, and the page that it makes."""

    file: str
    address: str
    title: str
    state: str
    """One of :class:`plugins.campaign.states.State`."""
    until: str = ""
    """The moment from which on readers see it, if there is one to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What came of one build."""

    is_built: bool
    """Whether what is served is what the files say now; else it is what they said before."""
    seconds: float
    public: str = ""
    """The folder of what is served; empty before the first whole build."""
    changed: list[str] = field(default_factory=list)
    """The addresses that differ from what was served before."""
    findings: list[Finding] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    may_pass: bool = False
    """Whether it failed for a reason that may go away although no file is saved: a full disk, a
    file that was being moved.
    """

    def dump(self) -> str:
        """Write it in one line."""
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, line: str) -> Report:
        """Read what :meth:`dump` wrote."""
        told = json.loads(line)
        findings = [
            Finding(**(each | {"weight": Weight(each["weight"])})) for each in told.pop("findings")
        ]
        entries = [Entry(**each) for each in told.pop("entries")]
        return cls(**told, findings=findings, entries=entries)

    @property
    def pages(self) -> int:
        """Count the pages that changed."""
        return sum(address.endswith(("/", ".html")) for address in self.changed)

    def of(self, file: str) -> list[Finding]:
        """Give what was found in *file*."""
        return [finding for finding in self.findings if finding.file == file]

    def file_of(self, address: str) -> str:
        """Give the file that makes the page at *address*; empty when it is no text of an editor."""
        return next((entry.file for entry in self.entries if entry.address == address), "")


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Order *findings* by file, the files with the gravest mistakes first."""
    weights = list(Weight)
    found = list(findings)
    gravest: dict[str, int] = {}
    for finding in found:
        rank = weights.index(finding.weight)
        gravest[finding.file] = min(rank, gravest.get(finding.file, rank))
    return sorted(
        found, key=lambda each: (gravest[each.file], each.file, each.line, each.column, each.what)
    )
