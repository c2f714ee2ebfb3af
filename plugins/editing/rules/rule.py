"""What a rule for editors is, and what one that looks at prose is given and gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from plugins.problems import Severity

SHUT = "\ufffc"
"""Stands in :attr:`Prose.shown` and :attr:`Prose.open` for a character that is not to be read, or
not to be touched.
"""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a body."""

    start: int
    """Where its line begins in the text, in characters."""
    end: int
    level: int


@dataclass(frozen=True, slots=True)
class Prose:
    """A piece of an editor's text: the body of a file, or one value of its head."""

    text: str
    shown: str
    """Of the same length: what readers read, with code, HTML, addresses and the signs of Markdown
    SHUT; ends of lines stay as they are.
    """
    open: str
    """Of the same length: what ``--fix`` may touch, with links and quotations SHUT besides."""
    blocks: tuple[tuple[int, int], ...] = ()
    """Where each paragraph, item of a list, heading or row of a table begins and ends."""
    headings: tuple[Heading, ...] = ()
    part: str = "body"
    """``body``, or the key of the head whose value it is, as ``title``."""

    def is_in_heading(self, place: int) -> bool:
        """Tell whether the character at *place* stands in a heading."""
        return any(heading.start <= place < heading.end for heading in self.headings)


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """What a rule found in a piece of prose."""

    start: int
    """Where it begins in the text, in characters."""
    end: int
    what: str
    mend: str
    replacement: str | None = None
    """What ``--fix`` writes from *start* to *end* if all of that is open; None when only a person
    can mend it.
    """


Find = Callable[[Prose], Iterable[Mark]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Something that editors are told of; its name stands behind each message."""

    name: str
    """In small letters with hyphens, as ``alt-missing``."""
    about: str
    """What it asks of editors, in a few Chinese words."""
    severity: Severity = Severity.STYLE
    find: Find | None = None
    """A pure function that finds it in prose; None for what a check of whole files finds."""
    is_mended: bool = False
    """Whether ``--fix`` mends what can be mended of it."""
