"""Lets Pelican's reader of Markdown, and ours, take the shortcut: same text, same result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pelican.readers import BaseReader, MarkdownReader
from pelican.utils import pelican_open

from plugins.typography.blocks import headings_of
from plugins.typography.handlers import ChineseReader
from plugins.typography.headings import Heading
from publishing.engine.dialect import STANDARD
from publishing.engine.one_markdown import OneMarkdown
from publishing.engine.shortcut import Converted, Shortcut


class Converter:
    """Converts texts by the shortcut, and by one Python-Markdown what that declines."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.shortcut = Shortcut.of(options)
        self.markdown = OneMarkdown(options)

    def converted(self, text: str) -> Converted:
        """Give the HTML of *text*, its head and its headings."""
        found = self.shortcut.converted(text) if self.shortcut else None
        return found or self._by_markdown(text)

    def _by_markdown(self, text: str) -> Converted:
        markdown = self.markdown.ready()
        html = markdown.convert(text)
        has_headings = "toc_headings" in vars(markdown)
        headings: tuple[Heading, ...] = headings_of(markdown) if has_headings else ()
        return Converted(html, vars(markdown).get("Meta", {}), headings)


class FieldsMarkdown:
    """What Pelican's reader asks for the HTML of fields such as ``summary``, in the place of a
    Python-Markdown that it would take apart.
    """

    def __init__(self, options: Mapping[str, Any]) -> None:
        names = [name for name in options.get("extensions", ()) if not _is_meta(name)]
        self._converter = Converter({**options, "extensions": names})
        self.preprocessors = self

    def deregister(self, name: str) -> None:
        """Read no head; there is none to begin with."""

    def reset(self) -> None:
        """Forget the text before; nothing is ever kept."""

    def convert(self, text: str) -> str:
        """Give the HTML of a field."""
        return self._converter.converted(text).html


def _is_meta(name: object) -> bool:
    return isinstance(name, str) and name.removeprefix(STANDARD) == "meta"


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads a file as :class:`MarkdownReader` does."""

    reader: MarkdownReader
    converter: Converter

    def __call__(self, path: str) -> tuple[str, dict[str, Any]]:
        """Give the HTML and the metadata of the file at *path*."""
        self.reader._source_path = path
        with pelican_open(path) as text:
            converted = self.converter.converted(text)
        return converted.html, self.reader._parse_metadata(converted.meta)


def quicken(reader: BaseReader) -> None:
    """Let *reader* convert by the shortcut, if it is Pelican's reader of Markdown or ours; any
    other, a subclass too, stays as it is.
    """
    if type(reader) not in {MarkdownReader, ChineseReader}:
        return
    options = reader.settings["MARKDOWN"]
    converter = Converter(options)
    vars(reader)["_md"] = FieldsMarkdown(options)
    if isinstance(reader, ChineseReader):
        vars(reader)["converted"] = converter.converted
    elif isinstance(reader, MarkdownReader):
        vars(reader)["read"] = Reading(reader, converter)
