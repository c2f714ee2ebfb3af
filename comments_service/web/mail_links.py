"""The pages behind the links in visitors' mails: confirm the address, unsubscribe.

The address of such a page is the only key, so nothing passes it on; each GET shows (programs open
what stands in mails), each POST acts, from wherever it comes: a mail program that unsubscribes with
one click (RFC 8058) comes from nowhere.
"""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from comments_service.notifications import links
from comments_service.notifications.links import Deed
from comments_service.parts import now, parts

bp = Blueprint("mail_links", __name__, url_prefix="/messages/mail")

LINK = "/<number:number>/<string(maxlength=100):token>/<any(confirm, unsubscribe):deed>"


@bp.after_request
def keep_address_secret(response: Response) -> Response:
    """Keep the browser from telling the address to any other page."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@bp.get(LINK)
def ask(number: int, token: str, deed: str) -> ResponseReturnValue:
    """Show what the button does."""
    secret = parts().config.secret_key
    with parts().database.reading() as session:
        comment = links.find_comment(session, number, token, Deed(deed), secret=secret)
        if comment is None:
            return _dead()
        is_done = deed == Deed.CONFIRM and comment.email_confirmed_at is not None
    return render_template("mail_link.html", number=number, token=token, deed=deed, is_done=is_done)


@bp.post(LINK)
def act(number: int, token: str, deed: str) -> ResponseReturnValue:
    """Do it."""
    secret = parts().config.secret_key
    with parts().database.writing() as session:
        comment = links.find_comment(session, number, token, Deed(deed), secret=secret)
        if comment is None:
            return _dead()
        if deed == Deed.CONFIRM:
            links.confirm(session, comment, now=now())
        else:
            links.unsubscribe(session, comment)
    return render_template("mail_link.html", number=number, token=token, deed=deed, is_done=True)


def _dead() -> tuple[str, int]:
    sentence = (
        "这个链接已经失效：可能已经退订，留言已经删除，或者地址不完整。"
        "退订以后，不会再有这条留言的邮件。"
    )
    return render_template("failure.html", sentence=sentence), 404
