"""Accounts come without their passwords: what stands there until somebody gives them one."""

from __future__ import annotations

from comments_service.models import Account

AWAITED = "!"
"""In the place of the password's hash of an account that was open where it came from."""
LOCKED = "!!"
"""The same of one that was disabled. Neither is a hash, so no password fits."""


def placeholder(is_disabled: bool) -> str:
    """Give what stands in the place of a password's hash."""
    return LOCKED if is_disabled else AWAITED


def tells_disabled(account: Account) -> bool:
    """Say whether somebody disabled *account*, rather than that it only lacks a password."""
    return account.is_disabled and account.password_hash != AWAITED
