"""Log-in and log-out of moderators, the language they read, and the guards in front of the desk."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from comments_service import accounts, rights
from comments_service.accounts import second_factor as factor
from comments_service.errors import LoginRefused
from comments_service.models import Account, Login
from comments_service.networks import mask_address
from comments_service.parts import now, parts
from comments_service.rights import Right
from comments_service.web.account_forms import SecondFactorForm
from comments_service.web.forms import LoginForm
from comments_service.web.language import CHINESE, ENGLISH, say, say_error
from comments_service.web.words import site

bp = Blueprint("auth", __name__, url_prefix="/desk")

DESK_PAGE = re.compile(r"/desk/[^\\\s\x00-\x1f\x7f\ud800-\udfff]{0,2000}\Z")
SET_UP = frozenset({"account.new_second_factor", "account.set_up_second_factor"})
"""All that is open to an administrator without a second factor."""


@bp.get("/login")
def login() -> ResponseReturnValue:
    """Show the log-in form."""
    return render_template("login.html", form=LoginForm())


@bp.post("/login")
def log_in() -> ResponseReturnValue:
    """Check name and password; a right pair opens a new session, or leads to the second step."""
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
        return render_template("login.html", form=form, refusal=say_error(refusal)), 429
    if token is None:
        return render_template("login.html", form=form, refusal="账号或密码不对，请再试一次。"), 422
    begin_session(token)
    return redirect(url_for("desk.queue"), code=303)


@bp.get("/second-factor")
def second_factor() -> ResponseReturnValue:
    """Ask for the second factor after a right password."""
    if not _is_waiting():
        return redirect(url_for("auth.login"), code=303)
    return render_template("second_factor.html", form=SecondFactorForm(formdata=None))


@bp.post("/second-factor")
def show_second_factor() -> ResponseReturnValue:
    """Check the second factor; the session gets a new token."""
    form = SecondFactorForm()
    if not _is_waiting():
        return _too_late()
    if not form.validate():
        return render_template("second_factor.html", form=form), 422
    try:
        token = accounts.show_second_factor(
            parts().database, session["login"], form.given, now=now()
        )
    except LoginRefused as refusal:
        return render_template("second_factor.html", form=form, refusal=say_error(refusal)), 429
    if token is None:
        words = "验证码不对，或者已经用过。请等它变了再试。"
        return render_template("second_factor.html", form=form, refusal=words), 422
    begin_session(token)
    return redirect(url_for("desk.queue"), code=303)


@bp.post("/logout")
def log_out() -> ResponseReturnValue:
    """End this session, here and in the database."""
    with parts().database.writing() as db:
        accounts.log_out(db, session.get("login", ""))
    _forget_session()
    flash(say("您已退出登录。"))
    return redirect(url_for("auth.login"), code=303)


@bp.post("/language")
def choose_language() -> ResponseReturnValue:
    """Show the desk in the chosen language from now on, and go back to the page."""
    chosen = request.form.get("language", "")
    if chosen not in {CHINESE, ENGLISH}:
        abort(400)
    session["language"] = chosen
    page = request.form.get("next", "")
    return redirect(page if DESK_PAGE.match(page) else url_for("desk.queue"), code=303)


def begin_session(token: str) -> None:
    """Put *token* into a cookie that holds nothing of the session before but the language."""
    _forget_session()
    g.pop("csrf_token", None)  # this request's; the page that follows needs one of the new session
    session["login"] = token
    session.permanent = True


def require_moderator() -> ResponseReturnValue | None:
    """Let moderators pass; send others to the log-in page, and refuse what they send."""
    token = session.get("login", "")
    with parts().database.reading() as db:
        login = accounts.find_login(db, token, now=now())
    if login is None:
        return _send_away()
    g.account, g.login = login.account, login
    if now() - login.seen_at >= accounts.TOUCH_EVERY:
        with parts().database.writing() as db:
            accounts.touch_login(db, token, now=now())
    if factor.is_missing(login.account) and request.endpoint not in SET_UP:
        return _send_to_set_up()
    return None


def require_right(right: Right) -> Callable[..., Any]:
    """Give a guard that lets only those with *right* pass, others get 403.

    It goes before all views of a part (``bp.before_request(require_right(...))``) or decorates one;
    who is not logged in is sent to the log-in page.
    """

    def guard(view: Callable[..., Any] | None = None) -> Any:
        if view is None:
            return _refuse_without(right)

        @wraps(view)
        def guarded(*args: Any, **values: Any) -> Any:
            return _refuse_without(right) or view(*args, **values)

        return guarded

    return guard


def moderator() -> Account:
    """Give the account that :func:`require_moderator` let pass."""
    account: Account = g.account
    return account


def this_login() -> Login:
    """Give the session that :func:`require_moderator` let pass."""
    login: Login = g.login
    return login


def known_names() -> tuple[str, ...]:
    """Give the words that everybody would try as a password here."""
    host = urlsplit(parts().config.site_url).hostname or ""
    return (site().name, *host.split("."))


def _refuse_without(right: Right) -> ResponseReturnValue | None:
    answer = None if "account" in g else require_moderator()
    if answer is None:
        rights.require(moderator(), right)
    return answer


def _is_waiting() -> bool:
    with parts().database.reading() as db:
        return accounts.waiting_login(db, session.get("login", ""), now=now()) is not None


def _forget_session() -> None:
    chosen = session.get("language")
    session.clear()
    if chosen is not None:
        session["language"] = chosen


def _send_away() -> ResponseReturnValue:
    if request.method not in {"GET", "HEAD"}:
        return _too_late()
    step = "auth.second_factor" if _is_waiting() else "auth.login"
    return redirect(url_for(step), code=303)


def _send_to_set_up() -> ResponseReturnValue:
    if request.method not in {"GET", "HEAD"}:
        sentence = say("管理员要先设置两步验证，才能做别的事。")
        return render_template("failure.html", sentence=sentence), 403
    return redirect(url_for("account.new_second_factor"), code=303)


def _too_late() -> ResponseReturnValue:
    sentence = say("您的登录已经过期，请重新登录。")
    return render_template("failure.html", sentence=sentence), 403
