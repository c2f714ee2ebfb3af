"""Pelican's side of typography."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from markdown import Markdown
from pelican import signals
from pelican.generators import Generator
from pelican.readers import MarkdownReader, Readers
from pelican.utils import pelican_open

from plugins.discovery.links import pictures
from plugins.typography.blocks import headings_of
from plugins.typography.headings import Heading
from plugins.typography.headlines import breakable
from plugins.typography.numbers import data, measured, number, wan
from plugins.typography.punctuation import quotes
from plugins.typography.reading import digest_of, reading_minutes
from plugins.typography.words import load

EXTENSION = "plugins.typography.blocks:ChineseMarkdown"
"""Named by text, as settings are part of a build's fingerprint and an object has no stable one."""


def connect() -> None:
    """Connect the handlers."""
    signals.initialized.connect(use_extension)
    signals.readers_init.connect(use_reader)
    signals.readers_init.connect(name_tables)
    signals.generator_init.connect(add_filters)
    signals.all_generators_finalized.connect(load_dictionary)


def use_extension(pelican: Any) -> None:
    """Let Markdown be converted with our extension, with options if the settings give some."""
    pelican.settings["MARKDOWN"].setdefault("extension_configs", {}).setdefault(EXTENSION, {})


def name_tables(readers: Readers) -> None:
    """Call tables what the catalogue of words calls them, if there is one."""
    if words := readers.settings.get("WORDS"):
        options = readers.settings["MARKDOWN"]["extension_configs"][EXTENSION]
        options.setdefault("table_label", words("story.table", number="{number}"))


def use_reader(readers: Readers) -> None:
    """Read Markdown with our reader."""
    for suffix in ChineseReader.file_extensions:
        readers.reader_classes[suffix] = ChineseReader


def add_filters(generator: Generator) -> None:
    """Give the filters to the templates of *generator*."""
    generator.env.filters.update(make_filters(tuple(generator.settings.get("WHOLE_WORDS", ()))))


def load_dictionary(generators: object) -> None:
    """Load the dictionary before a build parts into processes, so that they share its memory."""
    load()


def make_filters(whole: tuple[str, ...]) -> dict[str, Callable[..., str]]:
    """Give the filters by name; the words of *whole* are never broken in a headline."""
    return {
        "data": data,
        "measured": measured,
        "headline": partial(breakable, whole=whole),
        "number": number,
        "quotes": quotes,
        "wan": wan,
    }


def notes_of(content: str) -> dict[str, Any]:
    """Note of the HTML *content* what other pages and the search tell of it, so that they need not
    read it: ``minutes``, ``pictures``, ``digest``.
    """
    return {
        "minutes": reading_minutes(content),
        "pictures": pictures(content),
        "digest": digest_of(content),
    }


class ChineseReader(MarkdownReader):
    """Reads Markdown as Pelican does, and adds ``toc`` and what ``notes_of`` gives to what a file's
    head says; contents get all of it as attributes.
    """

    def read(self, source_path: str) -> tuple[str, dict[str, Any]]:
        """Give the HTML and the metadata of a file."""
        self._source_path = source_path
        with pelican_open(source_path) as text:
            content, head, headings = self.converted(text)
        own = {"toc": headings} | notes_of(content)
        return content, self._parse_metadata(head) | own

    def converted(self, text: str) -> tuple[str, dict[str, list[str]], tuple[Heading, ...]]:
        """Give the HTML of *text*, its head and its headings."""
        self._md: Any = Markdown(**self.settings["MARKDOWN"])
        content = self._md.convert(text)
        return content, vars(self._md)["Meta"], headings_of(self._md)
