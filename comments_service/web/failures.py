"""The pages for what went wrong: a sentence in Chinese, the right status, no inner detail."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from flask import Flask, g, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from comments_service.errors import NotAllowed
from comments_service.request_ids import request_id
from comments_service.retry import FAILURES
from comments_service.web.language import say_error

log = logging.getLogger(__name__)

Later = tuple[str, int, dict[str, str]]
"""Page, status, and when to come again."""

SENTENCES = {
    400: "请求的内容不完整或无法识别。请返回上一页重试。",
    403: "这个请求不是从本站的页面发出的。请打开本站的页面再试。",
    404: "没有找到这个页面。地址可能不完整，或者内容已经撤下。",
    405: "这个地址不能这样访问。",
    413: "内容太长，没有收下。请返回上一页删减后再提交。",
    500: "服务器出了差错，工作人员会查看。请稍后再试；刚才填写的内容请先自行保存。",
    503: "留言服务暂时不可用，请过几分钟再试。刚才填写的内容请先自行保存。",
}

UNSTORED = (
    "留言服务暂时不可用，这次没有确认收到。您写的内容都在下面，请过几分钟再按一次“再次提交”；"
    "即使刚才其实已经收到，也不会变成两条。"
)
AWAY_SECONDS = 30
"""When it is worth trying again."""
VISITORS_WORDS = frozenset({"public", "receipts", "reports"})
"""Parts whose forms hold words that are given back; those of log-ins hold passwords."""


def install(app: Flask) -> None:
    """Answer every failure with a page of ours."""
    app.register_error_handler(CSRFError, csrf_failed)
    app.register_error_handler(HTTPException, http_failed)
    app.register_error_handler(NotAllowed, not_allowed)
    app.register_error_handler(FileNotFoundError, not_built_yet)
    for failure in FAILURES:
        app.register_error_handler(failure, database_failed)


def csrf_failed(error: CSRFError) -> tuple[str, int]:
    """Answer a form whose token is missing or old."""
    log.warning("refused for want of a form's token", extra={"endpoint": request.endpoint})
    return _page(400, "这个页面打开得太久，为了安全没有执行。请返回上一页，刷新后再试。")


def not_allowed(error: NotAllowed) -> tuple[str, int]:
    """Answer one who has not the right to do this."""
    account = g.get("account")
    extra = {"account_id": account.id if account else None, "endpoint": request.endpoint}
    log.warning("refused for want of a right", extra=extra)
    return _page(403, say_error(error))


def http_failed(error: HTTPException) -> tuple[str, int] | HTTPException:
    """Answer a failure that has a status; redirects pass."""
    if error.code is None or error.code < 400:
        return error
    return _page(error.code, SENTENCES.get(error.code, SENTENCES[400 if error.code < 500 else 500]))


def not_built_yet(error: FileNotFoundError) -> Later:
    """Answer while no build has told which threads exist."""
    log.error("the site was not built yet", exc_info=error)
    return _unavailable()


def database_failed(error: Exception) -> Later:
    """Answer while the database cannot be reached or is full."""
    log.error("the database did not answer", exc_info=error)
    return _unavailable()


def _unavailable() -> Later:
    """Say that it will work again soon, and give a visitor back what was typed, to be sent again by
    one press: the same sending is stored once, also if the first one was.
    """
    typed = request.form.to_dict() if request.blueprint in VISITORS_WORDS else {}
    sentence = UNSTORED if typed else SENTENCES[503]
    return _written(sentence, typed), 503, {"Retry-After": str(AWAY_SECONDS)}


def _page(status: int, sentence: str) -> tuple[str, int]:
    return _written(sentence), status


def _written(sentence: str, typed: Mapping[str, str] | None = None) -> str:
    """Write the page; its number stands in our logs, for who asks what was wrong."""
    number = request_id()
    return render_template("failure.html", sentence=sentence, typed=typed, number=number)
