"""Covers whatever of a text is no editor's prose, so that rules look at words alone.

Where it cannot be told for sure what Markdown will make of a paragraph, as a bracket or a grave
accent is left over, all of it is kept from ``--fix``.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable, Sequence

from plugins.editing.rules.lines import read_lines
from plugins.editing.rules.rule import SHUT, Prose
from plugins.typography.punctuation import quote_edits

Zones = Sequence[tuple[int, int]]

NOT_END = re.compile(r"[^\n]")
FENCED = re.compile(r"^(?P<fence>~{3,}|`{3,})[^\n]*\n.*?(?<=\n)(?P=fence)[ ]*$", re.M | re.S)
"""As Python-Markdown's extension fenced_code finds it."""
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.S)
INLINE = re.compile(
    r"""\\[\\`*_{}\[\]()>#+.!"'-]"""
    r"|`(?<!``)(?P<more>`*)(?!`)[^\n]*?(?<!`)`(?P=more)(?!`)"
    r"|!?\[(?P<words>[^\[\]\n\\`<]*)\]"
    r"""\((?:<[^<>()\n"'\\`]*>|[^\s()<>"'\\`]*)"""
    r"""(?:[ ]+(?:"(?P<title>[^"()\n\\`<>]*)"|'[^'()\n\\`<>]*'))?\)"""
    r"|!?\[[^\[\]\n\\`<]*\][ ]?(?:\[[^\[\]\n\\`<]*\])?(?!\()"
    r"|\[\[[^\[\]\n\\`<]*\]\]|【【[^【】\n]*】】"
    r"|\{[^{}|\n]+\|[^{}|\n]+\}"
    r"|<(?i:https?|ftp)://[^<>\n]*>|<[^<>\s@]+@[^<>\s@]+>"
    r"|&(?:[a-zA-Z]+|#[0-9a-fA-FxX]+);"
    r"|\*+"
)
"""Markdown's marks within a line, in their simple forms; what is not simple leaves a sign over."""
ADDRESS = re.compile(r"(?:https?://|www\.)[!-~]*[A-Za-z0-9/]|[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+", re.I)
TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*)|<[!?]")
RAW = re.compile(r"^ {0,3}<[A-Za-z/!?]", re.M)
EMPTY = frozenset({"br", "hr", "img", "wbr", "input", "source"})
LEFT_OVER = re.compile(r"[`\[\]]|<(?=[A-Za-z/!?])")
"""What is not there any more when every mark of a paragraph has been understood."""
QUOTED = re.compile(r"“[^“”]*”|‘[^‘’]*’|「[^「」]*」|『[^『』]*』|《[^《》]*》|〈[^〈〉]*〉")
LONE_QUOTE = re.compile(r"[“”「」『』《》‘]|(?<![A-Za-z])’")
"""What is left of a quotation whose other end is missing; ’ behind a letter is an apostrophe."""


def body_prose(text: str) -> Prose:
    """Take the *text* below a head apart."""
    plain = text.replace("\r", " ").replace(SHUT, " ")
    lines = read_lines(_covered(_covered(plain, FENCED, "`~"), COMMENT, "<"))
    shown, linked = _inline(_shut(lines.text, lines.covers))
    shown = _without_left_over(_without_html(shown, lines.chunks), LEFT_OVER, lines.chunks)
    if "://" in shown or "@" in shown or "www." in shown.lower():
        shown = ADDRESS.sub(_blank, shown)
    opened = _shut(_both(linked, shown), lines.quotes)
    opened = _without_quotations(_without_left_over(opened, LEFT_OVER, lines.chunks), lines.blocks)
    return Prose(
        text=text,
        shown=shown,
        open=_without_lone_quotes(opened, lines.chunks),
        blocks=tuple(lines.blocks),
        headings=tuple(lines.headings),
    )


def head_prose(value: str, key: str) -> Prose:
    """Take the *value* of a head's *key* apart, which is one line."""
    prose = body_prose("\u200b" + value)  # nothing at its beginning is a mark of Markdown
    shown, opened = prose.shown[1:], prose.open[1:]
    return Prose(value, shown, opened, ((0, len(value)),), (), key)


def _blank(found: re.Match[str]) -> str:
    return NOT_END.sub(SHUT, found[0])


def _covered(text: str, pattern: re.Pattern[str], signs: str) -> str:
    """Cover what *pattern* finds in *text*, which has one of *signs* in it."""
    return pattern.sub(_blank, text) if any(sign in text for sign in signs) else text


