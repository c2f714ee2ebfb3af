"""Gives templates ``share(page_url, title)``: the places where a page can be shared.

Settings: none; the campaign's file names the targets (``[share] targets``).
"""

from __future__ import annotations


def register() -> None:
    """Connect to Pelican."""
    from plugins.sharing import handlers

    handlers.connect()
