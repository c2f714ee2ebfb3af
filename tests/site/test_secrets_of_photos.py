"""What a camera noted of its owner is nowhere in what a build publishes."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image, ImageOps, PngImagePlugin

from audit.leaks import find_leaks
from tests.living_site import LivingSite
from tests.plugins.galleries.bad_pictures import encoded
from tests.site.albums import WIDE, photograph, told_by_build, write_album
from theme.illustrations.camera import CameraNotes

SECRETS = CameraNotes().secrets()
OFFERED = {"upright.jpg": "JPEG", "lying.JPG": "JPEG", "shot.png": "PNG", "shot.webp": "WEBP"}


def photograph_as(kind, number, **notes):
    """Take a photo and save it as another *kind* of file with everything that was noted."""
    jpeg = photograph(number, **notes)
    if kind == "JPEG":
        return jpeg
    image = Image.open(io.BytesIO(jpeg))
    exif, xmp = image.info["exif"], image.info["xmp"]
    pixels = Image.frombytes(image.mode, image.size, image.tobytes())
    if kind == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_itxt("XML:com.adobe.xmp", xmp.decode())
        texts.add_text("Comment", "OWNER-OF-CAMERA-7731", zip=True)
        return encoded(pixels, "PNG", exif=exif, pnginfo=texts)
    return encoded(pixels, kind, exif=exif, xmp=xmp, lossless=True)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Give a site full of photos whose cameras noted everything."""
    folder = tmp_path_factory.mktemp("secrets")
    site = LivingSite.make(folder, f"sqlite:///{folder / 'comments.db'}")
    photos = {
        name: photograph_as(kind, number, orientation=6 if name == "lying.JPG" else 1)
        for number, (name, kind) in enumerate(OFFERED.items())
    }
    others = {
        "shot.avif": photograph_as("AVIF", 11),
        "shot.tif": encoded(Image.open(io.BytesIO(photograph(12))), "TIFF"),
    }
    write_album(site, "offered", photos | others, originals="yes")
    captions = {"zh-CN": "一张照片"}
    thumbnail = photograph(30, (120, 80))
    kept = photograph(31, WIDE, captions=captions, thumbnail=thumbnail)
    write_album(site, "kept", {"only.jpg": kept, **photos}, date="2015-12-30")
    pictures = site.root / "content" / "pictures"
    for name, content in photos.items():
        (pictures / name).write_bytes(content)
    body = "\n\n".join(f"![照片](/pictures/{name})" for name in photos)
    story = site.write_story("third", body=body)
    story.write_text(story.read_text("utf-8").replace("scene.svg", "lying.JPG"), "utf-8")
    site.told = told_by_build(site)
    yield site
    site.close()


def originals_of(site):
    """Give the published originals by name."""
    return {name: each for name, each in site.tree().items() if "-original." in name}


def pixels_of(content):
    """Give mode, size and pixels of a picture, held upright."""
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(content)))
    return image.mode, image.size, image.tobytes()


def test_every_source_holds_secrets(site):
    """What is looked for is there before the build, in every file."""
    for folder in ("galleries/offered", "galleries/kept", "pictures"):
        sources = site.root / "content" / folder
        leaking = {line.partition(": ")[0] for line in find_leaks(sources, SECRETS)}
        assert leaking == {path.name for path in sources.iterdir()} - {"index.md", "scene.svg"}


def test_nothing_published_holds_a_secret(site):
    """No file of the release holds a secret or any notes, and none of its records."""
    assert find_leaks(site.release.folder, SECRETS) == []


def test_originals_are_what_the_camera_took(site):
    """An album that asks for it offers its JPEG, PNG and WebP files, to the last pixel."""
    folder = site.root / "content" / "galleries" / "offered"
    given = sorted(pixels_of((folder / name).read_bytes()) for name in OFFERED)
    assert given == sorted(map(pixels_of, originals_of(site).values()))


def test_pages_of_photos_offer_their_originals(site):
    """The page of each photo leads to its own original; other albums' pages lead to none."""
    for slug in ("upright", "lying", "shot-2", "shot-4"):
        page = site.page(f"galleries/offered/{slug}/index.html")
        (name,) = re.findall(r'href="/(pictures/[^"]+-original\.\w+)" download', page)
        assert name in originals_of(site)
    pages = (text for name, text in site.tree().items() if name.startswith("galleries/kept/"))
    assert not [page for page in pages if b"-original" in page]


def test_originals_that_cannot_be_stripped_are_told_of_and_shown(site):
    """AVIF and TIFF files are shown as all photos are, but not offered."""
    told = [line for line in site.told if "原片" in line]
    for line, name in zip(told, ("shot.avif", "shot.tif"), strict=True):
        path = site.root / "content" / "galleries" / "offered" / name
        assert line == (
            f"{path}:1: 不能提供原片下载，这种文件里相机记下的信息拿不干净："
            "另存为JPEG [picture-damaged]"
        )
    assert "galleries/offered/shot/index.html" in site.tree()
    assert "-original" not in site.page("galleries/offered/shot/index.html")
