"""What editors' files may refer to: themes, pictures, addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from typing import NamedTuple

from comment_archive.directory import BOARD
from plugins.campaign.figures import Figures
from plugins.campaign.states import ALWAYS, NEVER
from plugins.editing.pictures import PHOTOS, Names
from plugins.problems import did_you_mean

RESERVED = frozenset(
    {
        *("assets", "desk", "feeds", "galleries", "health", "messages", "pagefind", "pictures"),
        *("preview", "accountability", "search", "stories", "tags", "themes", BOARD),
    }
)
"""First parts of addresses that pages cannot have, because something else stands there."""
TAKEN = frozenset({BOARD, "page"})
"""Names that stories cannot have: the board's thread, and the list's further pages."""
ALWAYS_THERE = frozenset(
    {
        *("/", "/feed.json", "/feed.xml", "/feeds/", "/galleries/", "/search/", "/stories/"),
        *("/messages/", "/messages/feed.json", "/messages/feed.xml", "/messages/new"),
        *("/accountability/", "/robots.txt", "/sitemap.xml"),
    }
)
"""Addresses that every site has, whatever its editors write."""
ON_EVERY_PAGE = frozenset({"main"})
"""Anchors that the theme sets on every page."""
ANCHORS_OF_LISTS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(
        ("/accountability/", "/feeds/", "/galleries/", "/search/", "/stories/"), ON_EVERY_PAGE
    ),
    "/": ON_EVERY_PAGE.union(
        ("actions", "carousel", "gallery", "headlines", "message-form", "messages", "stats"),
        ("themes", "timeline"),
    ),
    "/messages/": ON_EVERY_PAGE | {"message-form"},
}
"""Anchors of the pages that no editor's file makes."""
YEAR = re.compile("year-[0-9]{4}")
"""Anchors of the list of stories, besides: a year each."""
DRAWING_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*\.svg")
"""What the file of a drawing may be called, as it is published under its own name."""


class Told(NamedTuple):
    """What is wrong with a thing that a head or a body names, wherever that stands."""

    rule: str
    what: str
    mend: str


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
    photos: Mapping[str, str] = field(default_factory=dict)
    """The page of every picture of a published album, by its path below the content folder."""
    sources: Names = field(default_factory=lambda: Names.of(()))
    """All pictures by their paths below the content folder, those of published albums among
    them.
    """
    albums: frozenset[str] = frozenset()
    """The slugs of published albums."""
    figures: Figures | None = None
    """The figures that texts may name; None when the campaign's data cannot be read."""

    opens: Mapping[str, datetime] = field(default_factory=dict)
    """From when on readers see what they do not see yet, by its address; a draft, never."""

    withdrawn: frozenset[str] = frozenset()
    """The addresses that withdrawn stories have and had."""

    def is_withdrawn(self, address: str) -> bool:
        """Say whether *address* is that of a withdrawn story, or below it."""
        return "/".join(address.split("/")[:3]) + "/" in self.withdrawn

    def told_of_waiting(self, address: str, target: str, page: str = "") -> Told | None:
        """Say what is wrong with a link to *target*, which stands at *address*, on *page*; None for
        what is public as soon as the page itself is, and for drafts.
        """
        opens = self.opens.get(address, ALWAYS)
        if opens in (ALWAYS, NEVER) or opens <= self.opens.get(page, ALWAYS):
            return None
        moment = f"{opens:%Y-%m-%d %H:%M}"
        mend = f"到时再加链接，或给本文写上 publish_at: {moment}"
        return Told("not-public-yet", f"“{target}”要到 {moment} 才公开", mend)

    def told_of_picture(self, name: str) -> Told | None:
        """Say what is wrong with the picture *name*, and how to mend it; None when it is there."""
        if name in self.pictures:
            return None
        if name in self.misnamed:
            endings = " ".join(f".{ending}" for ending in PHOTOS)
            mend = "插画的文件名只用小写字母、数字和连字符，以 .svg 结尾"
            mend = f"{mend}；照片以 {endings} 之一结尾"
            return Told("picture-name", f"“{name}”不能作图片的文件名", mend)
        near = get_close_matches(name, sorted(self.pictures), n=1)
        absent = "把文件放进 content/pictures，或者改正文件名"
        mend = did_you_mean(near[0]) if near else absent
        return Told("picture-missing", f"没有图片“{name}”", mend)
