"""Every page type and state, in a real browser: `./run audit` asks the same in all looks."""

from __future__ import annotations

import pytest

from audit.accessibility import faults
from audit.browser import Look, opened, sticks_out
from audit.pages import PAGES, visit
from audit.visits import missing_parts

LOOKS = (Look(320, "dark", is_large=True), Look(1280))
TWICE_AS_LARGE = {"width": 640, "height": 450}
"""A window of 1280 × 900 in which everything is shown at 200 %."""
WIDE_SPACING = """
const sheet = new CSSStyleSheet();
sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
  word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }`);
document.adoptedStyleSheets = [sheet];
"""
"""What a reader may set: https://www.w3.org/TR/WCAG22/#text-spacing."""

every_page = pytest.mark.parametrize("kind", PAGES, ids=lambda kind: kind.name)


@every_page
def test_page_is_accessible(browser, whole_site, kind):
    """Axe finds nothing and nothing sticks out, on a small phone in dark large type and a desk."""
    with opened(browser, LOOKS[0]) as page:
        visit(page, whole_site, kind)
        assert list(faults(page, LOOKS)) == []


@every_page
def test_page_needs_no_script(browser, whole_site, kind):
    """The parts of each page are there without scripts, also when all is shown at 200 %, and with
    wide spacing.
    """
    with opened(browser, Look(390), scripts=False) as page:
        visit(page, whole_site, kind, scripts=False)
        assert list(missing_parts(page, whole_site, kind)) == []
        page.set_viewport_size(TWICE_AS_LARGE)
        assert not sticks_out(page)
        page.set_viewport_size({"width": 390, "height": 900})
        page.evaluate(WIDE_SPACING)
        assert not sticks_out(page)
