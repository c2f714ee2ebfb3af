from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest

from plugins.galleries.albums import Album, AlbumPhoto, Wall
from plugins.galleries.options import GalleryOptions
from plugins.galleries.originals import KEPT, publish_originals
from plugins.galleries.records import Made, Photo
from plugins.galleries.stripping import strip
from tests.plugins.galleries.bad_pictures import encoded, jpeg, quarters
from theme.illustrations.camera import CameraNotes, write_notes

GOOD = write_notes(jpeg(), CameraNotes())
OTHER = write_notes(jpeg((300, 200)), CameraNotes())
SOURCE = "galleries/corner/01.JPG"


@pytest.fixture
def folders(tmp_path):
    """Give the folders of content, cache and release."""
    for name in ("content/galleries/corner", "cache", "release"):
        (tmp_path / name).mkdir(parents=True)
    return tmp_path / "content", tmp_path / "cache", tmp_path / "release"


def album_of(content, source=SOURCE, **options):
    """Give an album with one photo, which was made when its file had *content*."""
    made = Made(digest=hashlib.sha256(content).hexdigest(), width=480, height=320)
    photo = AlbumPhoto(slug="01", address="/x/", photo=Photo(source=source, made=made))
    return Album(
        slug="corner",
        title="街角",
        summary="",
        date=datetime(2015, 12, 20, tzinfo=UTC),
        options=GalleryOptions(**{"originals": True, **options}),
        parts=(Wall(photos=(photo,)),),
        path=None,
    )


def publish(folders, shown, there=None):
    """Publish the original of a photo that is *shown* with one content while its file has another;
    gives addresses, what is wrong, and the published files.
    """
    content, cache, release = folders
    if there is not None:
        (content / SOURCE).write_bytes(there)
    addresses, failures = publish_originals([album_of(shown)], content, cache, release)
    return addresses, failures, {path.name: path.read_bytes() for path in release.iterdir()}


def test_original_is_published_stripped(folders):
    """It has an address of the site that names it, and holds the picture alone."""
    addresses, failures, published = publish(folders, GOOD, GOOD)
    (name,) = published
    assert addresses == {SOURCE: f"/pictures/{name}"}
    assert name.startswith("01-")
    assert name.endswith("-original.jpg")
    assert published[name] == strip(GOOD) != GOOD
    assert failures == []


def test_nothing_is_published_unasked(folders):
    """An album that does not offer originals has none."""
    content, cache, release = folders
    (content / SOURCE).write_bytes(GOOD)
    albums = [album_of(GOOD, originals=False)]
    assert publish_originals(albums, content, cache, release) == ({}, [])
    assert not [*release.iterdir()]


def test_original_is_stripped_once(folders):
    """A second build takes the file that the first one made."""
    publish(folders, GOOD, GOOD)
    (kept,) = (folders[1] / KEPT).iterdir()
    before = kept.stat().st_mtime_ns, kept.stat().st_ino
    publish(folders, GOOD)
    assert (kept.stat().st_mtime_ns, kept.stat().st_ino) == before
    assert [*(folders[1] / KEPT).iterdir()] == [kept]


def test_original_that_was_replaced_has_another_address(folders):
    """What browsers keep under the old address is not shown; the old file goes from the cache."""
    (old,) = publish(folders, GOOD, GOOD)[0].values()
    (new,) = publish(folders, OTHER, OTHER)[0].values()
    assert new != old
    assert [path.name for path in (folders[1] / KEPT).iterdir()] == [new.rpartition("/")[2]]


def test_file_that_went_bad_keeps_its_last_good_original(folders):
    """While the picture is shown as it was, so is the original."""
    before = publish(folders, GOOD, GOOD)
    assert publish(folders, GOOD, GOOD[: len(GOOD) // 2]) == before


def test_bad_file_is_not_published_as_the_original_of_what_is_shown(folders):
    """An album that asks for originals when a file is bad already offers none of it."""
    cut = GOOD[:-100]
    assert publish(folders, GOOD, cut) == ({}, [], {})


def test_file_that_cannot_be_read_has_no_original(folders):
    """What is wrong with it was told with the picture."""
    assert publish(folders, GOOD) == ({}, [], {})


def test_album_that_offers_no_more_leaves_nothing(folders):
    """The cache holds originals of albums that offer them, no others."""
    publish(folders, GOOD, GOOD)
    content, cache, release = folders
    publish_originals([album_of(GOOD, originals=False)], content, cache, release)
    assert not [*(cache / KEPT).iterdir()]


def test_kind_that_cannot_be_stripped_is_told_of(folders):
    """Nothing of it is published, and it is not said that something older is shown."""
    gif = encoded(quarters(), "GIF")
    addresses, (failure,), published = publish(folders, gif, gif)
    assert (addresses, published) == ({}, {})
    assert failure.source == SOURCE
    assert failure.what.startswith("不能提供原片下载，")
    assert failure.mend == "另存为JPEG"
    assert not failure.is_shown
