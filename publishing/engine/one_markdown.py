"""One Python-Markdown for many texts: making a new one takes longer than many a text.

A reused one gives the bytes of a new one when it is reset before each text and every extension of
it forgets in ``reset`` what it learned. Those of :data:`FORGETFUL` were read and compared; with any
other, or with an option that counts texts, each text gets a new Python-Markdown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markdown import Markdown

from publishing.engine.dialect import ALBUMS, CHINESE, FIGURES, STANDARD

FORGETFUL = frozenset(
    {
        *("abbr", "attr_list", "codehilite", "def_list", "extra", "fenced_code", "footnotes"),
        *("md_in_html", "meta", "nl2br", "sane_lists", "smarty", "tables", "toc"),
        *(ALBUMS, CHINESE, FIGURES),
    }
)
COUNTING = "UNIQUE_IDS"
"""The option of footnotes with which the ids of a text tell how many texts came before."""


class OneMarkdown:
    """Gives a Python-Markdown that is as good as new."""

    def __init__(self, options: Mapping[str, Any], *, has_head: bool = True) -> None:
        """Take the *options* of Python-Markdown; without *has_head* a text has no head, whatever
        they say, as where the text is a part of a file.
        """
        self._options = dict(options)
        self._has_head = has_head
        self._is_reusable = is_reusable(options)
        self._kept: Markdown | None = None
        self.made = 0
        """How many were made."""

    def ready(self) -> Markdown:
        """Give it for one text, which must be converted before the next is asked for."""
        if self._kept is not None and self._is_reusable and not self._kept.parser.state:
            return self._kept.reset()
        self.made += 1
        self._kept = Markdown(**self._options)
        if not self._has_head:
            self._kept.preprocessors.deregister("meta", strict=False)
        return self._kept

    def convert(self, text: str) -> str:
        """Give the HTML of *text*; raises what Python-Markdown raises."""
        return self.ready().convert(text)


def is_reusable(options: Mapping[str, Any]) -> bool:
    """Tell whether a Python-Markdown with these *options* gives the same bytes after a reset."""
    configs = options.get("extension_configs", {})
    if any(COUNTING in _options_within(config) for config in configs.values()):
        return False
    return all(
        isinstance(name, str) and name.removeprefix(STANDARD) in FORGETFUL
        for name in options.get("extensions", ())
    )


def _options_within(config: Mapping[str, Any]) -> set[str]:
    """Name the options of an extension, and those that it hands on to others."""
    handed = (value for value in config.values() if isinstance(value, Mapping))
    return {*config, *(name for value in handed for name in value)}