def _inline(text: str) -> tuple[str, str]:
    """Cover the marks within lines; gives the text with the words of links and pictures, and that
    without them.
    """
    shown, linked, end = [], [], 0
    for found in INLINE.finditer(text):
        start, covered = found.start(), SHUT * len(found[0])
        linked += [text[end:start], covered]
        shown += [text[end:start], _with_words(found) if found["words"] else covered]
        end = found.end()
    return "".join([*shown, text[end:]]), "".join([*linked, text[end:]])


def _with_words(found: re.Match[str]) -> str:
    """Cover of a link or picture everything but its words and its title."""
    spans = [found.span(name) for name in ("words", "title") if found[name]]
    covered, place = [], found.start()
    for start, end in spans:
        covered += [SHUT * (start - place), found.string[start:end]]
        place = end
    return "".join([*covered, SHUT * (found.end() - place)])


def _without_html(text: str, chunks: Zones) -> str:
    """Cover elements, from the first tag of a paragraph to its last; if a tag begins a line, from
    there to the last of all, or to the end when one of them is not closed.
    """
    tags = list(TAG.finditer(text)) if "<" in text else []
    if not tags:
        return text
    zones = []
    if raw := RAW.search(text):
        zones.append((raw.start(), _end_of_tag(tags[-1], len(text), is_closed=_is_even(tags))))
    for start, end in chunks:
        own = [tag for tag in tags if start <= tag.start() < end]
        if own:
            zones.append((own[0].start(), _end_of_tag(own[-1], end, is_closed=_is_even(own))))
    return _shut(text, zones)


def _is_even(tags: list[re.Match[str]]) -> bool:
    """Tell whether each tag has its other one."""
    names = [(tag["name"] or "!").lower() for tag in tags]
    opened = sum(1 for tag, name in zip(tags, names, strict=True) if not tag["end"])
    single = sum(1 for tag, name in zip(tags, names, strict=True) if name in EMPTY)
    return 2 * (opened - single) == len(tags) - single


def _end_of_tag(tag: re.Match[str], end: int, *, is_closed: bool) -> int:
    closing = tag.string.find(">", tag.end(), end)
    return closing + 1 if is_closed and closing >= 0 else end


def _shut(text: str, zones: Iterable[tuple[int, int]]) -> str:
    """Cover *zones* of *text*."""
    pieces, place = [], 0
    for start, end in sorted(zones):
        if end > place:
            start = max(start, place)
            pieces += [text[place:start], NOT_END.sub(SHUT, text[start:end])]
            place = end
    return "".join([*pieces, text[place:]]) if pieces else text


def _both(one: str, other: str) -> str:
    """Cover what is covered in either text."""
    if SHUT not in other:
        return one
    pieces, end = [], 0
    for found in re.finditer(f"{SHUT}+", other):
        pieces += [one[end : found.start()], found[0]]
        end = found.end()
    return "".join([*pieces, one[end:]])


def _without_quotations(text: str, blocks: Zones) -> str:
    """Cover quotations and titles; of what stands between straight quotes, all but these; of a
    paragraph that has one of them alone, everything.
    """
    text = _covered(text, QUOTED, "“‘「『《〈")
    if '"' not in text and "'" not in text:
        return text
    zones = []
    for start, end in blocks:
        places = [start + edit.start for edit in quote_edits(text[start:end])]
        zones += [(first + 1, last) for first, last in zip(places[::2], places[1::2], strict=True)]
        if _has_lone_quote(text[start:end]):
            zones.append((start, end))
    return _shut(text, zones)


def _has_lone_quote(text: str) -> bool:
    """Tell whether a straight quote is left when they are paired as ``quote_edits`` does."""
    is_open = False
    for found in re.finditer('"', text):
        is_open = not is_open and not text[found.start() - 1 : found.start()].isdigit()
    return is_open


def _without_left_over(text: str, signs: re.Pattern[str], chunks: Zones) -> str:
    """Cover each paragraph in which one of *signs* is left."""
    found = [match.start() for match in signs.finditer(text)]
    return _shut(text, _around(found, chunks)) if found else text


def _without_lone_quotes(text: str, chunks: Zones) -> str:
    """Cover each paragraph in which one end of a quotation is left, but for that end itself."""
    found = [match.start() for match in LONE_QUOTE.finditer(text)]
    if not found:
        return text
    covered = list(_shut(text, _around(found, chunks)))
    for place in found:
        covered[place] = text[place]
    return "".join(covered)


def _around(places: list[int], chunks: Zones) -> list[tuple[int, int]]:
    """Give those of *chunks* in which one of *places*, which are in order, is."""
    return [
        (start, end) for start, end in chunks if bisect(places, start - 1) < bisect(places, end - 1)
    ]
