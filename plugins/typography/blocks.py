"""Markdown for Chinese stories: figures, quotations with their source, pull quotes, tables that
scroll, ruby, punctuation and headings with anchors.

``ChineseMarkdown`` is the extension; everything else here turns one kind of block, in the tree
that Python-Markdown has made, into what the page shows.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor, BlockQuoteProcessor
from markdown.extensions import Extension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from plugins.typography.headings import Heading, number_headings
from plugins.typography.marks import Marks
from plugins.typography.pinyin import RESERVED_IDS
from plugins.typography.prose import set_prose


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture as a page shows it."""

    html: str
    caption: str = ""
    """What the file itself tells, for a picture whose text has no caption."""


ShowPicture = Callable[[str, str], Shown | None]
"""Gives how a picture is shown, by its address as written and its words; None to leave it as it
is.
"""

ALIGNMENT = re.compile(r"text-align: (?P<side>left|center|right);")
"""The style that Python-Markdown gives to the cells of a column."""
ITEM = re.compile(r"(?P<indent> {0,3})(?:(?P<bullet>[*+-])|(?P<number>[0-9]+)\.) +\S")
"""How a line begins that is an item of a list."""
SOURCE = re.compile(r"\s*(?:——|--\s)\s*(?=\S|$)")
"""How the last line of a quotation begins when it says who wrote it."""


def leave(address: str, words: str) -> Shown | None:
    """Leave the picture at *address* as Markdown makes it."""
    return None


class ChineseMarkdown(Extension):
    """Sets stories as Chinese is set; ``headings_of`` tells the headings afterwards."""

    def __init__(self, **settings: Any) -> None:
        self.config = {
            "show": [leave, "gives how a picture is shown, by its address and its words"],
            "table_label": ["表格{number}", "what a table that scrolls is called, by its number"],
            "taken": [RESERVED_IDS, "ids that headings must not have"],
        }
        super().__init__(**settings)  # type: ignore[no-untyped-call]

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802, RUF100
        """Join Python-Markdown after its inline patterns, before it sets the tree's line ends."""
        md.registerExtension(self)
        self.md = md
        self.reset()
        md.ESCAPED_CHARS += ['"', "'"]  # a backslash keeps a quote straight
        md.parser.blockprocessors.register(SeparateQuotes(md.parser), "quote", 20)
        SaneListExtension().extendMarkdown(md)  # type: ignore[no-untyped-call]
        md.parser.blockprocessors.register(ListStart(md.parser), "chinese_list_start", 45)
        md.inlinePatterns.register(Marks(md), "chinese_marks", 75)
        md.treeprocessors.register(Setting(md, self), "chinese_setting", 15)

    def reset(self) -> None:
        """Forget the headings of the text before."""
        vars(self.md)["toc_headings"] = ()


class SeparateQuotes(BlockQuoteProcessor):
    """Makes a quotation of its own of each that an empty line parts from the one before, as
    CommonMark does; Python-Markdown would make them one.
    """

    def lastChild(self, parent: etree.Element) -> None:  # noqa: N802, RUF100
        """Give the quotation to go on with: none."""


class ListStart(BlockProcessor):
    """Starts a list right after a line of text, or of another kind of list, as CommonMark does;
    Python-Markdown wants an empty line between.
    """

    def test(self, parent: etree.Element, block: str) -> bool:
        """Tell whether a list starts within *block*."""
        return list_start(block) > 0

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        """Part the first of *blocks* where the list starts."""
        lines = blocks.pop(0).split("\n")
        start = list_start("\n".join(lines))
        self.parser.parseBlocks(parent, ["\n".join(lines[:start])])
        blocks.insert(0, "\n".join(lines[start:]))


def list_start(block: str) -> int:
    """Give the line of *block* at which a list starts that did not start with the first line, 0 if
    none does.

    A list with numbers starts there at 1 only, so that a line may begin with a year (CommonMark
    0.31.2, 5.3). What an item has below itself, indented, is left to the item.
    """
    first, *others = (ITEM.match(line) for line in block.split("\n"))
    for place, item in enumerate(others, 1):
        if item is None or (first and item["indent"]):
            continue
        if first and bool(first["bullet"]) == bool(item["bullet"]):
            continue
        if item["bullet"] or item["number"] == "1":
            return place
    return 0


def headings_of(md: Markdown) -> tuple[Heading, ...]:
    """Give the headings of the text that *md* has converted last."""
    headings: tuple[Heading, ...] = vars(md)["toc_headings"]
    return headings


class Setting(Treeprocessor):
    """Carries out all that changes the tree, in an order that matters: the source of a quotation
    is found by its line, so it comes before line ends go; ids are made of the final words.
    """

    def __init__(self, md: Markdown, extension: Extension) -> None:
        super().__init__(md)
        self.markdown = md
        self.extension = extension

    def run(self, root: etree.Element) -> None:
        """Set the whole text."""
        option = self.extension.getConfig
        set_pictures(root, option("show"), self.markdown.htmlStash.store)
        set_quotations(root)
        set_tables(root, option("table_label"))
        set_prose(root, self.markdown)
        headings = number_headings(root, self.markdown, option("taken"))
        vars(self.markdown)["toc_headings"] = headings


