"""What every template of the service has at hand: the words for states and actions, the site around
it, local time.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g

from comment_archive.directory import SiteInfo
from comment_archive.records import MarkupError
from comments_service import rights
from comments_service.errors import CommentsError, NotFound
from comments_service.models import Account, Action, State
from comments_service.moderation import REASONS
from comments_service.parts import parts
from comments_service.queue import Tab
from comments_service.reports import PROBLEM, REPORT_REASONS
from comments_service.rights import Right
from comments_service.web.forms import BareForm
from comments_service.web.language import ENGLISH, english, language, say, say_error

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
TABS = {
    Tab.PENDING: "待审核",
    Tab.APPROVED: "已公开",
    Tab.REFUSED: "未采用",
    Tab.SPAM: "垃圾",
    Tab.REPORTED: "举报",
    Tab.APPEALED: "申诉",
}
ATTENTIONS = {0: "像垃圾", 1: "要细看", 2: "有标记", 3: "没有提示"}
REPORT_WORDS = {**REPORT_REASONS, PROBLEM: "留言人反映自己留言的问题"}
KEYS = {
    "J K": "下一条、上一条",
    "A": "通过",
    "R": "不采用：打开理由",
    "S": "放入垃圾",
    "E": "打开，修改",
    "X": "选中；按住Shift选中一段",
    "U": "撤销刚才的处理",
    "?": "显示这张表",
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
        STATES=STATES,
        ACTIONS=ACTIONS,
        REASONS=REASONS,
        REPORT_REASONS=REPORT_WORDS,
        TABS=TABS,
        ATTENTIONS=ATTENTIONS,
        KEYS=KEYS,
        bare_form=BareForm,
        site=site,
        may=may,
        moderator_here=moderator_here,
        problem_words=problem_words,
        finding_words=finding_words,
    )


def moderator_here() -> Account | None:
    """Give who looks at the page, if it is one of the desk."""
    account: Account | None = g.get("account")
    return account


def may(right: str) -> bool:
    """Say whether who looks at the page has *right*."""
    account = moderator_here()
    return account is not None and rights.may(account, Right(right))


def finding_words(finding: dict[str, Any]) -> str:
    """Give what was found, as it is stored in Chinese; in English the rule and its words."""
    if language() != ENGLISH:
        return str(finding["detail"])
    rule = english().get(finding["rule"], finding["rule"])
    return ": ".join(filter(None, (rule, ", ".join(finding.get("words", ())))))


def problem_words(problem: Exception | str) -> str:
    """Give the sentence of a problem in the moderator's language."""
    if isinstance(problem, MarkupError):
        return say("这条留言的格式无法转换，不能公开。请先修改文字。")
    if isinstance(problem, NotFound):
        return say("没有这条留言。")
    return say_error(problem) if isinstance(problem, CommentsError) else say(str(problem))


def site() -> SiteInfo:
    """Give the published site's facts, or plain ones before the first build; looked up once a
    request.
    """
    found: SiteInfo | None = g.get("site")
    if found is None:
        try:
            found = parts().directory().site
        except FileNotFoundError:
            found = FALLBACK
        g.site = found
    return found


def local_time(moment: datetime) -> str:
    """Write a moment in the site's time zone: 2015年12月5日 08:30, in English 2015-12-05 08:30."""
    local = moment.astimezone(ZoneInfo(site().timezone))
    if language() == ENGLISH:
        return f"{local:%Y-%m-%d %H:%M}"
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
