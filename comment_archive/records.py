"""What the archive holds: public facts only, and nothing that could carry a private one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


class MarkupError(ValueError):
    """A text could not be turned into HTML (:mod:`comment_archive.markup`, which is large: who only
    takes messages need not load it).
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """The message that a reply answers; *author* is None once that message was taken down."""

    number: int
    position: int
    author: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedComment:
    """A published message. There is no field for an e-mail or a full address, so none can leak."""

    number: int
    """The number on the receipt; unique on the whole site."""
    thread: str
    position: int
    """Place in its thread, from 1, given at the first publication and never used again."""
    wall_position: int
    """The same for the wall, where all threads stand together."""
    author: str
    address: str
    """Masked, such as 14.152.94.*; empty when none is known."""
    html: str
    """Safe HTML, made by :mod:`comment_archive.markup` when the message was approved."""
    policy: int
    """Version of the markup policy that made *html*."""
    submitted_at: datetime
    edited: bool = False
    """Whether a moderator changed the text."""
    by_editor: bool = False
    """Whether it is the editors' own answer."""
    reply_to: Parent | None = None

    def __hash__(self) -> int:
        """Hash the number alone: messages that differ mostly differ there, and all of them are
        looked up many times for one approval.
        """
        return hash(self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The size of a series (a thread or the wall)."""

    last: int = 0
    """The highest position ever given."""
    count: int = 0
    """How many messages are to be seen; positions of withdrawn ones stay empty."""
    pinned: tuple[int, ...] = ()
    """The positions of those that stand first, the one pinned last before the others; on the wall
    those of the board.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One published message that is new, different or gone."""

    thread: str
    position: int
    wall_position: int
    is_new: bool = False
    """Whether it was on no page before, so that none holds words that must go."""
