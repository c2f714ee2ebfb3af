"""The blocks of a text: paragraphs, headings, lists, quotations, tables and rules, found by the
tests of Python-Markdown in its order; :exc:`Unsure` for what is not simple.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from markdown import Markdown
from markdown.blockprocessors import (
    BlockQuoteProcessor,
    HashHeaderProcessor,
    HRProcessor,
    SetextHeaderProcessor,
)
from markdown.postprocessors import RawHtmlPostprocessor
from markdown.util import BLOCK_LEVEL_ELEMENTS

from plugins.campaign.addresses import slug_of
from plugins.galleries.blocks import STRIP
from plugins.typography.blocks import SOURCE, list_start
from plugins.typography.headings import Heading
from publishing.engine import chinese as setting
from publishing.engine.dialect import Dialect
from publishing.engine.inline import (
    LINK,
    SOLID,
    TEXT,
    Inline,
    Unsure,
    attribute,
    cleaned,
    is_marked,
    is_picture,
    joined,
    plain_picture,
)
from publishing.engine.nodes import Item, Items, Node, Quote, Title, Writing
from publishing.engine.tables import Table, table_of

INDENT = "    "
OPENING = re.compile(r"[\s#>\-=*_+\[|!\d\ue000-\uefff]")
"""With what a line begins that may be more than the start of a paragraph."""
SPECIAL = re.compile(r"(?:^|\n)(?:#|=| {0,3}(?:[>*+\-_]|\d+\.))")
"""Where a block may be no paragraph; a table is found otherwise."""
NUMBERED = re.compile(r"[ ]{0,3}\d+\.[ ]+(.*)")
BULLETED = re.compile(r"[ ]{0,3}[*+-][ ]+(.*)")
EITHER = re.compile(r"[ ]{0,3}(?:\d+\.|[*+-])[ ]+(.*)")
INDENTED = re.compile(r"[ ]{4,7}(?:\d+\.|[*+-])[ ]+.*")
SOURCE_LINE = re.compile(r"^[^\S\n]*(?:——|--\s)", re.M)
"""Where a quotation may name its source."""
FENCED = re.compile("[\ue000-\uefff]")
TITLE = re.compile(r"(#{1,6})([^#\\\n]*)#*")
"""A heading that is a block of its own."""
NO_TEXT = re.compile(r"[\\`*_\[{&<>\n]")
NO_SET_TEXT = re.compile(r"[\\`*_\[{&<>\n\"']")
"""What a line that is its own HTML has nothing of."""
BESIDE_LINKS = re.compile(r"[\\`*_{&<>\n]|!\[|\[\]\(")
BESIDE_LINKS_SET = re.compile(r"[\\`*_{&<>\n\"']|--|\.{3}|!\[|\[\]\(")
"""What a line has nothing of in which links alone are not their own HTML."""
DEEPEST = 4
"""Quotations within each other."""


class Source(NamedTuple):
    """The last line of a quotation: the line itself, the name in it, and whether it is a paragraph
    of its own.
    """

    line: str
    text: str
    is_whole: bool


class Blocks:
    """Reads the blocks of one text."""

    def __init__(
        self, dialect: Dialect, markdown: Callable[[], Markdown], fences: list[str]
    ) -> None:
        self.dialect = dialect
        self.inline = Inline(dialect, self._picture)
        self.markdown = markdown
        self.fences = fences
        self.raw = list(fences)
        """HTML that comes from elsewhere; no heading may have an id that it has."""
        self.titles: list[tuple[int, str]] = []
        self.tables = 0
        self.depth = 0
        self.is_text = is_text if dialect.chinese is None else is_set_text
        self.beside_links = BESIDE_LINKS if dialect.chinese is None else BESIDE_LINKS_SET

    def html_of(self, body: str) -> tuple[str, tuple[Heading, ...]]:
        """Give the HTML of *body* and its headings; raises Unsure."""
        nodes: list[Node] = []
        self.read(nodes, body.split("\n\n"))
        headings: tuple[Heading, ...] = ()
        if self.dialect.chinese:
            headings = setting.headings_of(self.titles, self.dialect.chinese, self.raw)
        writing = Writing(headings=headings, has_pull_quotes=self.dialect.chinese is not None)
        return writing.written(nodes), headings

    def read(self, nodes: list[Node], blocks: Iterable[str]) -> None:
        """Add what *blocks* hold to *nodes*."""
        waiting = [*blocks]
        waiting.reverse()
        is_text = self.is_text
        while waiting:
            block = waiting.pop().lstrip("\n")
            if not block:
                continue
            if OPENING.match(block) or "\n" in block:
                self._read_one(nodes, block, waiting)
            elif is_text(block):
                nodes.append(f"<p>{block}</p>")
            else:
                nodes.append(self._paragraph(block, block))

    def _read_one(self, nodes: list[Node], block: str, waiting: list[str]) -> None:
        """Read the first part of *block*; what is left of it goes back to those *waiting*."""
        if title := TITLE.fullmatch(block):
            nodes.append(self._title(len(title[1]), title[2].strip()))
            return
        if block.startswith(INDENT):
            raise Unsure
        if table := self._table(block):
            nodes.append(table)
        elif (album := self._album(block)) is not None:
            nodes.append(album)
        elif FENCED.fullmatch(block):
            nodes.append(self.fences[ord(block) - 0xE000])
        elif not SPECIAL.search(block):
            self._add_paragraph(nodes, block)
        else:
            self._read_special(nodes, block, waiting)

    def _read_special(self, nodes: list[Node], block: str, waiting: list[str]) -> None:
        """Read a block that may be no paragraph, with the tests of Python-Markdown in its order."""
        if title := HashHeaderProcessor.RE.search(block):
            self._read_before(nodes, block[: title.start()])
            nodes.append(self._title(len(title["level"]), title["header"].strip()))
            waiting.append(block[title.end() :])
        elif SetextHeaderProcessor.RE.match(block):
            first, second, *others = block.split("\n")
            nodes.append(self._title(1 if second.startswith("=") else 2, first.strip()))
            waiting.append("\n".join(others))
        elif rule := HRProcessor.SEARCH_RE.search(block):
            self._read_before(nodes, block[: rule.start()].rstrip("\n"))
            nodes.append(f"<hr{self.dialect.end}")
            waiting.append(block[rule.end() :].lstrip("\n"))
        elif self.dialect.chinese and (start := list_start(block)):
            lines = block.split("\n")
            waiting += ["\n".join(lines[start:]), "\n".join(lines[:start])]
        else:
            self._read_listed_or_quoted(nodes, block)

    def _read_listed_or_quoted(self, nodes: list[Node], block: str) -> None:
        if NUMBERED.match(block):
            self._add_items(nodes, block, "ol")
        elif BULLETED.match(block):
            self._add_items(nodes, block, "ul")
        elif quote := BlockQuoteProcessor.RE.search(block):
            self._read_before(nodes, block[: quote.start()])
            self._add_quote(nodes, block[quote.start() :].lstrip("\n"))
        else:
            self._add_paragraph(nodes, block)

    def _read_before(self, nodes: list[Node], before: str) -> None:
        if before:
            self.read(nodes, [before])

    # paragraphs

    def _add_paragraph(self, nodes: list[Node], block: str) -> None:
        text = block.lstrip()
        if text:
            nodes.append(self._paragraph(block, text))

    def _paragraph(self, block: str, text: str) -> str:
        chinese = self.dialect.chinese
        try:
            if chinese and text.startswith("!") and (found := LINK.fullmatch(text)):
                return setting.picture(chinese, found, self.dialect.end, self.raw, alone=True)
            return f"<p>{self._line(text)}</p>"
        except Unsure:
            return self._by_markdown(block)

    def _line(self, text: str) -> str:
        """Give the HTML of what stands within a line."""
        if self.is_text(text):
            return text
        if "[" in text and not self.beside_links.search(text):
            return linked(text)
        parts = self.inline.parts(text)
        if self.dialect.chinese:
            if "![" in text and is_picture(parts):
                raise Unsure
            parts = setting.set_parts(parts)
        return joined(parts)

    def _picture(self, found: re.Match[str]) -> str:
        chinese = self.dialect.chinese
        if not chinese:
            return plain_picture(found, self.dialect.end)
        return setting.picture(chinese, found, self.dialect.end, self.raw)

    def _line_by_markdown(self, text: str) -> str:
        """Give the HTML of a line that is not simple."""
        html = self._by_markdown(text) if self._is_prose(text) else ""
        if not html.startswith("<p>") or html.find("</p>") != len(html) - 4:
            raise Unsure
        return html[3:-4]

    def _by_markdown(self, block: str) -> str:
        """Let Python-Markdown convert a block that has nothing to do with others."""
        if block.endswith("\n") or "*" in block or "_" in block:
            # Python-Markdown keeps a last line end, but within a quotation only; and emphasis that
            # is not simple may show the numbers that it gives to elements of the whole text
            raise Unsure
        markdown = self.markdown()
        html = markdown.convert(block)
        if markdown.delimiters is None or markdown.delimiters.regions or markdown.references:
            raise Unsure
        self.raw += map(str, markdown.htmlStash.rawHtmlBlocks)
        return html

    def _is_prose(self, block: str) -> bool:
        """Tell whether *block* is nothing but a paragraph."""
        if block and not OPENING.match(block) and "\n" not in block:
            return True
        if block.startswith((INDENT, "\n")) or FENCED.search(block) or not block.strip():
            return False
        if self._table_at(block) or (self.dialect.album and STRIP.fullmatch(block)):
            return False
        return not SPECIAL.search(block) or not (
            HashHeaderProcessor.RE.search(block)
            or SetextHeaderProcessor.RE.match(block)
            or HRProcessor.SEARCH_RE.search(block)
            or (self.dialect.chinese and list_start(block))
            or EITHER.match(block)
            or BlockQuoteProcessor.RE.search(block)
        )

    # headings, tables, albums

    def _title(self, level: int, text: str) -> Title:
        chinese = self.dialect.chinese
        try:
            parts = self.inline.parts(text)
        except Unsure:
            if chinese:
                raise
            return Title(level, self._line_by_markdown(text), None)
        if not chinese:
            return Title(level, joined(parts), None)
        if any(part[0] == SOLID and not part[2] for part in parts):
            raise Unsure
        parts = setting.set_parts(parts)
        if level not in setting.SIZES:
            return Title(level, joined(parts), None)
        self.titles.append((level, setting.words_of(parts)))
        return Title(level, joined(parts), len(self.titles) - 1)

    def _table_at(self, block: str) -> Table | None:
        if not self.dialect.has_tables or "|" not in block or "\n" not in block:
            return None
        return table_of(block)

    def _table(self, block: str) -> str:
        table = self._table_at(block)
        if table is None:
            return ""
        self.tables += 1
        chinese = self.dialect.chinese
        html = table.written(self._cell, with_classes=chinese is not None)
        if not chinese:
            return html
        label = chinese.table_label.replace("{number}", str(self.tables))
        opening = f'<div aria-label="{attribute(label)}" class="table" role="region" tabindex="0">'
        return f"{opening}\n{html}\n</div>"

    def _cell(self, text: str) -> str:
        try:
            parts = self.inline.parts(text)
            return joined(setting.set_parts(parts) if self.dialect.chinese else parts)
        except Unsure:
            return self._line_by_markdown(text)

    def _album(self, block: str) -> str | None:
        """Give the album that *block* names, None if it names none."""
        show = self.dialect.album
        found = STRIP.fullmatch(block) if show and "[[" in block else None
        if not show or not found:
            return None
        html = str(show(slug_of(found["name"])))
        self.raw.append(html)
        return html if _is_block(html) else f"<p>{html}</p>"

    # lists

    def _add_items(self, nodes: list[Node], block: str, tag: str) -> None:
        before = nodes[-1] if nodes else None
        items = self._items(block, tag)
        if isinstance(before, Items) and (before.tag == tag or not self.dialect.chinese):
            before.items[-1].is_loose = items[0].is_loose = True
            before.items += items
        else:
            start = block.lstrip(" ").partition(".")[0] if tag == "ol" else ""
            is_told = self.dialect.chinese is not None and start != "1"
            nodes.append(Items(tag, start if is_told else "", items))

    def _items(self, block: str, tag: str) -> list[Item]:
        """Give the items of a list that is one block, at most one list below each."""
        items: list[Item] = []
        for text, below in _cut(block, tag, is_sane=self.dialect.chinese is not None):
            if not self._is_prose(text):
                raise Unsure
            items.append(Item(self._item(text.lstrip(), strictly=bool(below))))
            if below:
                items[-1].below = self._below(below)
        return items

    def _item(self, text: str, *, strictly: bool) -> str:
        if not strictly:
            try:
                return self._line(text)
            except Unsure:
                return self._line_by_markdown(text)
        parts = self.inline.parts(text, strictly=True)
        if self.dialect.chinese and is_picture(parts):
            raise Unsure
        return joined(setting.set_parts(parts) if self.dialect.chinese else parts)

    def _below(self, lines: list[str]) -> Items:
        """Give the list below an item; raises Unsure if it is not a flat one."""
        block = "\n".join(line[len(INDENT) :] for line in lines)
        if SetextHeaderProcessor.RE.match(block) or HRProcessor.SEARCH_RE.search(block):
            raise Unsure
        nodes: list[Node] = []
        kinds = {bool(BULLETED.match(line)) for line in block.split("\n")}
        if len(kinds) > 1:
            raise Unsure
        self._add_items(nodes, block, "ul" if kinds.pop() else "ol")
        found = nodes[0]
        if not isinstance(found, Items) or any(item.below for item in found.items):
            raise Unsure
        return found

    # quotations

    def _add_quote(self, nodes: list[Node], block: str) -> None:
        if self.depth == DEEPEST:
            raise Unsure
        before = nodes[-1] if nodes else None
        quote = before if isinstance(before, Quote) and not self.dialect.chinese else Quote()
        if quote is not before:
            nodes.append(quote)
        blocks = "\n".join(map(_unquoted, block.split("\n"))).split("\n\n")
        source = self._take_source(blocks) if self.dialect.chinese else None
        self.depth += 1
        self.read(quote.children, blocks)
        if source and source.is_whole and not quote.children:
            self.read(quote.children, [source.line])
        elif source:
            quote.source = self._line(f"——{source.text}")
        self.depth -= 1

    def _take_source(self, blocks: list[str]) -> Source | None:
        """Take the line that names the source of a quotation out of its last block, if it does."""
        last = max((n for n, block in enumerate(blocks) if block.strip()), default=0)
        text = blocks[last].lstrip()
        start = text.rstrip().rfind("\n") + 1
        opening = SOURCE.match(text, start)
        if not opening:
            if is_marked(text) and SOURCE_LINE.search(text):
                raise Unsure  # what looks like more lines may be one element of the last line
            return None
        line = text[start:]
        if is_marked(line) or "&" in line or not self._is_prose(blocks[last]):
            raise Unsure
        if start and not self._ends_in_text(text):
            raise Unsure
        blocks[last] = text[:start].rstrip()
        return Source(line, line[opening.end() - start :], is_whole=not start)

    def _ends_in_text(self, text: str) -> bool:
        """Tell whether the last line of *text* begins in none of its elements."""
        kind, last, _ = self.inline.parts(text)[-1]
        return kind == TEXT and "\n" in last.rstrip() and "  \n" not in text and text[-1] != "\n"


def is_text(line: str) -> bool:
    """Tell whether *line* is its own HTML."""
    return not NO_TEXT.search(line)


def linked(line: str) -> str:
    """Give the HTML of a *line* that has links alone; raises Unsure."""
    html = LINK.sub(_link, line)
    if "](" in html:
        raise Unsure
    return html


def _link(found: re.Match[str]) -> str:
    _, words, address, title = found.groups()
    told = "" if title is None else f' title="{cleaned(title)}"'
    return f'<a href="{address}"{told}>{words}</a>'


def is_set_text(line: str) -> bool:
    """Tell whether *line* is its own HTML, also where Chinese is set."""
    return not (NO_SET_TEXT.search(line) or "--" in line or "..." in line)


def _unquoted(line: str) -> str:
    """Take the sign of a quotation from a *line*."""
    if line.strip() == ">":
        return ""
    found = BlockQuoteProcessor.RE.match(line)
    return found[2] if found else line


def _is_block(html: str) -> bool:
    """Tell whether *html* is set without a paragraph around it."""
    tag = RawHtmlPostprocessor.BLOCK_LEVEL_REGEX.match(html)
    if not tag:
        return False
    return tag[1][0] in "!?@%" or tag[1].lower().rstrip("/") in BLOCK_LEVEL_ELEMENTS


def _cut(block: str, tag: str, *, is_sane: bool) -> list[tuple[str, list[str]]]:
    """Cut a list into its items, each with the lines of the list below it; raises Unsure when an
    item goes on below that list.
    """
    own = (NUMBERED if tag == "ol" else BULLETED) if is_sane else EITHER
    items: list[tuple[str, list[str]]] = []
    for line in block.split("\n"):
        if found := own.match(line):
            items.append((found[1], []))
        elif INDENTED.match(line):
            items[-1][1].append(line)
        elif items[-1][1]:
            raise Unsure
        else:
            items[-1] = (f"{items[-1][0]}\n{line}", [])
    return items
