"""Pelican's side of the checks."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pelican import signals
from pelican.generators import ArticlesGenerator

from plugins.campaign.data import Campaign, read_campaign
from plugins.editing.check import check_content
from plugins.editing.kept import KeptStories
from plugins.problems import ContentError, Problem, Severity

CHECKED = "CHECKED_STORIES"
"""Setting with the file that keeps what was found in stories, and what tells all else that checks
depend on.
"""

log = logging.getLogger(__name__)


class EditingError(ContentError):
    """Editors' mistakes; each is logged as an error of its own."""


def connect() -> None:
    """Connect the handlers."""
    signals.initialized.connect(check_before_reading)
    signals.article_generator_finalized.connect(leave_out_drafts)


def check_before_reading(pelican: Any) -> None:
    """Refuse to build while an editor's file has a mistake; raises EditingError with all of
    them.
    """
    campaign_of(pelican.settings)


def campaign_of(settings: dict[str, Any]) -> Campaign:
    """Give the campaign's data; everything editors wrote was checked before, once a build.

    Raises EditingError with all mistakes. Whoever needs the data while plugins start takes it from
    here, wherever it stands in PLUGINS.
    """
    if "CAMPAIGN" not in settings:
        folder, name = Path(settings["PATH"]), settings.get("CAMPAIGN_FILE", "campaign.toml")
        kept = KeptStories.read(*settings[CHECKED]) if CHECKED in settings else KeptStories()
        problems = check_content(folder, name, Path(settings["THEME"]) / "words", kept)
        kept.write()
        if stopping := tell(problems, settings):
            raise EditingError("\n".join(map(str, stopping)))
        settings["CAMPAIGN"] = read_campaign(folder / name)
    campaign: Campaign = settings["CAMPAIGN"]
    return campaign


def tell(problems: Iterable[Problem], settings: dict[str, Any]) -> list[Problem]:
    """Log each of *problems*, as an error if this build cannot be with it, else as a warning; gives
    those that stop the build.
    """
    is_public = bool(settings.get("PRODUCTION"))
    stopping = []
    for problem in problems:
        if problem.stops(is_public=is_public):
            stopping.append(problem)
            log.error("%s", problem)
        elif problem.severity >= Severity.WARNING:
            log.warning("%s", problem)
    return stopping


def leave_out_drafts(generator: ArticlesGenerator) -> None:
    """Keep unfinished stories out of the release."""
    generator.drafts = []
