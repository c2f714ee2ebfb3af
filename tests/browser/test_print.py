"""What comes out of the printer."""

from __future__ import annotations

import re

STORY = "/stories/stage-goal/"


def test_story_on_paper(desk, whole_site):
    """The story, its messages and its address as a code are printed; form and menus are not."""
    desk.goto(whole_site.address + STORY)
    desk.emulate_media(media="print")
    for seen in ("h1", ".prose p", ".message", ".print-address svg"):
        assert desk.locator(seen).first.is_visible(), seen
    assert whole_site.address + STORY in desk.locator(".print-address").inner_text()
    for hidden in (".message-form", ".site-nav", ".tools", ".share", ".skip-link"):
        assert not desk.locator(hidden).first.is_visible(), hidden


def test_pdf(desk, whole_site):
    """Printed to PDF in the dark, a story takes a few sheets and is written in dark on light."""
    desk.emulate_media(media="print", color_scheme="dark")
    desk.goto(whole_site.address + STORY)
    paper = desk.pdf(format="A4")
    sheets = len(re.findall(rb"/Type\s*/Page\b(?!s)", paper))
    assert 1 <= sheets <= 8
    ink = desk.evaluate("getComputedStyle(document.querySelector('.prose p')).color")
    assert max(map(int, re.findall(r"\d+", ink)[:3])) < 128
