"""The text below a head: its links, its pictures, and marks that are not an editor's."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from urllib.parse import unquote, urljoin, urlsplit

from markdown import Markdown

from plugins.campaign.addresses import slug_of
from plugins.campaign.figures import Figures
from plugins.campaign.marks import FigureMarkdown
from plugins.editing.folders import GALLERIES, AlbumFolder
from plugins.editing.named import check_named
from plugins.editing.pictures import Image, below_content, images_in, is_photo
from plugins.editing.shown import WITHOUT_WORDS, Body, check_pictures, check_strips
from plugins.editing.site import YEAR, Site, Told
from plugins.editing.sources import Source
from plugins.problems import Problem, Severity, did_you_mean
from plugins.typography.blocks import ChineseMarkdown, headings_of

NONE = Figures()
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
"""Control characters, which break feeds."""
MARKER = re.compile("<!--/?slot ")
NOT_TEXT = re.compile(
    r"^(```+|~~~+).*?^\1[`~]*[ ]*$|(?P<tick>`+)[^`\n]+(?P=tick)|<!--.*?-->",
    re.DOTALL | re.MULTILINE,
)
"""Code and comments: what looks like a link there is none."""
SIGNS = re.compile(r"[<=#\]]")
"""What stands in every line that has a link, an element or a heading of the first level."""
TARGETS = (
    re.compile(r"(?<!\\)\]\(\s*<?([^\s)>]*)"),
    re.compile(r"""\b(?:href|src|poster)\s*=\s*["']([^"']*)["']"""),
    re.compile(r"""<[a-z][^>]*\s(?:href|src|poster)\s*=\s*([^\s"'>]+)"""),
    re.compile(r"^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)"),
)
SILENT_PICTURE = re.compile(r"<img\b(?![^>]*\balt\s*=)")
ID = re.compile(r"""<[a-z][^>]*\bid\s*=\s*["']([^"']+)["']""")
INDICATED = re.compile(r"[{|](\w*)[}|](.*)")
"""Pelican's way to name a file: https://docs.getpelican.com/en/stable/content.html"""
ELSEWHERE = frozenset({"http", "https", "mailto", "tel", "sms"})
FIXED = ("#", *(f"{scheme}:" for scheme in sorted(ELSEWHERE)))
"""How a link begins that no other text can break."""
LOST = "改正地址，或者去掉这个链接"
PLAIN = "直接写地址，如 /stories/hotline-1998/"
TITLE = re.compile(r"^(?:>[ ]?)*#(?!#)|^=+[ ]*$|<h1\b", re.IGNORECASE)
ACTIVE = re.compile(r"<(script|style|iframe|object|embed|base|link|meta)\b", re.IGNORECASE)
"""Elements that do something, or dress the page otherwise."""
INSIDE = r"""<[a-z][a-z0-9-]*\b(?!:)(?:[^>"']|"[^"]*"|'[^']*')*?(?<=[\s"'/])"""
"""A tag of HTML up to one of its attributes, whatever the values before it hold."""
ATTRIBUTE = re.compile(INSIDE + r"(style|on[a-z]+)\s*=", re.IGNORECASE)
FOREIGN = re.compile(
    rf"""{INSIDE}(?:src|poster)\s*=\s*["']?\s*(?:https?:)?//""",
    re.IGNORECASE,
)
"""Pictures and sounds that a visitor would fetch from elsewhere."""


def check_body(
    source: Source,
    page: str,
    file: str,
    site: Site,
    album: AlbumFolder | None = None,
    links: set[str] | None = None,
) -> Iterator[Problem]:
    """Check the text of *source*, whose address is *page* and whose path below the content folder
    is *file*; it may be that of an *album*. Where it leads to other pages of the site is added to
    *links*.
    """
    yield from _unseen(source)
    text = _without_code(source.body)
    images = tuple(images_in(text))
    body = Body(source=source, text=text, images=images, file=file, album=album)
    yield from check_pictures(body, site)
    yield from check_strips(body, site)
    yield from check_named(source, text, site)
    shown = _without_images(text, images)
    lines = zip(source.body.split("\n"), shown.split("\n"), strict=True)
    for number, (raw, line) in enumerate(lines, source.body_line):
        if not SIGNS.search(raw):
            continue
        targets = _targets_in(line)
        if links is not None:
            links.update(filter(_may_be_lost, targets))
        found = [*_told_of_line(raw, line)]
        for target, column in targets.items():
            if told := check_link(target, page, file, site):
                found.append((column, told))
            elif leads_to_withdrawn(target, page, file, site):
                what, mend = f"“{target}”链接的报道已经撤下", "去掉链接，或换一篇"
                yield Problem(
                    source.path, number, what, mend, Severity.WARNING, column, "withdrawn-link"
                )
        for column, told in found:
            yield Problem(source.path, number, told.what, told.mend, column=column, rule=told.rule)
        if silent := SILENT_PICTURE.search(line):
            rule, what, mend = WITHOUT_WORDS
            column = silent.start() + 1
            yield Problem(source.path, number, what, mend, Severity.PUBLISHING, column, rule)


