"""What can go wrong, each error with a sentence that says how to mend it."""

from __future__ import annotations


class CommentsError(Exception):
    """The base of all our errors; never raised itself."""


class ConfigError(CommentsError):
    """A setting is missing or wrong."""


class AccountError(CommentsError):
    """An account cannot be made or changed."""


class LoginRefused(CommentsError):
    """Too many wrong passwords were tried; the message says how long to wait."""


class NotFound(CommentsError):
    """No such comment."""


class Refused(CommentsError):
    """A submission cannot be taken: its thread is unknown or closed, or what it answers is gone."""


class NotAllowed(CommentsError):
    """This action is not open to this person or in this state."""
