"""Checks what editors wrote before anything is built, and tells mistakes as
``file:line:column: what：how to mend [rule]``.

Settings: ``CAMPAIGN_FILE``, the data's file below the content folder (``campaign.toml``).
"""

from __future__ import annotations


def register() -> None:
    """Connect to Pelican."""
    from plugins.editing import handlers

    handlers.connect()
