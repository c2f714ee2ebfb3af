"""What every template of the service has at hand: the words for states and actions, the site around
it, local time.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Flask

from comment_archive.directory import SiteInfo
from comments_service.models import Action, State
from comments_service.moderation import REASONS
from comments_service.parts import parts
from comments_service.web.forms import BareForm

STATES = {
    State.PENDING: "待审核",
    State.APPROVED: "已公开",
    State.REFUSED: "未采用",
    State.SPAM: "垃圾",
    State.APPEALED: "申诉",
    State.WITHDRAWN: "已撤回",
    State.ERASED: "已删除",
}
ACTIONS = {
    Action.APPROVE: "通过",
    Action.REFUSE: "不采用",
    Action.SPAM: "放入垃圾",
    Action.REOPEN: "收回重审",
    Action.EDIT: "修改",
    Action.PIN: "置顶",
    Action.UNPIN: "取消置顶",
    Action.SETTLE: "举报已处理",
    Action.REVISE: "留言人修改",
    Action.APPEAL: "申诉",
    Action.WITHDRAW: "撤回",
    Action.ERASE: "删除",
}
FALLBACK = SiteInfo(
    url="",
    name="留言",
    language="zh-CN",
    timezone="Asia/Shanghai",
    stylesheet="",
    icon="",
    page_length=20,
)


def install(app: Flask) -> None:
    """Give the templates their words."""
    app.add_template_filter(local_time)
    app.jinja_env.globals.update(
        STATES=STATES, ACTIONS=ACTIONS, REASONS=REASONS, bare_form=BareForm, site=site
    )


def site() -> SiteInfo:
    """Give the published site's facts, or plain ones before the first build."""
    try:
        return parts().directory().site
    except FileNotFoundError:
        return FALLBACK


def local_time(moment: datetime) -> str:
    """Write a moment in the site's time zone, as 2015年12月5日 08:30."""
    local = moment.astimezone(ZoneInfo(site().timezone))
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
