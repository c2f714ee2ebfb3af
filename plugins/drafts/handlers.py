"""Pelican's side of the drafts that are shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pelican import signals
from pelican.generators import ArticlesGenerator, Generator, PagesGenerator

from plugins.discovery.redirects import Redirect
from plugins.drafts.shared import SharedDraft
from plugins.editing.handlers import DRAFTS, now_of

SHARED = "SHARED_DRAFTS"
"""Setting with the drafts that are shown."""
MOMENT = "%Y-%m-%d %H:%M"


def connect() -> None:
    """Connect the handlers."""
    signals.get_generators.connect(use_generator)
    signals.all_generators_finalized.connect(connect_drafts)


def use_generator(pelican: Any) -> type[DraftsGenerator]:
    """Have the drafts written."""
    return DraftsGenerator


def connect_drafts(generators: list[Generator]) -> None:
    """Join drafts with their themes, and lead from drafts that became public to the stories."""
    articles = next(g for g in generators if isinstance(g, ArticlesGenerator))
    pages = next(g for g in generators if isinstance(g, PagesGenerator))
    themes = {page.slug: page for page in pages.pages if page.template == "theme_page"}
    for draft in articles.settings[DRAFTS]:
        draft.theme_page = themes.get(draft.theme)
    stories = {story.relative_source_path: story for story in articles.articles}
    articles.settings["WAYS_OF_DRAFTS"] = [
        Redirect(each.address, f"/{story.url}", story.title)
        for each in shared_of(articles.settings)
        if (story := stories.get(each.story))
    ]


def shared_of(settings: dict[str, Any]) -> Sequence[SharedDraft]:
    """Give the drafts that are shown."""
    shared: Sequence[SharedDraft] = settings.get(SHARED, ())
    return shared


class DraftsGenerator(Generator):
    """Writes the page of every draft that is shown."""

    def generate_context(self) -> None:
        """Have nothing to add: handlers join drafts with the rest of the site."""

    def generate_output(self, writer: Any) -> None:
        """Write every page; a draft that was renamed or removed has none."""
        drafts = {draft.relative_source_path: draft for draft in self.settings[DRAFTS]}
        zone = now_of(self.settings).tzinfo
        for each in shared_of(self.settings):
            if each.story in drafts:
                until = f"{each.ends.astimezone(zone):{MOMENT}}"
                writer.write_file(
                    f"{each.address.lstrip('/')}index.html",
                    self.get_template("shared_draft"),
                    self.context,
                    article=drafts[each.story],
                    shared={"address": each.address, "until": until},
                    url=each.address.lstrip("/"),
                )
