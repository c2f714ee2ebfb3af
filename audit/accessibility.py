"""What axe finds against WCAG 2.2 AA and good practice, and what sticks out sideways."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from audit.browser import LOOKS, Look, opened, show, sticks_out
from audit.pages import PageMissing, PageType, visit
from audit.results import Result, count
from audit.site import Site

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
VERSION = AXE_SCRIPT.split(None, 3)[2].lstrip("v")
OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}


def violations(page: Page) -> list[str]:
    """Give one line for each element of *page* that breaks a rule of axe."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: dict[str, Any] = page.evaluate(f"axe.run({json.dumps(OPTIONS)})")
    return [
        f"{rule['id']}: {_place(node)}" for rule in found["violations"] for node in rule["nodes"]
    ]


def faults(page: Page, looks: Iterable[Look]) -> Iterator[tuple[str, str]]:
    """Give what is wrong with an open page in each look: "axe" or "sideways", and where."""
    for look in looks:
        show(page, look)
        yield from (("axe", f"{look}: {line}") for line in violations(page))
        if sticks_out(page):
            yield "sideways", f"{look}: sticks out"


def measure(
    browser: Browser, site: Site, pages: Iterable[PageType], looks: tuple[Look, ...] = LOOKS
) -> list[Result]:
    """Look at all *pages* in all *looks*."""
    found: dict[str, list[str]] = {"axe": [], "sideways": []}
    seen = 0
    for kind in pages:
        with opened(browser, looks[0]) as page:
            try:
                visit(page, site, kind)
            except PageMissing as missing:
                found["axe"].append(f"{kind.name}: {missing}")
                continue
            for what, where in faults(page, looks):
                found[what].append(f"{kind.name}, {where}")
        seen += 1
    remark = f"{seen} page types and states in {len(looks)} looks each"
    return [
        count(
            "axe, WCAG 2.2 AA and best practice: violations",
            "按WCAG 2.2 AA和良好做法逐页检查（axe），不合格处",
            found["axe"],
            remark=remark,
        ),
        count("pages that scroll sideways", "需要左右滚动的页面", found["sideways"], remark=remark),
    ]


def _place(node: dict[str, Any]) -> str:
    selector = " ".join(map(str, node["target"]))
    detail = node["any"][0]["message"] if node["any"] else node["html"][:120]
    return f"{selector} ({detail})"
