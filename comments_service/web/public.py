"""For visitors: the message form, and the receipt with what became of the message."""

from __future__ import annotations

import secrets
from contextlib import suppress

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from comment_archive.directory import BOARD, Directory, permalink
from comments_service.errors import NotAllowed, Refused
from comments_service.export import ANONYMOUS
from comments_service.models import Action, Comment, State
from comments_service.moderation import REASONS, Ruling, decide, latest_decision
from comments_service.parts import now, parts
from comments_service.screening import Submission
from comments_service.submission import Receipt, find_receipt, open_thread, submit
from comments_service.web.forms import MessageForm
from comments_service.web.numbers import read_number
from comments_service.web.origin import comes_from_us, is_readable_form

bp = Blueprint("public", __name__, url_prefix="/messages")


@bp.before_request
def refuse_foreign_forms() -> None:
    """Take forms from our own pages and in UTF-8 only; a receipt's own address is proof enough."""
    if request.method != "POST" or request.endpoint == "public.withdraw":
        return
    if not comes_from_us(request, parts().config):
        abort(403)
    if not is_readable_form(request):
        abort(400)


@bp.get("/new")
def new() -> ResponseReturnValue:
    """Show the form for one thread, or for an answer to one of its messages."""
    form = MessageForm(request.args)
    form.thread.data = form.thread.data or BOARD
    form.nonce.data = secrets.token_urlsafe(12)
    return _form_page(form)


@bp.post("/new")
def send() -> ResponseReturnValue:
    """Take a message; answers with its receipt, or with the same form and what to mend."""
    form = MessageForm()
    form.limit_text(parts().config.max_length)
    if not form.validate():
        return _form_page(form, status=422)
    try:
        receipt = _submit(form)
    except Refused as refusal:
        return _form_page(form, refusal=str(refusal), status=422)
    return redirect(url_for("public.receipt", token=receipt.token), code=303)


@bp.get("/receipt/<token>")
def receipt(token: str) -> ResponseReturnValue:
    """Show where a message stands."""
    with parts().database.reading() as session:
        comment = find_receipt(session, token) or abort(404)
        facts = {
            "comment": comment,
            "author": comment.author or ANONYMOUS,
            "state": _shown_state(comment),
            "reason": _reason(session, comment),
            "story": parts().directory().threads.get(comment.thread),
            "link": _link(session, comment, parts().directory()),
            "can_withdraw": comment.state is not State.WITHDRAWN,
            "token": token,
        }
        return render_template("receipt.html", **facts), 200, {"Referrer-Policy": "no-referrer"}


@bp.post("/receipt/<token>/withdraw")
def withdraw(token: str) -> ResponseReturnValue:
    """Let the visitor take the message back, at any time."""
    with parts().database.writing() as session:
        comment = find_receipt(session, token) or abort(404)
        ruling = Ruling(action=Action.WITHDRAW)
        with suppress(NotAllowed):  # withdrawn already: the receipt says so
            decide(session, comment.id, ruling, by=None, now=now(), undo=parts().config.undo)
    return redirect(url_for("public.receipt", token=token), code=303)


def _submit(form: MessageForm) -> Receipt:
    submission = Submission(
        thread=form.thread.data or "",
        text=form.text.data or "",
        author=form.name.data or "",
        email=form.email.data or None,
        address=request.remote_addr or "",
        user_agent=request.headers.get("User-Agent", ""),
        reply_to=read_number(form.reply_to.data),
        nonce=form.nonce.data or "",
        trap=form.homepage.data or "",
    )
    made = parts()
    return submit(
        made.database, made.directory(), submission, secret=made.config.secret_key, now=now()
    )


def _form_page(
    form: MessageForm, *, refusal: str | None = None, status: int = 200
) -> ResponseReturnValue:
    directory = parts().directory()
    story = directory.threads.get(form.thread.data or "")
    if refusal is None and status == 200:
        try:
            open_thread(directory, form.thread.data or "", now())
        except Refused as closed:
            refusal, status = str(closed), 404 if story is None else 200
    limit = parts().config.max_length
    page = render_template(
        "message.html",
        form=form,
        story=story,
        parent=_parent(form),
        limit=limit,
        refusal=refusal,
        board=BOARD,
    )
    return page, status


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


def _shown_state(comment: Comment) -> State:
    """Give the state the visitor is told: what a filter put aside still waits for a person."""
    is_on_its_way = comment.state is State.APPROVED and comment.live_at is None
    return State.PENDING if comment.state is State.SPAM or is_on_its_way else comment.state


def _reason(session: Session, comment: Comment) -> str | None:
    decision = latest_decision(session, comment)
    if comment.state is not State.REFUSED or decision is None:
        return None
    return REASONS.get(decision.reason or "")


def _link(session: Session, comment: Comment, directory: Directory) -> str | None:
    """Give the address where the message can be read."""
    if comment.position is None or comment.wall_position is None:
        return None
    thread = directory.threads.get(comment.thread) or directory.threads[BOARD]
    on_wall = thread.id == BOARD
    last = session.scalar(
        select(func.max(Comment.wall_position))
        if on_wall
        else select(func.max(Comment.position)).where(Comment.thread == comment.thread)
    )
    position = comment.wall_position if on_wall else comment.position
    length = directory.site.page_length
    return permalink(
        thread, number=comment.id, position=position, last=last or position, length=length
    )
