"""Gives templates what a page is shared with: ``share(page_url, title, summary, picture)``, the
services' links; ``qr(url, label)``, its address as a QR code; ``social_cards(title, picture)``, the
addresses of the pictures that stand for it (*picture* is a file of ``content/pictures``, or a path
below the content).

Settings: ``CARD_FONT``, the family that titles on social cards are set in (the best there is);
``CARD_CACHE``, the folder that keeps the cards between builds. The campaign's file names the
services (``[share] targets``).
"""

from __future__ import annotations


def register() -> None:
    """Connect to Pelican."""
    from plugins.sharing import handlers

    handlers.connect()
