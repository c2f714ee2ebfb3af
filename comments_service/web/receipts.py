"""For the holder of a receipt: where the message stands, and what can be done to it.

The address is the only key, so no page of it is kept or passed on. Each GET shows, each POST acts.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from comments_service.errors import CommentsError, NotAllowed, TooMany
from comments_service.models import Action, Comment, Decision, State
from comments_service.moderation import REASONS, Ruling, decide
from comments_service.parts import now, parts
from comments_service.permalinks import message_link
from comments_service.projection import ANONYMOUS
from comments_service.recovery import taken_back
from comments_service.reports import problems_of, report_problem
from comments_service.retention.terms import WITHDRAWN_DAYS
from comments_service.submission import Terms, find_receipt, rescreen
from comments_service.web.origin import refuse_unreadable_forms
from comments_service.web.qr import qr
from comments_service.web.visitor_forms import AppealForm, ProblemForm, ReviseForm, VisitorForm
from comments_service.web.waits import waited, waited_for
from comments_service.web.words import site

bp = Blueprint("receipts", __name__, url_prefix="/messages/receipt")
bp.before_request(refuse_unreadable_forms)

GONE = frozenset({State.WITHDRAWN, State.ERASED})
VERDICTS = (Action.APPROVE, Action.REFUSE)
UNCONFIRMED = "还没有删除。请看过下面的说明，再按“彻底删除”。"
NOTHING_DECIDED = "这条留言还没有审核结果，有了结果才能申诉。"
BEING_DECIDED = "编辑正在处理这条留言，现在不能再改。您仍可以撤回。"


@bp.after_request
def keep_address_secret(response: Response) -> Response:
    """Keep the browser from telling the address to any other page."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@bp.get("/<token>")
def receipt(token: str) -> ResponseReturnValue:
    """Show where a message stands."""
    with parts().database.reading() as session:
        comment = find_receipt(session, token) or abort(404)
        return render_template("receipt.html", **_facts(session, comment, token))


@bp.post("/<token>/withdraw")
def withdraw(token: str) -> ResponseReturnValue:
    """Take the message back, at any time; twice is once."""
    return _act(token, Ruling(action=Action.WITHDRAW))


@bp.get("/<token>/erase")
def confirm_erasure(token: str) -> ResponseReturnValue:
    """Tell what will be gone, before it is."""
    return _show("receipt_erase.html", token, needs="can_erase")


@bp.post("/<token>/erase")
def erase(token: str) -> ResponseReturnValue:
    """Leave nothing of the message but its number; only the button of the page before says so."""
    if request.form.get("confirm") != "1":
        form = VisitorForm(formdata=None)
        return _form_page("receipt_erase.html", token, form, problem=UNCONFIRMED, status=422)
    answer = _act(token, Ruling(action=Action.ERASE))
    parts().database.forget()
    return answer


@bp.get("/<token>/edit")
def edit(token: str) -> ResponseReturnValue:
    """Show the text of a message that still waits, to change it."""
    form = ReviseForm(formdata=None)
    with parts().database.reading() as session:
        form.text.data = (find_receipt(session, token) or abort(404)).text
    return _show("receipt_edit.html", token, form, needs="can_edit")


@bp.post("/<token>/edit")
def revise(token: str) -> ResponseReturnValue:
    """Take the new words of a message that still waits; the rules look at them anew."""
    form = ReviseForm()
    form.suit(most=parts().config.max_length)
    if not form.validate():
        return _form_page("receipt_edit.html", token, form, status=422)
    try:
        return _revise(token, form.text.data or "")
    except CommentsError as refusal:
        return _form_page("receipt_edit.html", token, form, problem=str(refusal), status=422)


@bp.get("/<token>/appeal")
def show_appeal(token: str) -> ResponseReturnValue:
    """Ask why a refused message should be read again."""
    return _show("receipt_appeal.html", token, AppealForm(formdata=None), needs="can_appeal")


