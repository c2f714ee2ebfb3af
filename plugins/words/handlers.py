"""Pelican's side of the words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pelican import signals
from pelican.generators import Generator

from plugins.campaign.data import CampaignError
from plugins.editing.handlers import campaign_of
from plugins.offering import offer
from plugins.words.catalogue import WordError, read_words


def connect() -> None:
    """Connect the handlers."""
    signals.initialized.connect(read)
    signals.all_generators_finalized.connect(offer_words)


def read(pelican: Any) -> None:
    """Read the catalogues; raises CampaignError for words that the campaign cannot replace."""
    settings = pelican.settings
    campaign = campaign_of(settings)
    folder = Path(settings["THEME"]) / "words"
    second = settings.get("SECOND_LANGUAGE", "")
    try:
        language = campaign.campaign.language
        words = read_words(folder, language, second, campaign.words)
    except WordError as error:
        raise CampaignError(f"{settings['CAMPAIGN_FILE']}: {error}") from error
    settings["WORDS"] = words
    settings["JINJA_FILTERS"] = settings.get("JINJA_FILTERS", {}) | {"day": words.day}


def offer_words(generators: list[Generator]) -> None:
    """Give ``word`` and ``label`` to every template."""
    words = generators[0].settings["WORDS"]
    offer(generators, word=words, label=words.label)
