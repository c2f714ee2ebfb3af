"""A story's HTML for readers elsewhere: every address in it absolute, and which pictures it has."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin

ADDRESSES = frozenset({"href", "src", "poster", "cite"})
"""Attributes that hold one address."""
BETWEEN = re.compile(r",\s+|,$")
"""What stands between the candidates of a srcset; an address itself may hold a comma."""


def absolute(html: str, base: str) -> str:
    """Give *html* with every address made absolute, seen from the page *base*; comments are left
    out.
    """
    reader = _Reader(base)
    reader.feed(html)
    reader.close()
    return "".join(reader.parts)


def pictures(html: str, base: str) -> list[str]:
    """Give the absolute addresses of the pictures in *html*, in their order."""
    reader = _Reader(base)
    reader.feed(html)
    reader.close()
    return reader.pictures


class _Reader(HTMLParser):
    """Writes HTML as it came, but for the start tags that hold a relative address."""

    def __init__(self, base: str) -> None:
        super().__init__(convert_charrefs=False)
        self.base = base
        self.parts: list[str] = []
        self.pictures: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Write a start tag."""
        self._start(tag, attrs, ">")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Write a tag that is closed at once."""
        self._start(tag, attrs, "/>")

    def _start(self, tag: str, attrs: list[tuple[str, str | None]], end: str) -> None:
        made = [(name, self._absolute(name, value)) for name, value in attrs]
        if tag == "img":
            self.pictures += [value for name, value in made if name == "src" and value]
        if made == attrs:
            self.parts.append(self.get_starttag_text() or "")
        else:
            self.parts.append(f"<{tag}{''.join(_attribute(*each) for each in made)}{end}")

    def handle_endtag(self, tag: str) -> None:
        """Write an end tag."""
        self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Write text."""
        self.parts.append(data)

    def handle_entityref(self, name: str) -> None:
        """Write a named character."""
        self.parts.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """Write a numbered character."""
        self.parts.append(f"&#{name};")

    def _absolute(self, name: str, value: str | None) -> str | None:
        if value is None:
            return None
        if name in ADDRESSES:
            return _join(self.base, value)
        if name == "srcset":
            candidates = filter(None, map(str.strip, BETWEEN.split(value)))
            return ", ".join(map(self._candidate, candidates))
        return value

    def _candidate(self, text: str) -> str:
        address, *size = text.split()
        return " ".join([_join(self.base, address), *size])


def _join(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:  # no address at all, as http://[
        return address


def _attribute(name: str, value: str | None) -> str:
    return f" {name}" if value is None else f' {name}="{escape(value)}"'
