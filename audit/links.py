"""Whether every address and anchor on the site leads somewhere, and every picture has its words."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit
from xml.etree.ElementTree import Element

from audit.markup import Tree, elements

ADDRESSES = ("href", "src", "action", "formaction", "poster", "data")
NAMES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "headers", "list", "form")
"""Attributes that name elements of the same page by their ids."""
NEEDS_ALT = ("img", "area")
ENTRY_ID = re.compile(r"<id>[^<]*</id>|\"id\": *\"[^\"]*\"")
CSS_ADDRESS = re.compile(r"url\(\s*[\"']?([^\"')]+)")


@dataclass(frozen=True, slots=True)
class Linked:
    """The pages of a site, and how to ask for whatever else is there."""

    site: str
    trees: Mapping[str, Tree]
    is_there: Callable[[str], bool]
    ids: dict[str, set[str]] = field(default_factory=dict)

    def faults(self) -> Iterator[str]:
        """Give one line for each fault of any page."""
        for page, tree in self.trees.items():
            for line in (*faults_within(tree), *self._broken(page, tree)):
                yield f"{page}: {line}"

    def _broken(self, page: str, tree: Tree) -> Iterator[str]:
        for address in dict.fromkeys(addresses(tree)):
            url, fragment = urldefrag(urljoin(self.site + page, address))
            if not is_within(url, self.site):
                continue
            path = url.removeprefix(self.site) or "/"
            if path not in self.trees and not self.is_there(path):
                yield f"{address} leads nowhere"
            elif fragment and path in self.trees and fragment not in self._ids_of(path):
                yield f"{address} has no such anchor"

    def _ids_of(self, path: str) -> set[str]:
        if path not in self.ids:
            self.ids[path] = {node.get("id", "") for node in elements(self.trees[path])}
        return self.ids[path]


def faults_within(tree: Tree) -> Iterator[str]:
    """Give what a page gets wrong by itself: repeated ids, names of no element, missing alt."""
    counted = Counter(value for node in elements(tree) if (value := node.get("id")) is not None)
    yield from (f"id {name!r} stands {times} times" for name, times in counted.items() if times > 1)
    for node in elements(tree):
        for name in NAMES:
            for wanted in (node.get(name) or "").split():
                if wanted not in counted:
                    yield f"<{node.tag} {name}={wanted!r}> names no element"
        if node.tag in NEEDS_ALT and node.get("alt") is None:
            yield f"<{node.tag} src={node.get('src')!r}> has no alt"


def addresses(tree: Tree) -> Iterator[str]:
    """Give every address that a page names, in its own words."""
    for node in elements(tree):
        yield from _addresses_of(node)


def addresses_in_css(text: str) -> list[str]:
    """Give every address that a style sheet names."""
    return [address for address in CSS_ADDRESS.findall(text) if not address.startswith("data:")]


def addresses_in_text(text: str, site: str) -> list[str]:
    """Give every full address of *site* in a feed, a site map or another text, but for names that
    only look like one: the ids of entries.
    """
    text = html.unescape(ENTRY_ID.sub("", text))
    return re.findall(re.escape(site) + r"[^\s<>\"'\\)]*", text)


def is_within(url: str, site: str) -> bool:
    """Say whether *url* is one of ours."""
    return urlsplit(url)[:2] == urlsplit(site)[:2]


def _addresses_of(node: Element) -> Iterator[str]:
    for name in ADDRESSES:
        value = node.get(name)
        if value is not None and not (name == "data" and node.tag != "object"):
            yield value.strip()
    for name in ("srcset", "imagesrcset"):
        yield from (part.split()[0] for part in (node.get(name) or "").split(",") if part.strip())
    if node.tag == "meta" and "://" in (node.get("content") or ""):
        yield node.get("content", "")
