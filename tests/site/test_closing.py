"""When messages are taken: by story, by its age, or nowhere; pages and service agree."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from comments_service.errors import Refused
from publishing.build import build

FORM = 'action="/messages/new"'
CLOSED = "留言板维护，12月8日<恢复>。"


def build_with(site, **settings):
    """Build *site* with further settings."""
    plan = site.plan()
    build(replace(plan, overrides=plan.overrides | settings))


def test_story_tells_its_last_day(sqlite_site):
    """The form names the day of the head; it stays, and the service refuses from the next day."""
    sqlite_site.write_story("third", comments="open\ncomments_until: 2026-03-01")
    sqlite_site.build()
    page = sqlite_site.page("stories/third/index.html")
    assert "这篇报道的留言开放到2026年3月1日。" in page
    assert FORM in page
    assert "留言开放到" not in sqlite_site.page("stories/first/index.html")
    sqlite_site.now = datetime(2026, 3, 1, 15, 58, tzinfo=UTC)
    sqlite_site.post(thread="third")
    sqlite_site.now = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
    with pytest.raises(Refused, match="已经关闭"):
        sqlite_site.post(thread="third")


def test_stories_close_by_age(sqlite_site):
    """With a number of days each story closes then, unless its head says otherwise; the board and
    closed stories stay as they are.
    """
    sqlite_site.write_story("third", date="2026-02-27 23:30", comments="open")
    told = "open\ncomments_until: 2026-12-31"
    sqlite_site.write_story("fourth", date="2026-02-27", comments=told)
    build_with(sqlite_site, MESSAGES_CLOSE_DAYS=2)
    threads = sqlite_site.directory.threads
    days = {name: threads[name].closes_on for name in ("third", "fourth", "board")}
    assert days == {"third": "2026-03-01", "fourth": "2026-12-31", "board": None}
    assert "留言开放到2026年3月1日" in sqlite_site.page("stories/third/index.html")
    assert "留言开放到" not in sqlite_site.page("stories/shut/index.html")
    assert "本文留言已关闭" in sqlite_site.page("stories/shut/index.html")
    assert "留言开放到" not in sqlite_site.page("messages/index.html")


def test_one_switch_closes_everything(sqlite_site):
    """A sentence replaces every form, nothing can be answered, and the service refuses."""
    sqlite_site.post_approved()
    sqlite_site.publish()
    assert "reply_to=1" in sqlite_site.page("stories/first/index.html")
    build_with(sqlite_site, MESSAGES_CLOSED=CLOSED)
    for name, content in sqlite_site.tree().items():
        assert FORM.encode() not in content, name
        assert b"reply_to=1" not in content, name
    for name in ("index.html", "messages/index.html", "stories/first/index.html"):
        page = sqlite_site.page(name)
        assert "留言板维护，12月8日&lt;恢复&gt;。" in page, name
        assert page.count('id="message-form"') == 1, name
    assert not any(thread.is_open for thread in sqlite_site.directory.threads.values())
    with pytest.raises(Refused):
        sqlite_site.post(thread="board")
    sqlite_site.now += timedelta(days=1)
    build_with(sqlite_site)
    assert FORM in sqlite_site.page("index.html")


@pytest.mark.parametrize("is_asked", [False, True])
def test_form_asks_for_mail_where_there_is_some(sqlite_site, is_asked):
    """An address is asked for only when something can be sent to it."""
    build_with(sqlite_site, MESSAGES_EMAIL=is_asked)
    for name in ("index.html", "messages/index.html", "stories/first/index.html"):
        assert ('name="email"' in sqlite_site.page(name)) is is_asked


def test_form_tells_what_is_done_with_it(sqlite_site):
    """Consent, what becomes public, and the notice for children stand by every form."""
    page = sqlite_site.page("stories/first/index.html")
    for words in ("提交即表示同意", "隐去末段的网络地址", "未满14周岁", "监护人"):
        assert words in page
