"""The moderators' decisions: one message with all that is known of it, several at once, undo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from comment_archive.records import MarkupError
from comments_service import queue as queues
from comments_service.errors import Conflict, NotAllowed, NotFound
from comments_service.models import Action, Comment, Decision, Note, State
from comments_service.moderation import (
    MOST_AT_ONCE,
    REASONS,
    Outcome,
    decide,
    decide_each,
    new_batch,
    open_actions,
    take_back,
    was_decided,
)
from comments_service.parts import now, parts
from comments_service.replies import reply
from comments_service.web.auth import moderator, require_moderator
from comments_service.web.choices import read_choice, written
from comments_service.web.desk import done_before
from comments_service.web.desk_forms import REPLY, DecisionForm, NoteForm, Several, read_several
from comments_service.web.forms import BareForm
from comments_service.web.texts import Piece, difference, highlighted

bp = Blueprint("deciding", __name__, url_prefix="/desk")
bp.before_request(require_moderator)

COMMENT = "/comments/<number:number>"
UNREADABLE = "表单不完整，没有执行。请再选一次。"
NOTHING_CHOSEN = "没有选中留言（或者超过1000条），或者没有选要做什么，什么都没有执行。请返回再选。"
NO_REASON = "请选择不采用的理由，留言人会在回执上看到它。"
NO_MARKUP = "这条留言的格式无法转换，不能公开。请先修改文字。"


@bp.get(COMMENT)
def comment(number: int) -> ResponseReturnValue:
    """Show one message with its history and what can be done, and note who reads it."""
    with parts().database.writing() as session:
        found = session.get(Comment, number) or abort(404)
        if found.state in {State.PENDING, State.APPEALED}:
            queues.mark_opened(session, number, moderator(), now=now())
    return _comment_page(number, DecisionForm(formdata=None))


@bp.post(COMMENT)
def rule(number: int) -> ResponseReturnValue:
    """Carry out a decision; tells who came first when somebody did."""
    form = DecisionForm()
    if not form.validate() or form.action.data not in [*Action, REPLY]:
        return _comment_page(number, form, problem=UNREADABLE, status=422)
    batch = new_batch()
    try:
        next_one = parts().database.outage.outlast(lambda: _decided(number, form, batch))
    except NotFound:
        abort(404)
    except MarkupError:
        return _comment_page(number, form, problem=NO_MARKUP, status=422)
    except NotAllowed as refusal:
        return _comment_page(number, form, problem=refusal, status=422)
    except Conflict:
        return _comment_page(number, DecisionForm(formdata=None), is_conflict=True, status=409)
    if next_one is None:
        return redirect(url_for("desk.queue", batch=batch), code=303)
    return redirect(url_for("deciding.comment", number=next_one, batch=batch), code=303)


@bp.post(f"{COMMENT}/notes")
def note(number: int) -> ResponseReturnValue:
    """Leave a note for colleagues."""
    form = NoteForm()
    if not form.validate():
        return _comment_page(number, DecisionForm(formdata=None), notes=form, status=422)
    with parts().database.writing() as session:
        found = session.get(Comment, number) or abort(404)
        if found.state is State.ERASED:
            abort(404)
        words = form.words.data or ""
        left = Note(comment_id=number, account_id=moderator().id, text=words, written_at=now())
        session.add(left)
    return redirect(url_for("deciding.comment", number=number, _anchor="notes"), code=303)


@bp.post("/bulk")
def bulk() -> ResponseReturnValue:
    """Decide about several messages in one transaction; tells the result of each."""
    if request.form.get("nothing"):  # Enter was pressed in some field
        here: dict[str, Any] = written(read_choice(request.form))
        return redirect(url_for("desk.queue", **here), code=303)
    several = read_several(request.form) if BareForm().validate() else None
    if several is None:
        return render_template("failure.html", sentence=NOTHING_CHOSEN), 422
    if several.ruling.action is Action.REFUSE and several.ruling.reason not in REASONS:
        return render_template("failure.html", sentence=NO_REASON), 422
    results = parts().database.outage.outlast(lambda: _decided_together(several))
    if results:
        return results, 409
    fields: dict[str, Any] = {**written(read_choice(request.form)), "batch": several.ruling.batch}
    return redirect(url_for("desk.queue", **fields), code=303)


@bp.post("/undo")
def undo() -> ResponseReturnValue:
    """Take back what was decided together: unseen within the undo window, else anew."""
    if not BareForm().validate():
        abort(400)
    batch = request.form.get("batch", "")[:24]
    with parts().database.writing() as session:
        outcomes = take_back(session, batch, by=moderator(), now=now(), undo=parts().config.undo)
        if not outcomes:
            abort(404)
        if any(outcome.problem for outcome in outcomes):
            return _results(session, None, outcomes), 409
    fields: dict[str, Any] = {**written(read_choice(request.form)), "undone": len(outcomes)}
    return redirect(url_for("desk.queue", **fields), code=303)


def _decided(number: int, form: DecisionForm, batch: str) -> int | None:
    """Decide as the form says, once for a *batch*; gives which message comes next."""
    with parts().database.writing() as session:
        was_waiting = was_decided(session, batch) or _carry_out(session, number, form, batch)
        queues.mark_closed(session, [number])
        return queues.next_after(session, number, now=now()) if was_waiting else number


def _decided_together(several: Several) -> str:
    """Decide about all that were chosen, once for a batch; gives the page that tells of those that
    could not be decided, if there are some.
    """
    with parts().database.writing() as session:
        if was_decided(session, several.ruling.batch):
            return ""
        chosen = several.chosen
        if several.is_everything:
            choice, most = read_choice(request.form), MOST_AT_ONCE
            chosen = queues.chosen(session, choice, now=now(), most=most, up_to=several.up_to)
        outcomes = decide_each(
            session, chosen, several.ruling, by=moderator(), now=now(), undo=parts().config.undo
        )
        queues.mark_closed(session, [number for number, _ in chosen])
        is_whole = all(outcome.decision for outcome in outcomes)
        return "" if is_whole else _results(session, several, outcomes)


def _carry_out(session: Session, number: int, form: DecisionForm, batch: str) -> bool:
    """Do what the form's button says; gives whether the message waited until then."""
    found = session.get(Comment, number)
    was_waiting = found is not None and found.state in {State.PENDING, State.APPEALED}
    is_reply = form.action.data == REPLY
    action = Action.APPROVE if is_reply else Action(form.action.data)
    by, moment, undo_window = moderator(), now(), parts().config.undo
    if not is_reply or (found is not None and found.state is not State.APPROVED):
        ruling = form.ruling(action, batch)
        decide(session, number, ruling, by=by, now=moment, undo=undo_window)
    if is_reply:
        name, words = parts().config.editor_name, form.reply.data or ""
        reply(session, number, words, name=name, by=by, batch=batch, now=moment, undo=undo_window)
    return was_waiting and action is not Action.EDIT


