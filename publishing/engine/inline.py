"""What stands within a line: code, links, pictures, line ends and emphasis, as Python-Markdown
makes them of text that is simple enough to be sure; :exc:`Unsure` for all other.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from markdown.serializers import RE_AMP
from markdown.util import code_escape

from publishing.engine.dialect import Dialect

FIRST, LAST = 0xF000, 0xF8FF
"""The private characters that stand for what is already made; a text that has any of them itself
does not take the shortcut."""
MARKS = re.compile(r"[\\`*_\[{]")
"""What may be more than text, beside two spaces at the end of a line."""
TO_ESCAPE = re.compile('[&<>"]')
TICKS = re.compile("`+")
CODE = re.compile("`([^`]+)`")
LINK = re.compile(
    r"(?P<image>!?)\[(?P<words>[^\[\]]*)\]"
    r"\((?P<address>[^\s()<>\"'\\\ue000-\uf8ff]*)"
    r"(?: +\"(?P<title>[^\"'()\[\]\\\n\ue000-\uf8ff]*)\")?\)"
)
RUN = re.compile(r"\*+|_+")
TOKEN = re.compile("([\uf000-\uf8ff])")
LONGEST_RUN = 2
"""Runs of more asterisks than this open two elements at once."""


class Unsure(Exception):
    """The shortcut cannot give these bytes for sure."""


TEXT, TAG, SOLID, BREAK = range(4)
"""What a part of a line is: text; the beginning or end of an element; a whole element, which counts
as one character within the text around it; a line end that shows."""

Part = tuple[int, str, str]
"""A part of a line: what it is, its plain text or its HTML, and what a heading tells of it if it is
no text. Plain tuples, as there are many and this is the place where time goes."""


def escape(text: str) -> str:
    """Write *text* as Python-Markdown's serializer does, entities kept."""
    if "&" in text:
        text = RE_AMP.sub("&amp;", text)
    if "<" in text:
        text = text.replace("<", "&lt;")
    return text.replace(">", "&gt;") if ">" in text else text


def attribute(text: str) -> str:
    """Write *text* as the value of an attribute."""
    if not TO_ESCAPE.search(text):
        return text
    return escape(text).replace('"', "&quot;")


def is_marked(text: str) -> bool:
    """Tell whether anything in *text* may be more than text."""
    return MARKS.search(text) is not None or "  \n" in text


def joined(parts: list[Part]) -> str:
    """Give the HTML of the *parts* of a line."""
    if len(parts) == 1 and parts[0][0] == TEXT:
        return escape(parts[0][1])
    pieces: list[str] = []
    is_after_break = False
    for part in parts:
        if part[0] != TEXT:
            pieces.append(part[1])
        elif not is_after_break or part[1].strip():
            pieces.append(escape(part[1]))
        is_after_break = part[0] == BREAK
    return "".join(pieces)


def is_picture(parts: list[Part]) -> bool:
    """Tell whether there is one element and no words, so that it may become a figure."""
    solid = sum(part[0] != TEXT for part in parts)
    return solid == 1 and not any(part[1].strip() for part in parts if part[0] == TEXT)


def plain_picture(found: re.Match[str], end: str) -> str:
    """Give the HTML of the picture of a match of :data:`LINK`."""
    title = found["title"]
    told = "" if title is None else f' title="{attribute(cleaned(title))}"'
    return f'<img alt="{attribute(found["words"])}" src="{attribute(found["address"])}"{told}{end}'


