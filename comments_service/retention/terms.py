"""Every kind of data with its term: the one table that says how long something is kept.

docs/operators.md shows the same table. Decisions have no term: they are a record, and hold no words
of a visitor's. What is published stays until its visitor takes it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from comments_service.config import Config
from comments_service.models import (
    ActionLink,
    Comment,
    Invitation,
    LastTime,
    Login,
    LoginThrottle,
    Opened,
    OutboxMessage,
    Report,
    SealedAddress,
    State,
    UsedProof,
)
from comments_service.notifications.turns import PREFIX
from comments_service.retention.ways import Empty, Remove, Rotate, Way, Wipe, last_dealt_with
from comments_service.tokens import BY_ADDRESS

WITHDRAWN_DAYS = 30
"""Which the receipt tells."""
DECIDED = (State.APPROVED, State.REFUSED, State.SPAM, State.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Term:
    """One kind of data, from when on its days count, and what becomes of it then."""

    what: str
    days: int | str
    """Or the setting that says how many."""
    since: str
    way: Way

    def before(self, config: Config, now: datetime) -> datetime:
        """Give the moment up to which it is past its term."""
        days = getattr(config, self.days) if isinstance(self.days, str) else self.days
        return now - timedelta(days=days)


TERMS: tuple[Term, ...] = (
    Term(
        "text, name and all else of refused messages", 180, "the last decision",
        Empty(Comment.state == State.REFUSED, since=last_dealt_with()),
    ),
    Term(
        "the same of spam", 30, "the last decision, or their coming",
        Empty(Comment.state == State.SPAM, since=last_dealt_with()),
    ),
    Term(
        "the same of withdrawn messages", WITHDRAWN_DAYS, "the withdrawal",
        Empty(Comment.state == State.WITHDRAWN, since=last_dealt_with()),
    ),
    Term(
        "masked addresses of messages that are not published", 180, "their coming",
        Wipe(
            Comment.id, Comment.submitted_at, {"address": ""},
            Comment.state != State.APPROVED, Comment.address != "",
        ),
    ),
    Term(
        "sealed full addresses", "address_log_days", "the message's coming",
        Remove(SealedAddress.comment_id, SealedAddress.stored_at),
    ),
    Term(
        "digests of sendings that hold address and browser", 1, "the message's coming",
        Wipe(
            Comment.id, Comment.submitted_at, {"submission_key": None},
            Comment.submission_key.startswith(BY_ADDRESS),
        ),
    ),
    Term(
        "e-mail addresses of decided messages", 90, "the last decision",
        Wipe(
            Comment.id, last_dealt_with(), {"email": None, "email_confirmed_at": None},
            Comment.state.in_(DECIDED), Comment.email.is_not(None),
        ),
    ),
    Term(
        "e-mail addresses that nobody confirmed", 30, "the message's coming",
        Wipe(
            Comment.id, Comment.submitted_at, {"email": None},
            Comment.email.is_not(None), Comment.email_confirmed_at.is_(None),
        ),
    ),
    Term(
        "words of reports", 180, "they were settled",
        Wipe(Report.id, Report.settled_at, {"text": ""}, Report.text != ""),
    ),
    Term(
        "masked addresses of reports", 30, "their coming",
        Wipe(Report.id, Report.reported_at, {"address": ""}, Report.address != ""),
    ),
    Term(
        "notices that could not be delivered", 7, "they were due",
        Remove(OutboxMessage.id, OutboxMessage.due_at),
    ),
    Term("digests of links in moderators' mails", 7, "they expired",
         Remove(ActionLink.id, ActionLink.expires_at)),
    Term(
        "digests of e-mail addresses that were asked for confirmation", 1, "they were asked",
        Remove(LastTime.name, LastTime.at, LastTime.name.startswith(PREFIX)),
    ),
    Term("sessions at the desk, with their masked network", 7, "they were opened",
         Remove(Login.id, Login.opened_at)),
    Term("digests of names and networks of wrong passwords", 1, "they may try again",
         Remove(LoginThrottle.key, LoginThrottle.retry_at)),
    Term("invitations", 7, "they expired", Remove(Invitation.id, Invitation.expires_at)),
    Term("who has a message open at the desk", 1, "it was opened",
         Remove(Opened.comment_id, Opened.opened_at)),
    Term("digests of proofs of work", 1, "they expired",
         Remove(UsedProof.digest, UsedProof.expires_at)),
    Term("backups", "backups_daily", "they were made; the last of each of "
         "`COMMENTS_BACKUPS_WEEKLY` weeks stays", Rotate()),
)  # fmt: skip
