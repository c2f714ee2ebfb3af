"""What a page weighs over the wire before its pictures: HTML, style sheets and scripts."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from urllib.parse import urljoin

from audit.asking import ask, wire_size
from audit.markup import fetched_first, parse
from audit.results import Result, at_most
from audit.site import Site

KILOBYTE = 1000
HOME_LIMIT, STORY_LIMIT, SCRIPT_LIMIT = 25, 20, 8


def measure(site: Site) -> list[Result]:
    """Weigh home, every story, and the scripts of every page."""
    stories = {
        path.parent.name: _page_weight(site, f"/stories/{path.parent.name}/")
        for path in sorted((site.public / "stories").glob("*/index.html"))
    }
    scripts = {
        address: _size(site.address, address) / KILOBYTE for address in _scripts(site.public)
    }
    return [
        at_most(
            "home: HTML, CSS and JS over the wire",
            "首页除图片外的下载量",
            HOME_LIMIT,
            {"/": _page_weight(site, "/")},
            " kB",
        ),
        at_most(
            "each story: HTML, CSS and JS over the wire",
            "报道页除图片外的下载量",
            STORY_LIMIT,
            stories,
            " kB",
        ),
        at_most(
            "scripts of all pages over the wire",
            "脚本的下载量",
            SCRIPT_LIMIT,
            scripts or {"no script": 0.0},
            " kB",
        ),
    ]


def _page_weight(site: Site, path: str) -> float:
    """Give the kilobytes of a page with all it fetches first."""
    parts = {urljoin(path, part) for part in fetched_first(parse(ask(site.address, path).text))}
    return sum(_size(site.address, part) for part in {path, *parts}) / KILOBYTE


def _scripts(public: Path) -> list[str]:
    """Give the scripts that every page has; what a page loads on demand is not among them."""
    tree = parse((public / "index.html").read_text("utf-8"))
    return [address for address in fetched_first(tree) if address.endswith(".js")]


@cache
def _size(address: str, path: str) -> int:
    return wire_size(address, path)
