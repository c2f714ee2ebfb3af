"""Reads a page strictly: tags closed and nested as HTML asks, ids, links and slots; in one walk.

A page that a browser would read in another way than its author wrote it is told: a stray end tag, a
block within a paragraph, a link within a link.

Pages of one theme repeat most of their tags in the same places, so each :class:`_Place` (a sequence
of open elements) remembers where each tag leads. A usual tag costs one look into a dictionary; one
that is new there, or that is wrong, is looked at by :class:`_Walk`, which knows the rules.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from operator import getitem
from typing import NamedTuple

from plugins.message_board.slots import CLOSING, MARKER


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


RAW = ["script", "style", "textarea", "title", "iframe", "xmp", "noembed", "noframes"]
"""Elements whose content is no markup."""
_VALUES = r"""[^<>"']*(?:"[^"]*"[^<>"']*|'[^']*'[^<>"']*)*>"""
_WHOLE = "|".join(rf"(?i:{name})(?=[\s>/]){_VALUES}(?s:.*?)</(?i:{name})\s*>" for name in RAW)
TOKEN = re.compile(
    rf"""<(?:(?!(?i:{"|".join(RAW)})[\s>/])[a-zA-Z/]{_VALUES}|!--(?s:.*?)-->|![^>]*>|{_WHOLE}|)"""
)
"""A tag, a comment, an element of :data:`RAW` with its content, or a bare ``<``."""
QUICK = re.compile(r"<[^>]*>")
"""The same for pages without ``<`` or ``>`` in texts, scripts and values, which is four times
quicker; what it cuts wrongly is no tag, and the page is then read with :data:`TOKEN`."""
TAG = re.compile(
    r"""<(/?)([a-zA-Z][^\s/>]*)"""
    r"""((?:\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*)\s*(/?)>"""
)
ATTRIBUTE = re.compile(
    r"""([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?(?=\s|$)"""
)
SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")
REFRESH = re.compile(r"\s*[0-9.]+\s*[;,]\s*(?i:url\s*=)?\s*['\"]?([^'\"]*)")
BEHIND = re.compile(r"</body\s*>(?:(?:\s|<!--(?s:.*?)-->)*(?:</html\s*>)?)*$", re.IGNORECASE)
_INSIDE = r"""(?:[^<>"']|"[^"]*"|'[^']*')*"""
TEXT_IN_TABLE = re.compile(
    rf"<(?:(?:table|thead|tbody|tfoot|tr|colgroup)\b{_INSIDE}"
    r"|/(?:caption|colgroup|thead|tbody|tfoot|tr|td|th)\s*)>\s*[^\s<]",
    re.IGNORECASE,
)
MAYBE_TEXT = re.compile(r">\s*[^\s<][^<]*<(?!/(?:title|script|style|noscript))")
TEXT_IN_HEAD = re.compile(
    rf"<(?:(?:head|meta|link|base)\b{_INSIDE}|/(?:head|title|script|style|noscript)\s*)>\s*[^\s<]",
    re.IGNORECASE,
)
DOCTYPE = re.compile(r"\ufeff?(?:\s|<!--(?s:.*?)-->)*<!doctype html[^>]*>", re.IGNORECASE)
CONTROLS = bytes({*range(32), 127} - {9, 10, 12, 13})

VOID = _names("area base br col embed hr img input link meta source track wbr param")
BLOCKS = _names(
    "address article aside blockquote center details dialog dir div dl fieldset "
    "figcaption figure footer header hgroup main menu nav ol p search section summary ul "
    "h1 h2 h3 h4 h5 h6 pre listing form table hr li dd dt xmp"
)
"""An open paragraph ends where one of these begins."""
HEADINGS = _names("h1 h2 h3 h4 h5 h6")
SMALL = _names("optgroup option rb rp rt rtc")
IMPLIED = SMALL | _names("dd dt li p")
"""Elements whose end tag may be left out, where that of a parent follows."""
OMITTED = IMPLIED | _names("caption colgroup tbody td tfoot th thead tr body html")
SPECIAL = (
    BLOCKS | OMITTED - SMALL | _names("button object noscript select template marquee applet head")
)
"""Elements that none but their like can close."""
EXACT = _names("a b big code em font i nobr s small strike strong tt u")
"""Formatting: a browser mends wrong nesting of these by copies of them."""
ENDED_BY = {
    "li": frozenset(["li"]),
    "dt": frozenset(["dt", "dd"]),
    "dd": frozenset(["dt", "dd"]),
    "option": frozenset(["option"]),
    "optgroup": frozenset(["option", "optgroup"]),
    "tr": frozenset(["tr", "td", "th"]),
    "td": frozenset(["td", "th"]),
    "th": frozenset(["td", "th"]),
    "tbody": _names("tbody thead tfoot tr td th"),
    "tfoot": _names("tbody thead tfoot tr td th"),
    "thead": _names("tbody thead tfoot tr td th"),
    "rt": frozenset(["rt", "rp", "rb"]),
    "rp": frozenset(["rt", "rp", "rb"]),
}
"""Which elements, when they are the innermost one, end by themselves where another begins."""
ALONE = _names("a button form nobr select")
"""Elements that do not stand within their like."""
BARRIERS = _names("table td th caption button object template marquee applet")
"""Elements beyond which an open paragraph or link does not reach."""
ONCE = frozenset(["!doctype", "html", "head", "body"])
NONE = frozenset[str]()
OF_HEAD = _names("base link meta noscript script style template title slot")
ROWS = frozenset(["tr", "script", "template", "slot"])
CHILDREN = {
    "head": OF_HEAD,
    "table": ROWS | {"caption", "colgroup", "thead", "tbody", "tfoot", "style"},
    "thead": ROWS,
    "tbody": ROWS,
    "tfoot": ROWS,
    "tr": _names("td th script template slot"),
    "colgroup": frozenset(["col", "template", "slot"]),
    "select": _names("option optgroup hr script template slot"),
    "option": frozenset(["script", "template"]),
    **dict.fromkeys(RAW, NONE),
}
"""What may stand directly within an element; a browser moves anything else out of it."""
PARENTS = {
    name: frozenset(
        parent for parent in (*CHILDREN, "template") if name in CHILDREN.get(parent, {name})
    )
    for name in ("caption", "colgroup", "thead", "tbody", "tfoot", "tr", "td", "th", "col")
}
FOREIGN = frozenset(["svg", "math"])
BREAKING_OUT = _names(
    "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li "
    "listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var"
)
"""HTML within a drawing ends the drawing."""
CAMEL = frozenset(["foreignObject"])
INSIDE_FOREIGN = _names("foreignObject desc title mi mo mn ms mtext annotation-xml")
"""Parts of a drawing that hold HTML."""

NOTHING, OPEN, CLOSE, EMPTY, WHOLE, SELF, WRONG = range(7)
REMEMBERED = 16384
"""Tags that are remembered, in some megabytes; beyond that it starts anew. Lists name ten thousand
stories several times, so it must not be less than these.
"""


class Extra(NamedTuple):
    """What a tag has besides its name."""

    id: str | None = None
    links: tuple[str, ...] = ()
    slot: str = ""
    """``+`` and the name of the slot that opens, ``-`` and that of the one that closes."""
    is_heading: bool = False
    is_redirect: bool = False


Mark = tuple[int, str]
"""What a piece of markup does to the open elements, and the element's name; of :data:`WRONG`, what
is wrong with it."""


@dataclass(slots=True)
class Reading:
    """What one page holds, and what is wrong with it."""

    problems: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    """As they are written, below the site: no scheme, no query; ``#`` and a fragment stay."""
    slots: list[str] = field(default_factory=list)
    """Those that open, in their order."""
    headings: int = 0
    """How many h1."""
    is_redirect: bool = False


def read(page: bytes, site: str = "") -> Reading:
    """Read one page; *site* is the site's own address, without a slash at the end."""
    try:
        text = page.decode()
    except UnicodeDecodeError as error:
        return Reading([f"byte {error.start} is no UTF-8: save the text as UTF-8"])
    known = _known(site)
    known.limit()
    problems = list(_problems_of_text(page, text))
    tokens = QUICK.findall(text)
    try:
        is_right = reduce(getitem, tokens, known.start).is_end and text.rfind("<") < len(
            text
        ) - text[::-1].find(">")
    except _Doubt:
        is_right = False
    if not is_right:
        tokens = TOKEN.findall(text)
        problems += _Walk(known.start.path).through(map(known.mark, tokens))
    return _sorted(problems, filter(None, map(known.extras.get, tokens)))


def _problems_of_text(page: bytes, text: str) -> Iterable[str]:
    if len(page.translate(None, CONTROLS)) != len(page):
        yield "it holds a control character: take it out"
    if "<table" in text and TEXT_IN_TABLE.search(text):
        yield "text stands between the cells of a table: put it into one"
    head = text.find("<body") + 1
    if MAYBE_TEXT.search(text, 0, head) and TEXT_IN_HEAD.search(text, 0, head):
        yield "text stands between the tags of the head: put it into the body"
    if (end := text.rfind("</body")) >= 0 and not BEHIND.match(text, end):
        yield "something stands behind </body>: put it before that"
    if not DOCTYPE.match(text):
        yield "it does not begin with <!doctype html>: write that first"


def _sorted(problems: list[str], extras: Iterable[Extra]) -> Reading:
    """Sort out what the tags had besides their names."""
    reading, open_slots = Reading(problems), []
    for own, links, slot, is_heading, is_redirect in extras:
        if own is not None:
            reading.ids.append(own)
        reading.links += links
        reading.headings += is_heading
        reading.is_redirect |= is_redirect
        if slot[:1] == "+":
            open_slots.append(slot[1:])
            reading.slots.append(slot[1:])
        elif slot and (not open_slots or open_slots.pop() != slot[1:]):
            problems.append(f"slot {slot[1:]} is closed where it is not open: mend its markers")
    problems += [f"slot {name} is not closed: close it" for name in open_slots]
    if len(set(reading.ids)) < len(reading.ids):
        counted = Counter(reading.ids).items()
        problems += [
            f"id {name!r} stands {times} times: let each stand once"
            for name, times in counted
            if times > 1
        ]
    return reading


class _Doubt(Exception):
    """A tag is wrong where it stands, or the page was cut wrongly into tags."""


class _Place(dict[str, "_Place"]):
    """A sequence of open elements; holds where each tag leads from there."""

    def __init__(self, path: tuple[str, ...], known: _Known) -> None:
        super().__init__()
        self.path, self.known = path, known
        self.steps: dict[Mark, _Place] = {}
        self.is_end = all(name in OMITTED for name in path[1:])

    def __missing__(self, token: str) -> _Place:
        is_usual = token in self.known.marks
        mark = self.known.mark(token)
        place = self.steps.get(mark) or self._after(mark)
        if is_usual:  # most tags that are new to the site will not come again
            self[token] = place
            self.known.edges += 1
        return place

    def leave(self) -> None:
        """Lead nowhere any more: places lead to each other in rings, which a build, that looks for
        no garbage, would keep.
        """
        self.clear()
        self.steps.clear()

    def _after(self, mark: Mark) -> _Place:
        walk = _Walk(self.path)
        walk.step(mark)
        if walk.problems or (self.path[-1] in RAW and len(walk.stack) == len(self.path)):
            raise _Doubt
        self.steps[mark] = place = self.known.place(tuple(walk.stack))
        return place


class _Known:
    """What is known of the pages of one site."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.places: dict[tuple[str, ...], _Place] = {}
        self._forget()

    def _forget(self) -> None:
        for place in self.places.values():
            place.leave()
        self.places.clear()
        self.edges = 0
        self.marks: dict[str, Mark] = {}
        self.extras: dict[str, Extra] = {}
        self.start = self.place(("/",))

    def limit(self) -> None:
        """Begin anew when so much is known that most of it will not come again."""
        if self.edges > REMEMBERED or len(self.marks) > REMEMBERED:
            self._forget()

    def place(self, path: tuple[str, ...]) -> _Place:
        """Give the place where the elements of *path* are open."""
        if path not in self.places:
            self.places[path] = _Place(path, self)
        return self.places[path]

    def mark(self, token: str) -> Mark:
        """Say what a piece of markup means; what it has besides is noted in ``extras``."""
        if token not in self.marks:
            self.marks[token], extra = _meaning(token, self.site)
            if extra is not None:
                self.extras[token] = extra
        return self.marks[token]


@lru_cache(maxsize=4)
def _known(site: str) -> _Known:
    return _Known(site)


class _Walk:
    """A walk through the tags of a page, with the elements that are open.

    The first name in the stack is none of an element: it tells which of the elements that a page
    has once were there.
    """

    __slots__ = ("problems", "stack")

    def __init__(self, path: tuple[str, ...]) -> None:
        self.stack = list(path)
        self.problems: list[str] = []

    def through(self, marks: Iterable[Mark]) -> list[str]:
        """Look at every tag of a page; gives what is wrong."""
        for mark in marks:
            self.step(mark)
        for name in self.stack[1:]:
            if name not in OMITTED:
                self._tell(f"<{name}> is never closed: close it")
        return self.problems

    def step(self, mark: Mark) -> None:
        """Go on by one tag."""
        act, name = mark
        if act == WRONG:
            self._tell(name)
        elif act == CLOSE:
            self._close(name)
        elif act != NOTHING:
            self._begin(act, name)

    def _begin(self, act: int, name: str) -> None:
        is_drawn = self._is_drawn(name)
        if is_drawn and act == WHOLE:
            self._tell(f"<{name}> in a drawing holds a bare <: write &lt; for it")
        if not is_drawn:
            self._end_others(name)
            self._look_at_place(name)
        if act == OPEN:
            self.stack.append(name)
        elif act == SELF and not is_drawn and name not in FOREIGN:
            self._tell(f"<{name}/> does not close itself in HTML: write <{name}></{name}>")

    def _tell(self, problem: str) -> None:
        self.problems.append(problem)

    def _close(self, name: str) -> None:
        stack = self.stack
        while stack[-1] != name and stack[-1] in self._ending(name):
            stack.pop()
        if stack[-1] == name:
            stack.pop()
            stack[0] += " /html" if name == "html" else ""
        elif name in stack:
            self._tell(f"<{stack[-1]}> is not closed before </{name}>: close it there")
            while stack.pop() != name:
                pass
        elif name in ("body", "html") and name not in stack[0] and stack[-1] in (stack[0], "html"):
            stack[0] += f" {name}"  # what its omitted tag began
        else:
            self._tell(f"</{name}> closes nothing: take it out, or open it before")

    def _ending(self, name: str) -> frozenset[str]:
        """Give what ends by itself where *name* is closed."""
        if name in EXACT or (name not in self.stack and name not in ONCE):
            return NONE
        if name in OMITTED - IMPLIED or name == "table":
            return OMITTED
        return IMPLIED if name in SPECIAL else SMALL

    def _is_drawn(self, name: str) -> bool:
        """Say whether an element belongs to a drawing, where HTML's own rules do not hold."""
        for depth in range(len(self.stack) - 1, 0, -1):
            if self.stack[depth] in INSIDE_FOREIGN:
                return False
            if self.stack[depth] in FOREIGN:
                if name in BREAKING_OUT:
                    self._tell(f"<{name}> stands within a drawing: close the drawing before it")
                return True
        return False

    def _end_others(self, name: str) -> None:
        """Let end by themselves what ends where *name* begins."""
        stack = self.stack
        if name in BLOCKS and "p" in (near := self._near()):
            inside = near[near.index("p") + 1 :]
            if inside:
                self._tell(f"<{name}> stands within <p> and <{inside[-1]}>: close both before it")
            del stack[-len(inside) - 1 :]
        ended = ENDED_BY.get(name, NONE)
        while stack[-1] in ended:
            stack.pop()
        self._begin_omitted(name)

    def _begin_omitted(self, name: str) -> None:
        """Let begin by themselves html and body, where their tags are left out."""
        stack = self.stack
        if name not in ONCE and len(stack) == 1 and "html" not in stack[0]:
            stack[0] += " html"
        if name == "body" and stack[-1] == "head":
            stack.pop()
        elif name not in OF_HEAD | ONCE and "body" not in stack[0]:
            del stack[2 if stack[1:2] == ["html"] else 1 :]
            stack[0] += " body"
            stack.append("body")

    def _near(self) -> list[str]:
        """Give the open elements beyond the nearest barrier."""
        for depth in range(len(self.stack) - 1, 0, -1):
            if self.stack[depth] in BARRIERS:
                return self.stack[depth + 1 :]
        return self.stack[1:]

    def _look_at_place(self, name: str) -> None:
        """Look whether *name* may stand here."""
        stack, parent = self.stack, self.stack[-1]
        if parent in CHILDREN and name not in CHILDREN[parent]:
            self._tell(f"<{name}> stands directly within <{parent}>: put it elsewhere")
        elif name in PARENTS and parent not in PARENTS[name] and parent != "slot":
            self._tell(f"<{name}> stands outside of a table: put it into one")
        elif (parent == stack[0] and "/html" in parent) or (
            parent == "html" and "body" in stack[0]
        ):
            self._tell(f"<{name}> stands behind the end of the page: put it before that")
        elif name in HEADINGS and parent in HEADINGS:
            self._tell(f"<{name}> stands within <{parent}>: close that before it")
        elif name in ALONE and name in (self._near() if name != "form" else stack):
            self._tell(f"<{name}> stands within another <{name}>: close that before it")
        elif name == "li" and parent in EXACT | {"span"} and "li" in self._near():
            self._tell(f"<{parent}> is not closed before <li>: close it there")
        if name in ONCE:
            if name in stack[0].split() or (name == "!doctype" and stack != ["/"]):
                self._tell(f"there is a second <{name}>: take it out")
            stack[0] += f" {name}"


def _meaning(token: str, site: str) -> tuple[Mark, Extra | None]:
    """Say what a piece of markup means, and what it has besides."""
    if token.startswith("<!--"):
        return _comment(token)
    if DOCTYPE.match(token):
        return (EMPTY, "!doctype"), None
    found = TAG.match(token)
    if found is None:
        return (WRONG, f"{token[:60]} is no tag: write &lt; for a bare <"), None
    return _tag(found, token, site)


def _comment(token: str) -> tuple[Mark, Extra | None]:
    """Say what a comment means: it may be the beginning or the end of a slot."""
    if found := MARKER.fullmatch(token):
        return (OPEN, "slot"), Extra(slot=f"+{found[1]}")
    if found := CLOSING.fullmatch(token):
        return (CLOSE, "slot"), Extra(slot=f"-{found[1]}")
    inside = token[4:-3]
    is_odd = inside.startswith((">", "->", "slot ", "/slot ")) or "<!--" in inside
    if is_odd or "--!>" in inside or not token.endswith("-->") or len(token) < len("<!---->"):
        return (WRONG, f"{token[:60]}: this comment is not well made: mend it"), None
    return (NOTHING, ""), None


def _tag(found: re.Match[str], token: str, site: str) -> tuple[Mark, Extra | None]:
    """Say what a tag means, or an element with its content and its end."""
    closing, written, attributes, slash = found.groups()
    name = written if written in CAMEL else written.lower()
    if closing:
        is_wrong = attributes or slash or name in VOID
        return (WRONG, f"{token[:60]} is no end tag: mend it") if is_wrong else (CLOSE, name), None
    try:
        extra = _extra(name, attributes, site) if attributes or name == "h1" else None
    except ValueError as error:
        return (WRONG, str(error)), None
    if found.end() < len(token) and "<!--" in token and "<script" in token[1:].lower():
        return (WRONG, "a script holds <!-- and <script: write \\x3c for <"), None
    if found.end() < len(token):
        return (WHOLE if token.count("<") > 2 else EMPTY, name), extra
    if name in VOID:
        return (EMPTY, name), extra
    return (SELF if slash else OPEN, name), extra


def _extra(name: str, attributes: str, site: str) -> Extra | None:
    """Read the attributes of a tag; raises ValueError for what is wrong with them."""
    values: dict[str, str] = {}
    for written, double, single, bare in ATTRIBUTE.findall(attributes):
        key = written.lower()
        if key in values:
            raise ValueError(f"<{name}> has {key} twice: take one out")
        values[key] = double or single or bare
    own = values.get("id")
    if own is not None and own.split() != [own]:
        raise ValueError(f"id {own!r} is empty or holds a space: write another one")
    links = tuple(_links(name, values, site))
    is_redirect = name == "meta" and values.get("http-equiv", "").lower() == "refresh"
    if own is None and not links and not is_redirect and name != "h1":
        return None
    return Extra(own and html.unescape(own), links, "", name == "h1", is_redirect)


LINKS = _names("href src action formaction poster xlink:href")
SETS = frozenset(["srcset", "imagesrcset"])


def _links(name: str, values: dict[str, str], site: str) -> Iterable[str]:
    """Yield what a tag links to within the site."""
    for key, value in values.items():
        if key in LINKS or (key == "data" and name == "object"):
            written = [value]
        elif key in SETS:
            written = [part.split()[0] for part in value.split(",") if part.strip()]
        elif key == "content" and name == "meta":
            is_refresh = values.get("http-equiv", "").lower() == "refresh"
            own = [value] if site and value.startswith(site) else []
            written = REFRESH.findall(value) if is_refresh else own
        else:
            continue
        for address in written:
            if (link := within(html.unescape(address), site)) is not None:
                yield link


def within(address: str, site: str) -> str | None:
    """Give *address* as one of the site itself, without its query; None for one elsewhere."""
    if site and address.startswith(site) and address[len(site) :][:1] in {"", "/", "?", "#"}:
        address = address[len(site) :]
        address = address if address.startswith("/") else f"/{address}"
    elif SCHEME.match(address):
        return None
    path, found, fragment = address.partition("#")
    return path.partition("?")[0] + found + fragment.partition(":~:")[0]