class Inline:
    """Parts the lines of a text; *picture* gives the HTML of a match of :data:`LINK`."""

    def __init__(self, dialect: Dialect, picture: Callable[[re.Match[str]], str]) -> None:
        self.picture = picture
        self.end = dialect.end
        self.has_marks = dialect.chinese is not None

    def parts(self, text: str, *, strictly: bool = False) -> list[Part]:
        """Part *text*; raises Unsure.

        What stands within other elements is read twice by Python-Markdown, so *strictly* it must
        be left without any mark.
        """
        if not is_marked(text):
            return [(TEXT, text, "")]
        if "\\" in text or (self.has_marks and "{" in text):
            raise Unsure
        made: list[tuple[Part, ...]] = []
        found = self._emphasis(self._breaks(self._links(self._code(text, made), made), made), made)
        if strictly and any(part[0] == TEXT and is_marked(part[1]) for part in found):
            raise Unsure
        return found

    def _code(self, text: str, made: list[tuple[Part, ...]]) -> str:
        if "`" not in text:
            return text
        runs = TICKS.findall(text)
        if len(runs) % 2 or any(len(run) > 1 for run in runs):
            raise Unsure
        return CODE.sub(lambda found: _keep(made, _code(found[1])), text)

    def _links(self, text: str, made: list[tuple[Part, ...]]) -> str:
        if "[" not in text:
            return text
        text = LINK.sub(lambda found: self._link(found, made), text)
        if "](" in text:
            raise Unsure
        return text

    def _link(self, found: re.Match[str], made: list[tuple[Part, ...]]) -> str:
        if found["image"]:
            if TOKEN.search(found["words"]):
                raise Unsure
            return _keep(made, (SOLID, self.picture(found), ""))
        if not found["words"]:
            raise Unsure
        _, words, address, title = found.groups()
        told = "" if title is None else f' title="{attribute(cleaned(title))}"'
        opening = (TAG, f'<a href="{attribute(address)}"{told}>', "")
        within = self._within_link(words, made)
        return _keep(made, opening, *within, (TAG, "</a>", ""))

    def _within_link(self, words: str, made: list[tuple[Part, ...]]) -> list[Part]:
        """Part the *words* of a link, in which code may be made already."""
        if not is_marked(words):
            return _put(words, made)
        found = self._emphasis(self._breaks(words, made), made)
        if any(part[0] == TEXT and is_marked(part[1]) for part in found):
            raise Unsure
        return found

    def _breaks(self, text: str, made: list[tuple[Part, ...]]) -> str:
        if "  \n" not in text:
            return text
        return text.replace("  \n", _keep(made, (BREAK, f"<br{self.end}\n", "")))

    def _emphasis(self, text: str, made: list[tuple[Part, ...]]) -> list[Part]:
        pairs = _pairs(text) if "*" in text or "_" in text else []
        parts: list[Part] = []
        place = 0
        for start, end, size in pairs:
            tag = "strong" if size == LONGEST_RUN else "em"
            parts += _put(text[place:start], made)
            parts.append((TAG, f"<{tag}>", ""))
            parts += _emphasised(_put(text[start + size : end - size], made))
            parts.append((TAG, f"</{tag}>", ""))
            place = end
        return parts + _put(text[place:], made)


def _keep(made: list[tuple[Part, ...]], *parts: Part) -> str:
    """Keep *parts* and give the character that stands for them."""
    made.append(parts)
    if FIRST + len(made) > LAST:
        raise Unsure
    return chr(FIRST + len(made) - 1)


def _put(text: str, made: list[tuple[Part, ...]]) -> list[Part]:
    """Put what is made in the place of its characters."""
    if not text or not made:
        return [(TEXT, text, "")] if text else []
    parts: list[Part] = []
    for number, piece in enumerate(TOKEN.split(text)):
        if number % 2:
            parts += made[ord(piece) - FIRST]
        elif piece:
            parts.append((TEXT, piece, ""))
    return parts


def _emphasised(parts: list[Part]) -> list[Part]:
    """Give the *parts* within emphasis, if reading them twice changes nothing."""
    is_plain = len(parts) == 1
    if not is_plain and any(part[0] == TEXT and is_marked(part[1]) for part in parts):
        raise Unsure
    return parts


def _code(text: str) -> Part:
    words = code_escape(text.strip())
    return (SOLID, f"<code>{words}</code>", words)


def cleaned(title: str) -> str:
    """Give a *title* as it becomes an attribute: in one line."""
    return re.sub(r"\s", " ", title.strip())


def _pairs(text: str) -> list[tuple[int, int, int]]:
    """Find emphasis: where each begins and ends, and how many signs it has at each side.

    Only what is not nested is sure. A run that opens nothing and closes nothing stays as it is.
    """
    pairs: list[tuple[int, int, int]] = []
    opened: re.Match[str] | None = None
    for run in RUN.finditer(text):
        opens, closes = _sides(text, run)
        if opened is None:
            opened = run if opens else None
        elif closes and run[0] == opened[0] and len(run[0]) <= LONGEST_RUN:
            pairs.append((opened.start(), run.end(), len(run[0])))
            opened = None
        elif opens or (closes and run[0][0] == opened[0][0]):
            raise Unsure
    return pairs


def _sides(text: str, run: re.Match[str]) -> tuple[bool, bool]:
    """Tell whether a *run* of signs may open emphasis, and whether it may close it."""
    before = text[run.start() - 1] if run.start() else ""
    after = text[run.end()] if run.end() < len(text) else ""
    opens = bool(after) and not after.isspace()
    closes = bool(before) and not before.isspace()
    if run[0][0] == "_":
        opens = opens and not before.isalnum()
        closes = closes and not after.isalnum()
    return opens, closes
