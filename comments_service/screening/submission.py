"""What the rules look at, and what they say."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from comments_service.screening.matching import WordLists


class Verdict(StrEnum):
    """What a finding asks for."""

    MARK = "mark"
    """Worth knowing."""
    HOLD = "hold"
    """A person should look closely."""
    SPAM = "spam"
    """Goes to the spam folder, where people can still see it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule has to say."""

    rule: str
    verdict: Verdict
    detail: str
    """For the moderator, in Chinese."""
    spans: tuple[tuple[int, int], ...] = ()
    """Where in the text as typed it was found: first character, and the one behind the last."""
    words: tuple[str, ...] = ()
    """The listed words that were found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What is known of the time before a submission, as plain facts."""

    from_network: int = 0
    """Messages that its masked network left within the last ten minutes."""
    refused: int = 0
    """Messages of that network that were refused or spam within the last 30 days."""
    same_text: int = 0
    """Messages with the same folded text within the last seven days, from anywhere."""
    texts: tuple[str, ...] = ()
    """The newest texts of that network within a day, to compare with."""


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
    seconds: float | None = None
    """How long the form was open; None where that is not known."""
    needs_proof: bool = False
    """Whether so much comes from its network that a proof of work was asked for."""
    has_proof: bool = False
    """Whether a proof of work came with it."""
    is_over_limit: bool = False
    """Whether so much comes from its network that somebody should look closely."""
    history: History = History()
    reserved_names: frozenset[str] = frozenset()
    """Names that look like the editors'."""
    words: WordLists = field(default_factory=WordLists)
    check: Finding | None = None
    """What an external check found, if one was asked."""
