"""Makes the index of the search page: Pagefind's, over the stories and nothing else.

Stands last in ``PLUGINS``, so that stories are finished when they are indexed.

Settings: ``SEARCH_CACHE``, the folder that keeps finished indexes until the stories change.
"""

from __future__ import annotations


def register() -> None:
    """Connect to Pelican."""
    from plugins.search import handlers

    handlers.connect()