def _unseen(source: Source) -> Iterator[Problem]:
    """Find the first control character of a text."""
    if found := UNSEEN.search(source.body):
        line = source.body_line + source.body.count("\n", 0, found.start())
        column = found.start() - source.body.rfind("\n", 0, found.start())
        what = f"正文里有看不见的控制字符 U+{ord(found[0]):04X}"
        mend = "删去它，或者重写这一行"
        yield Problem(source.path, line, what, mend, column=column, rule="control-character")


def _targets_in(line: str) -> dict[str, int]:
    """Give where the links of *line* lead, each with the column at which it stands first."""
    found: dict[str, int] = {}
    for form in TARGETS:
        for each in form.finditer(line):
            found.setdefault(each[1], each.start(1) + 1)
    return found


def _may_be_lost(target: str) -> bool:
    """Say whether a link that leads somewhere may lead nowhere although its own text stays."""
    return not target.startswith(FIXED)


def _told_of_line(raw: str, line: str) -> Iterator[tuple[int, Told]]:
    """Tell what the page would not be fit to hold, with the columns where it stands."""
    if found := MARKER.search(raw):
        yield found.start() + 1, Told("slot-mark", "这个记号是留言专用的", "从正文里删去")
    if found := TITLE.search(line):
        told = Told("heading-one", "正文里有一级标题，和题目同级", "小标题从 ## 写起")
        yield found.start() + 1, told
    for name, column in _first(ACTIVE, line).items():
        yield column, Told("active-html", f"正文里不能写 <{name}>", "删去")
    for name, column in _first(ATTRIBUTE, line).items():
        yield column, Told("active-html", f"正文里不能写 {name} 属性", "删去")
    if found := FOREIGN.search(line):
        mend = "把文件放进 content/pictures"
        yield found.start() + 1, Told("picture-elsewhere", "图片来自别的网站", mend)


def _first(form: re.Pattern[str], line: str) -> dict[str, int]:
    """Give what *form* finds in *line*, in small letters, with the column of each first one."""
    found: dict[str, int] = {}
    for each in form.finditer(line):
        found.setdefault(each[1].lower(), each.start(1) + 1)
    return found


def check_link(target: str, page: str, file: str, site: Site) -> Told | None:
    """Say what is wrong with a link to *target* on *page*, which *file* makes; None when nothing
    is.
    """
    if not target:
        return Told("broken-link", "链接没有地址", "在 ( 和 ) 之间写地址")
    if indicated := INDICATED.fullmatch(target):
        return _check_indicated(indicated[1], indicated[2], target, page, file, site)
    try:
        scheme, host, *_ = urlsplit(target)
    except ValueError:
        return Told("broken-link", f"地址“{target}”写错了", LOST)
    if scheme in ELSEWHERE or host:
        return None
    if scheme:
        return Told("broken-link", f"“{target}”打不开", "写 https:// 或 / 开头的地址")
    return _check_address(urljoin(page, target), target, page, site)


def leads_to_withdrawn(target: str, page: str, file: str, site: Site) -> bool:
    """Say whether a link to *target* leads to a withdrawn story. That stops nothing: taking a story
    away must not wait until every text that names it has been mended.
    """
    if indicated := INDICATED.fullmatch(target):
        path = posixpath.join("/", posixpath.dirname(file), unquote(indicated[2]).partition("#")[0])
        return site.is_withdrawn(site.files.get(posixpath.normpath(path).lstrip("/"), ""))
    return target.startswith("/stories/") and site.is_withdrawn(unquote(target).partition("#")[0])


def _check_indicated(
    kind: str, name: str, target: str, page: str, file: str, site: Site
) -> Told | None:
    path, _, anchor = unquote(name).partition("#")
    path = posixpath.normpath(posixpath.join("/", posixpath.dirname(file), path)).lstrip("/")
    if file.startswith(f"{GALLERIES}/"):
        return Told("broken-link", f"图集里不能写“{target}”", PLAIN)
    if kind == "filename" and path in site.files:
        return _check_address(f"{site.files[path]}#{anchor}", target, page, site)
    if kind == "filename":
        near = get_close_matches(path, site.files, n=1)
        mend = did_you_mean(f"{{filename}}/{near[0]}") if near else LOST
        return Told("broken-link", f"没有已发布的文件“{path}”", mend)
    if kind == "static":
        return _check_address(f"/{path}", target, page, site)
    return Told("broken-link", f"不认识的写法“{target}”", PLAIN)


