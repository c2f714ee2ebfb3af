"""Takes pictures: the four of the documents, and one of every page type in four looks to go through
by eye.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser

from audit.browser import SCHEMES, Look, opened
from audit.pages import PageType, named, on_site, visit
from audit.site import Site
from audit.tools import VAR
from serving.environment import HERE

ALL = VAR / "screenshots"
LOOKS = tuple(Look(width, scheme) for width in (390, 1280) for scheme in SCHEMES)
PICTURES = {
    "home.png": ("home", Look(1280)),
    "home-phone.png": ("home", Look(390, "dark")),
    "story.png": ("story with messages", Look(1280, "dark")),
    "story-phone.png": ("story with messages", Look(390)),
}
"""The pictures of the documents: the page type, and how it is shown."""


def take(browser: Browser, site: Site) -> Iterator[Path]:
    """Take the pictures of the documents: what a reader sees first."""
    for name, (kind, look) in PICTURES.items():
        path = HERE / "docs" / name
        picture(browser, site, named(kind)[0], look, path)
        yield path


def take_all(browser: Browser, site: Site) -> Iterator[Path]:
    """Take a picture of all of every page type, on a phone and on a desk, in light and dark."""
    ALL.mkdir(parents=True, exist_ok=True)
    for kind in on_site(site):
        for look in LOOKS:
            name = kind.name.replace(", ", "-").replace(" ", "-")
            path = ALL / f"{name}-{look.width}-{look.scheme}.png"
            picture(browser, site, kind, look, path, whole=True)
            yield path


def picture(
    browser: Browser, site: Site, kind: PageType, look: Look, path: Path, *, whole: bool = False
) -> None:
    """Take a picture of a page of *kind* in one look: its first window, or the *whole* of it."""
    with opened(browser, look) as page:
        visit(page, site, kind)
        page.wait_for_load_state("networkidle")
        if whole:  # pictures further down are fetched when they come near
            page.evaluate("for (const image of document.images) image.loading = 'eager'")
            page.wait_for_load_state("networkidle")
        page.screenshot(path=path, animations="disabled", full_page=whole)
