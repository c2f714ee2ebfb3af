"""What can go wrong, each error with a sentence that says how to mend it."""

from __future__ import annotations


class CommentsError(Exception):
    """The base of all our errors; never raised itself."""


class ConfigError(CommentsError):
    """A setting is missing or wrong."""


class AccountError(CommentsError):
    """An account cannot be made or changed."""


class LoginRefused(CommentsError):
    """Name or password is wrong, or too many tries were made."""


class NotFound(CommentsError):
    """No such comment."""


class Refused(CommentsError):
    """A submission cannot be taken at all: its thread is unknown or closed."""


class NotAllowed(CommentsError):
    """This action is not open to this person or in this state."""