@bp.post("/<token>/appeal")
def appeal(token: str) -> ResponseReturnValue:
    """Put a refused message before another moderator, once."""
    form = AppealForm()
    if not form.validate():
        return _form_page("receipt_appeal.html", token, form, status=422)
    try:
        return _appeal(token, form.text.data or "")
    except NotAllowed as refusal:
        return _form_page("receipt_appeal.html", token, form, problem=str(refusal), status=422)


@bp.get("/<token>/problem")
def show_problem(token: str) -> ResponseReturnValue:
    """Ask what is wrong."""
    return _show("receipt_problem.html", token, ProblemForm(formdata=None), needs="can_erase")


@bp.post("/<token>/problem")
def problem(token: str) -> ResponseReturnValue:
    """Bring a problem with one's own message before the moderators."""
    form = ProblemForm()
    if not form.validate():
        return _form_page("receipt_problem.html", token, form, status=422)
    try:
        return _report(token, form.text.data or "")
    except NotAllowed as refusal:
        return _form_page("receipt_problem.html", token, form, problem=str(refusal), status=422)
    except TooMany as wait:
        page = _form_page("receipt_problem.html", token, form, problem=str(wait), status=429)
        return *page, {"Retry-After": str(wait.seconds)}


def _act(token: str, ruling: Ruling) -> ResponseReturnValue:
    """Decide, and go to the receipt, which says how it stands where that was done already."""
    try:
        return _decide(token, ruling)
    except NotAllowed:
        return _to_receipt(token)


def _decide(token: str, ruling: Ruling) -> ResponseReturnValue:
    made, moment = parts(), now()
    with made.database.writing() as session:
        comment = find_receipt(session, token) or abort(404)
        decide(session, comment.id, ruling, by=None, now=moment, undo=made.config.undo)
    if ruling.action in taken_back.DEEDS:
        taken_back.note(made.config.backups_folder, comment, ruling.action, moment)
    return _to_receipt(token)


def _appeal(token: str, text: str) -> ResponseReturnValue:
    """Store an appeal; nobody learns by it what is not told yet."""
    if _told(token) is State.PENDING:
        raise NotAllowed(NOTHING_DECIDED)
    return _decide(token, Ruling(action=Action.APPEAL, text=text))


def _revise(token: str, text: str) -> ResponseReturnValue:
    """Store new words; where that cannot be, what the visitor is told fits what he sees."""
    made, told = parts(), _told(token)
    with made.database.reading() as session:
        comment = find_receipt(session, token) or abort(404)
    if told is State.PENDING and comment.state not in {State.PENDING, State.SPAM}:
        raise NotAllowed(BEING_DECIDED)
    terms = Terms.of(made.config)
    screening = rescreen(made.database, made.directory(), comment, text, now=now(), terms=terms)
    return _decide(token, Ruling(action=Action.REVISE, text=text, screening=screening))


def _told(token: str) -> State:
    """Give the state that the visitor is told at this moment."""
    with parts().database.reading() as session:
        comment = find_receipt(session, token) or abort(404)
        return shown_state(comment, _verdict(session, comment), now(), parts().config.undo)


def _report(token: str, text: str) -> ResponseReturnValue:
    with parts().database.writing() as session:
        comment = find_receipt(session, token) or abort(404)
        address = request.remote_addr or ""
        report_problem(session, comment, text=text, address=address, now=now())
    return _to_receipt(token)


def _to_receipt(token: str) -> ResponseReturnValue:
    return redirect(url_for("receipts.receipt", token=token), code=303)


def _show(
    template: str, token: str, form: VisitorForm | None = None, *, needs: str
) -> ResponseReturnValue:
    """Show a form where its deed is open, else the receipt, which tells how it stands."""
    with parts().database.reading() as session:
        comment = find_receipt(session, token) or abort(404)
        if not _facts(session, comment, token)[needs]:
            return _to_receipt(token)
    return _form_page(template, token, form)


