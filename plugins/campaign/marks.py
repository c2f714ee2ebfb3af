"""Figures within Markdown: ``[[数字：red-vests]]`` becomes what readers see, in heads and in texts,
and the end of a text that names figures says when they were counted and where they come from.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections.abc import Callable, Iterable
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from plugins.campaign.figures import HEAD_KEYS, NAMED, Figure, Figures
from plugins.typography.numbers import exact

Note = Callable[[tuple[Figure, ...], str, str], str]
"""Says in words when figures were counted and where they come from."""


def no_note(figures: tuple[Figure, ...], as_of: str, source: str) -> str:
    """Say nothing."""
    return ""


class FigureMarkdown(Extension):
    """Shows figures within texts; its option ``figures`` names them, ``note`` words the line at
    the end.
    """

    def __init__(self, **settings: Any) -> None:
        self.config = {
            "figures": [Figures(), "the figures that texts may name"],
            "note": [no_note, "words when figures were counted and where they come from"],
        }
        self.told: list[Figure] = []
        super().__init__(**settings)  # type: ignore[no-untyped-call]

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802, RUF100
        """Join Python-Markdown after code and backslashes, before links and pictures."""
        md.registerExtension(self)
        md.inlinePatterns.register(_Named(md, self), "figures", 175)
        md.treeprocessors.register(_Told(md, self), "figures", 17)

    def reset(self) -> None:
        """Forget the figures of the text before."""
        self.told.clear()

    @property
    def figures(self) -> Figures:
        """The figures that texts may name."""
        figures: Figures = self.getConfig("figures")
        return figures


class _Named(InlineProcessor):
    """Puts a figure in the place of its name; a name that is unknown stays as it is."""

    def __init__(self, md: Markdown, extension: FigureMarkdown) -> None:
        super().__init__(NAMED.pattern, md)
        self.compiled_re = NAMED
        self.extension = extension

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[etree.Element, int, int] | tuple[None, None, None]:
        """Give the element for one name and where it stands."""
        figure = self.extension.figures.find(m["name"])
        if figure is None:
            return None, None, None
        self.extension.told.append(figure)
        return element_of(figure), m.start(), m.end()


class _Told(Treeprocessor):
    """Resolves the names in the head, and says at the end what is to be said of all figures."""

    def __init__(self, md: Markdown, extension: FigureMarkdown) -> None:
        super().__init__(md)
        self.markdown = md
        self.extension = extension

    def run(self, root: etree.Element) -> None:
        """Add the line to the end of the text below *root*."""
        figures, head = self.extension.figures, vars(self.markdown).get("Meta", {})
        of_head: list[Figure] = []
        for key in HEAD_KEYS:
            values = head.get(key, [])
            of_head += (figure for value in values for figure in figures.named_in(value))
            values[:] = map(figures.text, values)
        note = self.extension.getConfig("note")
        lines = told_of(dict.fromkeys([*of_head, *self.extension.told]), note)
        if text := "".join(lines):
            etree.SubElement(root, "p", {"class": "story__source"}).text = AtomicString(text)


def element_of(figure: Figure) -> etree.Element:
    """Give ``<data>`` that shows *figure* and keeps the whole number, or words when it has none."""
    number = exact(figure.value, figure.unit)
    element = etree.Element("data", {"value": number}) if number else etree.Element("span")
    element.text = AtomicString(figure.shown)
    return element


def told_of(figures: Iterable[Figure], note: Note) -> list[str]:
    """Word what is to be said of *figures*, those together that have day and source in common."""
    groups: dict[tuple[str, str], list[Figure]] = {}
    for figure in figures:
        groups.setdefault((figure.as_of, figure.source), []).append(figure)
    return [note(tuple(group), *common) for common, group in groups.items()]
