"""A directory of threads, for tests that need no built site."""

from __future__ import annotations

import pytest

from comment_archive.directory import BOARD, Directory, SiteInfo, ThreadInfo


def make_thread(thread_id, **changes):
    """Make an open story."""
    values = {
        "id": thread_id,
        "title": f"故事{thread_id}",
        "url": f"/stories/{thread_id}/",
        "date": "2015-12-05T00:00:00+08:00",
        "is_open": True,
    }
    return ThreadInfo(**(values | changes))


@pytest.fixture
def directory():
    """Give a directory with an open story, a closed one, one with a last day, and the board."""
    site = SiteInfo(
        url="http://127.0.0.1:8000",
        name="样本",
        language="zh-CN",
        timezone="Asia/Shanghai",
        stylesheet="/assets/site.css",
        icon="/assets/icon.svg",
        script="/assets/site.js",
        page_length=3,
    )
    threads = [
        make_thread("first"),
        make_thread("shut", is_open=False),
        make_thread("until", closes_on="2026-03-01"),
        make_thread(BOARD, url="/messages/"),
    ]
    return Directory(site=site, threads={thread.id: thread for thread in threads})
