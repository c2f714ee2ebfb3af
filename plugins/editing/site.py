"""What editors' files may refer to: themes, pictures, addresses."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from comment_archive.directory import BOARD

RESERVED = frozenset(
    {
        *("assets", "desk", "feeds", "galleries", "health", "messages", "pagefind", "pictures"),
        *("search", "stories", "tags", "themes", BOARD),
    }
)
"""First parts of addresses that pages cannot have, because something else stands there."""
ALWAYS_THERE = frozenset(
    {
        *("/", "/feed.json", "/feed.xml", "/feeds/", "/galleries/", "/search/", "/stories/"),
        *("/messages/", "/messages/feed.json", "/messages/feed.xml", "/messages/new"),
    }
)
"""Addresses that every site has, whatever its editors write."""


@dataclass(frozen=True, slots=True)
class Site:
    """What a head or a body may refer to."""

    themes: frozenset[str]
    pictures: frozenset[str]
    addresses: Mapping[str, str] = field(default_factory=dict)
    """The text of every page that editors' files make, by its address."""
    files: Mapping[str, str] = field(default_factory=dict)
    """The address that each file makes, by its path below the content folder."""
    others: frozenset[str] = ALWAYS_THERE
    """Further addresses that may be linked."""

    def mend_picture(self, name: str) -> str:
        """Say what to do about the picture *name*, which is not there."""
        near = get_close_matches(name, self.pictures, n=1)
        if near:
            return f"did you mean {near[0]}?"
        return "put the file into content/pictures, or mend the name"


def folded(name: str) -> str:
    """Give *name* without differences of case and width: ``Ｕ站`` and ``u站`` are the same."""
    return unicodedata.normalize("NFKC", name).casefold()


def same_but_for_case(name: str, known: Iterable[str]) -> str:
    """Give which of *known* differs from *name* in case or width alone; empty when none does."""
    return next((other for other in sorted(known) if folded(other) == folded(name)), "")