def set_pictures(root: etree.Element, show: ShowPicture, store: Callable[[str], str]) -> None:
    """Let *show* say how each picture is shown; one alone in its paragraph becomes a figure, its
    title the caption.

    What is shown is HTML: *store* keeps it and gives what stands for it in the tree.
    """
    shown = {image: show(image.get("src", ""), image.get("alt", "")) for image in root.iter("img")}
    for paragraph in list(root.iter("p")):
        if len(paragraph) == 1 and paragraph[0].tag == "img" and not _words_of(paragraph):
            found = shown[paragraph[0]]
            _make_figure(paragraph, found.caption if found else "")
    for image, found in shown.items():
        image.attrib.update(loading="lazy", decoding="async")
        if found:
            _refill(image, "span", {"class": "photo__frame"}, [])
            image.text = AtomicString(store(found.html))


def _words_of(paragraph: etree.Element) -> str:
    """Give the words that stand in *paragraph* itself."""
    return ((paragraph.text or "") + "".join(child.tail or "" for child in paragraph)).strip()


def _make_figure(paragraph: etree.Element, told: str) -> None:
    paragraph.tag = "figure"
    paragraph.set("class", "figure")
    image = paragraph[0]
    image.set("class", "figure__image")
    if caption := image.attrib.pop("title", "").strip() or told:
        etree.SubElement(paragraph, "figcaption", {"class": "figure__caption"}).text = caption


def set_quotations(element: etree.Element) -> None:
    """Turn each quotation below *element* that is nothing but a quotation (``>>``) into a pull
    quote, and each whose last line begins with a dash into a figure that names the source.
    """
    for child in element:
        inner = child
        if child.tag == "blockquote":
            if _holds_only_a_quote(child):
                _make_pull_quote(child)
            elif (source := _take_source(child)) is not None:
                inner = _make_quote(child, source)
        set_quotations(inner)


def _holds_only_a_quote(quote: etree.Element) -> bool:
    return len(quote) == 1 and quote[0].tag == "blockquote" and not _words_of(quote)


def _make_pull_quote(quote: etree.Element) -> None:
    inner = quote
    while _holds_only_a_quote(inner):
        inner = inner[0]
    source = _take_source(inner)
    children = list(inner)
    if source is not None:
        source.tag = "p"
        source.set("class", "pull-quote__source")
        children.append(source)
    _refill(quote, "aside", {"class": "pull-quote"}, children)


def _make_quote(quote: etree.Element, source: etree.Element) -> etree.Element:
    """Make a figure of *quote* and give the quotation in it."""
    inner = etree.Element("blockquote")
    inner.extend(list(quote))
    _refill(quote, "figure", {"class": "quote"}, [inner, source])
    return inner


def _refill(
    element: etree.Element, tag: str, attributes: dict[str, str], children: list[etree.Element]
) -> None:
    """Make another element of *element*, at its place in the tree."""
    tail = element.tail
    element.clear()
    element.tag, element.tail = tag, tail
    element.attrib.update(attributes)
    element.extend(children)


def _take_source(quote: etree.Element) -> etree.Element | None:
    """Take the line that names the source out of *quote*, as a ``figcaption``."""
    last = quote[-1] if len(quote) else None
    if last is None or last.tag != "p":
        return None
    owner, attribute, start = _last_line(last)
    text: str = getattr(owner, attribute) or ""
    is_whole = owner is last and start == 0
    opening = SOURCE.match(text, start)
    if opening is None or (is_whole and len(quote) == 1):
        return None
    following = list(last) if owner is last else list(last)[list(last).index(owner) + 1 :]
    source = etree.Element("figcaption")
    source.text = "——" + text[opening.end() :]
    source.extend(following)
    for child in following:
        last.remove(child)
    setattr(owner, attribute, text[:start].rstrip())
    if is_whole:
        quote.remove(last)
    elif owner.tag == "br" and start == 0:
        last.remove(owner)
    return source


def _last_line(paragraph: etree.Element) -> tuple[etree.Element, str, int]:
    """Find where the last line of *paragraph* begins: in which text, at which character."""
    following = ""
    for child in reversed(paragraph):
        tail = child.tail or ""
        line_end = (tail if following else tail.rstrip()).rfind("\n")
        if line_end >= 0 or child.tag == "br":
            return child, "tail", line_end + 1
        following = child.tag
    text = paragraph.text or ""
    return paragraph, "text", (text if following else text.rstrip()).rfind("\n") + 1


def set_tables(root: etree.Element, label: str) -> None:
    """Put every table into a part that scrolls sideways and can be reached by keyboard, and give
    the cells of a column set right or in the middle a class, as the page allows no inline styles.

    Such a part needs a name (WCAG 2.2, 4.1.2), and each one of its own: *label* with the table's
    number for ``{number}``.
    """
    for number, table in enumerate(list(root.iter("table")), 1):
        inner = etree.Element("table", table.attrib)
        inner.text = table.text
        inner.extend(list(table))
        for cell in inner.iter():
            _align(cell)
        attributes = {
            "class": "table",
            "tabindex": "0",
            "role": "region",
            "aria-label": label.replace("{number}", str(number)),
        }
        _refill(table, "div", attributes, [inner])


def _align(cell: etree.Element) -> None:
    aligned = ALIGNMENT.fullmatch(cell.get("style", ""))
    if aligned:
        del cell.attrib["style"]
    if aligned and aligned["side"] != "left":
        cell.set("class", f"align-{aligned['side']}")
