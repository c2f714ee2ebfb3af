"""Reads pages as a browser does: their tree, what they name and what they fetch."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib

Tree = Element


def parse(text: str) -> Tree:
    """Give the tree of a page, as a browser that runs no script builds it."""
    tree: Tree = html5lib.parse(text, namespaceHTMLElements=False)  # type: ignore[no-untyped-call]
    return tree


def elements(tree: Tree) -> Iterator[Element]:
    """Give all elements, without comments."""
    return (node for node in tree.iter() if isinstance(node.tag, str))


def fetched_first(tree: Tree) -> list[str]:
    """Give the addresses of the style sheets and scripts of a page."""
    sheets = (
        node.get("href", "")
        for node in tree.iter("link")
        if set((node.get("rel") or "").split()) & {"stylesheet", "modulepreload"}
    )
    scripts = (node.get("src", "") for node in tree.iter("script"))
    return [address for address in (*sheets, *scripts) if address]
