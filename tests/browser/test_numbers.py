"""The desk's numbers in a real browser: tables and charts in every look, and a file to keep."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from audit.accessibility import faults
from comments_service.models import Action
from tests.browser.test_desk import LOOKS, log_in


def fill(site):
    """Let an hour at the desk go by."""
    site.now = datetime.now(UTC) - timedelta(hours=1)
    for _ in range(3):
        site.post_approved(thread="first")
    site.decide(site.post(thread="board"), Action.REFUSE)
    site.post(thread="board")


def test_numbers_are_accessible(desk, address, sqlite_site):
    """Axe finds nothing and nothing sticks out, in four looks and both languages."""
    fill(sqlite_site)
    log_in(desk, address)
    desk.get_by_role("link", name="数字").click()
    desk.get_by_role("img", name="每天收到的留言").wait_for()
    assert list(faults(desk, LOOKS)) == []
    desk.get_by_role("button", name="English").click()
    desk.get_by_role("heading", name="Numbers", exact=True).wait_for()
    assert list(faults(desk, LOOKS)) == []


def test_file_is_taken_away(desk, address, sqlite_site):
    """The link below a table saves its file."""
    fill(sqlite_site)
    log_in(desk, address)
    desk.goto(f"{address}/desk/numbers")
    with desk.expect_download() as waiting:
        desk.get_by_role("link", name="每篇报道的留言").click()
    assert waiting.value.suggested_filename.startswith("stories-")
    text = waiting.value.path().read_text("utf-8-sig")
    assert '"4"' not in text.splitlines()[0]
    assert len(text.splitlines()) == 3
