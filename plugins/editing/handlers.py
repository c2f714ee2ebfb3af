"""Pelican's side of the checks."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pelican import signals
from pelican.contents import Article, Content
from pelican.generators import ArticlesGenerator

from plugins.campaign.data import read_campaign
from plugins.campaign.records import Campaign
from plugins.campaign.states import PUBLISH_AT, State, Value, state_of
from plugins.editing.check import check_content
from plugins.editing.kept import KeptStories
from plugins.problems import ContentError, Problem, Severity

CHECKED = "CHECKED_STORIES"
"""Setting with the file that keeps what was found in stories, and what tells all else that checks
depend on.
"""

DRAFTS = "DRAFTS"
"""Setting that holds the stories that are not public, between the handlers."""
NOW = "NOW"
"""Setting with the moment for which a build is made (aware); the present where it is not given."""
TELL_PROBLEMS = "TELL_PROBLEMS"
"""Setting with what is given everything that the checks found, whether it stops a build or not."""
SHOW_UNPUBLISHED = "SHOW_UNPUBLISHED"
"""Setting of a preview: stories that readers do not see are built, too, and marked."""

PELICANS = {State.PUBLISHED: "published", State.WITHDRAWN: "hidden"}
"""Where Pelican sorts stories of each state; those of any other are drafts for it."""

WITHHELD = "WITHHELD"
"""Setting with the pictures that are not published, as only withdrawn stories show them."""

log = logging.getLogger(__name__)


class EditingError(ContentError):
    """Editors' mistakes; each is logged as an error of its own."""


def connect() -> None:
    """Connect the handlers."""
    signals.initialized.connect(check_before_reading)
    signals.content_object_init.connect(place_story)
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
        words, is_preview = Path(settings["THEME"]) / "words", bool(settings.get(SHOW_UNPUBLISHED))
        now = now_of(settings)
        problems = check_content(
            folder, name, words, kept, now, style=is_preview, is_preview=is_preview
        )
        kept.write()
        settings[WITHHELD] = kept.withheld
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
    stopping, problems = [], list(problems)
    settings.get(TELL_PROBLEMS, list)(problems)
    for problem in problems:
        if problem.stops(is_public=is_public):
            stopping.append(problem)
            log.error("%s", problem)
        elif problem.severity >= Severity.WARNING:
            log.warning("%s", problem)
    return stopping


def now_of(settings: dict[str, Any]) -> datetime:
    """Give the moment for which a build with *settings* is made, in the zone of the site; all of
    one build have the same.
    """
    now: datetime = settings.setdefault(NOW, datetime.now(UTC))
    return now.astimezone(ZoneInfo(settings["TIMEZONE"]))


def place_story(content: Content) -> None:
    """Note where a story stands, and what Pelican takes it for."""
    if isinstance(content, Article):
        settings: Any = content.settings
        state = state_of(value_of(content), now_of(settings))
        others = "published" if settings.get(SHOW_UNPUBLISHED) else "draft"
        content.status = PELICANS.get(state, others)
        is_public = state is State.PUBLISHED
        vars(content).update(state=state, unpublished="" if is_public else state.value)


def still_stands(story: Any, now: datetime) -> bool:
    """Say whether a *story* that an earlier build has read stands *now* where it stood then."""
    is_timed = hasattr(story, "state") and PUBLISH_AT in story.metadata
    return not is_timed or story.state is state_of(value_of(story), now)


def value_of(story: Any) -> Value:
    """Give what gives the values of the head of *story*."""
    return lambda key: str(story.metadata.get(key, ""))


def leave_out_drafts(generator: ArticlesGenerator) -> None:
    """Keep what is not public out of the release; single drafts are shown to who knows where."""
    generator.settings[DRAFTS] = generator.drafts
    generator.drafts = []
