"""What the rules look at, and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What a finding asks for."""

    HOLD = "hold"
    """A person should look closely."""
    SPAM = "spam"
    """Goes to the spam folder, where people can still see it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A visitor's message before it is stored."""

    thread: str
    text: str
    author: str = ""
    email: str | None = None
    address: str = ""
    """The visitor's full address; used for this sending only, then masked."""
    user_agent: str = ""
    reply_to: int | None = None
    nonce: str = ""
    """Made by the form when it was shown; empty on baked pages."""
    trap: str = ""
    """A field people do not see."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule has to say."""

    rule: str
    verdict: Verdict
    detail: str
    """For the moderator, in Chinese."""
