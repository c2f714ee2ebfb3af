"""Asks all questions about a fresh site, prints one table, keeps the results."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from itertools import groupby

from audit import accessibility, lighthouse, screenshots, sources, visits, weights
from audit.browser import LOOKS, chromium
from audit.pages import MEASURED, QUICK, named, on_site
from audit.results import Result, data, document, table
from audit.site import Site, served
from audit.tools import CHROMIUM, VAR, run, versions
from comment_archive.files import write_aside
from plugins.campaigns import campaign_folder
from serving.demo import step
from serving.environment import HERE, ServingError

DOCUMENT = "docs/audit.md"
DATA = "content/audit.toml"
"""Below the campaign's folder: what people read, and what its accessibility statement tells."""


def static(site: Site, *, quick: bool) -> list[Result]:
    """Ask what gives the same answer on any machine."""
    step("Reading the sources, walking the pages ...")
    with chromium() as browser:
        walked = visits.measure(browser, site, on_site(site))
    return [*sources.measure(site), *weights.measure(site), *walked]


def axe(site: Site, *, quick: bool) -> list[Result]:
    """Ask axe about all pages in all looks; the short form takes two of each."""
    step("Asking axe ...")
    with chromium() as browser:
        pages, looks = (named(*QUICK), LOOKS[1::7]) if quick else (on_site(site), LOOKS)
        return accessibility.measure(browser, site, pages, looks)


def speed(site: Site, *, quick: bool) -> list[Result]:
    """Ask Lighthouse, three times a page; the short form once on two pages."""
    step("Asking Lighthouse (about 20 seconds a run) ...")
    names, times = (QUICK, 1) if quick else (MEASURED, 3)
    return lighthouse.measure(site, on_site(site, named(*names)), times)


def pictures(site: Site, *, quick: bool) -> list[Result]:
    """Take pictures: for the documents only in the short form; asks nothing."""
    with chromium() as browser:
        taken = [*screenshots.take(browser, site)]
        taken += [] if quick else screenshots.take_all(browser, site)
    for folder, paths in groupby(taken, key=lambda path: path.parent):
        step(f"Wrote {len([*paths])} pictures to {folder.relative_to(HERE)}")
    return []


PARTS: dict[str, Callable[..., list[Result]]] = {"static": static, "axe": axe, "lighthouse": speed}
"""What a whole audit asks, in this order."""
APART = {"screenshots": pictures}
"""What is done only when it is asked for."""


def main(*, quick: bool = False, only: str = "") -> int:
    """Audit and print; gives 1 when a figure is missed. A whole audit is written down.

    Raises ServingError for an unknown part or a missing program.
    """
    parts = [PARTS[only]] if only in PARTS else [APART[only]] if only in APART else []
    if only and not parts:
        names = ", ".join((*PARTS, *APART))
        raise ServingError(f"There is no part {only}: take one of {names}")
    with served(VAR / "site") as site:
        results = [result for part in parts or PARTS.values() for result in part(site, quick=quick)]
    sys.stdout.write("\n" + table(results) if results else "")
    if not (quick or only):
        _write_down(results)
    return int(not all(result.is_met for result in results))


def _write_down(results: Iterable[Result]) -> None:
    told = tuple(results)
    day = datetime.now(UTC).astimezone().date()
    folder = campaign_folder(os.environ)
    (folder / DOCUMENT).parent.mkdir(exist_ok=True)
    write_aside(folder / DOCUMENT, document(told, day, _versions()).encode())
    write_aside(folder / DATA, data(told, day).encode())
    step(f"Wrote {DOCUMENT} and {DATA} in {folder}")


def _versions() -> dict[str, str]:
    browser = run([CHROMIUM.require(), "--version"]).stdout.split()
    number = next((word for word in browser if word[:1].isdigit()), "of unknown version")
    return {**versions(), "axe-core": accessibility.VERSION, "Chromium": number}
