"""What editors' files may refer to: themes, pictures, addresses."""

from __future__ import annotations

import re
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
TAKEN = frozenset({BOARD, "page"})
"""Names that stories cannot have: the board's thread, and the list's further pages."""
ALWAYS_THERE = frozenset(
    {
        *("/", "/feed.json", "/feed.xml", "/feeds/", "/galleries/", "/search/", "/stories/"),
        *("/messages/", "/messages/feed.json", "/messages/feed.xml", "/messages/new"),
        *("/robots.txt", "/sitemap.xml"),
    }
)
"""Addresses that every site has, whatever its editors write."""
ON_EVERY_PAGE = frozenset({"main"})
"""Anchors that the theme sets on every page."""
ANCHORS_OF_LISTS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("/feeds/", "/galleries/", "/search/", "/stories/"), ON_EVERY_PAGE),
    "/": ON_EVERY_PAGE.union(
        ("actions", "carousel", "gallery", "headlines", "message-form", "messages", "stats"),
        ("themes", "timeline"),
    ),
    "/messages/": ON_EVERY_PAGE | {"message-form"},
}
"""Anchors of the pages that no editor's file makes."""
YEAR = re.compile("year-[0-9]{4}")
"""Anchors of the list of stories, besides: a year each."""
PICTURE_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*\.(?:svg|jpe?g|png|webp|avif|gif)")
"""What the file of a picture may be called."""


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
    anchors: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The anchors that the theme sets on each page; of pages not among these, nothing is known."""
    misnamed: frozenset[str] = frozenset()
    """Files among the pictures that cannot be one."""

    def told_of_picture(self, name: str) -> tuple[str, str] | None:
        """Say what is wrong with the picture *name*, and how to mend it; None when it is there."""
        if name in self.pictures:
            return None
        if name in self.misnamed:
            mend = "use small letters, digits and hyphens, and one of .svg .jpg .png .webp .avif"
            return f"{name!r} is no name of a picture", f"{mend} .gif at the end"
        near = get_close_matches(name, self.pictures, n=1)
        absent = "put the file into content/pictures, or mend the name"
        return f"there is no picture {name!r}", f"did you mean {near[0]}?" if near else absent


def folded(name: str) -> str:
    """Give *name* without differences of case and width: ``Ｕ站`` and ``u站`` are the same."""
    return unicodedata.normalize("NFKC", name).casefold()


def same_but_for_case(name: str, known: Iterable[str]) -> str:
    """Give which of *known* differs from *name* in case or width alone; empty when none does."""
    return next((other for other in sorted(known) if folded(other) == folded(name)), "")
