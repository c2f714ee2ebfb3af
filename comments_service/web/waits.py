"""Says in words how long somebody waited, or waits."""

from __future__ import annotations

from datetime import datetime, timedelta

from comments_service.models import Report


def waited(time: timedelta) -> str:
    """Write how long something took: 5分钟, 3小时20分钟, 2天3小时."""
    minutes = max(0, int(time.total_seconds() // 60))
    days, hours, left = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days:
        return f"{days}天{hours}小时" if hours else f"{days}天"
    if hours:
        return f"{hours}小时{left}分钟" if left else f"{hours}小时"
    return f"{left}分钟" if left else "不到1分钟"


def waited_for(report: Report, now: datetime) -> str:
    """Write how long *report* took to be settled, or has waited until *now*."""
    return waited((report.settled_at or now) - report.reported_at)
