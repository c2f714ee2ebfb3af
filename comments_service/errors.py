"""What can go wrong, each error with a sentence that says how to mend it."""

from __future__ import annotations


class CommentsError(Exception):
    """The base of all our errors; never raised itself.

    *sentence* may hold ``%(name)s`` for *values*, so that the desk can say it in another language.
    """

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence % values if values else sentence)
        self.sentence = sentence
        self.values = values


class ConfigError(CommentsError):
    """A setting is missing or wrong."""


class AccountError(CommentsError):
    """An account cannot be made or changed."""


class LoginRefused(CommentsError):
    """Too many wrong passwords were tried; the message says how long to wait."""


class NotFound(CommentsError):
    """No such comment."""


class LinkOver(CommentsError):
    """A link that holds once was used, or has expired."""


class Conflict(CommentsError):
    """Somebody else decided first; the history says who and what."""


class TooMany(CommentsError):
    """Too much came from one network lately; *seconds* says how long to wait."""

    def __init__(self, sentence: str, *, seconds: int) -> None:
        super().__init__(sentence)
        self.seconds = seconds


class Refused(CommentsError):
    """A submission cannot be taken; the visitor is told why and keeps what was typed."""


class ThreadShut(Refused):
    """The thread is unknown or takes no messages any more; the board may."""


class AnswerGone(Refused):
    """What the submission answers is not published any more."""


class NotAllowed(CommentsError):
    """This action is not open to this person or in this state."""


class ImportRefused(CommentsError):
    """A file cannot be brought in; the message names the line, what is wrong and how to mend it."""


class Deposed(CommentsError):
    """Another publisher leads now; this one must not write."""


class Unavailable(CommentsError):
    """The database stays away, and nobody knows whether the last work was done. The message is for
    operators and the log; visitors have a page of their own (web/failures.py).
    """

    def __init__(self, cause: str) -> None:
        super().__init__(
            "The database does not answer: check COMMENTS_DATABASE_URL and ./run doctor, then do "
            "it again: whether this was stored is not known (%(cause)s)",
            cause=cause,
        )


class KeyRefused(CommentsError):
    """A key of the operator's cannot be read, or is not the right one."""


class BackupRefused(CommentsError):
    """A backup cannot be made, read or put back; nothing was changed by it."""


class UpgradeFailed(CommentsError):
    """The tables could not be brought to the newest form; the message says how to go back."""
