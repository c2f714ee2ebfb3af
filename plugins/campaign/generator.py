"""Writes the lists of stories (all of them, those of each tag, and the older ones of each theme),
and what stands at the addresses of stories that were withdrawn.
"""

from __future__ import annotations

from typing import Any

from pelican.generators import Generator

from plugins.campaign.lists import ListPage, StoryList

WITHDRAWN = "WITHDRAWN"
"""Setting that holds the withdrawn stories, newest first."""


class ListsGenerator(Generator):
    """Writes every page of the lists, which handlers have made of the stories."""

    def generate_context(self) -> None:
        """Have nothing to add: the lists are made when all stories are known."""

    def generate_output(self, writer: Any) -> None:
        """Write every page; the first view of a theme's list stands on the theme's own page."""
        for story_list in self.settings["STORY_LISTS"]:
            for page in story_list.older_pages():
                self._write(writer, story_list, page)
            if "theme" not in story_list.about:
                self._write(writer, story_list, story_list.first_view)

    def _write(self, writer: Any, story_list: StoryList[Any], page: ListPage[Any]) -> None:
        address = page.address.lstrip("/")
        writer.write_file(
            f"{address}index.html",
            self.get_template(story_list.template),
            self.context,
            url=address,
            listed=page,
            **story_list.about,
        )


class WithdrawnGenerator(Generator):
    """Writes, at each address that a withdrawn story has or had, that and why it was withdrawn."""

    def generate_context(self) -> None:
        """Have nothing to add: handlers set withdrawn stories apart."""

    def generate_output(self, writer: Any) -> None:
        """Write every page."""
        for story in self.settings[WITHDRAWN]:
            for slug in (story.slug, *story.formerly):
                url = f"stories/{slug}/"
                template = self.get_template("withdrawn")
                writer.write_file(f"{url}index.html", template, self.context, url=url, story=story)
