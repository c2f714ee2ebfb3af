"""What machines find: feeds of stories and albums, ``sitemap.xml``, ``robots.txt``, structured
data, and the way from a story's former addresses to the one it has now.

Gives templates ``structured_story(article)``, ``structured_theme(page)``,
``structured_albums(albums)``, ``structured_album(album)``, ``structured_photo(album, photo)`` and
``structured_site()``: JSON-LD for a script element.

Settings: none.
"""

from __future__ import annotations


def register() -> None:
    """Connect to Pelican."""
    from plugins.discovery import handlers

    handlers.connect()
