"""Log-in and log-out of moderators, and the guard in front of the desk."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from comments_service import accounts
from comments_service.errors import LoginRefused
from comments_service.models import Account
from comments_service.parts import now, parts
from comments_service.submission import mask_address
from comments_service.web.forms import LoginForm

bp = Blueprint("auth", __name__, url_prefix="/desk")


@bp.get("/login")
def login() -> ResponseReturnValue:
    """Show the log-in form."""
    return render_template("login.html", form=LoginForm())


@bp.post("/login")
def log_in() -> ResponseReturnValue:
    """Check name and password; a right pair opens a new session."""
    form = LoginForm()
    if not form.validate():
        return render_template("login.html", form=form), 422
    try:
        token = accounts.log_in(
            parts().database,
            form.name.data or "",
            form.password.data or "",
            network=mask_address(request.remote_addr or ""),
            now=now(),
        )
    except LoginRefused as refusal:
        return render_template("login.html", form=form, refusal=str(refusal)), 429
    if token is None:
        return render_template("login.html", form=form, refusal="账号或密码不对，请再试一次。"), 422
    session.clear()
    session["login"] = token
    session.permanent = True
    return redirect(url_for("desk.queue"), code=303)


@bp.post("/logout")
def log_out() -> ResponseReturnValue:
    """End this session, here and in the database."""
    with parts().database.writing() as db:
        accounts.log_out(db, session.get("login", ""))
    session.clear()
    flash("您已退出登录。")
    return redirect(url_for("auth.login"), code=303)


def require_moderator() -> ResponseReturnValue | None:
    """Let moderators pass; send others to the log-in page, and refuse what they send."""
    token = session.get("login", "")
    with parts().database.reading() as db:
        account = accounts.logged_in(db, token, now=now())
    if account is not None:
        g.account = account
        with parts().database.writing() as db:
            accounts.touch_login(db, token, now=now())
        return None
    if request.method == "POST":
        return render_template("failure.html", sentence="您的登录已经过期，请重新登录。"), 403
    return redirect(url_for("auth.login"), code=303)


def moderator() -> Account:
    """Give the account that :func:`require_moderator` let pass."""
    account: Account = g.account
    return account
