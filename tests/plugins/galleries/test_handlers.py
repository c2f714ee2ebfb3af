from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from plugins.editing.pictures import Names
from plugins.galleries.albums import Album, AlbumPhoto, Wall
from plugins.galleries.handlers import (
    Pictures,
    SettingError,
    cover_of,
    drawings_of,
    home_album,
    recipe_of,
    sources_of,
    told,
)
from plugins.galleries.pipeline import Catalogue
from plugins.galleries.recipe import RECIPES
from plugins.galleries.records import Description, Failure, Made, Photo
from plugins.problems import Severity


def photo(source, **description):
    """Give a photo whose file says that of itself."""
    files = (("jpg", "x-0123456789-480.jpg", 480),)
    said = Description(**description)
    made = Made(digest="d", width=480, height=320, description=said, files=files)
    return Photo(source=source, made=made)


def album(slug, **changes):
    """Give an album."""
    values = {"slug": slug, "title": slug, "summary": "", "path": Path(slug)}
    return Album(**values, date=datetime(2015, 12, 20, tzinfo=UTC), **changes)


@pytest.fixture
def content(tmp_path):
    """Give a folder of content with pictures, an album and a draft."""
    for name in (
        *("pictures/scene.svg", "pictures/Photo 10.JPG", "pictures/photo 2.png"),
        *("pictures/.hidden.jpg", "pictures/notes.txt", "galleries/a/2.jpg", "galleries/a/10.jpg"),
        *("galleries/draft/1.jpg", "galleries/without-text/1.jpg"),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    for name, status in (("a", "published"), ("draft", "draft")):
        head = f"title: t\ndate: 2015-12-20\nsummary: s\nstatus: {status}\n\n文字。\n"
        (tmp_path / "galleries" / name / "index.md").write_text(head, "utf-8")
    return tmp_path


def test_pictures_of_stories_and_of_published_albums_are_made(content):
    """Drawings, hidden files and drafts are not, nor folders without a text; 2 stands before 10."""
    assert sources_of(content) == [
        *("pictures/photo 2.png", "pictures/Photo 10.JPG"),
        *("galleries/a/2.jpg", "galleries/a/10.jpg"),
    ]


def test_drawings_are_published_as_they_are(content):
    """Only they are."""
    assert drawings_of(content) == ["pictures/scene.svg"]


def test_site_without_pictures(tmp_path):
    """There need be no folder of them."""
    assert sources_of(tmp_path) == drawings_of(tmp_path) == []


def test_quality_names_a_recipe():
    """The standard one is taken where none is named."""
    assert recipe_of({}) is recipe_of({"PICTURE_QUALITY": "standard"}) is RECIPES["standard"]
    assert recipe_of({"PICTURE_QUALITY": "fine"}) is RECIPES["fine"]


@pytest.mark.parametrize("name", ["", "best", "Fine", None])
def test_unknown_quality_is_told(name):
    """The message holds what can be set."""
    with pytest.raises(SettingError, match="set it to one of standard, fine"):
        recipe_of({"PICTURE_QUALITY": name})


def test_home_shows_the_wanted_album():
    """Else the newest, which is the first; none where there is none."""
    albums = (album("new"), album("old"))
    assert home_album(albums, "old") is albums[1]
    assert home_album(albums, "") is albums[0]
    assert home_album((), "") is None


def test_album_is_shared_with_its_cover():
    """One of which nothing can be shown has none."""
    cover = AlbumPhoto(slug="1", address="/galleries/a/1/", photo=photo("galleries/a/1.jpg"))
    assert cover_of(album("a", cover=cover, parts=(Wall(photos=(cover,)),))) == "galleries/a/1.jpg"
    assert cover_of(album("a")) == ""


@pytest.mark.parametrize(("is_shown", "kept"), [(False, ""), (True, "（网站上先留着原来那张）")])
def test_bad_picture_stops_publishing(is_shown, kept):
    """It is told with the file, and whether readers still see what was made before."""
    failure = Failure(
        source="pictures/x.jpg", what="it is empty", mend="copy it", is_shown=is_shown
    )
    (problem,) = told(Path("content"), [failure])
    assert str(problem) == f"content/pictures/x.jpg:1: it is empty{kept}：copy it [picture-damaged]"
    assert problem.severity is Severity.PUBLISHING


@pytest.fixture
def pictures(content):
    """Give the pictures of a site of which one is bad."""
    good = photo("pictures/photo 2.png", caption="图说", credit="摄影：某某")
    names = Names.of([*drawings_of(content), *sources_of(content)])
    return Pictures(content, Catalogue(photos={good.source: good}), names)


def test_picture_is_given_by_its_name(pictures):
    """A photo with its files, a drawing as it is; nothing of a bad one or of one that is not
    there.
    """
    assert pictures.named("photo 2.png").src == "/pictures/x-0123456789-480.jpg"
    assert pictures.named("scene.svg").src == "/pictures/scene.svg"
    assert pictures.named("Photo 10.JPG") is None
    assert pictures.named("nowhere.jpg") is None


def test_caption_of_a_picture_is_what_its_file_tells(pictures):
    """Caption and credit; nothing of a drawing or a bad picture."""
    assert pictures.caption("pictures/photo 2.png") == "图说 · 摄影：某某"
    assert pictures.caption("pictures/scene.svg") == ""
    assert pictures.caption("pictures/Photo 10.JPG") == ""
