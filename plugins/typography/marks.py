"""Marks within a line: ruby ``{字|zì}`` and the line below a proper name ``{深圳|_}``."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.util import ETX, STX, AtomicString

PROPER = "_"
PART = f"[^{{}}|\n{STX}{ETX}]+"
"""Text of a mark: none of its own signs, and nothing that Markdown has already replaced."""
BAR = rf"\||{STX}[^{ETX}]+{ETX}"
MARK = rf"(?<!\{{)\{{(?P<base>{PART})(?P<bar>{BAR})(?P<over>{PART})\}}(?!\}})"
ESCAPED_BAR = f"{STX}124{ETX}"
r"""What Markdown makes of ``\|``, which is how a bar has to be written in a table."""


class Marks(InlineProcessor):
    """Makes elements of the marks; whatever is not exactly one stays as typed."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(MARK, md)

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[etree.Element, int, int] | tuple[None, None, None]:
        """Give the element for one mark and where it stands; nothing to leave it as it is."""
        base, over = m["base"].strip(), m["over"].strip()
        if not base or not over or self.unescape(m["bar"]) not in {"|", ESCAPED_BAR}:
            return None, None, None
        element = proper_name(base) if over == PROPER else ruby(base, over)
        return element, m.start(), m.end()


def proper_name(text: str) -> etree.Element:
    """Give *text* as a proper name, ``<u class="proper">``."""
    element = etree.Element("u", {"class": "proper"})
    element.text = AtomicString(text)
    return element


def ruby(base: str, over: str) -> etree.Element:
    """Give ``<ruby>``: a syllable over each character when *over* has as many, else over all.

    Browsers that don't know ruby show the syllables in the full-width brackets of ``<rp>``.
    """
    syllables = over.split()
    parts = list(base) if len(base) == len(syllables) else [base]
    tops = syllables if len(base) == len(syllables) else [" ".join(syllables)]
    element = etree.Element("ruby")
    element.text = AtomicString(parts[0])
    for following, top in zip([*parts[1:], ""], tops, strict=True):
        for tag, text in (("rp", "（"), ("rt", top), ("rp", "）")):
            etree.SubElement(element, tag).text = AtomicString(text)
        element[-1].tail = AtomicString(following) if following else None
    return element
