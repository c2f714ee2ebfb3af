"""What the preview server shows of its own: the list of all texts, the panel's facts, a page to
wait on; and how a page of the site gets the panel.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from plugins.templates import environment_of
from serving.preview.report import Entry, Finding, Report, Weight, worst_first
from serving.preview.state import Shown

HERE = Path(__file__).parent
BASE = "/_write/"
"""Where all of it stands; no page of the site does."""
TOLD_BESIDE = 100
"""Findings in other files that the panel tells, at most; the list has all of them."""
STATES = {"draft": "草稿", "scheduled": "定时", "published": "已发布", "withdrawn": "已撤下"}
WEIGHTS = {
    Weight.STOPS: "改好才能生成",
    Weight.PUBLISHING: "改好才能发布",
    Weight.WARNING: "请看一看",
    Weight.STYLE: "写法",
}
CAMPAIGN = "content/campaign.toml"
END = b"</body>"

_templates = environment_of(HERE / "templates")


def with_panel(page: bytes, edition: str) -> bytes:
    """Give a *page* of the site with the script that shows the panel, at its end."""
    script = f'<script src="{BASE}panel.js" data-edition="{edition}" defer></script>'.encode()
    before, end, after = page.rpartition(END)
    return before + script + end + after if end else page + script


def facts(shown: Shown, address: str) -> bytes:
    """Tell the panel of the page at *address* what was found in its file and in all others."""
    report = shown.report
    file = report.file_of(address) or (CAMPAIGN if address == "/" else "")
    others = worst_first(each for each in report.findings if not file or each.file != file)
    entries = {entry.file: entry for entry in report.entries}
    told = {
        "edition": shown.edition,
        "built": report.is_built,
        "file": file,
        "state": entries[file].state if file in entries else "",
        "counts": counts(report.findings),
        "own": [_told(each) for each in report.of(file)] if file else [],
        "others": list(_by_file(others[:TOLD_BESIDE], entries)),
        "left_out": max(len(others) - TOLD_BESIDE, 0),
    }
    return json.dumps(told).encode()


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """Count *findings* by their weight."""
    found = Counter(finding.weight for finding in findings)
    return {weight.value: found[weight] for weight in Weight}


def _told(finding: Finding) -> dict[str, Any]:
    return asdict(finding) | {"place": finding.place, "weight_told": WEIGHTS[finding.weight]}


def _by_file(findings: Iterable[Finding], entries: Mapping[str, Entry]) -> Iterable[dict[str, Any]]:
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.file, []).append(finding)
    for file, found in groups.items():
        entry = entries.get(file)
        yield {
            "file": file,
            "title": entry.title if entry else "",
            "address": entry.address if entry else "",
            "findings": [_told(each) for each in found],
        }


def listing(shown: Shown) -> bytes:
    """Give the page of all texts with their states and all that was found; it needs no script."""
    report = shown.report
    known = {entry.file for entry in report.entries}
    return _rendered(
        "list.html",
        shown=shown,
        report=report,
        counts=counts(report.findings),
        entries=_in_order(report),
        elsewhere=worst_first(each for each in report.findings if each.file not in known),
        states=STATES,
        weights=WEIGHTS,
    )


def _in_order(report: Report) -> list[tuple[Entry, list[Finding]]]:
    """Give what is to be mended first, then what readers do not see yet, then all else by name."""
    found: dict[str, list[Finding]] = {}
    for finding in report.findings:
        found.setdefault(finding.file, []).append(finding)
    ranks = list(Weight)

    def rank(entry: Entry) -> tuple[int, bool, str]:
        gravest = min((ranks.index(each.weight) for each in found.get(entry.file, ())), default=9)
        return gravest, entry.state == "published", entry.file

    return [(entry, found.get(entry.file, [])) for entry in sorted(report.entries, key=rank)]


def waiting(stage: str) -> bytes:
    """Give the page that is shown until the first build is done."""
    return _rendered("waiting.html", stage=stage)


def refusal(told: str) -> bytes:
    """Give a page that says why there is nothing to see."""
    return _rendered("refusal.html", told=told)


def _rendered(name: str, **given: Any) -> bytes:
    text = _templates.get_template(name).render(base=BASE, **given)
    return text.encode("utf-8", "replace")  # names of files may hold what UTF-8 has not
