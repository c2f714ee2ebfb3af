"""Albums of a whole site: what an editor drops into a folder, and what readers get of it."""

from __future__ import annotations

import hashlib
import html
import io
import json
import re

import pytest
from PIL import Image

from plugins.galleries.recipe import RECIPES
from tests.living_site import LivingSite
from tests.plugins.galleries.bad_pictures import encoded, quarters
from tests.publishing.test_build import check_page
from tests.site.albums import WIDE, photograph, told_by_build, without, write_album

CAPTIONS = {"en": "A caption in English", "zh-CN": "照片自带的中文说明"}
NAMES = (
    "with spaces.jpg",
    "number #1.jpg",
    "100%.jpg",
    "\"double\" and 'single'.jpg",
    "请愿书.jpg",
    "same.jpg",
    "SAME.jpeg",
    "same.png",
    "(1).jpg",
    "a&b<c>.jpg",
)
CORNER = """\
早上七点，街角先亮了灯。

![推开卷帘门](03.jpg "开门 · 街坊")
![一壶热水](xmp.jpg)

## 下雨以后

![撑着红伞](iptc.jpg "· 另一位街坊") ![送一位老人](exif.jpg)
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Give a site with albums and a story that shows them; nobody changes it."""
    folder = tmp_path_factory.mktemp("galleries")
    site = LivingSite.make(folder, f"sqlite:///{folder / 'comments.db'}")
    write_album(
        site,
        "corner",
        {
            "03.jpg": photograph(3, WIDE, captions=CAPTIONS, credit="相机的主人"),
            "xmp.jpg": photograph(4, captions=CAPTIONS, description="EXIF里的说明"),
            "iptc.jpg": without(photograph(5, captions={"zh-CN": "IPTC里的说明"}), "xmp"),
            "exif.jpg": without(
                photograph(6, captions=CAPTIONS, description="EXIF里的说明"), "xmp", "iptc"
            ),
            "10.jpg": photograph(7, alt="排队的人"),
            "2.jpg": photograph(8, captions={"zh-CN": "收伞"}),
        },
        CORNER,
        theme="culture",
        cover="iptc.jpg",
        credit="摄影：编辑部",
    )
    write_album(site, "draft", {"secret.jpg": photograph(9)}, status="draft", title="没写完的图集")
    write_album(
        site,
        "names",
        {
            name: encoded(quarters(), "PNG") if name.endswith("png") else photograph(number)
            for number, name in enumerate(NAMES, 20)
        },
        date="2015-12-01",
    )
    pictures = site.root / "content" / "pictures"
    (pictures / "Lead picture.jpg").write_bytes(photograph(10, WIDE, captions=CAPTIONS))
    (pictures / "within.png").write_bytes(encoded(quarters(WIDE), "PNG"))
    story = site.write_story(
        "third",
        body='![人群](../pictures/within.png "广场上")\n\n![街角](/galleries/corner/xmp.jpg)\n\n'
        "[[gallery: corner]]",
    )
    text = story.read_text("utf-8").replace("scene.svg", "Lead picture.jpg")
    story.write_text(text, "utf-8")
    site.build()
    yield site
    site.close()


def main_of(page):
    """Give what a page shows, without head, header and footer."""
    return re.search(r"<main.*</main>", page, re.DOTALL)[0]


def photos_of(page):
    """Give the addresses of the photos' pages that *page* leads to, in its order."""
    return re.findall(r'class="photo__link" href="([^"]+)"', page)


def captions_of(page):
    """Give what stands below the photos of *page*, without markup and invisible signs."""
    found = re.findall(r"<figure class=\"photo\">.*?</figure>", page, re.DOTALL)
    texts = (re.search(r"<figcaption[^>]*>(.*?)(?:<span|</fig)", each, re.DOTALL) for each in found)
    return [
        re.sub(r"[\u2060\u200b]", "", html.unescape(re.sub(r"<[^>]+>", "", text[1]))).strip()
        if text
        else ""
        for text in texts
    ]


