"""What administrators do about people: invitations, roles, locking out."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from comments_service import accounts
from comments_service.accounts import invitations, second_factor
from comments_service.errors import AccountError
from comments_service.models import Account, Role
from comments_service.parts import now, parts
from comments_service.rights import Right
from comments_service.web.account_forms import ROLES, InviteForm, PersonForm
from comments_service.web.auth import moderator, require_right
from comments_service.web.language import say, say_error

bp = Blueprint("people", __name__, url_prefix="/desk/people")
bp.before_request(require_right(Right.PEOPLE))

DONE = {
    "role": "角色已更改。",
    "disable": "账号已停用，所有登录都已结束。",
    "enable": "账号已恢复，可以登录了。",
    "reset-second-factor": "两步验证已重置，所有登录都已结束。",
    "end-logins": "这个账号的登录都已结束。",
}
"""What can be done to an account, and what is said then."""


@bp.get("/")
def page() -> ResponseReturnValue:
    """List accounts and open invitations."""
    return _people_page(InviteForm(formdata=None))


@bp.post("/")
def invite() -> ResponseReturnValue:
    """Make an invitation; its link is shown this once."""
    form = InviteForm()
    if not form.validate():
        return _people_page(form), 422
    with parts().database.writing() as db:
        role = Role(form.role.data)
        token = invitations.invite(db, role, by=moderator(), now=now())
    path = url_for("invitations.page", token=token)
    return _people_page(InviteForm(formdata=None), link=parts().config.site_url + path)


@bp.post("/invitations/<number:number>")
def withdraw_invitation(number: int) -> ResponseReturnValue:
    """Make an unused invitation worth nothing."""
    with parts().database.writing() as db:
        is_gone = invitations.withdraw(db, number, by=moderator())
    if not is_gone:
        abort(404)
    flash(say("邀请已收回，链接不能再用。"))
    return redirect(url_for("people.page"), code=303)


@bp.get("/<number:number>")
def person(number: int) -> ResponseReturnValue:
    """Show one account and what can be done about it."""
    with parts().database.reading() as db:
        account = db.get(Account, number) or abort(404)
        return _person_page(db, account, PersonForm(formdata=None, role=account.role.value))


@bp.post("/<number:number>")
def change(number: int) -> ResponseReturnValue:
    """Do one thing to an account."""
    form = PersonForm()
    action = form.action.data
    if action != "role":
        del form.role
    try:
        with parts().database.writing() as db:
            account = db.get(Account, number) or abort(404)
            if not form.validate() or action not in DONE:
                return _person_page(db, account, _whole(form, account)), 422
            _carry_out(db, account, action, form)
    except AccountError as error:
        with parts().database.reading() as db:
            account = db.get_one(Account, number)
            return _person_page(db, account, _whole(form, account), say_error(error)), 422
    flash(say(DONE[action]))
    return redirect(url_for("people.person", number=number), code=303)


def _carry_out(db: Session, account: Account, action: str, form: PersonForm) -> None:
    by = moderator()
    match action:
        case "role":
            accounts.set_role(db, account, Role(form.role.data), by=by)
        case "disable":
            accounts.disable(db, account, by=by)
        case "enable":
            accounts.enable(db, account, by=by)
        case "reset-second-factor":
            second_factor.reset(db, account, by=by)
        case "end-logins":
            accounts.end_logins(db, account)


def _whole(form: PersonForm, account: Account) -> PersonForm:
    """Give the form as it is shown: with a role, though another button was pressed."""
    return form if "role" in form else PersonForm(formdata=None, role=account.role.value)


def _people_page(form: InviteForm, link: str = "") -> str:
    with parts().database.reading() as db:
        return render_template(
            "people.html",
            form=form,
            link=link,
            people=accounts.everybody(db),
            invitations=invitations.open_invitations(db, now=now()),
            ROLES=ROLES,
        )


def _person_page(db: Session, account: Account, form: PersonForm, problem: str = "") -> str:
    return render_template(
        "person.html",
        form=form,
        problem=problem,
        person=account,
        logins=accounts.open_logins(db, account, now=now()),
        left=second_factor.recovery_codes_left(db, account),
        me=moderator(),
        ROLES=ROLES,
    )
