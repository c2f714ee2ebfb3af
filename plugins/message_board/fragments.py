"""Pieces of pages and feeds that hang on one message alone: each is rendered once, then remembered,
so that a page of forty messages costs the one that is new.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from comment_archive.text import strip_controls
from plugins.discovery.json_text import script_text
from plugins.message_board.views import MessageView, comment_node

REMEMBERED = 16384
"""Pieces kept; those that came first go first."""
GRAPH = '{{"@context":"https://schema.org","@graph":[{}]}}'


class Fragments:
    """Renders pieces with the macros of *environment*'s templates."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._known: dict[tuple[object, ...], Markup] = {}

    def __len__(self) -> int:
        """Give the number of pieces that are remembered."""
        return len(self._known)

    def message(self, view: MessageView, on_wall: bool = False) -> Markup:
        """Give a message with its replies; *on_wall* it names its story."""
        return self._piece("_message.html", "message", view, on_wall)

    def messages(self, views: Iterable[MessageView], on_wall: bool = False) -> list[Markup]:
        """Give one after the other, for templates: they call a function of ours slowly."""
        return [self.message(view, on_wall) for view in views]

    def entry(self, view: MessageView, address: str, site_url: str) -> Markup:
        """Give the entry of an Atom feed; *address* is where the message stands."""
        return self._piece("_entry.xml", "entry", view, address, site_url)

    def item(self, view: MessageView, address: str, site_url: str) -> Markup:
        """Give the item of a JSON feed."""
        return self._piece("_item.json", "item", view, address, site_url)

    def structured_data(self, views: Iterable[MessageView], site_url: str, page: str) -> Markup:
        """Give the messages of one thread as JSON-LD (https://schema.org/Comment), safe within a
        script element; *page* is the address of the page they stand on.

        Their addresses are those on that page, so a page that left the first view keeps its bytes.
        """
        nodes = (self._node(view, site_url, page) for view in views)
        return Markup(GRAPH.format(",".join(nodes)))  # noqa: S704 -- each is safe in a script

    def _node(self, view: MessageView, site_url: str, page: str) -> Markup:
        key = ("node", view.comment, view.thread, site_url, page)
        found = self._known.get(key)
        return found or self._keep(key, script_text(comment_node(view, site_url, page)))

    def _piece(self, template: str, macro: str, view: MessageView, *values: object) -> Markup:
        key = (macro, *values, view.key)
        return self._known.get(key) or self._keep(
            key, self._rendered(template, macro, view, values)
        )

    def _rendered(
        self, template: str, macro: str, view: MessageView, values: tuple[object, ...]
    ) -> Markup:
        module: Any = self._environment.get_template(template).module
        html = strip_controls(getattr(module, macro)(view, *values))
        return Markup(html)  # noqa: S704 -- made by our own templates with autoescape

    def _keep(self, key: tuple[object, ...], piece: Markup) -> Markup:
        self._known[key] = piece
        if len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]
        return piece