def alternatives_of(page):
    """Give the words for those who do not see the photos of *page*."""
    return [
        html.unescape(alt)
        for alt in re.findall(r'<img class="photo__image"[^>]* alt="([^"]*)"', page)
    ]


def test_photos_stand_as_the_text_names_them_and_others_follow_by_name(site):
    """The order is that of the text, then that of names, 2 before 10; text stands in between."""
    page = site.page("galleries/corner/index.html")
    slugs = ["03", "xmp", "iptc", "exif", "2", "10"]
    assert photos_of(page) == [f"/galleries/corner/{slug}/" for slug in slugs]
    pieces = ["早上七点", "/corner/03/", "下雨以后", "/corner/iptc/"]
    places = [main_of(page).index(piece) for piece in pieces]
    assert places == sorted(places)


def test_captions_are_those_of_the_text_then_of_the_file(site):
    """Markdown's caption is taken, else XMP's in Chinese, else IPTC's, else EXIF's."""
    page = site.page("galleries/corner/index.html")
    captions = ["开门", "照片自带的中文说明", "IPTC里的说明", "EXIF里的说明", "收伞", ""]
    assert captions_of(page) == captions


def test_credits_are_those_of_the_text_then_of_the_album(site):
    """Who is named beside a caption made the photo, else whom the album's head names."""
    slugs = ("03", "xmp", "iptc", "exif")
    pages = [main_of(site.page(f"galleries/corner/{slug}/index.html")) for slug in slugs]
    names = ("街坊", "摄影：编辑部", "另一位街坊", "摄影：编辑部")
    for page, name in zip(pages, names, strict=True):
        assert f"<li>{name}</li>" in page
        assert "相机的主人" not in page


def test_words_for_the_blind_are_those_of_the_text_then_of_the_file(site):
    """A photo that the text does not name has the words of its file, or its caption's."""
    page = site.page("galleries/corner/index.html")
    words = ["推开卷帘门", "一壶热水", "撑着红伞", "送一位老人", "收伞", "排队的人"]
    assert alternatives_of(page) == words


def test_what_a_camera_says_of_every_picture_is_shown_nowhere(site):
    """Its boilerplate stands in no file, and English does not replace Chinese."""
    for name, content in site.tree().items():
        assert b"OLYMPUS" not in content, name
        assert b"A caption in English" not in content, name


def test_every_photo_leads_to_its_neighbours(site):
    """The pages of an album's photos are a chain with two ends."""
    slugs = ["03", "xmp", "iptc", "exif", "2", "10"]
    pages = [site.page(f"galleries/corner/{slug}/index.html") for slug in slugs]
    ways = [
        {
            rel: slug
            for slug, rel in re.findall(r'href="/galleries/corner/(\w+)/" rel="(\w+)"', page)
        }
        for page in pages
    ]
    assert [way.get("prev") for way in ways] == [None, *slugs[:-1]]
    assert [way.get("next") for way in ways] == [*slugs[1:], None]


def test_page_of_a_photo_shows_it_large_with_its_caption(site):
    """It shows all sizes, caption and credit, its place, and what machines are told."""
    page = site.page("galleries/corner/03/index.html")
    for text in ("开门", "街坊", "推开卷帘门", "第1张，共6张", 'width="900" height="600"', "900w"):
        assert text in page
    large = re.search(r'property="og:image" content="http://127.0.0.1:8000/([^"]+)"', page)[1]
    assert Image.open(io.BytesIO(site.tree()[large])).size == WIDE
    told = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])
    assert "ImageObject" in json.dumps(told)


def test_srcsets_hold_files_of_the_widths_that_they_name(site):
    """Every file of a photo is there, as wide as pages say."""
    tree = site.tree()
    page = site.page("galleries/corner/03/index.html")
    found = re.findall(r"/(pictures/03-\w+-\d+\.\w+) (\d+)w", page)
    assert sorted(int(width) for _, width in found) == [320, 640, 640, 900, 900]
    for name, width in found:
        assert Image.open(io.BytesIO(tree[name])).width == int(width)


