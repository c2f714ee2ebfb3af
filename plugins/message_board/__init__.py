"""Bakes the messages into the pages: ``slot(...)`` in templates, ``threads.json`` beside the site.

Settings: ``COMMENT_ARCHIVE``, the folder of approved messages; ``MESSAGES_PER_PAGE``;
``MESSAGE_LIMIT``, the characters a message may have, told by the form; ``MESSAGES_EMAIL``, whether
it asks for an address; ``MESSAGES_CLOSE_DAYS``, after how many days a story takes no more;
``MESSAGES_CLOSED``, why none are taken anywhere.
"""

from __future__ import annotations


def register() -> None:
    """Connect to Pelican."""
    from plugins.message_board import handlers

    handlers.connect()
