"""What machines find on a site that was really built."""

from __future__ import annotations

import dataclasses
import json
import re
from xml.etree import ElementTree

import html5lib
import pytest
import pyvips

from comment_archive.directory import BOARD
from plugins.discovery.redirects import ABOUT
from publishing.build import build
from publishing.release import BuildError
from tests.living_site import LivingSite
from tests.plugins.discovery.samples import ATOM, check_atom, check_schema

BASE = "http://127.0.0.1:8000"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
IMAGE = "{http://www.google.com/schemas/sitemap-image/1.1}"
HOSTILE = "]]></script><b>&amp; 😀"
RENAMED = """title: {hostile}
date: 2015-12-07
theme: culture
tags: 测试
summary: 摘要{hostile}
picture: scene.svg
picture_alt: 画面
source: 另一家报社
source_url: https://other.example/1
credit: 编辑部 · 插画：版式组
correction: 2015-12-08 改了{hostile}
correction: 2015-12-09 又改了一个字。
updated: 2015-12-09 10:15 补了{hostile}
formerly: old-name, older-name

正文，见[关于](/about/)。

![又一张](/pictures/scene.svg)

![路口](/pictures/crossing.jpg)
"""
ALBUM = """title: U站{hostile}
date: 2015-12-01
theme: culture
summary: 摘要{hostile}
cover: 02.jpg
formerly: old-stations, 旧U站

![画面一](01.jpg "图说 · 摄影：一人")

![画面二](02.jpg)
"""
SCHEMAS = {
    "NewsArticle": "news_article",
    "BreadcrumbList": "breadcrumb_list",
    "CollectionPage": "collection_page",
    "ImageGallery": "image_gallery",
    "ImageObject": "image_object",
    "WebSite": "web_site",
    "Comment": "comment",
}


