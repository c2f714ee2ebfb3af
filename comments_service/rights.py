"""Who may do what at the desk: the one place where rights are given and asked for."""

from __future__ import annotations

from enum import StrEnum

from comments_service.errors import NotAllowed
from comments_service.models import Account, Action, Role


class Right(StrEnum):
    """Something that not everybody at the desk may do."""

    DECIDE = "decide"
    """Read the queue, decide, write notes."""
    REPLY = "reply"
    """Answer in the editors' name."""
    PIN = "pin"
    WORDS = "words"
    """Change the word lists."""
    NUMBERS = "numbers"
    """See how much everybody decides, and take the figures away as a file."""
    PEOPLE = "people"
    """Invite, give roles, lock out."""


_MODERATOR = frozenset({Right.DECIDE, Right.REPLY})
_CHIEF = _MODERATOR | {Right.PIN, Right.WORDS, Right.NUMBERS}
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.MODERATOR: _MODERATOR,
    Role.CHIEF: _CHIEF,
    Role.ADMINISTRATOR: _CHIEF | {Right.PEOPLE},
}

NEEDED: dict[Action, Right] = {
    Action.APPROVE: Right.DECIDE,
    Action.REFUSE: Right.DECIDE,
    Action.SPAM: Right.DECIDE,
    Action.REOPEN: Right.DECIDE,
    Action.EDIT: Right.DECIDE,
    Action.SETTLE: Right.DECIDE,
    Action.PIN: Right.PIN,
    Action.UNPIN: Right.PIN,
}
"""What a moderator needs for each action; what is not here is the visitor's alone."""


def may(account: Account, right: Right) -> bool:
    """Say whether *account* has *right*."""
    return not account.is_disabled and right in RIGHTS[account.role]


def may_do(account: Account, action: Action) -> bool:
    """Say whether *account* may do *action* to a comment."""
    return action in NEEDED and may(account, NEEDED[action])


def require(account: Account, right: Right) -> None:
    """Make sure that *account* has *right*; raises NotAllowed with a sentence."""
    if not may(account, right):
        raise NotAllowed("您的账号没有这项权限，需要的话请找管理员。")
