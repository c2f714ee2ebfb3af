"""Pictures as editors name them in texts: which words are one, where each stands, which file is
meant.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import PurePosixPath
from urllib.parse import quote, unquote

from markdown import Markdown
from markdown.inlinepatterns import IMAGE_LINK_RE, ImageInlineProcessor
from markdown.util import ETX, STX

PHOTOS = ("jpg", "jpeg", "png", "webp", "avif", "heic", "heif", "gif", "tif", "tiff")
"""Endings of pictures that are made anew for the site, in letters of either case."""
START = re.compile(rf"(?<!\\){IMAGE_LINK_RE}")
ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
EMPTY_LINE = re.compile(r"\n[ \t]*\n")
ENTITY = re.compile(r"&#?[A-Za-z0-9]+;")
SIGNS = re.compile(r"[\\`\[\]{}<>\"]")
UNFIT = re.compile(r"^\s|[\\`{}<>&]|%(?=[0-9A-Fa-f]{2})")
"""What cannot stand in the name of a file in a text."""
PLACEHOLDER = re.compile(f"{STX}(?:([0-9]{{1,3}})|[^{ETX}]*){ETX}")
"""What Markdown writes for a sign after a backslash, and for what it keeps elsewhere."""
NUMBER = re.compile(r"([0-9]+)")
ROOTED = re.compile(r"(?:\.{0,2}/)*(?=(?:pictures|galleries)/)")
"""The ways to the content folder: from the site's root, and from where a text stands."""
CREDIT = re.compile(r"(?P<caption>.*)(?:^|\s)·\s+(?P<credit>.+)", re.DOTALL)
CAMERAS_NAME = re.compile(
    r"[a-z_]{1,8}[ _-]?[0-9]{3}[0-9 ._()-]*|[0-9 ._()-]+"
    r"|(?:微信图片|图片|照片|截图|截屏|屏幕截图)[0-9 ._()-]*"
)
"""What cameras, telephones and programs call a picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture in a Markdown text."""

    address: str
    alt: str
    title: str
    start: int
    """Where it begins in the text, in characters."""
    end: int


def images_in(text: str) -> Iterator[Image]:
    """Find the pictures of *text*, as Markdown would; ``![...][...]`` are not among them."""
    end = 0
    for found in START.finditer(text):
        if found.start() < end:
            continue
        rest = text[found.end() : _paragraph_end(text, found.end())]
        alt, after, is_closed = _reader().getText(rest, 0)
        address, title, length, is_whole = _reader().getLink(rest, after)
        if is_closed and is_whole:
            end = found.end() + length
            address, alt, title = plain(address), plain(alt), plain(title or "")
            yield Image(address=address, alt=alt, title=title, start=found.start(), end=end)


@cache
def _reader() -> ImageInlineProcessor:
    """Give what takes a picture apart, of a Markdown that keeps nothing of a text elsewhere."""
    markdown = Markdown()  # type: ignore[no-untyped-call]
    markdown.treeprocessors.deregister("inline")
    return ImageInlineProcessor(IMAGE_LINK_RE, markdown)


def written(name: str, alt: str = "", title: str = "") -> str:
    """Write the picture *name* as it stands in a text: ``images_in`` and Markdown read the same out
    of it, whatever signs are in there.
    """
    address = UNFIT.sub(lambda found: quote(found[0], safe=""), name)
    is_bare = not set(" ()[]'\"") & {*name, *title}
    told = f' "{_escaped(title)}"' if title else ""
    return f"![{_escaped(alt)}]({address if is_bare else f'<{address}>'}{told})"


def _escaped(words: str) -> str:
    """Write what Markdown would take for a sign of its own as an entity."""
    shown = ENTITY.sub(lambda found: f"&amp;{found[0][1:]}", words)
    shown = SIGNS.sub(lambda found: f"&#{ord(found[0])};", shown)
    return f"&#39;{shown[1:]}" if shown.startswith("'") else shown


def _paragraph_end(text: str, start: int) -> int:
    end = EMPTY_LINE.search(text, start)
    return end.start() if end else len(text)


