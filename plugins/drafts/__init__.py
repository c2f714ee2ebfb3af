"""Shows single drafts at addresses that nobody can guess, until a moment; from those of stories
that became public meanwhile a way leads to where they stand.

Settings: ``SHARED_DRAFTS``, the drafts that are shown (``./run build`` gives those of
``./run share-draft``; none).
"""

from __future__ import annotations


def register() -> None:
    """Connect to Pelican."""
    from plugins.drafts import handlers

    handlers.connect()