def _form_page(
    template: str,
    token: str,
    form: VisitorForm | None = None,
    *,
    problem: str = "",
    status: int = 200,
) -> tuple[str, int]:
    """Show one of the receipt's forms with what was typed."""
    with parts().database.reading() as session:
        comment = find_receipt(session, token) or abort(404)
        facts = _facts(session, comment, token)
        limit = parts().config.max_length
        page = render_template(template, form=form, problem=problem, limit=limit, **facts)
    return page, status


def shown_state(
    comment: Comment, verdict: Decision | None, now: datetime, undo: timedelta
) -> State:
    """Give the state the visitor is told.

    What a filter put aside still waits for a person, and what was decided is told once it cannot be
    taken back unseen any more.
    """
    if comment.state is State.SPAM:
        return State.PENDING
    is_on_its_way = comment.state is State.APPROVED and comment.live_at is None
    may_be_undone = comment.state is State.REFUSED and (
        verdict is not None and verdict.decided_at + undo > now
    )
    was = verdict.from_state if verdict else State.PENDING
    if is_on_its_way:
        return State.APPEALED if was is State.APPEALED else State.PENDING
    if may_be_undone and was in {State.PENDING, State.APPEALED}:
        return was
    return comment.state


def _verdict(session: Session, comment: Comment) -> Decision | None:
    """Give the last decision for or against the message."""
    query = (
        select(Decision)
        .where(Decision.comment_id == comment.id, Decision.action.in_(VERDICTS))
        .order_by(Decision.id.desc())
        .limit(1)
    )
    return session.scalars(query).first()


def _facts(session: Session, comment: Comment, token: str) -> dict[str, Any]:
    """Give what the receipt's pages show."""
    moment, directory = now(), parts().directory()
    verdict = _verdict(session, comment)
    shown = shown_state(comment, verdict, moment, parts().config.undo)
    address = site().url + url_for("receipts.receipt", token=token)
    return {
        "comment": comment,
        "token": token,
        "author": comment.author or ANONYMOUS,
        "state": shown,
        "verdict": verdict if shown in {State.APPROVED, State.REFUSED} else None,
        "reason": _reason(verdict) if shown is State.REFUSED else None,
        "story": directory.find(comment.thread),
        "is_story_withdrawn": comment.thread in directory.withdrawn,
        "link": message_link(session, comment, directory),
        "problems": problems_of(session, comment),
        "waited_for": partial(waited_for, now=moment),
        "needs_confirmation": _needs_confirmation(comment),
        "can_edit": shown is State.PENDING and not comment.is_emptied,
        "can_withdraw": comment.state not in GONE,
        "can_erase": comment.state is not State.ERASED,
        "can_appeal": _can_appeal(comment, shown),
        "is_emptied": comment.is_emptied,
        "withdrawn_days": WITHDRAWN_DAYS,
        "took": _took(comment, verdict, shown, moment),
        "address": address,
        "code": qr(address),
    }


def _can_appeal(comment: Comment, shown: State) -> bool:
    """Say whether an appeal is open: once, and while there are words to read again."""
    is_first = comment.appealed_at is None
    return shown is State.REFUSED and is_first and not comment.is_emptied


def _reason(verdict: Decision | None) -> str | None:
    return REASONS.get(verdict.reason or "") if verdict else None


def _needs_confirmation(comment: Comment) -> bool:
    """Say whether a mail went to the visitor that he has not answered yet."""
    is_asked = comment.email is not None and comment.email_confirmed_at is None
    return is_asked and comment.state not in GONE and parts().config.sends_mail


def _took(comment: Comment, verdict: Decision | None, shown: State, now: datetime) -> str:
    """Say how long the decision took, or how long it is waited for."""
    is_second = comment.appealed_at is not None and (
        verdict is None or verdict.decided_at >= comment.appealed_at or shown is State.APPEALED
    )
    since = comment.appealed_at if is_second and comment.appealed_at else comment.submitted_at
    is_decided = verdict is not None and shown in {State.APPROVED, State.REFUSED}
    return waited((verdict.decided_at if verdict and is_decided else now) - since)
