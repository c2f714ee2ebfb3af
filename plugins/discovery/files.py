"""Every file that is written for machines: its name below the public tree, and its text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment

from comment_archive.text import strip_controls
from plugins.discovery import sitemap
from plugins.discovery.feeds import Feed, albums_feed, json_feed, site_feed, theme_feed
from plugins.discovery.records import GALLERIES, HOME, Publication, Story, Theme
from plugins.discovery.redirects import Redirect
from plugins.galleries.albums import Album
from plugins.templates import environment_of
from plugins.words.catalogue import Words

Files = dict[str, str]


@dataclass(frozen=True, slots=True)
class FileMaker:
    """Makes the files of one publication."""

    publication: Publication
    words: Words
    environment: Environment

    @classmethod
    def of_templates(cls, publication: Publication, words: Words, templates: Path) -> FileMaker:
        """Make one that takes its templates from the folder *templates*."""
        return cls(publication, words, environment_of(templates))

    def feeds(
        self, stories: Sequence[Story], themes: Iterable[Theme], albums: Sequence[Album] = ()
    ) -> Files:
        """Make both feeds of everything, of each theme and, if there are any, of the albums."""
        files = self._feed(HOME, site_feed(self.publication, stories, albums, self.words))
        for theme in themes:
            files |= self._feed(theme.address, theme_feed(self.publication, theme, self.words))
        if albums:
            files |= self._feed(GALLERIES, albums_feed(self.publication, albums, self.words))
        return files

    def sitemap(self, found: Sequence[sitemap.Location], largest: int = sitemap.LARGEST) -> Files:
        """Make the sitemap; when *found* is more than *largest*, several and their index."""
        parts = sitemap.parts(found, largest)
        if len(parts) == 1:
            return {"sitemap.xml": self._render("sitemap.xml", pages=found, maps=[])}
        names = [f"sitemap-{number}.xml" for number, _ in enumerate(parts, 1)]
        maps = [self.publication.absolute(f"/{name}") for name in names]
        files = {
            name: self._render("sitemap.xml", pages=part, maps=[])
            for name, part in zip(names, parts, strict=True)
        }
        return files | {"sitemap.xml": self._render("sitemap.xml", pages=[], maps=maps)}

    def robots(self) -> Files:
        """Make the file that tells robots where not to go."""
        return {"robots.txt": self._render("robots.txt")}

    def redirects(self, ways: Iterable[Redirect]) -> Files:
        """Make a page at each former address."""
        return {way.own_file: self._render("redirect.html", way=way) for way in ways}

    def _feed(self, base: str, feed: Feed) -> Files:
        name = f"{base}feed".lstrip("/")
        return {
            f"{name}.xml": self._render("feed_atom.xml", feed=feed),
            f"{name}.json": json_feed(self.publication, feed),
        }

    def _render(self, template: str, **values: object) -> str:
        page = self.environment.get_template(template)
        text = page.render(site=self.publication, word=self.words, **values)
        return strip_controls(text).strip("\n") + "\n"
