"""The pages behind the links in moderators' mails: decide about one message, end the mails.

No log-in is asked for, the address is the proof. Each GET shows what will happen (programs open
what stands in mails), each POST does it, once.
"""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from comment_archive.records import MarkupError
from comments_service import accounts
from comments_service import queue as queues
from comments_service.decisions import lock_chain
from comments_service.errors import LinkOver, NotAllowed, NotFound
from comments_service.models import Account, ActionLink, Comment
from comments_service.moderation import Ruling, decide, latest_decision, new_batch
from comments_service.notifications.action_links import Standing, find_link, standing
from comments_service.notifications.links import find_account
from comments_service.parts import now, parts
from comments_service.web.language import say, say_error
from comments_service.web.origin import refuse_foreign_pages

bp = Blueprint("mail_actions", __name__, url_prefix="/desk/mail")

LINK = "/<string(maxlength=100):token>"
STOP = "/<number:number>/<string(maxlength=100):token>/unsubscribe"
DONE = "done"
STATUS = {
    Standing.OPEN: 200,
    Standing.USED: 410,
    Standing.EXPIRED: 410,
    Standing.OVERTAKEN: 409,
}
NO_MARKUP = "这条留言的格式无法转换，不能公开。请先修改文字。"
BY_MAIL = "由邮件里的链接处理"
"""What the record says besides."""


@bp.before_request
def refuse_foreign_forms() -> None:
    """Take forms from our own pages, and from mail programs, which name no page."""
    if request.method == "POST":
        refuse_foreign_pages(hides_origin=True)


@bp.after_request
def keep_address(response: Response) -> Response:
    """Tell no other page the address of a link, which is its secret."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@bp.errorhandler(NotFound)
def unknown(error: NotFound) -> ResponseReturnValue:
    """Answer a link that was never made, or was over long ago."""
    return render_template("failure.html", sentence=say_error(error)), 404


@bp.errorhandler(LinkOver)
def over(error: LinkOver) -> ResponseReturnValue:
    """Answer a link of an account that may not decide any more."""
    return render_template("failure.html", sentence=say_error(error)), 410


@bp.errorhandler(NotAllowed)
def not_allowed(error: NotAllowed) -> ResponseReturnValue:
    """Answer where the message as it stands does not admit it."""
    return render_template("failure.html", sentence=say_error(error)), 409


@bp.errorhandler(MarkupError)
def no_markup(error: MarkupError) -> ResponseReturnValue:
    """Answer a message that cannot be shown."""
    return render_template("failure.html", sentence=say(NO_MARKUP)), 422


@bp.get(LINK)
def ask(token: str) -> ResponseReturnValue:
    """Show the message and what the button does to it."""
    with parts().database.reading() as session:
        link, account, comment = _found(session, token)
        how = standing(link, comment, now=now())
        return _page(session, link, account, comment, how), STATUS[how]


@bp.post(LINK)
def act(token: str) -> ResponseReturnValue:
    """Decide, in the name of whom the mail went to; tells who came first when somebody did."""
    with parts().database.writing() as session:
        lock_chain(session)  # two presses of the button wait for each other here
        link, account, comment = _found(session, token)
        how = standing(link, comment, now=now())
        if how is not Standing.OPEN:
            return _page(session, link, account, comment, how), STATUS[how]
        _decide(session, link, account)
        return _page(session, link, account, comment, DONE)


@bp.get(STOP)
def ask_to_stop(number: int, token: str) -> ResponseReturnValue:
    """Show what the button does."""
    with parts().database.reading() as session:
        account = _subscriber(session, number, token)
        return render_template("mail_stop.html", account=account, token=token, is_done=False)


@bp.post(STOP)
def stop(number: int, token: str) -> ResponseReturnValue:
    """Send this account no mails any more."""
    with parts().database.writing() as session:
        account = _subscriber(session, number, token)
        accounts.set_email(session, account, None)
        return render_template("mail_stop.html", account=account, token=token, is_done=True)


def _found(session: Session, token: str) -> tuple[ActionLink, Account, Comment]:
    link, account = find_link(session, token, secret=parts().config.secret_key)
    return link, account, session.get_one(Comment, link.comment_id)


def _decide(session: Session, link: ActionLink, account: Account) -> None:
    batch = new_batch()
    ruling = Ruling(action=link.action, seen_version=link.seen_version, note=BY_MAIL, batch=batch)
    decide(session, link.comment_id, ruling, by=account, now=now(), undo=parts().config.undo)
    queues.mark_closed(session, [link.comment_id])
    link.used_at = now()
    session.flush()


def _page(session: Session, link: ActionLink, account: Account, comment: Comment, how: str) -> str:
    return render_template(
        "mail_action.html",
        link=link,
        account=account,
        comment=comment,
        how=how,
        last=latest_decision(session, comment),
        token=request.view_args["token"] if request.view_args else "",
        undo_seconds=parts().config.undo_seconds,
        thread=parts().directory().find(comment.thread),
    )


def _subscriber(session: Session, number: int, token: str) -> Account:
    account = find_account(session, number, token, secret=parts().config.secret_key)
    if account is None:
        raise NotFound("这个链接已经失效：邮箱已经退订或者换过，或者地址不完整。")
    return account
