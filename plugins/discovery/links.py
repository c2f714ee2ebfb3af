"""A story's HTML for readers elsewhere: every address in it absolute, and which pictures it has."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin

from plugins.galleries.views import SHARED

ADDRESSES = frozenset({"href", "src", "poster", "cite"})
"""Attributes that hold one address."""
BETWEEN = re.compile(r",\s+|,$")
"""What stands between the candidates of a srcset; an address itself may hold a comma."""
WIDTH = re.compile(r"(\S+) ([0-9]+)w")
"""A candidate of a srcset that tells its width in pixels."""
PLACEHOLDER = "photo__cells"
"""The class of what stands in for a picture; without the style sheet it would stand beside it."""


def absolute(html: str, base: str) -> str:
    """Give *html* with every address made absolute, seen from the page *base*; comments, what is
    for scripts, and the colours that stand in for pictures are left out.
    """
    reader = _Reader(base)
    reader.feed(html)
    reader.close()
    return "".join(reader.parts)


def pictures(html: str) -> tuple[str, ...]:
    """Give the addresses of the pictures in *html* as they stand there, in their order: of one that
    comes in several widths, that of the file for sharing.
    """
    if "<img" not in html.lower():
        return ()
    reader = _Reader("")
    reader.feed(html)
    reader.close()
    return tuple(reader.pictures)


class _Reader(HTMLParser):
    """Writes HTML as it came, but for the start tags that hold a relative address."""

    def __init__(self, base: str) -> None:
        super().__init__(convert_charrefs=False)
        self.base = base
        self.parts: list[str] = []
        self.pictures: list[str] = []
        self._depth = 0
        """How many drawings are open from the one on that is left out."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Write a start tag."""
        is_placeholder = tag == "svg" and PLACEHOLDER in (dict(attrs).get("class") or "").split()
        if self._depth or is_placeholder:
            self._depth += tag == "svg"
        else:
            self._start(tag, attrs, ">")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Write a tag that is closed at once."""
        if not self._depth:
            self._start(tag, attrs, "/>")

    def _start(self, tag: str, attrs: list[tuple[str, str | None]], end: str) -> None:
        kept = [(name, value) for name, value in attrs if not name.startswith("data-")]
        made = [(name, self._absolute(name, value)) for name, value in kept]
        if tag == "img" and (picture := _shared({name: value or "" for name, value in made})):
            self.pictures.append(picture)
        if made == attrs:
            self._write(self.get_starttag_text() or "")
        else:
            self._write(f"<{tag}{''.join(_attribute(*each) for each in made)}{end}")

    def handle_endtag(self, tag: str) -> None:
        """Write an end tag."""
        self._write(f"</{tag}>")
        self._depth -= bool(self._depth) and tag == "svg"

    def handle_data(self, data: str) -> None:
        """Write text."""
        self._write(data)

    def handle_entityref(self, name: str) -> None:
        """Write a named character."""
        self._write(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """Write a numbered character."""
        self._write(f"&#{name};")

    def _write(self, text: str) -> None:
        if not self._depth:
            self.parts.append(text)

    def _absolute(self, name: str, value: str | None) -> str | None:
        if value is None:
            return None
        if name in ADDRESSES:
            return join(self.base, value)
        if name == "srcset":
            candidates = filter(None, map(str.strip, BETWEEN.split(value)))
            return ", ".join(map(self._candidate, candidates))
        return value

    def _candidate(self, text: str) -> str:
        address, *size = text.split()
        return " ".join([join(self.base, address), *size])


def join(base: str, address: str) -> str:
    """Give *address* as seen from the page *base*; what is no address stays as it is."""
    try:
        return urljoin(base, address)
    except ValueError:  # no address at all, as http://[
        return address


def _shared(values: dict[str, str]) -> str:
    """Choose among the files of an ``img`` as plugins.galleries.views does for sharing."""
    widths = {int(width): address for address, width in WIDTH.findall(values.get("srcset", ""))}
    fitting = [width for width in widths if width <= SHARED]
    return widths[max(fitting)] if fitting else values.get("src", "")


def _attribute(name: str, value: str | None) -> str:
    return f" {name}" if value is None else f' {name}="{escape(value)}"'
