"""A real Chromium, and how a page is shown in it: width, colours, size of type."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from audit.tools import CHROMIUM

FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
HEIGHT = 900
WIDTHS = (320, 390, 1280)
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Look:
    """How a reader looks at a page."""

    width: int
    scheme: Scheme = "light"
    is_large: bool = False

    def __str__(self) -> str:
        """Name it, as in "390 px, dark, large type"."""
        return f"{self.width} px, {self.scheme}" + (", large type" if self.is_large else "")


LOOKS = tuple(
    Look(width, scheme, is_large)
    for is_large, scheme, width in product((False, True), SCHEMES, WIDTHS)
)
"""All looks that every page is checked in; those with large type come last."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a Chromium that speaks to this machine only; raises ServingError when there is none."""
    path = CHROMIUM.require()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, look: Look, *, scripts: bool = True) -> Iterator[Page]:
    """Give an empty page of a new visitor."""
    context = browser.new_context(
        viewport={"width": look.width, "height": HEIGHT},
        color_scheme=look.scheme,
        java_script_enabled=scripts,
    )
    yield context.new_page()
    context.close()


def show(page: Page, look: Look) -> None:
    """Show *page* as *look* says; large type is chosen by its switch."""
    page.set_viewport_size({"width": look.width, "height": HEIGHT})
    page.emulate_media(color_scheme=look.scheme)
    choose_size(page, large=look.is_large)


def choose_size(page: Page, *, large: bool) -> None:
    """Choose large or ordinary type where the page has the switch."""
    switch = page.locator("#large")
    if switch.count() and switch.is_checked() != large:
        switch.evaluate("box => box.click()")  # also beneath a dialog


def choose_scheme(page: Page, value: str) -> None:
    """Choose *value* (auto, light or dark) by its label."""
    label = page.locator(f"label[for='scheme-{value}']")
    if not label.is_visible():
        page.locator("summary", has=page.locator("xpath=../descendant::*[@name='scheme']")).click()
    label.click()


def sticks_out(page: Page) -> bool:
    """Say whether the page can be scrolled sideways."""
    root = "document.documentElement"
    return bool(page.evaluate(f"{root}.scrollWidth > {root}.clientWidth"))
