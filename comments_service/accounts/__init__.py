"""The people who decide: accounts, passwords, second factors, log-ins, invitations. There is no
account until somebody makes one.
"""

from __future__ import annotations

from comments_service.accounts.logins import is_own_password, log_in, show_second_factor
from comments_service.accounts.passwords import hash_password as _hash
from comments_service.accounts.people import (
    change_password,
    create_account,
    disable,
    enable,
    everybody,
    find_account,
    set_email,
    set_password,
    set_role,
)
from comments_service.accounts.sessions import (
    TOUCH_EVERY,
    end_login,
    end_logins,
    find_login,
    log_out,
    logged_in,
    open_logins,
    touch_login,
    waiting_login,
)

__all__ = [
    "TOUCH_EVERY",
    "_hash",
    "change_password",
    "create_account",
    "disable",
    "enable",
    "end_login",
    "end_logins",
    "everybody",
    "find_account",
    "find_login",
    "is_own_password",
    "log_in",
    "log_out",
    "logged_in",
    "open_logins",
    "set_email",
    "set_password",
    "set_role",
    "show_second_factor",
    "touch_login",
    "waiting_login",
]
