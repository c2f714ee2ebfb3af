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
from plugins.editing.site import Site, Told
from plugins.editing.sources import Source
from plugins.galleries.blocks import STRIP
from plugins.problems import Problem, Severity, did_you_mean

ELSEWHERE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
STATIC = re.compile(r"[{|]static[}|](?P<path>.*)")
"""Pelican's way to name a file that is published as it is."""
LIKE_STRIP = re.compile(r"(?! {4}|\t).*(?P<open>\[\[|【【)\s*(?P<word>[^\W\d_]+)\s*[:：]")
STRIP_WORDS = ("gallery", "图集")
STRIP_FORM = "[[gallery: u-stations]]"
FOREIGN = "图片来自别的网站"
OWN = "把文件放进图集的文件夹"
NO_ALBUM = "写 content/galleries 里一个已发布图集的文件夹名"
SEEN = "在 [ 和 ] 之间写图上有什么"


WITHOUT_WORDS = Told("alt-missing", "图片没有替代文字", SEEN)


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

    def problem(self, image: Image, told: Told, severity: Severity = Severity.BUILD) -> Problem:
        """Make a problem where *image* begins."""
        line, column = self.line_of(image), image.start - self.text.rfind("\n", 0, image.start)
        return Problem(self.source.path, line, told.what, told.mend, severity, column, told.rule)


def check_pictures(body: Body, site: Site) -> Iterator[Problem]:
    """Check that each picture of a text is there, and has words."""
    if body.album:
        yield from _check_own(body, body.album)
        return
    for image in body.images:
        if told := told_of_picture(image.address, body.file, site):
            yield body.problem(image, told)
        yield from _check_words(body, image)


def _check_own(body: Body, album: AlbumFolder) -> Iterator[Problem]:
    """Check the pictures of an album's text: each is one of its folder, and stands there once."""
    names, lines = Names.of(album.pictures), dict[str, int]()
    for image in body.images:
        name = named_in_album(image.address, album.folder.name, names)
        if not name:
            yield body.problem(image, _told_of_stranger(image.address, names))
        elif name in lines:
            what = f"第{lines[name]}行已经有 {name}"
            yield body.problem(image, Told("picture-twice", what, "只留一处"))
        lines.setdefault(name, body.line_of(image))
        yield from _check_words(body, image)


def _check_words(body: Body, image: Image) -> Iterator[Problem]:
    if not image.alt:
        yield body.problem(image, WITHOUT_WORDS, Severity.PUBLISHING)
    elif is_file_name(image.alt, posixpath.basename(unquote(image.address))):
        told = Told("alt-file-name", f"图片的替代文字“{image.alt}”是文件名", SEEN)
        yield body.problem(image, told, Severity.PUBLISHING)


def _told_of_stranger(address: str, names: Names) -> Told:
    """Tell of a picture in an album's text that is none of the album's."""
    name = posixpath.basename(address)
    if ELSEWHERE.match(address):
        return Told("picture-elsewhere", FOREIGN, OWN)
    if not address:
        return _without_address()
    if "“" in address or "”" in address:
        return _with_curled_quotes(address)
    if name.lower().endswith(".svg"):
        mend = "图集只放照片：另存为PNG，或者从图集里拿掉"
        return Told("picture-kind", f"“{name}”是插画", mend)
    if below_content(address):
        return Told("picture-missing", f"“{address}”不是这个图集里的照片", OWN)
    near = names.nearest(name)
    mend = did_you_mean(near) if near else f"{OWN}，或者改正文件名"
    return Told("picture-missing", f"图集里没有照片“{name}”", mend)


def _without_address() -> Told:
    return Told("picture-missing", "图片没有写文件", "在 ( 和 ) 之间写文件名")


def _with_curled_quotes(address: str) -> Told:
    return Told("picture-missing", f"没有图片“{address}”", '图说用半角引号 "……" 括起来')


def told_of_picture(address: str, file: str, site: Site) -> Told | None:
    """Say what is wrong with a picture of *address* in the text of *file*; None when nothing is."""
    if ELSEWHERE.match(address):
        return Told("picture-elsewhere", FOREIGN, "把文件放进 content/pictures")
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
        return Told("picture-missing", f"找不到图片“{address}”", f"写成 /pictures/{name}")
    return site.told_of_picture(name)


def _told_of_static(path: str, file: str, site: Site) -> Told | None:
    path = posixpath.normpath(posixpath.join("/", posixpath.dirname(file), unquote(path)))
    name = posixpath.basename(path)
    if path == f"/pictures/{name}" and name in site.pictures and is_photo(name):
        mend = f"写成 /pictures/{name}"
        return Told("picture-missing", f"照片“{name}”不按原样发布", mend)
    return site.told_of_picture(name)


def _told_of_lost_photo(source: str, site: Site) -> Told:
    near = site.sources.nearest(source, likeness=0.9)
    mend = did_you_mean(f"/{near}") if near else NO_ALBUM
    return Told("picture-missing", f"已发布的图集里没有照片“{source}”", mend)


def check_strips(body: Body, site: Site) -> Iterator[Problem]:
    """Check that each album that a text shows is there, and named in a paragraph of its own."""
    lines = body.text.split("\n")
    around = zip(["", *lines], lines, [*lines[1:], ""], strict=False)
    for number, (before, line, after) in enumerate(around, body.source.body_line):
        found = LIKE_STRIP.match(line)
        if found and (told := _told_of_strip(found["word"], before, line, after, body, site)):
            path, column = body.source.path, found.start("open") + 1
            yield Problem(path, number, told.what, told.mend, column=column, rule=told.rule)


def _told_of_strip(
    word: str, before: str, line: str, after: str, body: Body, site: Site
) -> Told | None:
    if word.casefold() not in STRIP_WORDS:
        near = get_close_matches(word.casefold(), STRIP_WORDS, n=1)
        what = f"不认识的写法 [[{word}: ……]]"
        return Told("album-form", what, did_you_mean(STRIP_FORM)) if near else None
    found = STRIP.fullmatch(line)
    if found is None:
        mend = f"写成 {STRIP_FORM}，独占一行"
        return Told("album-form", f"[[{word}: ……]] 没有写完整", mend)
    if before.strip() or after.strip():
        return Told("album-form", f"[[{word}: ……]] 夹在段落里", "前后各空一行")
    if body.album:
        return Told("album-form", "图集里不能再放图集", "改成一个链接")
    return told_of_album(found["name"], slug_of(found["name"]), site)


def told_of_album(name: str, slug: str, site: Site) -> Told | None:
    """Say what is wrong with *name*, whose album has the *slug*; None when nothing is."""
    if slug in site.albums:
        return None
    near = get_close_matches(slug_of(name), sorted(site.albums), n=1)
    mend = did_you_mean(near[0]) if near else NO_ALBUM
    return Told("unknown-album", f"没有已发布的图集“{name}”", mend)
