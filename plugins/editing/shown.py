"""What a text shows: its pictures are there and have words, and so are the albums it names."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import unquote

from plugins.campaign.addresses import slug_of
from plugins.editing.folders import GALLERIES, AlbumFolder
from plugins.editing.pictures import (
    Image,
    Names,
    below_content,
    find_picture,
    is_file_name,
    is_photo,
    named_in_album,
)
from plugins.editing.site import Site
from plugins.editing.sources import Source
from plugins.galleries.blocks import STRIP
from plugins.problems import Problem, Severity

Told = tuple[str, str]
"""What is wrong, and how to mend it."""

ELSEWHERE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
STATIC = re.compile(r"[{|]static[}|](?P<path>.*)")
"""Pelican's way to name a file that is published as it is."""
LIKE_STRIP = re.compile(r"(?! {4}|\t).*\[\[\s*(?P<word>[^\W\d_]+)\s*[:：]")
STRIP_WORDS = ("gallery", "图集")
STRIP_FORM = "[[gallery: u-stations]]"
FOREIGN = "a picture comes from elsewhere"
OWN = "put the file into the album's folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The text of a file, and where it belongs."""

    source: Source
    text: str
    """Without code and comments, line by line as long as it was."""
    images: tuple[Image, ...]
    file: str
    """The file's path below the content folder."""
    album: AlbumFolder | None = None
    """The album whose text it is."""

    def line_of(self, image: Image) -> int:
        """Give the line on which *image* begins."""
        return self.source.body_line + self.text.count("\n", 0, image.start)


def check_pictures(body: Body, site: Site) -> Iterator[Problem]:
    """Check that each picture of a text is there, and has words."""
    if body.album:
        yield from _check_own(body, body.album)
        return
    for image in body.images:
        if told := told_of_picture(image.address, body.file, site):
            yield Problem(body.source.path, body.line_of(image), *told)
        yield from _check_words(body, image)


def _check_own(body: Body, album: AlbumFolder) -> Iterator[Problem]:
    """Check the pictures of an album's text: each is one of its folder, and stands there once."""
    names, lines = Names.of(album.pictures), dict[str, int]()
    for image in body.images:
        line = body.line_of(image)
        name = named_in_album(image.address, album.folder.name, names)
        if not name:
            yield Problem(body.source.path, line, *_told_of_stranger(image.address, names))
        elif name in lines:
            what = f"{name} stands in line {lines[name]} already"
            yield Problem(body.source.path, line, what, "keep one of them")
        lines.setdefault(name, line)
        yield from _check_words(body, image)


def _check_words(body: Body, image: Image) -> Iterator[Problem]:
    path, line = body.source.path, body.line_of(image)
    mend = "write between [ and ] what is to be seen"
    if not image.alt:
        yield Problem(path, line, "a picture has no words", mend, Severity.PUBLISHING)
    elif is_file_name(image.alt, posixpath.basename(unquote(image.address))):
        what = f"the words of a picture are {image.alt!r}, as a file is named"
        yield Problem(path, line, what, mend, Severity.PUBLISHING)


def _told_of_stranger(address: str, names: Names) -> Told:
    """Tell of a picture in an album's text that is none of the album's."""
    name = posixpath.basename(address)
    if ELSEWHERE.match(address):
        return FOREIGN, OWN
    if not address:
        return _without_address()
    if "“" in address or "”" in address:
        return _with_curled_quotes(address)
    if name.lower().endswith(".svg"):
        return f"{name!r} is a drawing", "save it as PNG, or take it out, as albums show photos"
    if below_content(address):
        return f"{address!r} is no picture of this album", OWN
    near = names.nearest(name)
    return (
        f"there is no picture {name!r} in this album",
        f"did you mean {near}?" if near else f"{OWN}, or mend the name",
    )


def _without_address() -> Told:
    return "a picture has no address", "write one between ( and )"


def _with_curled_quotes(address: str) -> Told:
    mend = 'write straight quotation marks "..." around a caption'
    return f"there is no picture {address!r}", mend


def told_of_picture(address: str, file: str, site: Site) -> Told | None:
    """Say what is wrong with a picture of *address* in the text of *file*; None when nothing is."""
    if ELSEWHERE.match(address):
        return FOREIGN, "put the file into content/pictures"
    if not address:
        return _without_address()
    if found := STATIC.fullmatch(address):
        return _told_of_static(found["path"], file, site)
    source = below_content(address)
    name = posixpath.basename(source or address)
    meant = find_picture(address, site.sources)
    if meant and (is_photo(meant) or meant == source):
        return None
    if "“" in address or "”" in address:
        return _with_curled_quotes(address)
    if source.startswith(f"{GALLERIES}/"):
        return _told_of_lost_photo(source, site)
    if not source and name in site.pictures:
        return f"{address!r} leads nowhere", f"write /pictures/{name}"
    return site.told_of_picture(name)


def _told_of_static(path: str, file: str, site: Site) -> Told | None:
    path = posixpath.normpath(posixpath.join("/", posixpath.dirname(file), unquote(path)))
    name = posixpath.basename(path)
    if path == f"/pictures/{name}" and name in site.pictures and is_photo(name):
        return f"{name!r} is no file that is published as it is", f"write /pictures/{name}"
    return site.told_of_picture(name)


def _told_of_lost_photo(source: str, site: Site) -> Told:
    near = site.sources.nearest(source, likeness=0.9)
    mend = f"did you mean /{near}?" if near else "name a folder of content/galleries, no draft"
    return f"there is no picture {source!r} in a published album", mend


def check_strips(body: Body, site: Site) -> Iterator[Problem]:
    """Check that each album that a text shows is there, and named in a paragraph of its own."""
    lines = body.text.split("\n")
    around = zip(["", *lines], lines, [*lines[1:], ""], strict=False)
    for number, (before, line, after) in enumerate(around, body.source.body_line):
        found = LIKE_STRIP.match(line)
        if found and (told := _told_of_strip(found["word"], before, line, after, body, site)):
            yield Problem(body.source.path, number, *told)


def _told_of_strip(
    word: str, before: str, line: str, after: str, body: Body, site: Site
) -> Told | None:
    if word.casefold() not in STRIP_WORDS:
        near = get_close_matches(word.casefold(), STRIP_WORDS, n=1)
        return (f"[[{word}: ...]] is not known", f"did you mean {STRIP_FORM}?") if near else None
    found = STRIP.fullmatch(line)
    if found is None:
        return f"[[{word}: ...]] is not whole", f"write {STRIP_FORM}, and nothing else in that line"
    if before.strip() or after.strip():
        mend = "put an empty line before and after it"
        return f"[[{word}: ...]] stands within a paragraph", mend
    if body.album:
        return "an album cannot show an album", "write a link to it"
    return told_of_album(found["name"], slug_of(found["name"]), site)


def told_of_album(name: str, slug: str, site: Site) -> Told | None:
    """Say what is wrong with *name*, whose album has the *slug*; None when nothing is."""
    if slug in site.albums:
        return None
    near = get_close_matches(slug_of(name), sorted(site.albums), n=1)
    mend = f"did you mean {near[0]}?" if near else "name a folder of content/galleries, no draft"
    return f"there is no published album {name!r}", mend
