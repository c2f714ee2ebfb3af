"""Brings the campaign's data to the templates: ``campaign``, ``themes``, ``lead_stories``.

It also writes the lists of stories: all, those of each tag, the older ones of each theme.

Settings: ``STORIES_PER_PAGE``, how many stories an older page of a list has; ``CAMPAIGN_FILE``,
the data's file below the content folder (``campaign.toml``); ``PRODUCTION``, whether the site is
public, so that gaps in its data are warned of (False); ``SHOW_UNPUBLISHED``, whether it is a
preview that shows drafts as well, each marked (False).
"""

from __future__ import annotations


def register() -> None:
    """Connect to Pelican."""
    from plugins.campaign import handlers

    handlers.connect()
