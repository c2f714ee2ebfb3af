"""Joins and minifies the theme's style sheets and scripts into one file each, and gives templates
their addresses: ``stylesheet``, ``script``, ``icon``.

Settings: ``SKIN``, the name of a file of ``theme/static/css/skins`` that replaces tokens.
"""

from __future__ import annotations


def register() -> None:
    """Connect to Pelican."""
    from plugins.assets import handlers

    handlers.connect()
