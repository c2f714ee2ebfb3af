"""What Lighthouse says about a phone on a slow line: the median of several runs."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audit.browser import FLAGS
from audit.pages import MEASURED, PageType
from audit.results import Result, at_most
from audit.site import Site
from audit.tools import CHROMIUM, NODE, VAR, node_modules, run
from serving.environment import ServingError

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
CHROMIUM_FLAGS = " ".join(("--headless=new", "--disable-gpu", *FLAGS))
PRIVATE_AUDIT = "is-crawlable"
"""What a private page, which tells search engines to stay away, cannot meet."""
DRAWN_LCP, PHOTO_LCP, CLS, TBT = 0.9, 1.3, 0.01, 50
PHOTOS = (".jpg", ".jpeg", ".webp", ".avif")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run measured."""

    scores: tuple[int, ...]
    lcp: float
    cls: float
    tbt: float
    has_photo: bool
    lost: tuple[str, ...]
    """The audits that cost a score."""


def read(report: Mapping[str, Any]) -> Run:
    """Read Lighthouse's report."""
    audits, categories = report["audits"], report["categories"]
    lost = (
        f"{reference['id']} ({audits[reference['id']].get('displayValue') or name})"
        for name in CATEGORIES
        for reference in categories[name]["auditRefs"]
        if reference["weight"] and (audits[reference["id"]]["score"] or 0) < 1
        if audits[reference["id"]]["scoreDisplayMode"] not in {"notApplicable", "manual"}
    )
    return Run(
        scores=tuple(round(100 * (categories[name]["score"] or 0)) for name in CATEGORIES),
        lcp=audits["largest-contentful-paint"]["numericValue"] / 1000,
        cls=audits["cumulative-layout-shift"]["numericValue"],
        tbt=audits["total-blocking-time"]["numericValue"],
        has_photo=_has_photo(audits.get("largest-contentful-paint-element", {})),
        lost=tuple(dict.fromkeys(lost)),
    )


def median(runs: Sequence[Run]) -> Run:
    """Give the median of each figure."""
    return Run(
        scores=tuple(
            round(statistics.median(values))
            for values in zip(*(run.scores for run in runs), strict=True)
        ),
        lcp=statistics.median(run.lcp for run in runs),
        cls=statistics.median(run.cls for run in runs),
        tbt=statistics.median(run.tbt for run in runs),
        has_photo=runs[0].has_photo,
        lost=tuple(dict.fromkeys(name for run in runs for name in run.lost)),
    )


def measure(site: Site, pages: Iterable[PageType], times: int = 3) -> list[Result]:
    """Run Lighthouse *times* times on each of *pages*."""
    runs = {kind: median([_run(site, kind) for _ in range(times)]) for kind in pages}
    return results(runs, times)


def results(runs: Mapping[PageType, Run], times: int) -> list[Result]:
    """Compare what was measured with what is asked."""
    scores = [_scores(kind, run, times) for kind, run in runs.items()]
    by_hero = {
        is_photo: {kind.name: run.lcp for kind, run in runs.items() if run.has_photo is is_photo}
        for is_photo in (False, True)
    }
    paints = [
        at_most(
            f"LCP, {hero} (simulated slow 4G)", f"最大内容绘制时间，{chinese}", limit, seconds, " s"
        )
        for hero, chinese, limit, seconds in (
            ("text or drawn hero", "文字或绘画头图", DRAWN_LCP, by_hero[False]),
            ("photo hero", "照片头图", PHOTO_LCP, by_hero[True]),
        )
        if seconds
    ]
    shifts = {kind.name: run.cls for kind, run in runs.items()}
    waits = {kind.name: run.tbt for kind, run in runs.items()}
    return [
        *scores,
        *paints,
        at_most("CLS", "累积布局偏移", CLS, shifts, ""),
        at_most("TBT", "总阻塞时间", TBT, waits, " ms"),
    ]


def _scores(kind: PageType, run: Run, times: int) -> Result:
    asked = (100,) * len(CATEGORIES)
    private = f"{PRIVATE_AUDIT} left out: the page is private" if kind.is_private else ""
    return Result(
        what=f"Lighthouse mobile, {kind.name}",
        chinese=f"Lighthouse移动版评分，{MEASURED[kind.name]}",
        asked=" / ".join(map(str, asked)),
        measured=" / ".join(map(str, run.scores)),
        is_met=run.scores == asked,
        where=run.lost,
        remark="; ".join(filter(None, (f"median of {times}", private))),
    )


def _run(site: Site, kind: PageType) -> Run:
    report = VAR / "lighthouse.json"
    report.unlink(missing_ok=True)
    script = node_modules() / "lighthouse" / "cli" / "index.js"
    skipped = [f"--skip-audits={PRIVATE_AUDIT}"] if kind.is_private else []
    done = run(
        [
            NODE.require(),
            str(script),
            site.address + kind.path(site),
            "--quiet",
            "--no-enable-error-reporting",
            f"--only-categories={','.join(CATEGORIES)}",
            "--output=json",
            f"--output-path={report}",
            f"--chrome-flags={CHROMIUM_FLAGS}",
            *skipped,
        ],
        CHROME_PATH=CHROMIUM.require(),
    )
    if not report.is_file():
        raise ServingError(
            f"Lighthouse did not finish on {kind.name}: {done.stderr.strip()[-600:]}"
        )
    return read(json.loads(report.read_bytes()))


def _has_photo(audit: Mapping[str, Any]) -> bool:
    return any(suffix in json.dumps(audit.get("details", {})) for suffix in PHOTOS)