def plain(text: str) -> str:
    """Give what *text*, taken from Markdown, says: without backslashes, entities, placeholders."""
    shown = PLACEHOLDER.sub(lambda found: chr(int(found[1])) if found[1] else "", text)
    shown = ESCAPE.sub(r"\1", shown)
    return ENTITY.sub(lambda found: html.unescape(found[0]), shown).strip()


def split_title(title: str) -> tuple[str, str]:
    """Part ``caption · credit`` at the last dot between blanks."""
    found = CREDIT.fullmatch(title.strip())
    return (found["caption"].strip(), found["credit"].strip()) if found else (title.strip(), "")


def is_photo(name: str) -> bool:
    """Tell by its name whether a file is a picture that is made anew for the site."""
    return PurePosixPath(name.lower()).suffix.removeprefix(".") in PHOTOS


def is_file_name(words: str, name: str) -> bool:
    """Tell whether *words* only repeat the file's *name*, or look like the name of any file."""
    said, path = folded(words).strip(), PurePosixPath(folded(name))
    has_ending = PurePosixPath(said).suffix.removeprefix(".") in {*PHOTOS, "svg"}
    return has_ending or said in {path.name, path.stem} or bool(CAMERAS_NAME.fullmatch(said))


def natural(name: str) -> tuple[list[tuple[int, str]], str]:
    """Give the key that sorts names as people do: 2 before 10."""
    parts = NUMBER.split(folded(name))
    numbers = [(int(part), "") if place % 2 else (0, part) for place, part in enumerate(parts)]
    return numbers, name


def folded(name: str) -> str:
    """Give *name* without differences of case and width: ``Ｕ站`` and ``u站`` are the same."""
    return unicodedata.normalize("NFKC", name).casefold()


def same_but_for_case(name: str, known: Iterable[str]) -> str:
    """Give which of *known* differs from *name* in case or width alone; empty when none does."""
    return next((other for other in sorted(known) if folded(other) == folded(name)), "")


@dataclass(frozen=True, slots=True)
class Names:
    """Names of files, to be found as editors write them."""

    exact: frozenset[str]
    by_form: Mapping[str, str]

    @classmethod
    def of(cls, names: Iterable[str]) -> Names:
        """Make them of *names*; of two that differ in case only, the first in order is meant."""
        known = frozenset(names)
        return cls(known, {folded(name): name for name in sorted(known, reverse=True)})

    def find(self, written: str) -> str:
        """Give the name that is meant: the very one, else that with ``%20`` and the like resolved,
        else one that differs in case or width alone; empty when there is none.
        """
        for name in (written, unquote(written)):
            if name in self.exact:
                return name
        wanted = folded(written), folded(unquote(written))
        return next((self.by_form[form] for form in wanted if form in self.by_form), "")

    def nearest(self, written: str, likeness: float = 0.75) -> str:
        """Give the name that is most like what was *written*; empty when none is as much as that,
        1 being the same.
        """
        forms = sorted(self.by_form)
        near = get_close_matches(folded(unquote(written)), forms, n=1, cutoff=likeness)
        return self.by_form[near[0]] if near else ""


def below_content(address: str) -> str:
    """Give the path below the content folder that *address* in a text names, as
    ``pictures/x.jpg``; empty when it names none.
    """
    found = ROOTED.match(address)
    return address[found.end() :] if found else ""


def find_picture(address: str, sources: Names) -> str:
    """Give which of *sources*, paths below the content folder, *address* in a text means; empty
    when it means none.
    """
    return sources.find(below_content(plain(address)))


def named_in_album(address: str, folder: str, names: Names) -> str:
    """Give the picture of the album in *folder* that *address* means, in a text of that album or
    of another; empty when it means none of *names*.
    """
    path = below_content(address).split("/", 2)
    if path[0] == "galleries" and len(path) == 3:
        return names.find(path[2]) if Names.of([folder]).find(path[1]) else ""
    return names.find(address.removeprefix("./"))
