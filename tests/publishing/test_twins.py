"""Compressed twins: the same bytes from a build and from an approval, never older than the page."""

import gzip
import os

import brotli
import pytest

from comments_service.models import Action
from publishing import changeset, twins
from publishing.changeset import STAGE, apply, finish
from publishing.release import Release

PAGE = b"<p>" + b"page " * 100
OTHER = b"<p>" + b"other " * 100


@pytest.fixture
def site(sqlite_site):
    """Give a small site whose files have twins."""
    sqlite_site.settings["PRECOMPRESS"] = True
    sqlite_site.build()
    return sqlite_site


@pytest.fixture
def release(tmp_path):
    """Give a release with twins and one page."""
    release = Release(tmp_path / "000001")
    release.public.mkdir(parents=True)
    release.records.mkdir()
    twins.fill(release.public, release.records)
    apply(release, {"index.html": PAGE})
    return release


def told(public):
    """Give what readers with gzip, with brotli and with neither get of each file with twins."""
    texts = {}
    for path in public.rglob("*.gz"):
        page = path.with_suffix("")
        twin = path.with_suffix(".br")
        assert path.stat().st_mtime_ns == twin.stat().st_mtime_ns == page.stat().st_mtime_ns
        texts[page.relative_to(public).as_posix()] = {
            gzip.decompress(path.read_bytes()),
            brotli.decompress(twin.read_bytes()),
            page.read_bytes(),
        }
    return texts


def assert_true(public):
    """Make sure that every twin says what its file says, and none stands alone."""
    assert {len(texts) for texts in told(public).values()} <= {1}
    for ending in twins.ENDINGS:
        assert {path.with_suffix("").name for path in public.rglob(f"*{ending}")} <= {
            path.name for path in public.rglob("*")
        }
    assert len(list(public.rglob("*.gz"))) == len(list(public.rglob("*.br")))


@pytest.mark.parametrize(
    ("name", "content", "has_twins"),
    [
        pytest.param("a/index.html", PAGE, True, id="page"),
        pytest.param("feed.xml", PAGE, True, id="feed"),
        pytest.param("assets/a.css", PAGE, True, id="style"),
        pytest.param("a.html", b"short", False, id="small"),
        pytest.param("a.jpg", PAGE, False, id="picture"),
        pytest.param("a.html.gz", PAGE, False, id="twin"),
        pytest.param("folder.html/x", PAGE, False, id="no suffix"),
    ],
)
def test_which_files_have_twins(name, content, has_twins):
    """Text above a small size has both, with the same bytes each time; nothing else has any."""
    made = twins.make(name, content)
    assert sorted(made) == ([f"{name}.br", f"{name}.gz"] if has_twins else [])
    assert made == twins.make(name, content)
    assert {gzip.decompress(data) for end, data in made.items() if end.endswith("gz")} <= {content}
    assert b"index" not in made.get(f"{name}.gz", b"")[:40]


def test_twins_follow_their_files(release):
    """New content, other files, files that shrink or go: the twins are those of what is there."""
    apply(release, {"index.html": OTHER, "feed.xml": PAGE, "a/b.html": PAGE})
    assert set(told(release.public)) == {"index.html", "feed.xml", "a/b.html"}
    assert_true(release.public)
    apply(release, {"index.html": b"short", "feed.xml": None, "a/b.html": None})
    assert [path.name for path in release.public.rglob("*")] == ["index.html"]


def test_no_twin_outlives_its_page(release, monkeypatch):
    """Until the new twins are there, there are none: nobody is sent the page of before."""
    seen = []

    def look(name, content):
        seen.append((sorted(path.name for path in release.public.iterdir()), content))
        return {}

    monkeypatch.setattr(twins, "make", look)
    apply(release, {"index.html": OTHER})
    assert seen == [(["index.html"], OTHER)]


def test_twins_that_a_crash_left_out_are_made(release, monkeypatch):
    """A change that was cut off between pages and twins is finished with its twins."""
    monkeypatch.setattr(changeset, "_make_twins", lambda *arguments: os.kill(0, -1))
    with pytest.raises(OSError, match=r"Invalid argument"):
        apply(release, {"index.html": OTHER, "feed.xml": PAGE})
    assert told(release.public) == {}
    monkeypatch.undo()
    assert finish(release) == ["feed.xml", "index.html"]
    assert set(told(release.public)) == {"index.html", "feed.xml"}
    assert_true(release.public)
    assert list((release.records / STAGE).iterdir()) == []


def test_release_without_twins_gets_none(tmp_path):
    """Where the setting is off, no file has a twin."""
    release = Release(tmp_path / "000001")
    release.public.mkdir(parents=True)
    release.records.mkdir()
    apply(release, {"index.html": PAGE})
    assert [path.name for path in release.public.iterdir()] == ["index.html"]


def test_approvals_give_the_twins_of_a_build(site, tmp_path):
    """After approvals and withdrawals every file and twin is as in a clean full build."""
    numbers = [site.post_approved() for _ in range(8)]
    site.publish()
    assert_true(site.release.public)
    site.decide(numbers[1], Action.WITHDRAW)
    site.post_approved(thread="second")
    written = site.publish()
    assert not [name for name in written if name.endswith(twins.ENDINGS)]
    assert_true(site.release.public)
    tree = site.tree()
    assert tree == site.clean_build(tmp_path / "clean")
    assert "stories/first/messages/1/index.html.br" in tree


def test_unchanged_files_keep_their_twins(site, monkeypatch):
    """Another full build compresses nothing that is as it was."""
    made = []
    make = twins.make
    monkeypatch.setattr(twins, "make", lambda *file: made.append(make(*file)) or made[-1])
    site.build(force=True)
    assert not any(made)  # small files are looked at, and get none
    assert_true(site.release.public)
