"""Records of the archive for tests: ordinary ones, changed as a test needs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from comment_archive.directory import BOARD, SiteInfo, ThreadInfo
from comment_archive.records import ApprovedComment

MOMENT = datetime(2026, 3, 1, 4, 30, tzinfo=UTC)


def make_comment(position=1, **changes):
    """Make a published message at *position* of its thread and of the wall, with *changes*."""
    values = {
        "number": position + 100,
        "thread": "first",
        "position": position,
        "wall_position": position,
        "author": "路人",
        "address": "14.152.94.*",
        "html": f"<p>第{position}条</p>",
        "policy": 1,
        "submitted_at": MOMENT + timedelta(minutes=position),
    }
    return ApprovedComment(**(values | changes))


def make_site(**changes):
    """Make a site's facts, with *changes*."""
    values = {
        "url": "https://example.org",
        "name": "样本专题",
        "language": "zh-CN",
        "timezone": "Asia/Shanghai",
        "stylesheet": "/assets/site-0123456789.css",
        "icon": "/assets/icon-0123456789.svg",
        "page_length": 3,
    }
    return SiteInfo(**(values | changes))


def make_thread(id="first", **changes):
    """Make a thread, with *changes*."""
    values = {
        "id": id,
        "title": f"故事{id}",
        "url": "/messages/" if id == BOARD else f"/stories/{id}/",
        "date": "2015-12-05T00:00:00+08:00",
        "is_open": True,
    }
    return ThreadInfo(**(values | changes))