@pytest.mark.parametrize("name", NAMES)
def test_whatever_a_photo_is_called_it_is_shown(site, name):
    """Blanks, signs of addresses, quotation marks, Han, one stem twice: each photo has a page."""
    content = (site.root / "content" / "galleries" / "names" / name).read_bytes()
    key = RECIPES["standard"].formats[-1].key(hashlib.sha256(content).hexdigest())
    addresses = photos_of(site.page("galleries/names/index.html"))
    assert all(re.fullmatch(r"/galleries/names/[a-z0-9-]+/", address) for address in addresses)
    pages = [site.page(f"{address.strip('/')}/index.html") for address in addresses]
    assert len(pages) == len(NAMES)
    figures = [main_of(page).partition('<nav class="turn"')[0] for page in pages]
    assert [f"-{key}-" in figure for figure in figures].count(True) == 1


def test_draft_and_its_pictures_are_nowhere(site):
    """Neither page nor picture nor name of a draft is in the release or in the cache."""
    names = [*site.tree(), *(path.name for path in site.root.glob("pictures-made/*"))]
    assert not [name for name in names if "draft" in name or "secret" in name]
    for name, content in site.tree().items():
        assert "没写完的图集".encode() not in content, name


def test_feeds_know_the_albums(site):
    """Albums have feeds of their own, and stand in that of the site."""
    for name in ("feed.json", "galleries/feed.json"):
        urls = [item["url"] for item in json.loads(site.tree()[name])["items"]]
        assert "http://127.0.0.1:8000/galleries/corner/" in urls
    assert "/galleries/corner/iptc/" in site.page("galleries/feed.xml")


def test_sitemap_knows_albums_and_photos_with_their_pictures(site):
    """Each page of an album and of a photo is listed, the latter with its picture."""
    entries = re.findall(r"<url>.*?</url>", site.page("sitemap.xml"), re.DOTALL)
    found = {
        re.search("<loc>http://127.0.0.1:8000([^<]*)", entry)[1]: entry.count("<image:loc>")
        for entry in entries
    }
    assert found["/galleries/corner/"] == 6
    assert found["/galleries/corner/03/"] == 1
    assert found["/galleries/"] == 2


def test_home_shows_the_newest_album(site):
    """The home page has a strip of it."""
    home = site.page("index.html")
    assert "/galleries/corner/03/" in photos_of(home)
    assert "/galleries/names/" not in "".join(photos_of(home))


def test_list_of_albums_shows_their_covers(site):
    """It shows each album with the picture that its head names, the newest first."""
    page = site.page("galleries/index.html")
    cards = re.findall(r"<article class=\"album-card.*?</article>", page, re.DOTALL)
    assert [re.search('href="(/galleries/[^"]+)"', card)[1] for card in cards] == [
        "/galleries/corner/",
        "/galleries/names/",
    ]
    assert "/pictures/iptc-" in cards[0]


def test_story_shows_photos_and_an_album(site):
    """Its lead picture and those of its text are shown in all sizes, with what their files tell;
    the album in a strip.
    """
    page = site.page("stories/third/index.html")
    assert re.search(r'src="/pictures/lead-picture-\w+-640\.jpg" srcset=', page)
    assert re.search(r'src="/pictures/within-\w+-640\.jpg" srcset=[^>]* alt="人群"', page)
    assert re.search(r'src="/pictures/xmp-\w+-480\.jpg" srcset=[^>]* alt="街角"', page)
    assert "照片自带的中文说明" in page
    assert photos_of(page) == [
        f"/galleries/corner/{s}/" for s in ("03", "xmp", "iptc", "exif", "2", "10")
    ]