def _results(session: Session, several: Several | None, outcomes: Sequence[Outcome]) -> str:
    """Show what became of each message of several."""
    latest = {
        outcome.number: _last_decision(session, outcome.number)
        for outcome in outcomes
        if isinstance(outcome.problem, Conflict)
    }
    done = next((each.decision.batch for each in outcomes if each.decision), None)
    return render_template(
        "results.html", outcomes=outcomes, latest=latest, batch=done if several else None
    )


def _last_decision(session: Session, number: int) -> Decision | None:
    options = selectinload(Comment.decisions).joinedload(Decision.account)
    found = session.get(Comment, number, options=[options])
    return found.decisions[-1] if found and found.decisions else None


def _comment_page(
    number: int,
    form: DecisionForm,
    *,
    notes: NoteForm | None = None,
    problem: str | NotAllowed | None = None,
    is_conflict: bool = False,
    status: int = 200,
) -> ResponseReturnValue:
    directory = parts().directory()
    with parts().database.reading() as session:
        shown = session.get(Comment, number, options=_with_all()) or abort(404)
        form.version.data = shown.version
        form.text.data = form.text.data or shown.words
        page = render_template(
            "comment.html",
            comment=shown,
            form=form,
            notes=notes or NoteForm(formdata=None),
            actions=open_actions(session, shown, moderator()),
            problem=problem,
            is_conflict=is_conflict,
            me=moderator(),
            preview=_preview(shown),
            original=highlighted(shown.text, shown.findings),
            changes=_changes(shown),
            network=queues.of_network(session, shown, now=now()),
            around=queues.around(session, shown),
            reader=queues.readers(session, [number], moderator(), now=now()).get(number),
            thread=directory.find(shown.thread),
            is_on_site=shown.thread in directory.threads,
            done=done_before(session, request.args.get("batch", "")),
        )
    return page, status


def _with_all() -> list[ORMOption]:
    return [
        selectinload(Comment.decisions).joinedload(Decision.account),
        selectinload(Comment.decisions).joinedload(Decision.revision),
        selectinload(Comment.notes).joinedload(Note.account),
        selectinload(Comment.reports),
        joinedload(Comment.reply_to),
        joinedload(Comment.by_account),
    ]


def _changes(shown: Comment) -> list[Piece]:
    """Give what the moderators' version changed in the typed text."""
    return [] if shown.edited_text is None else difference(shown.text, shown.edited_text)


def _preview(shown: Comment) -> str | None:
    """Give the message as the site will show it, made by the same function."""
    from comment_archive import markup

    try:
        return markup.render(shown.words)
    except MarkupError:
        return None
