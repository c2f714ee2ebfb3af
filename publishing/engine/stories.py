"""Pelican's generator of articles without its quadratic searches."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import Any, Protocol

from pelican.contents import Article
from pelican.generators import ArticlesGenerator
from pelican.plugins import signals
from pelican.utils import get_original_items, order_content

from plugins.editing.handlers import now_of, still_stands
from publishing.engine.reading import Read, Stamp, StoryReading
from publishing.engine.story import Story

KEPT = "KEPT_STORIES"
"""Setting that holds the stories of the build before, and takes those of this one."""


class Kept(Protocol):
    """Stories that a build before has read."""

    generation: str

    def unchanged(self, path: str, stamp: Stamp) -> Read | None:
        """Give the story at *path* if its file is as it was."""

    progress: Callable[[str, int, int], object]

    def take(self, reads: Sequence[Read]) -> None:
        """Keep what this build has read."""


class StoriesGenerator(ArticlesGenerator):
    """Generates what :class:`ArticlesGenerator` does, from stories that may have been read before.

    Whatever of Pelican's own is linear is left to it.
    """

    def generate_context(self) -> None:
        """Read the stories and put them together."""
        by_status: dict[str, list[Article]] = {"published": [], "draft": [], "hidden": []}
        for read in self._reads():
            if read.story is None:
                self._add_failed_source_path(read.path)
                continue
            by_status[read.story.status].append(read.story)
            self.add_source_path(read.story)
            self.add_static_links(read.story)
        self.articles, self.translations = self._in_order(by_status["published"])
        self.hidden_articles, self.hidden_translations = self._in_order(by_status["hidden"])
        self.drafts, self.drafts_translations = self._in_order(by_status["draft"])
        signals.article_generator_pretaxonomy.send(self)
        self._put_together()
        signals.article_generator_finalized.send(self)

    def _reads(self) -> list[Read]:
        """Give every story, in the order of their paths; what is unchanged is not read again."""
        exclude = self.settings["ARTICLE_EXCLUDES"]
        paths = sorted(self.get_files(self.settings["ARTICLE_PATHS"], exclude=exclude))
        kept: Kept = self.settings[KEPT]
        known = {path: kept.unchanged(path, Stamp.of(f"{self.path}/{path}")) for path in paths}
        now = now_of(self.settings)
        changed = [
            path
            for path, read in known.items()
            if read is None or not still_stands(read.story, now)
        ]
        fresh = StoryReading(self, kept.generation, kept.progress).read(changed) if changed else []
        known |= {read.path: read for read in fresh}
        reads = [read for read in known.values() if read is not None]
        for read in reads:
            if read.story is not None and not hasattr(read.story, "settings"):
                read.story.join(self.settings, self.context)
        kept.take(reads)
        return reads

    def check_disabled_readers(self) -> None:
        """Tell of files that no reader is there for; Pelican looks for some even when none are."""
        if self.readers.disabled_extensions:
            super().check_disabled_readers()

    def _include_path(self, path: str, extensions: tuple[str, ...] | None = None) -> bool:
        name = path.rpartition("/")[2]
        if self._ignored.match(name):
            return False
        wanted = self.readers.extensions if extensions is None else extensions
        return wanted is False or os.path.splitext(name)[1][1:] in wanted

    @cached_property
    def _ignored(self) -> re.Pattern[str]:
        patterns = self.settings["IGNORE_FILES"]
        return re.compile("|".join(map(fnmatch.translate, patterns)) or "(?!)")

    def _in_order(self, found: list[Article]) -> tuple[list[Article], list[Article]]:
        originals, translations = part_translations(found, self.settings["ARTICLE_TRANSLATION_ID"])
        ordered: list[Any] = order_content([*originals], self.settings["ARTICLE_ORDER_BY"])
        return ordered, translations

    def _put_together(self) -> None:
        """Sort stories by category, tag, author and date, and give all of it to the templates."""
        for article in self.articles:
            if hasattr(article, "category"):
                self.categories[article.category].append(article)
            for tag in getattr(article, "tags", ()):
                self.tags[tag].append(article)
            for author in getattr(article, "authors", ()):
                self.authors[author].append(article)
        newest_first = self.context["NEWEST_FIRST_ARCHIVES"]
        dates = sorted(self.articles, key=attrgetter("date"), reverse=newest_first)
        self.period_archives = self._build_period_archives(dates, self.articles, self.settings)
        backwards = self.settings["REVERSE_CATEGORY_ORDER"]
        lists = {
            "dates": dates,
            "categories": sorted(self.categories.items(), reverse=backwards),
            "authors": sorted(self.authors.items()),
        }
        vars(self).update(lists)  # Pelican makes lists of what were dictionaries, too
        names = "articles drafts hidden_articles dates tags categories authors related_posts"
        self._update_context(names.split())
        self.context["period_archives"] = self.period_archives

    def _build_period_archives(
        self, sorted_articles: list[Article], articles: list[Article], settings: Any
    ) -> Any:
        """Group stories by year, month and day; Pelican looks through a period for every story."""
        found = super()._build_period_archives(sorted_articles, [], settings)
        place = {id(article): number for number, article in enumerate(articles)}
        for periods in found.values():
            for period in periods:
                period["articles"] = sorted(period["dates"], key=lambda each: place[id(each)])
        return found

    def generate_tags(self, write: Any) -> None:
        """Write the page of each tag."""
        self._write_lists("tag", self.tags.items(), write)

    def generate_categories(self, write: Any) -> None:
        """Write the page of each category."""
        self._write_lists("category", self.categories, write)

    def generate_authors(self, write: Any) -> None:
        """Write the page of each author."""
        self._write_lists("author", self.authors, write)

    def _write_lists(self, kind: str, lists: Iterable[tuple[Any, list[Any]]], write: Any) -> None:
        template = self.get_template(kind)
        place = {id(article): number for number, article in enumerate(self.dates)}
        for wrapper, articles in lists:
            if not wrapper.save_as:
                continue
            listed = [article for article in articles if id(article) in place]
            write(
                wrapper.save_as,
                template,
                self.context,
                **{kind: wrapper},
                url=wrapper.url,
                articles=articles,
                dates=sorted(listed, key=lambda each: place[id(each)]),
                template_name=kind,
                blog=True,
                page_name=wrapper.page_name,
                all_articles=self.articles,
            )


def part_translations(
    found: list[Article], by: str | Iterable[str] | None
) -> tuple[list[Article], list[Article]]:
    """Tell originals from translations as Pelican's ``process_translations`` does, which compares
    each story with all others.
    """
    if not by:
        return found, []
    names = (by,) if isinstance(by, str) else tuple(by)
    key = attrgetter(*names)
    found.sort(key=key)
    originals: list[Any] = []
    for values, group in groupby(found, key):
        items = list(group)
        if len(items) == 1 and _is_plain(items[0]):
            originals += items
            items[0].translations = []
            continue
        told = zip(names, values if len(names) > 1 else (values,), strict=True)
        told_of = ", ".join(f' {name} "{value}"' for name, value in told)
        originals += get_original_items([*items], f"with{told_of}")
        for item in items:
            item.translations = [other for other in items if other != item]
    chosen = set(map(id, originals))
    return originals, [item for item in found if id(item) not in chosen]


def _is_plain(story: Article) -> bool:
    return isinstance(story, Story) and "translation" not in story.metadata
