"""The page behind an invitation's link, where somebody makes an account. Whoever knows the link may
use it, so nothing passes its address on.
"""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from comments_service.accounts import invitations
from comments_service.errors import AccountError, LinkOver, NotFound
from comments_service.models import Role
from comments_service.parts import now, parts
from comments_service.web.account_forms import ROLES, InvitationForm
from comments_service.web.auth import known_names
from comments_service.web.language import say, say_error

bp = Blueprint("invitations", __name__, url_prefix="/desk/invitation")

LINK = "/<string(maxlength=100):token>"


@bp.after_request
def tell_nobody(response: Response) -> Response:
    """Keep the link's address from whatever is opened from its page."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@bp.errorhandler(NotFound)
def unknown(error: NotFound) -> ResponseReturnValue:
    """Answer a link that was never made, or taken back."""
    return render_template("failure.html", sentence=say_error(error)), 404


@bp.errorhandler(LinkOver)
def over(error: LinkOver) -> ResponseReturnValue:
    """Answer a link that was used or has expired."""
    return render_template("failure.html", sentence=say_error(error)), 410


@bp.get(LINK)
def page(token: str) -> ResponseReturnValue:
    """Ask for a name and a password."""
    return _invitation_page(token, InvitationForm(formdata=None))


@bp.post(LINK)
def accept(token: str) -> ResponseReturnValue:
    """Make the account."""
    form = InvitationForm()
    if not form.validate():
        return _invitation_page(token, form), 422
    name, password = form.name.data or "", form.password.data or ""
    try:
        invitations.accept(parts().database, token, name, password, names=known_names(), now=now())
    except AccountError as error:
        return _invitation_page(token, form, say_error(error)), 422
    flash(say("账号已经建好，请登录。"))
    return redirect(url_for("auth.login"), code=303)


def _invitation_page(token: str, form: InvitationForm, problem: str = "") -> str:
    with parts().database.reading() as db:
        role = invitations.find_invitation(db, token, now=now()).role
    return render_template(
        "invitation.html",
        form=form,
        problem=problem,
        token=token,
        role=ROLES[role],
        is_administrator=role is Role.ADMINISTRATOR,
    )
