"""One's own account: password, second factor, open sessions, the address for the digest."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from comments_service import accounts
from comments_service.accounts import second_factor as factor
from comments_service.accounts.sessions import renew_token
from comments_service.errors import AccountError, LoginRefused
from comments_service.models import Account
from comments_service.parts import now, parts
from comments_service.web.account_forms import (
    ROLES,
    EmailForm,
    OwnPasswordForm,
    PasswordForm,
    SetUpForm,
)
from comments_service.web.auth import (
    begin_session,
    known_names,
    moderator,
    require_moderator,
    this_login,
)
from comments_service.web.language import say, say_error
from comments_service.web.qr import qr
from comments_service.web.words import site

bp = Blueprint("account", __name__, url_prefix="/desk/account")
bp.before_request(require_moderator)

PENDING = "totp"
"""The session's name for a secret that no phone has confirmed yet; it is the moderator's own, and
he sees it on the page.
"""


@bp.get("/")
def page() -> ResponseReturnValue:
    """Show the account of the one who asks."""
    return _account_page(EmailForm(formdata=None, email=moderator().email or "")), 200


@bp.post("/email")
def set_email() -> ResponseReturnValue:
    """Say where the digest goes, or that it is not wanted."""
    form = EmailForm()
    if not form.validate():
        return _account_page(form), 422
    problem, status = _password_problem(form.present.data or "")
    if problem:  # the mails hold links that decide without a log-in
        form.present.errors = (problem,)
        return _account_page(form), status
    with parts().database.writing() as db:
        accounts.set_email(db, _me(db), form.email.data)
    flash(say("已保存。"))
    return redirect(url_for("account.page"), code=303)


@bp.get("/password")
def password() -> ResponseReturnValue:
    """Ask for a new password."""
    return render_template("password.html", form=PasswordForm(formdata=None))


@bp.post("/password")
def change_password() -> ResponseReturnValue:
    """Change the password; all other sessions end."""
    form = PasswordForm()
    if not form.validate():
        return render_template("password.html", form=form), 422
    problem, status = _password_problem(form.present.data or "")
    if problem:
        return render_template("password.html", form=form, problem=problem), status
    try:
        token = accounts.change_password(
            parts().database, this_login(), form.password.data or "", names=known_names()
        )
    except AccountError as error:
        return render_template("password.html", form=form, problem=say_error(error)), 422
    begin_session(token)
    flash(say("密码已更换，其他设备上的登录都已结束。"))
    return redirect(url_for("account.page"), code=303)


@bp.get("/second-factor")
def second_factor() -> ResponseReturnValue:
    """Show what can be done with the second factor, or lead to its set-up."""
    if not moderator().totp_secret:
        return redirect(url_for("account.new_second_factor"), code=303)
    return _second_factor_page(OwnPasswordForm(formdata=None))


@bp.post("/second-factor")
def change_second_factor() -> ResponseReturnValue:
    """Give new recovery codes, or switch the second factor off; both take the password."""
    form = OwnPasswordForm()
    if not form.validate() or form.action.data not in {"codes", "off"}:
        return _second_factor_page(form), 422
    problem, status = _password_problem(form.present.data or "")
    if problem:
        return _second_factor_page(form, problem), status
    try:
        with parts().database.writing() as db:
            codes = _change(db, form.action.data)
    except AccountError as error:
        return _second_factor_page(form, say_error(error)), 422
    if codes:
        return render_template("recovery_codes.html", codes=codes)
    flash(say("两步验证已关闭。"))
    return redirect(url_for("account.page"), code=303)


@bp.get("/second-factor/new")
def new_second_factor() -> ResponseReturnValue:
    """Show a new secret for the phone."""
    session.setdefault(PENDING, factor.new_secret())
    return _set_up_page(SetUpForm(formdata=None))


@bp.post("/second-factor/new")
def set_up_second_factor() -> ResponseReturnValue:
    """Take the phone's first code; shows the recovery codes, this once."""
    form = SetUpForm()
    if PENDING not in session:
        return redirect(url_for("account.new_second_factor"), code=303)
    if not form.validate():
        return _set_up_page(form), 422
    problem, status = _password_problem(form.present.data or "")
    if problem:
        return _set_up_page(form, problem), status
    codes = _set_up(session[PENDING], form.code.data or "")
    if codes is None:
        words = "验证码不对。请确认手机的时间是自动设定的，等验证码变了再试。"
        return _set_up_page(form, words), 422
    return render_template("recovery_codes.html", codes=codes)


@bp.post("/logins/<number:number>")
def end_login(number: int) -> ResponseReturnValue:
    """End one session of one's own."""
    with parts().database.writing() as db:
        is_ended = accounts.end_login(db, _me(db), number)
    if not is_ended:
        abort(404)
    flash(say("那个登录已结束。"))
    return redirect(url_for("account.page"), code=303)


@bp.post("/logins")
def end_other_logins() -> ResponseReturnValue:
    """End all one's sessions but this one."""
    with parts().database.writing() as db:
        accounts.end_logins(db, _me(db), but=this_login())
    flash(say("其他登录都已结束。"))
    return redirect(url_for("account.page"), code=303)


def _me(db: Session) -> Account:
    return db.get_one(Account, moderator().id, with_for_update=True)


def _password_problem(present: str) -> tuple[str, int]:
    """Say what is wrong with the present password, and the status to answer with."""
    try:
        is_right = accounts.is_own_password(parts().database, moderator(), present, now=now())
    except LoginRefused as refusal:
        return say_error(refusal), 429
    return ("", 200) if is_right else ("现在的密码不对，请再试一次。", 422)


def _change(db: Session, action: str) -> list[str]:
    """Carry out a change of the second factor; gives recovery codes if there are new ones."""
    if action == "codes" and _me(db).totp_secret:
        return factor.renew_recovery_codes(db, _me(db))
    factor.switch_off(db, _me(db))
    return []


def _set_up(secret: str, code: str) -> list[str] | None:
    """Make the secret the second factor; this session gets a new token."""
    with parts().database.writing() as db:
        codes = factor.set_up(db, _me(db), secret, code, login=this_login(), now=now())
        token = renew_token(db, this_login()) if codes else ""
    if codes:
        begin_session(token)
    return codes


def _account_page(form: EmailForm) -> str:
    with parts().database.reading() as db:
        logins = accounts.open_logins(db, moderator(), now=now())
        return render_template(
            "account.html",
            form=form,
            me=moderator(),
            role=ROLES[moderator().role],
            logins=logins,
            this_login=this_login(),
        )


def _second_factor_page(form: OwnPasswordForm, problem: str = "") -> str:
    with parts().database.reading() as db:
        left = factor.recovery_codes_left(db, moderator())
    return render_template(
        "second_factor_change.html",
        form=form,
        problem=problem,
        left=left,
        is_required=factor.is_required(moderator()),
    )


def _set_up_page(form: SetUpForm, problem: str = "") -> str:
    secret = session[PENDING]
    address = factor.secret_address(secret, name=moderator().name, site=site().name)
    return render_template(
        "second_factor_set_up.html",
        form=form,
        problem=problem,
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        address=address,
        code=qr(address, is_small=True),
        is_forced=factor.is_missing(moderator()),
    )
