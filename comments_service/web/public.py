"""For visitors: the message form, and taking what it sends."""

from __future__ import annotations

import secrets

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from comment_archive.directory import BOARD, Directory
from comments_service.errors import AnswerGone, Refused, ThreadShut, TooMany
from comments_service.models import Comment
from comments_service.parts import now, parts
from comments_service.proofs import opened_mark, seconds_open
from comments_service.screening import Submission
from comments_service.storing import Receipt
from comments_service.submission import Terms, open_thread, submit
from comments_service.web.numbers import read_number
from comments_service.web.origin import refuse_foreign_forms
from comments_service.web.visitor_forms import MessageForm

bp = Blueprint("public", __name__, url_prefix="/messages")
bp.before_request(refuse_foreign_forms)


@bp.get("/new")
def new() -> ResponseReturnValue:
    """Show the form for one thread, or for an answer to one of its messages."""
    form = _form(MessageForm(request.args))
    form.thread.data = form.thread.data or BOARD
    form.nonce.data = secrets.token_urlsafe(12)
    form.opened.data = opened_mark(parts().config.secret_key, now())
    closed, status = _why_closed(form)
    return _page(form, closed=closed), status


@bp.post("/new")
def send() -> ResponseReturnValue:
    """Take a message; answers with its receipt, or with the same form and what to mend."""
    form = _form(MessageForm(request.form))
    if not form.validate():
        return _page(form), 422
    try:
        receipt = _submit(form)
    except TooMany as wait:
        return _page(form, problem=str(wait)), 429, {"Retry-After": str(wait.seconds)}
    except Refused as refusal:
        return _page(form, problem=str(refusal) + _way_out(form, refusal)), 422
    return redirect(url_for("receipts.receipt", token=receipt.token), code=303)


def _form(form: MessageForm) -> MessageForm:
    config = parts().config
    form.suit(most=config.max_length, with_email=config.sends_mail)
    return form


def _submit(form: MessageForm) -> Receipt:
    made, secret, moment = parts(), parts().config.secret_key, now()
    submission = Submission(
        thread=form.thread.data or "",
        text=form.text.data or "",
        author=form.name.data or "",
        email=(form.email.data or None) if form.email else None,
        address=request.remote_addr or "",
        user_agent=request.headers.get("User-Agent", ""),
        reply_to=read_number(form.reply_to.data),
        nonce=form.nonce.data or "",
        trap=form.homepage.data or "",
        seconds=seconds_open(form.opened.data or "", secret=secret, now=moment),
    )
    return made.database.outage.outlast(
        lambda: submit(
            made.database,
            made.directory(),
            submission,
            secret=secret,
            now=moment,
            terms=Terms.of(made.config),
            proof=form.altcha.data or "",
            counts=made.counts,
        )
    )


def _way_out(form: MessageForm, refusal: Refused) -> str:
    """Change *form* so that pressing its button again succeeds, and say what it will do."""
    if isinstance(refusal, AnswerGone):
        form.reply_to.data = ""
        return "再按一次“提交审核”，就会作为新留言提交。"
    if isinstance(refusal, ThreadShut) and _is_open(BOARD, parts().directory()):
        form.thread.data, form.reply_to.data = BOARD, ""
        return "再按一次“提交审核”，就会写到留言板上。"
    return ""


def _is_open(thread: str, directory: Directory) -> bool:
    try:
        open_thread(directory, thread, now(), closed=parts().config.closed)
    except Refused:
        return False
    return True


def _why_closed(form: MessageForm) -> tuple[str, int]:
    """Give the sentence of a thread that takes nothing, and the page's status."""
    directory, thread = parts().directory(), form.thread.data or ""
    try:
        open_thread(directory, thread, now(), closed=parts().config.closed)
    except Refused as refusal:
        is_withdrawn = thread in directory.withdrawn
        return str(refusal), 410 if is_withdrawn else 200 if thread in directory.threads else 404
    return "", 200


def _page(form: MessageForm, *, problem: str = "", closed: str = "") -> str:
    form.altcha.data = ""
    return render_template(
        "message.html",
        form=form,
        story=parts().directory().threads.get(form.thread.data or ""),
        parent=_parent(form),
        limit=parts().config.max_length,
        problem=problem,
        closed=closed,
        board=BOARD,
    )


def _parent(form: MessageForm) -> Comment | None:
    """Give the published message that the form answers."""
    number = read_number(form.reply_to.data)
    if number is None:
        return None
    with parts().database.reading() as session:
        parent = session.get(Comment, number)
    if parent is None or parent.thread != form.thread.data or not parent.is_public(now()):
        return None
    return parent
