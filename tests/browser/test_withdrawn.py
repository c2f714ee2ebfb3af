"""What readers see where a withdrawn story stood, in a real browser."""

from __future__ import annotations

from audit.accessibility import faults
from audit.browser import Look, opened, sticks_out
from tests.comments_service.web.test_withdrawn_story import LINES

LOOKS = (Look(390), Look(390, "dark"), Look(1280), Look(1280, "dark"), Look(320, is_large=True))


def test_page_of_a_withdrawn_story(browser, sqlite_site, address):
    """It answers 410, says when and why, is accessible in every look, and leads on."""
    path = sqlite_site.root / "content" / "stories" / "first.md"
    path.write_text(LINES + path.read_text("utf-8"), "utf-8")
    sqlite_site.build()
    with opened(browser, Look(390)) as page:
        answer = page.goto(f"{address}/stories/first/")
        assert answer.status == 410
        assert "消息来源有误" in page.locator("main").inner_text()
        assert page.locator("h1").inner_text() == "故事first"
        assert page.locator("main form").count() == 0
        assert list(faults(page, LOOKS)) == []
        assert not sticks_out(page)
        page.locator("main .button").first.click()
        page.wait_for_url("**/stories/")
        assert "故事first" not in page.locator("main").inner_text()
