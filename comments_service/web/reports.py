"""举报: a reader reports a published message, and gets a number that can be looked up."""

from __future__ import annotations

import hmac

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from comments_service.errors import NotFound, TooMany
from comments_service.models import Comment, Report
from comments_service.parts import now, parts
from comments_service.permalinks import message_link
from comments_service.projection import ANONYMOUS
from comments_service.reports import REPORT_REASONS, report_message
from comments_service.tokens import keyed_digest
from comments_service.web.numbers import read_number
from comments_service.web.origin import refuse_foreign_forms
from comments_service.web.visitor_forms import ReportForm
from comments_service.web.waits import waited_for

bp = Blueprint("reports", __name__, url_prefix="/messages")
bp.before_request(refuse_foreign_forms)

AUTOMATIC = "看不见的“请留空”一栏里带了内容，已经清掉。请再按一次“提交举报”。"


@bp.get("/<number:number>/report")
def show(number: int) -> ResponseReturnValue:
    """Show the form for one published message."""
    return _page(number, ReportForm(formdata=None)), 200


@bp.post("/<number:number>/report")
def send(number: int) -> ResponseReturnValue:
    """Take a report; answers with its number, or with the same form and what to mend."""
    form = ReportForm()
    if not form.validate():
        return _page(number, form), 422
    if form.homepage.data:
        return _page(number, form, problem=AUTOMATIC), 422
    try:
        made = _report(number, form)
    except TooMany as wait:
        return _page(number, form, problem=str(wait)), 429, {"Retry-After": str(wait.seconds)}
    return redirect(url_for("reports.done", token=_token(made.id)), code=303)


@bp.get("/reports/<token>")
def done(token: str) -> ResponseReturnValue:
    """Show a report's number, what happens next, and what became of it."""
    number = read_number(token.partition("-")[0])
    if number is None or not hmac.compare_digest(
        token.encode("utf-8", "replace"), _token(number).encode()
    ):
        abort(404)
    with parts().database.reading() as session:
        report = session.get(Report, number) or abort(404)
        return render_template("reported.html", report=report, took=waited_for(report, now()))


def _report(number: int, form: ReportForm) -> Report:
    try:
        with parts().database.writing() as session:
            return report_message(
                session,
                number,
                reason=form.reason.data or "",
                text=form.text.data or "",
                address=request.remote_addr or "",
                now=now(),
            )
    except NotFound:
        abort(404)


def _page(number: int, form: ReportForm, *, problem: str = "") -> str:
    form.homepage.data = ""
    with parts().database.reading() as session:
        comment = session.get(Comment, number)
        if comment is None or not comment.is_public(now()):
            abort(404)
        return render_template(
            "report.html",
            form=form,
            comment=comment,
            author=comment.author or ANONYMOUS,
            reasons=REPORT_REASONS,
            link=message_link(session, comment, parts().directory()),
            problem=problem,
        )


def _token(number: int) -> str:
    """Give the end of a report's address, which nobody can guess from its number."""
    signature = keyed_digest(parts().config.secret_key, "report", number).hex()[:32]
    return f"{number}-{signature}"
