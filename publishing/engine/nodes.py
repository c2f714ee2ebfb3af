"""The blocks of a text as they were read, and how they are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from plugins.typography.headings import Heading


@dataclass(slots=True)
class Title:
    """A heading; what it says last is its place among the headings that have ids."""

    level: int
    html: str
    place: int | None


@dataclass(slots=True)
class Item:
    """An item of a list."""

    html: str
    is_loose: bool = False
    below: Items | None = None


@dataclass(slots=True)
class Items:
    """A list."""

    tag: str
    start: str = ""
    items: list[Item] = field(default_factory=list)


@dataclass(slots=True)
class Quote:
    """A quotation, and the line that names its source."""

    children: list[Node] = field(default_factory=list)
    source: str = ""


Node = str | Title | Items | Quote
"""A block: its HTML, or what may still change or is not numbered yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """Writes blocks as Python-Markdown's serializer does."""

    headings: Sequence[Heading]
    has_pull_quotes: bool

    def written(self, nodes: Sequence[Node]) -> str:
        """Give the HTML of a text that is *nodes*."""
        return "\n".join(map(self._block, nodes)).strip()

    def _block(self, node: Node) -> str:
        if isinstance(node, str):
            return node
        if isinstance(node, Title):
            id_ = "" if node.place is None else f' id="{self.headings[node.place].id}"'
            return f"<h{node.level}{id_}>{node.html}</h{node.level}>"
        return _list(node) if isinstance(node, Items) else self._quotation(node)

    def _quotation(self, node: Quote) -> str:
        if self.has_pull_quotes and (inner := _pulled(node)):
            source = [f'<p class="pull-quote__source">{inner.source}</p>'] if inner.source else []
            blocks = [*map(self._block, inner.children), *source]
            return _around(blocks, '<aside class="pull-quote">', "</aside>")
        quotation = _around([*map(self._block, node.children)], "<blockquote>", "</blockquote>")
        if not node.source:
            return quotation
        source_line = f"<figcaption>{node.source}</figcaption>"
        return f'<figure class="quote">\n{quotation}\n{source_line}\n</figure>'


def _list(node: Items) -> str:
    start = f' start="{node.start}"' if node.start else ""
    items = "\n".join(map(_item, node.items))
    return f"<{node.tag}{start}>\n{items}\n</{node.tag}>"


def _item(item: Item) -> str:
    below = f"{_list(item.below)}\n" if item.below else ""
    if item.is_loose:
        return f"<li>\n<p>{item.html}</p>\n{below}</li>"
    return f"<li>{item.html}{below}</li>"


def _pulled(quote: Quote) -> Quote | None:
    """Give the innermost of quotations that hold nothing but one another, None for a single one."""
    inner = quote
    while not inner.source and len(inner.children) == 1:
        only = inner.children[0]
        if not isinstance(only, Quote):
            break
        inner = only
    return None if inner is quote else inner


def _around(inner: list[str], opening: str, closing: str) -> str:
    return "\n".join([opening, *inner, closing]) if inner else opening + closing