def _check_address(address: str, target: str, page: str, site: Site) -> Told | None:
    path, _, anchor = unquote(address).partition("#")
    path = path.partition("?")[0]
    if path.startswith("/pictures/"):
        return _check_picture(path.removeprefix("/pictures/"), site)
    if site.is_withdrawn(path):
        return None
    if path not in site.addresses and path not in site.others:
        return _lost(path, target, site)
    if waiting := site.told_of_waiting(path, target, page):
        return waiting
    return _check_anchor(anchor, path, target, site)


def _check_picture(name: str, site: Site) -> Told | None:
    """Check a link to a picture: drawings keep their names, of photos other files are published."""
    if name in site.pictures and is_photo(name):
        mend = f"把它显示出来：![……](/pictures/{name})"
        return Told("broken-link", f"照片“{name}”没有自己的网址", mend)
    return site.told_of_picture(name)


def _check_anchor(anchor: str, path: str, target: str, site: Site) -> Told | None:
    """Check the *anchor* of a page that is there; a former address has those of another page."""
    of_theme = site.anchors.get(path)
    is_year = path == "/stories/" and YEAR.fullmatch(anchor)
    if not anchor or of_theme is None or anchor in of_theme or is_year:
        return None
    if path not in site.addresses:
        near = get_close_matches(anchor, sorted(of_theme), n=1)
        mend = did_you_mean(f"#{near[0]}") if near else f"去掉 #{anchor}"
        return Told("broken-anchor", f"“{target}”在那一页上没有这个位置", mend)
    anchors = anchors_of(site.addresses[path], site.figures or NONE)
    if anchor in anchors:
        return None
    meant = slug_of(anchor)
    if meant not in anchors:
        meant = next(iter(get_close_matches(anchor, sorted(anchors), n=1)), "")
    mend = did_you_mean(f"#{meant}") if meant else "写那一页上一个小标题的拼音"
    return Told("broken-anchor", f"“{target}”没有对应的小标题", mend)


def _lost(path: str, target: str, site: Site) -> Told:
    """Tell of a link that leads nowhere, with what was probably meant."""
    name = path.rstrip("/").rpartition("/")[2]
    if "pictures/" in path and (told := site.told_of_picture(name)):
        return told
    return Told("broken-link", f"没有“{target}”这个地址", _mend_lost(path, name, target, site))


def _mend_lost(path: str, name: str, target: str, site: Site) -> str:
    known = sorted([*site.addresses, *site.others])
    photo = site.sources.find(below_content(target))
    slug = slug_of(name.removesuffix(".md"))
    named = [address for address in known if address.endswith(f"/{slug}/")]
    if photo in site.photos:
        return f"写成 {site.photos[photo]}"
    if "pictures/" in path:
        return f"写成 /pictures/{name}"
    if target.startswith("www."):
        return "在前面加上 https://"
    if f"{path}/" in known:
        return f"写成 {path}/"
    if slug and len(named) == 1:
        return f"写成 {named[0]}"
    near = get_close_matches(path, known, n=1, cutoff=0.9)
    return did_you_mean(near[0]) if near else LOST


def anchors_of(body: str, figures: Figures = NONE) -> frozenset[str]:
    """Give the anchors of a Markdown text: those of its headings, which may name *figures*, and
    those its HTML sets.
    """
    shown = FigureMarkdown(figures=figures)
    markdown = Markdown(extensions=["fenced_code", "tables", ChineseMarkdown(), shown])
    markdown.convert(body)
    ids = [heading.id for heading in headings_of(markdown)]
    return frozenset([*ids, *ID.findall(_without_code(body))])


def _without_images(text: str, images: Sequence[Image]) -> str:
    """Blank out *images*, so that what stands in them is not taken for links."""
    pieces, end = [], 0
    for image in images:
        blank = re.sub(r"[^\n]", " ", text[image.start : image.end])
        pieces += [text[end : image.start], blank]
        end = image.end
    return "".join([*pieces, text[end:]])


def _without_code(body: str) -> str:
    """Blank out code and comments of *body*; every line stays where it is."""
    return NOT_TEXT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), body)
