"""Sets the punctuation of a text that Markdown has taken apart; code, attributes and addresses
stay untouched.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections.abc import Iterator
from dataclasses import dataclass

from markdown import Markdown
from markdown.util import ETX, HTML_PLACEHOLDER_RE, STX, AtomicString

from plugins.typography.punctuation import Edit, apply, prose_edits

CODE = frozenset({"code", "kbd", "pre", "samp", "script", "style", "textarea", "tt", "var"})
UNSEEN = frozenset({"rp", "rt"})
PLACEHOLDER = re.compile(f"({STX}[^{ETX}]*{ETX})")
RAW_TAG = re.compile(r"<(?P<end>/?)(?P<tag>[a-zA-Z]+)")
TO_SET = re.compile("[\"'\n]|--|\\.{3}")
"""What punctuation may have to be set anew for."""
HIDDEN = "\ufffc"
"""Stands for a character that must neither change nor count."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A text of the tree: that of an element, or what follows it (``tail``)."""

    owner: etree.Element
    attribute: str
    text: str

    @property
    def is_fixed(self) -> bool:
        """Whether it must stay as it is."""
        return isinstance(self.text, AtomicString)


def set_prose(root: etree.Element, md: Markdown) -> None:
    """Set the punctuation of all running text below *root*."""
    run: list[Piece] = []
    for piece in [*_pieces(root, md), None]:
        if piece is not None:
            run.append(piece)
        elif run:
            _set_run(run, md)
            run = []


def _pieces(element: etree.Element, md: Markdown) -> Iterator[Piece | None]:
    """Give the texts below *element* in order, None where a block begins or ends."""
    text = element.text or ""
    if element.tag in UNSEEN:
        return
    if element.tag in CODE or not (text or len(element)):
        yield Piece(element, "text", AtomicString(HIDDEN))
        return
    yield Piece(element, "text", text)
    for child in element:
        is_block = md.is_block_level(child.tag)
        if is_block:
            yield None
        yield from _pieces(child, md)
        if is_block:
            yield None
        yield Piece(child, "tail", child.tail or "")


def _set_run(run: list[Piece], md: Markdown) -> None:
    """Set the pieces of one paragraph, of which each is judged by what stands around it."""
    if not any(TO_SET.search(piece.text) for piece in run):
        return
    line = _hide_raw("".join(map(_visible, run)), md)
    edits = prose_edits(line)
    start = 0
    for piece in run:
        end = start + len(piece.text)
        own = [
            Edit(edit.start - start, edit.end - start, edit.text)
            for edit in edits
            if start <= edit.start and edit.end <= end
        ]
        if own and not piece.is_fixed:
            setattr(piece.owner, piece.attribute, apply(piece.text, own))
        start = end


def _visible(piece: Piece) -> str:
    return re.sub(r"[^\w]", HIDDEN, piece.text) if piece.is_fixed else piece.text


def _hide_raw(line: str, md: Markdown) -> str:
    """Hide Markdown's placeholders and what stands between the tags of raw code."""
    shown, code = [], ""
    for part in PLACEHOLDER.split(line):
        is_placeholder = part.startswith(STX)
        if is_placeholder:
            tag = RAW_TAG.match(raw_html(part, md))
            if tag and not code and tag["tag"].lower() in CODE and not tag["end"]:
                code = tag["tag"].lower()
            elif tag and tag["end"] and tag["tag"].lower() == code:
                code = ""
        shown.append(HIDDEN * len(part) if code or is_placeholder else part)
    return "".join(shown)


def raw_html(placeholder: str, md: Markdown) -> str:
    """Give the raw HTML that *placeholder* stands for, empty if for something else."""
    found = HTML_PLACEHOLDER_RE.fullmatch(placeholder)
    blocks = md.htmlStash.rawHtmlBlocks
    return str(blocks[int(found[1])]) if found and int(found[1]) < len(blocks) else ""
