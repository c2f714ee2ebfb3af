"""The moderators' desk: the queue, one message, a decision."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.exc import StaleDataError

from comment_archive import markup
from comments_service.errors import Conflict, NotAllowed, NotFound
from comments_service.models import Action, Comment, Decision, State
from comments_service.moderation import Ruling, decide, open_actions
from comments_service.parts import now, parts
from comments_service.web.auth import moderator, require_moderator
from comments_service.web.forms import DecisionForm
from comments_service.web.numbers import read_number

bp = Blueprint("desk", __name__, url_prefix="/desk")
bp.before_request(require_moderator)

ON_A_PAGE = 50
COMMENT = "/comments/<number:number>"


@bp.get("/")
def queue() -> ResponseReturnValue:
    """Show the messages of one state: those that wait oldest first, the others newest first."""
    state = _state_asked_for()
    with parts().database.reading() as session:
        counts = dict(
            session.execute(select(Comment.state, func.count()).group_by(Comment.state)).all()
        )
        comments = _page(session, state)
        done = _asked_for(session, "done")
        return render_template(
            "queue.html",
            state=state,
            counts=counts,
            comments=comments[:ON_A_PAGE],
            done=done,
            undo_seconds=parts().config.undo_seconds,
            further=comments[ON_A_PAGE - 1].id if len(comments) > ON_A_PAGE else None,
            threads=parts().directory().threads,
        )


@bp.get(COMMENT)
def comment(number: int) -> ResponseReturnValue:
    """Show one message with its history and what can be done."""
    return _comment_page(number, DecisionForm(formdata=None))


@bp.post(COMMENT)
def rule(number: int) -> ResponseReturnValue:
    """Carry out a decision; tells who came first when somebody did."""
    form = DecisionForm()
    if not form.validate() or form.action.data not in list(Action):
        return _comment_page(number, form, problem="表单不完整，没有执行。请再选一次。", status=422)
    ruling = Ruling(
        action=Action(form.action.data),
        seen_version=form.version.data,
        reason=form.reason.data or None,
        note=form.note.data or "",
        text=form.text.data or None,
    )
    try:
        with parts().database.writing() as session:
            decide(session, number, ruling, by=moderator(), now=now(), undo=parts().config.undo)
    except NotFound:
        abort(404)
    except markup.MarkupError:
        problem = "这条留言的格式无法转换，不能公开。请先修改文字。"
        return _comment_page(number, form, problem=problem, status=422)
    except NotAllowed as refusal:
        return _comment_page(number, form, problem=str(refusal), status=422)
    except (Conflict, StaleDataError):
        return _comment_page(number, DecisionForm(formdata=None), is_conflict=True, status=409)
    return redirect(url_for("desk.queue", done=number), code=303)


def _state_asked_for() -> State:
    asked = request.args.get("state", State.PENDING.value)
    return State(asked) if asked in list(State) else State.PENDING


def _page(session: Session, state: State) -> list[Comment]:
    """Give one row more than a page holds, so that it is known whether there are further ones."""
    query = select(Comment).where(Comment.state == state).limit(ON_A_PAGE + 1)
    last_seen = _asked_for(session, "after")
    place = (Comment.submitted_at, Comment.id)
    if state is State.PENDING:
        query = query.order_by(*place)
        if last_seen is not None:
            query = query.where(_is_after(last_seen))
    else:
        query = query.order_by(*(column.desc() for column in place))
        if last_seen is not None:
            query = query.where(~_is_after(last_seen), Comment.id != last_seen.id)
    return list(session.scalars(query))


def _asked_for(session: Session, argument: str) -> Comment | None:
    """Give the comment whose number stands in the address."""
    number = read_number(request.args.get(argument))
    return session.get(Comment, number) if number is not None else None


def _is_after(seen: Comment) -> ColumnElement[bool]:
    same_moment = (Comment.submitted_at == seen.submitted_at) & (Comment.id > seen.id)
    return (Comment.submitted_at > seen.submitted_at) | same_moment


def _comment_page(
    number: int,
    form: DecisionForm,
    *,
    problem: str | None = None,
    is_conflict: bool = False,
    status: int = 200,
) -> ResponseReturnValue:
    with parts().database.reading() as session:
        options = selectinload(Comment.decisions).selectinload(Decision.account)
        shown = session.get(Comment, number, options=[options]) or abort(404)
        form.version.data = shown.version
        form.text.data = form.text.data or shown.words
        page = render_template(
            "comment.html",
            comment=shown,
            form=form,
            actions=open_actions(shown, moderator()),
            problem=problem,
            is_conflict=is_conflict,
            me=moderator(),
            preview=_preview(shown),
            thread=parts().directory().threads.get(shown.thread),
        )
    return page, status


def _preview(shown: Comment) -> str | None:
    """Give the message as the site will show it, made by the same function."""
    try:
        return markup.render(shown.words)
    except markup.MarkupError:
        return None
