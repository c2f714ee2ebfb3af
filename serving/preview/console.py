"""What an editor reads in the terminal: a line for each save, and how far a long build is."""

from __future__ import annotations

import sys
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from serving.preview.report import Finding, Report, Weight, worst_first
from serving.preview.state import State

STAGES = {"Stories": "读文章", "Pages": "生成网页"}
TOLD = 3
"""Mistakes that a save tells, at most; the page has all of them."""
LINE_SECONDS = 1.0
"""Between two lines of progress within one stage."""


def say(line: str) -> None:
    """Write one line, whatever signs the terminal knows."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(line.encode(encoding, "replace").decode(encoding) + "\n")
    sys.stdout.flush()


def lines_of(
    deed: str, report: Report, seconds: float, saved: Collection[str] = ()
) -> Iterator[str]:
    """Say what came of a build after some *deed* that took so many *seconds*; first of the files
    with the names *saved*.
    """
    stopping = [each for each in report.findings if each.weight is Weight.STOPS]
    if report.is_built:
        others = len(report.findings)
        told = f"，{others} 处提示见 /_write/" if others else ""
        yield f"{deed} → {seconds:.2f} s，{report.pages} 页{told}"
        return
    yield f"{deed} → 没有更新，{len(stopping)} 处要改："
    ordered = sorted(
        worst_first(stopping), key=lambda each: each.file.rpartition("/")[2] not in saved
    )
    yield from (f"  {line_of(finding)}" for finding in ordered[:TOLD])
    if len(ordered) > TOLD:
        yield f"  还有 {len(ordered) - TOLD} 处，见 /_write/"


def line_of(finding: Finding) -> str:
    """Write a finding in one line, the place first, so that editors' programs can go there."""
    place = ":".join(part for part in (finding.file, finding.place) if part)
    told = "：".join(part for part in (finding.what, finding.mend) if part)
    return " ".join(f"{place}: {told}".lstrip(": ").split())


@dataclass(slots=True)
class Progress:
    """To be called with stage, done and total; tells a line a stage, and one a second."""

    state: State
    _told: tuple[str, float] = field(default=("", 0.0), init=False)

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Note how far it is; only long stages are told."""
        name = STAGES.get(stage, stage)
        line = f"{name} {done}/{total}"
        self.state.stage = line
        now, (last, since) = time.monotonic(), self._told
        if last != stage:
            self._told = stage, now
        elif now - since >= LINE_SECONDS:
            self._told = stage, now
            say(f"  {line}")
