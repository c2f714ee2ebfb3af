"""Stories and albums for tests, ordinary and hostile, and what checks the files made of them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from jsonschema import Draft202012Validator

from plugins.discovery.files import FileMaker
from plugins.discovery.links import pictures
from plugins.discovery.records import Publication, Story, Theme
from plugins.galleries.albums import Album, AlbumPhoto, Wall
from plugins.galleries.options import GalleryOptions
from plugins.galleries.records import Made, Photo
from plugins.words.catalogue import Words, read_words
from tests.living_site import ROOT

SHENZHEN = timezone(timedelta(hours=8))
MOMENT = datetime(2015, 12, 5, 8, 30, tzinfo=SHENZHEN)
ATOM = "{http://www.w3.org/2005/Atom}"
SCHEMAS = Path(__file__).parents[2] / "data" / "structured"
HOSTILE = [
    "]]> <![CDATA[",
    "</script><script>alert(1)</script>",
    "<!--slot wall-->",
    "a & b &amp; c &#0;",
    "\"'` onload=x",
    "😀👩‍👩‍👧 𠮷",
    "{{ 7 * 7 }} {% raw %} @@title@@",
    "]]>\u2028\u2029",
]
UNSPEAKABLE = "a\0b\x01\x1b\x7f\x85\ufffe\ud800b"
"""Characters that neither XML nor HTML may hold."""


def make_publication(**changes) -> Publication:
    """Make a site, with *changes*."""
    values = {
        "url": "https://example.org",
        "name": "样本专题",
        "description": "用来测试的小专题。",
        "language": "zh-CN",
        "publisher": "样本频道",
        "publisher_url": "https://example.org/",
    }
    return Publication(**(values | changes))


def make_story(slug="first", **changes) -> Story:
    """Make a story, with *changes*."""
    values = {
        "title": f"故事{slug}",
        "lead": f"故事{slug}的摘要。",
        "slug": slug,
        "thread": slug,
        "published": MOMENT,
        "modified": MOMENT,
    }
    html = changes.pop("html", "<p>正文。</p>")
    own = {"read": lambda: html, "pictures": pictures(html)}
    return Story(**(values | own | changes))


def make_theme(slug="culture", **changes) -> Theme:
    """Make a theme, with *changes*."""
    return Theme(**({"title": "主题文化", "summary": "一句话。", "slug": slug} | changes))


def make_made(name="01", width=4000, height=3000) -> Made:
    """Make the record of a picture's files; *name* is what they begin with."""
    files = [("avif", f"{name}-aaaaaaaaaa-640.avif", 640)]
    files += [("jpg", f"{name}-bbbbbbbbbb-{w}.jpg", w) for w in (640, 1280, 1920)]
    return Made(digest="0" * 64, width=width, height=height, cells="a98cb8", files=tuple(files))


def make_photo(slug="01", album="stations", **changes) -> AlbumPhoto:
    """Make a photo of an album, with *changes*."""
    source = f"galleries/{album}/{slug}.jpg"
    values = {
        "slug": slug,
        "address": f"/galleries/{album}/{slug}/",
        "photo": Photo(source=source, made=make_made(slug)),
        "alt": f"画面{slug}",
        "caption": "",
        "credit": "",
        "taken": "",
    }
    return AlbumPhoto(**(values | changes))


def make_album(*photos, slug="stations", **changes) -> Album:
    """Make an album of *photos*, the first of which is its cover, with *changes*."""
    values = {
        "slug": slug,
        "title": f"图集{slug}",
        "summary": f"图集{slug}的摘要。",
        "date": MOMENT,
        "theme": "",
        "credit": "",
        "cover": photos[0] if photos else None,
        "options": GalleryOptions(),
        "parts": (Wall(photos=photos),) if photos else (),
        "path": Path("content", "galleries", slug, "index.md"),
    }
    return Album(**(values | changes))


@cache
def make_words() -> Words:
    """Give the theme's own Chinese words."""
    return read_words(ROOT / "theme" / "words", "zh-CN")


def make_files(**changes) -> FileMaker:
    """Make a maker of files with the theme's templates; *changes* are those of the site."""
    templates = ROOT / "theme" / "templates"
    return FileMaker.of_templates(make_publication(**changes), make_words(), templates)


def check_schema(name: str, data: object) -> None:
    """Hold *data* to the schema *name*; raises jsonschema's error."""
    schema = json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(data)


def check_atom(text: str) -> ElementTree.Element:
    """Hold a feed to what RFC 4287 asks of every one; gives its root."""
    root = ElementTree.fromstring(text.encode())
    assert root.tag == f"{ATOM}feed"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang")
    entries = root.findall(f"{ATOM}entry")
    ids = [element.text for element in root.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids)) == 1 + len(entries)
    for part in (root, *entries):
        for name in ("id", "title", "updated"):
            assert len(part.findall(f"{ATOM}{name}")) == 1, (name, part)
        links = [link for link in part.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
        assert len(links) == 1
        assert part.findtext(f"{ATOM}author/{ATOM}name")
    for kind in ("updated", "published"):
        moments = [element.text for element in root.iter(f"{ATOM}{kind}")]
        assert all(datetime.fromisoformat(moment).tzinfo for moment in moments)
    for link in root.iter(f"{ATOM}link"):
        assert link.get("href").startswith(("http://", "https://"))
    for entry in entries:
        assert entry.find(f"{ATOM}content").get("type") == "html"
        assert len(entry.findall(f"{ATOM}summary")) == 1
    return root
