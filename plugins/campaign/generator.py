"""Writes the lists of stories: all of them, those of each tag, and the older ones of each theme."""

from __future__ import annotations

from typing import Any

from pelican.generators import Generator

from plugins.campaign.lists import ListPage, StoryList


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
