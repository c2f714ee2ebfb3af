"""Pelican's side of sharing."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from pelican import signals
from pelican.generators import Generator

from plugins.offering import offer
from plugins.sharing.deck import Deck, Materials
from plugins.sharing.qr import qr
from plugins.sharing.targets import share_links


def connect() -> None:
    """Connect the handler."""
    signals.all_generators_finalized.connect(offer_sharing)


def offer_sharing(generators: list[Generator]) -> None:
    """Give ``share``, ``qr`` and ``social_cards`` to every template."""
    settings = generators[0].settings
    names = settings["CAMPAIGN"].share.targets
    deck = Deck(materials(settings))
    offer(generators, share=partial(share_links, names), qr=qr, social_cards=deck.social_cards)


def materials(settings: dict[str, Any]) -> Materials:
    """Gather what the site's cards are made of."""
    catalogue = settings.get("CATALOGUE")
    return Materials(
        name=settings["CAMPAIGN"].campaign.name,
        mark=(Path(settings["THEME"]) / "static" / "icon.svg").read_bytes(),
        content=Path(settings["PATH"]),
        kept=Path(settings["CARD_CACHE"]),
        output=Path(settings["OUTPUT_PATH"]),
        photos=catalogue.photos if catalogue else {},
        font=settings.get("CARD_FONT", ""),
        whole=tuple(settings.get("WHOLE_WORDS", ())),
    )