def write_photo(path, colour):
    """Write a picture as a camera does."""
    picture = (pyvips.Image.black(1600, 1200, bands=3) + colour).cast("uchar")
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.copy(interpretation="srgb").jpegsave(str(path))


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Give a site with a story that was renamed and corrected, an album, and messages on many
    pages.
    """
    root = tmp_path_factory.mktemp("discovery")
    site = LivingSite.make(root, f"sqlite:///{root / 'comments.db'}")
    path = root / "content" / "stories" / "new-name.md"
    path.write_text(RENAMED.format(hostile=HOSTILE), "utf-8")
    for number in range(6):
        site.write_story(f"further-{number}", date="2015-11-30")
    album = root / "content" / "galleries" / "stations"
    write_photo(root / "content" / "pictures" / "crossing.jpg", [200, 90, 20])
    write_photo(album / "01.jpg", [20, 90, 200])
    write_photo(album / "02.jpg", [20, 200, 90])
    (album / "index.md").write_text(ALBUM.format(hostile=HOSTILE), "utf-8")
    site.build()
    for _ in range(8):
        number = site.post_approved(thread="first")
    site.publish()
    site.post_approved(thread="first", reply_to=number)
    site.publish()
    yield site
    site.close()


def nodes_of(page):
    """Give every node of structured data on *page*, held to its schema."""
    document = html5lib.HTMLParser(namespaceHTMLElements=False).parse(page)
    scripts = [s for s in document.iter("script") if s.get("type") == "application/ld+json"]
    nodes = [node for script in scripts for node in json.loads(script.text)["@graph"]]
    for node in nodes:
        check_schema(SCHEMAS[node["@type"]], node)
    return nodes


def kinds(site, name):
    """Name the kinds of structured data on a page."""
    return {node["@type"] for node in nodes_of(site.page(name))}


def test_structured_data_of_every_page(built):
    """Whatever structured data a page has are valid, and each kind of page has its own."""
    for name in built.tree():
        if name.endswith(".html"):
            nodes_of(built.page(name))
    assert kinds(built, "index.html") == {"WebSite"}
    assert kinds(built, "themes/culture/index.html") == {"CollectionPage", "BreadcrumbList"}
    assert kinds(built, "galleries/index.html") == {"CollectionPage", "BreadcrumbList"}
    assert kinds(built, "galleries/stations/index.html") == {"ImageGallery", "BreadcrumbList"}
    assert kinds(built, "galleries/stations/01/index.html") == {"ImageObject", "BreadcrumbList"}
    assert kinds(built, "stories/first/index.html") == {"NewsArticle", "BreadcrumbList", "Comment"}
    assert kinds(built, "stories/first/messages/1/index.html") == {"Comment"}


def test_addresses_in_structured_data_lead_somewhere(built):
    """Every address of our own that structured data name is a file, every place in it is there."""
    files = built.tree()
    identities = re.compile(r"/(#site|.*#page|messages/m-\d+|.*#(?:article|gallery|photo))$")
    for name in files:
        if not name.endswith(".html"):
            continue
        for url in re.findall(rf'"({BASE}[^"]*)"', json.dumps(nodes_of(built.page(name)))):
            if not identities.search(url):
                path, _, anchor = url.removeprefix(f"{BASE}/").partition("#")
                path += "index.html" if path == "" or path.endswith("/") else ""
                assert path in files, (name, url)
                assert not anchor or f'id="{anchor}"' in built.page(path), (name, url)


def test_story_tells_its_corrections_and_source(built):
    """What the head of a story says reaches its structured data and its feeds to the letter."""
    article = nodes_of(built.page("stories/new-name/index.html"))[0]
    assert article["headline"] == HOSTILE
    assert article["author"]["name"] == "编辑部"
    assert article["creditText"] == "编辑部 · 插画：版式组"
    assert article["isBasedOn"] == "https://other.example/1"
    assert [each["text"] for each in article["correction"]] == ["又改了一个字。", f"改了{HOSTILE}"]
    assert article["dateModified"] == "2015-12-09T10:15:00+08:00"
    root = check_atom(built.page("feed.xml"))
    entry = root.findall(f"{ATOM}entry")[0]
    assert entry.findtext(f"{ATOM}title") == HOSTILE
    assert entry.findtext(f"{ATOM}updated") == root.findtext(f"{ATOM}updated")
    assert entry.findtext(f"{ATOM}updated") == "2015-12-09T10:15:00+08:00"
    assert entry.findtext(f"{ATOM}id") == f"{BASE}/stories/old-name/"
    html = entry.findtext(f"{ATOM}content")
    assert html.startswith("<h2>更正</h2>")
    assert f'<a href="{BASE}/about/"' in html
    assert not re.search(r'(?:href|src)="(?!http)', html)


def feed_names(site):
    """Name every feed of the site, without its ending."""
    themes = [f"themes/{slug}/feed" for slug in ("civility", "culture")]
    stories = [
        f"{thread.url.lstrip('/')}messages"
        for thread in site.directory.threads.values()
        if thread.id != BOARD
    ]
    return ["feed", "galleries/feed", "messages/feed", *themes, *stories]


def test_every_feed(built):
    """Each feed stands there in both kinds, valid, with the same entries; there is no other."""
    names = feed_names(built)
    found = {name for name in built.tree() if re.search(r"(feed|messages)\.(xml|json)$", name)}
    assert found == {f"{name}.{ending}" for name in names for ending in ("xml", "json")}
    for name in names:
        root = ElementTree.fromstring(built.page(f"{name}.xml").encode())
        feed = json.loads(built.page(f"{name}.json"))
        check_schema("json_feed", feed)
        assert root.findtext(f"{ATOM}title") == feed["title"]
        ids = [entry.findtext(f"{ATOM}id") for entry in root.findall(f"{ATOM}entry")]
        assert ids == [item["id"] for item in feed["items"]]
        assert feed["feed_url"] == f"{BASE}/{name}.json"
        assert feed["home_page_url"].removeprefix(f"{BASE}/") + "index.html" in built.tree()
        own = [a.get("href") for a in root.findall(f"{ATOM}link") if a.get("rel") == "self"]
        assert own == [f"{BASE}/{name}.xml"]
    for name in ("feed", "galleries/feed", "themes/culture/feed"):
        check_atom(built.page(f"{name}.xml"))


def test_sitemap_of_the_site(built):
    """Each address of the sitemap is a page that is its own canonical one, each picture a file."""
    files = built.tree()
    root = ElementTree.fromstring(built.page("sitemap.xml").encode())
    urls = [url.findtext(f"{MAP}loc") for url in root]
    assert len(urls) == len(set(urls))
    for url in urls:
        page = built.page(url.removeprefix(f"{BASE}/") + "index.html")
        assert f'<link rel="canonical" href="{url}">' in page
    assert {f"{BASE}/stories/page/1/", f"{BASE}/tags/ce-shi/page/1/"} <= set(urls)
    own = {name: f"{BASE}/{name.removesuffix('index.html')}" for name in files}
    older = re.compile(r"messages/\d+/index\.html$")  # they come with messages, between builds
    assert set(urls) == {
        url
        for name, url in own.items()
        if name.endswith(".html")
        and f'<link rel="canonical" href="{url}">' in built.page(name)
        and 'content="noindex' not in built.page(name)
        and not older.search(name)
    }
    for image in root.iter(f"{IMAGE}loc"):
        assert image.text.removeprefix(f"{BASE}/") in files
    paths = {url.removeprefix(BASE) for url in urls}
    assert {"/", "/stories/", "/stories/new-name/", "/themes/culture/", "/galleries/"} <= paths
    assert {"/about/", "/messages/", "/tags/ce-shi/"} <= paths
    assert {"/galleries/stations/", "/galleries/stations/01/"} <= paths
    assert not {path for path in paths if re.search(r"404|_records|old|messages/\d", path)}
    ages = {url.findtext(f"{MAP}loc"): url.findtext(f"{MAP}lastmod") for url in root}
    assert ages[f"{BASE}/stories/new-name/"] == "2015-12-09T10:15:00+08:00"
    assert ages[f"{BASE}/themes/civility/"] == "2015-12-06T00:00:00+08:00"
    assert ages[f"{BASE}/messages/"] is None
    for address in ("galleries/", "galleries/stations/", "galleries/stations/02/"):
        assert ages[f"{BASE}/{address}"] == "2015-12-01T00:00:00+08:00"


def test_pictures_are_told_in_the_size_for_sharing(built):
    """Feeds and sitemap name of each photo its JPEG of 1280 pixels, and nothing else of it."""
    feed = json.loads(built.page("galleries/feed.json"))
    (item,) = feed["items"]
    assert item["title"] == f"U站{HOSTILE}"
    name = rf"{BASE}/pictures/02-[0-9a-f]{{10}}-1280\.jpg"
    assert re.fullmatch(name, item["image"])
    assert re.search(
        f'<img src="{name}" alt="画面二" width="1280" height="960">', item["content_html"]
    )
    assert "图说 · 摄影：一人</figcaption>" in item["content_html"]
    assert "photo__cells" not in built.page("feed.xml")
    root = ElementTree.fromstring(built.page("sitemap.xml").encode())
    shown = {u.findtext(f"{MAP}loc"): [i.text for i in u.iter(f"{IMAGE}loc")] for u in root}
    assert shown[f"{BASE}/galleries/stations/02/"] == [item["image"]]
    assert shown[f"{BASE}/galleries/"] == [item["image"]]
    scene, crossing = shown[f"{BASE}/stories/new-name/"]
    assert scene == f"{BASE}/pictures/scene.svg"
    assert re.fullmatch(rf"{BASE}/pictures/crossing-[0-9a-f]{{10}}-1280\.jpg", crossing)


def test_photo_is_shared_with_itself(built):
    """The page of a photo names its own JPEG with its size, that of an album a card."""
    page = built.page("galleries/stations/01/index.html")
    name = rf'<meta property="og:image" content="{BASE}/pictures/01-[0-9a-f]{{10}}-1280\.jpg">'
    assert re.search(name, page)
    assert '<meta property="og:image:width" content="1280">' in page
    assert "/assets/card-" in built.page("galleries/stations/index.html")


def test_former_addresses(built):
    """Former addresses hold a page that leads on, and stand in the web server's map."""
    for slug in ("old-name", "older-name"):
        page = built.page(f"stories/{slug}/index.html")
        assert 'content="0; url=/stories/new-name/"' in page
        document = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
        assert "".join(document.find(".//a").itertext()) == HOSTILE
    ways = (built.release.records / "redirects.map").read_text("utf-8").splitlines()
    wanted = [f"/stories/{slug} /stories/new-name;" for slug in ("old-name", "older-name")]
    albums = [f"/galleries/{slug} /galleries/stations;" for slug in ("old-stations", "jiu-u-zhan")]
    assert ways == [ABOUT.strip(), *wanted, *albums]
    for name in ("", "01/", "02/"):
        page = built.page(f"galleries/old-stations/{name}index.html")
        assert f'content="0; url=/galleries/stations/{name}"' in page
    for name in ("redirects.map", "redirects.caddy"):
        record, handed = built.release.records / name, built.releases / name
        assert handed.read_bytes() == record.read_bytes()


def test_messages_rewrite_no_file_of_stories(built):
    """An approval leaves the stories' feeds and the sitemap alone, and the whole is as built."""
    before = built.times()
    built.post_approved(thread="second")
    written = set(built.publish())
    assert {"messages/feed.json", "stories/second/messages.json"} <= written
    kept = {name for name in before if re.search(r"(^|/)feed\.(xml|json)$|sitemap|robots", name)}
    kept -= {"messages/feed.xml", "messages/feed.json"}
    assert len(kept) == 10
    assert not kept & written
    assert {name: built.times()[name] for name in kept} == {name: before[name] for name in kept}


def test_full_build_gives_the_same(built, tmp_path):
    """A clean build of the same state gives every file to the byte."""
    assert built.tree() == built.clean_build(tmp_path / "clean")


def test_former_address_of_another_story_fails_the_build(built):
    """A former address that is another story's fails the build, and the site stays."""
    path = built.root / "content" / "stories" / "third.md"
    path.write_text(RENAMED.format(hostile="x").replace("old-name, older-name", "first"), "utf-8")
    before = built.release
    with pytest.raises(BuildError, match="first"):
        build(dataclasses.replace(built.plan()))
    assert built.release == before
    path.unlink()