def test_feeds_hold_addresses_that_stand_anywhere(site):
    """Pictures of texts and strips have whole addresses in feeds, in each size."""
    items = json.loads(site.tree()["feed.json"])["items"]
    texts = {item["url"].rpartition("8000")[2]: item["content_html"] for item in items}
    assert texts["/stories/third/"].count("http://127.0.0.1:8000/pictures/within-") == 6
    for text in texts.values():
        assert not re.findall(r'(?:src|srcset|href)="/|, /pictures/', text)


def test_originals_are_not_published_unasked(site):
    """No file that an editor dropped is in the release, under whatever name."""
    folders = ("galleries", "pictures")
    own = {
        path.read_bytes()
        for folder in folders
        for path in (site.root / "content" / folder).rglob("*.[jp][pn]*g")
    }
    assert own
    assert not own & set(site.tree().values())


def test_pages_of_albums_are_valid(site):
    """They keep the rules of all pages."""
    for name in site.tree():
        if name.endswith(".html"):
            check_page(name, site.page(name))


def test_addresses_on_pages_lead_somewhere(site):
    """Every link, picture and file of a srcset is there."""
    files = set(site.tree())
    for name in sorted(files):
        if not name.endswith(".html"):
            continue
        page = html.unescape(site.page(name))
        targets = re.findall(r'(?:href|src)="(/[^"#?]*)', page)
        targets += re.findall(r"(/pictures/\S+) \d+w", page)
        for target in targets:
            path = target.lstrip("/") + ("index.html" if target.endswith("/") else "")
            of_service = re.fullmatch(r"/messages/(new|[0-9]+/report)", target)
            assert path in files or of_service, (name, target)


def test_advice_makes_an_album_fit_to_be_published(sqlite_site):
    """Pictures without words are told of, and the words that are proposed, written into the text
    whatever the files are called, are enough.
    """
    folder = write_album(
        sqlite_site, "names", {name: photograph(20) for name in NAMES if name != "same.png"}
    )
    told = told_by_build(sqlite_site)
    assert len(told) == len(NAMES) - 1
    proposed = (line.removesuffix(" [alt-missing]") for line in told)
    advice = [line.rpartition("在正文里写一行 ")[2] for line in proposed]
    text = folder / "index.md"
    text.write_text(text.read_text("utf-8") + "\n\n" + "\n".join(advice) + "\n", "utf-8")
    assert told_by_build(sqlite_site, PRODUCTION=True, SITEURL="https://huisheng.example") == []


def test_words_of_a_file_are_text(sqlite_site):
    """Whatever somebody wrote into a photo, it is shown as it stands, as no markup."""
    words = '看 <script>alert(1)</script> "这里" & 那里'
    write_album(sqlite_site, "corner", {"01.jpg": photograph(1, captions={"zh-CN": words})})
    sqlite_site.build()
    assert alternatives_of(sqlite_site.page("galleries/corner/index.html")) == [words]
    for name, content in sqlite_site.tree().items():
        assert b"<script>alert" not in content or name.endswith(".json"), name


def test_pictures_of_the_home_page_may_be_photos(sqlite_site):
    """Photos stand wherever the campaign's data name a drawing; one that is bad leaves its words
    in a preview.
    """
    content = sqlite_site.root / "content"
    data = (content / "campaign.toml").read_text("utf-8")
    for name in ("hero.jpg", "slide.jpg", "section.jpg"):
        (content / "pictures" / name).write_bytes(photograph(1, WIDE))
        data = data.replace('picture = "scene.svg"', f'picture = "{name}"', 1)
    (content / "campaign.toml").write_text(data, "utf-8")
    assert told_by_build(sqlite_site) == []
    shown = re.findall(r'src="/pictures/(\w+)-\w{10}-640\.jpg"', sqlite_site.page("index.html"))
    assert {"hero", "slide", "section"} == set(shown)
    (content / "pictures" / "hero.jpg").write_bytes(b"")
    (sqlite_site.root / "pictures-made" / "manifest.json").unlink()
    assert len(told_by_build(sqlite_site)) == 1
    assert "photo__missing" in sqlite_site.page("index.html")
