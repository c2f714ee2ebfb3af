"""A release is brought to folders, hosts and object storage: what differs, pages last."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from publishing.delivery import Delivered, deliver
from publishing.release import Release
from publishing.targets import target_at
from publishing.targets.files import ASK, FOREVER, Kind, PublishError, files_of
from publishing.targets.folder import FolderTarget
from publishing.targets.rclone import RcloneTarget
from publishing.targets.rsync import RsyncTarget
from tests.living_site import read_tree
from tests.publishing.targets.storage import storage_running

FILES = {
    "assets/site-0123456789.css": "a{}",
    "feed.xml": "<feed/>",
    "index.html": "<p>1",
    "index.html.gz": "twin",
    "pictures/a b.svg": "<svg/>",
    "pictures/scene-0123456789-320w.jpg": "jpg",
    "robots.txt": "x",
    "sitemap.xml": "<s/>",
    "stories/first/feed.json": "{}",
    "stories/first/index.html": "<p>2",
}
OLDER = "stories/first/messages/1/index.html"


def need(program):
    """Skip where a program is missing, unless tests must run."""
    if shutil.which(program) is None:
        if os.environ.get("TESTS_MUST_RUN"):
            pytest.fail(f"{program} is not installed")
        pytest.skip(f"{program} is not installed")


@pytest.fixture
def release(tmp_path):
    """Give a small release, with a linked folder of older pages."""
    release = Release(tmp_path / "releases" / "000001")
    for name, text in FILES.items():
        put(release, name, text)
    older = tmp_path / "releases" / "pages" / "1"
    older.mkdir(parents=True)
    (older / "index.html").write_text("<p>older")
    (release.public / "stories/first/messages").mkdir()
    (release.public / "stories/first/messages/1").symlink_to(older)
    return release


def put(release, name, text):
    """Write one file of a release."""
    path = release.public / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


class Place:
    """A place of any kind: how it is addressed, and what is there."""

    def __init__(self, address, folder):
        self.address, self.folder = address, folder

    def tree(self):
        """Give what is there."""
        return read_tree(self.folder)

    def times(self):
        """Give when each file there was written."""
        return {name: (self.folder / name).stat().st_mtime_ns for name in self.tree()}


@pytest.fixture(params=["folder", "host", "storage"])
def place(request, tmp_path, monkeypatch):
    """Give an empty folder, one on a host behind ssh, and a remote of rclone."""
    folder = tmp_path / "there"
    folder.mkdir()
    if request.param == "folder":
        return Place(str(folder), folder)
    if request.param == "host":
        need("rsync")
        shell = tmp_path / "ssh"  # takes a command for another machine, and runs it on this one
        shell.write_text('#!/bin/sh\nwhile [ "$1" != www ]; do shift; done\nshift\neval "$*"\n')
        shell.chmod(0o755)
        monkeypatch.setenv("RSYNC_RSH", str(shell))
        return Place(f"me@www:{folder}", folder)
    need("rclone")
    monkeypatch.setenv("RCLONE_CONFIG", str(tmp_path / "none.conf"))
    monkeypatch.setenv("RCLONE_CONFIG_SHOP_TYPE", "alias")
    monkeypatch.setenv("RCLONE_CONFIG_SHOP_REMOTE", str(tmp_path))
    return Place("shop:there", folder)


def reach(storage, monkeypatch):
    """Let rclone know the storage as the remote "shop"."""
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)
    for name, value in storage.environment("shop").items():
        monkeypatch.setenv(name, value)


def expected(release, place):
    """Give what should be there: everything, without twins on object storage."""
    with_twins = not place.address.startswith("shop:")
    return {
        file.name: file.path.read_bytes()
        for file in files_of(release.public, with_twins=with_twins)
    }


def test_all_of_a_release_is_there_and_a_second_run_sends_nothing(release, place, tmp_path):
    """Also what is linked to; a second run, also after a touch, writes nothing."""
    first = deliver(release, place.address, tmp_path / "sent")
    assert place.tree() == expected(release, place)
    assert OLDER in place.tree()
    assert first == Delivered(len(place.tree()), len(place.tree()), 0)
    before = place.times()
    os.utime(release.public / "index.html", (1, 1))
    assert deliver(release, place.address, tmp_path / "sent").sent == 0
    assert place.times() == before


def test_only_what_differs_is_sent_and_only_ours_is_removed(release, place, tmp_path):
    """By content, not by time; files of others stay."""
    deliver(release, place.address, tmp_path / "sent")
    (place.folder / "theirs.txt").write_text("x")
    before = place.times()
    put(release, "index.html", "<p>3")
    put(release, "new/index.html", "<p>4")
    (release.public / "robots.txt").unlink()
    shutil.rmtree(release.public / "stories")
    done = deliver(release, place.address, tmp_path / "sent")
    assert (done.sent, done.deleted) == (2, 4)
    assert place.tree() == expected(release, place) | {"theirs.txt": b"x"}
    kept = {name: when for name, when in place.times().items() if before.get(name) == when}
    assert kept.keys() == place.tree().keys() - {"index.html", "new/index.html"}


def test_assets_come_first_and_pages_last(release, place, tmp_path):
    """What a page needs is there before it, in each stage and over all."""
    told = []
    deliver(release, place.address, tmp_path / "sent", lambda *step: told.append(step))
    stages = list(dict.fromkeys(stage for stage, _, _ in told))
    assert stages == ["Assets", "Other files", "Pages"]
    assert [step for step in told if step[1] == step[2]] == [
        ("Assets", 2, 2),
        ("Other files", 2, 2),
        ("Pages", len(place.tree()) - 4, len(place.tree()) - 4),
    ]
    times = place.times()
    kinds = {file.name: file.kind for file in files_of(release.public, with_twins=True)}
    latest = [max(times[name] for name in times if kinds[name] is kind) for kind in Kind]
    first = [min(times[name] for name in times if kinds[name] is kind) for kind in Kind]
    if not place.address.startswith("shop:"):  # rclone keeps the times of the release
        assert latest[0] <= first[1]
        assert latest[1] <= first[2]


def test_kinds_of_files(release):
    """Hashed files are assets, pages and lists of pages are pages, twins are as their files."""
    files = files_of(release.public, with_twins=True)
    assert [file.kind for file in files] == sorted(file.kind for file in files)
    assert {file.name for file in files if file.kind is Kind.OTHER} == {
        "pictures/a b.svg",
        "robots.txt",
    }
    kept = {file.name for file in files if file.cache_control != ASK}
    assert kept == {"assets/site-0123456789.css", "pictures/scene-0123456789-320w.jpg"}
    assert {file.name for file in files if file.kind is Kind.ASSET} == kept


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/srv/www", FolderTarget),
        ("www", FolderTarget),
        ("../www", FolderTarget),
        ("C:\\www", FolderTarget),
        ("me@host:/srv/www", RsyncTarget),
        ("me@host:www", RsyncTarget),
        ("host:/srv/www", RsyncTarget),
        ("rsync://host/www", RsyncTarget),
        ("rsync:host:www", RsyncTarget),
        ("oss:bucket/path", RcloneTarget),
        ("cos:bucket", RcloneTarget),
        ("rclone:disk:/srv/www", RcloneTarget),
        (":s3,provider=Other:bucket", RcloneTarget),
    ],
)
def test_addresses(address, kind):
    """Each kind of place is known by how its address looks."""
    assert type(target_at(address)) is kind


def test_no_address_is_told():
    """An empty address is no folder."""
    with pytest.raises(PublishError, match="No place is named"):
        target_at(" ")


def test_storage_gets_types_and_times(release, tmp_path, monkeypatch):
    """On a real S3 endpoint each object has its type and how long it is kept, HTML comes last,
    removals after that, and no second run sends anything.
    """
    need("rclone")
    monkeypatch.setenv("RCLONE_CONFIG", str(tmp_path / "none.conf"))
    with storage_running() as storage:
        reach(storage, monkeypatch)
        deliver(release, "shop:bucket/site", tmp_path / "sent")
        heads = {
            key.removeprefix("bucket/site/"): (
                head.get("Content-Type"),
                head.get("Cache-Control"),
                head.get("Content-Encoding"),
            )
            for key, (_, head) in storage.objects.items()
        }
        assert heads == {
            "assets/site-0123456789.css": ("text/css; charset=utf-8", FOREVER, None),
            "feed.xml": ("application/atom+xml", ASK, None),
            "index.html": ("text/html; charset=utf-8", ASK, None),
            "pictures/a b.svg": ("image/svg+xml", ASK, None),
            "pictures/scene-0123456789-320w.jpg": ("image/jpeg", FOREVER, None),
            "robots.txt": ("text/plain; charset=utf-8", ASK, None),
            "sitemap.xml": ("application/xml", ASK, None),
            "stories/first/feed.json": ("application/feed+json", ASK, None),
            "stories/first/index.html": ("text/html; charset=utf-8", ASK, None),
            OLDER: ("text/html; charset=utf-8", ASK, None),
        }
        sent = [name for what, name in storage.log if what == "PUT"]
        assert all(name.endswith(".html") for name in sent[-3:])
        assert {name.rpartition("/")[2] for name in sent[:2]} == {
            *("site-0123456789.css", "scene-0123456789-320w.jpg")
        }
        storage.log.clear()
        assert deliver(release, "shop:bucket/site", tmp_path / "sent").sent == 0
        assert [what for what, _ in storage.log if what != "LIST"] == []
        put(release, "index.html", "<p>3")
        (release.public / "robots.txt").unlink()
        deliver(release, "shop:bucket/site", tmp_path / "sent")
        assert [step for step in storage.log if step[0] != "LIST"] == [
            ("PUT", "bucket/site/index.html"),
            ("DELETE", "bucket/site/robots.txt"),
        ]


def test_what_was_interrupted_goes_on(release, tmp_path, monkeypatch):
    """A run that failed in the middle is told with its exit code; the next sends the rest only."""
    need("rclone")
    monkeypatch.setenv("RCLONE_CONFIG", str(tmp_path / "none.conf"))
    with storage_running() as storage:
        reach(storage, monkeypatch)
        storage.fails_after = 3
        with pytest.raises(PublishError, match=r"rclone failed with exit code \d"):
            deliver(release, "shop:bucket", tmp_path / "sent")
        assert not [name for name in storage.names("bucket") if name.endswith(".html")]
        storage.fails_after = None
        storage.log.clear()
        done = deliver(release, "shop:bucket", tmp_path / "sent")
        assert done.sent == len([what for what, _ in storage.log if what == "PUT"]) == 7
        assert storage.names("bucket") == {
            file.name for file in files_of(release.public, with_twins=False)
        }


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("me@host:/srv", "rsync is not installed: install it"),
        ("oss:bucket", "rclone is not installed: install it"),
    ],
)
def test_missing_programs_are_told(release, tmp_path, monkeypatch, address, told):
    """Who lacks a program learns how to get it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PublishError, match=told):
        deliver(release, address, tmp_path / "sent")


def test_failures_of_programs_and_disks_are_told(release, tmp_path, monkeypatch):
    """An unreachable host, an unknown remote and a place that cannot be written."""
    need("rsync")
    need("rclone")
    monkeypatch.setenv("RSYNC_RSH", "false")
    monkeypatch.setenv("RCLONE_CONFIG", str(tmp_path / "none.conf"))
    with pytest.raises(PublishError, match=r"me@host:/srv: rsync failed with exit code \d+"):
        deliver(release, "me@host:/srv", tmp_path / "sent")
    with pytest.raises(PublishError, match=r"(?s)rclone failed with exit code 1.*didn't find"):
        deliver(release, "nowhere:bucket", tmp_path / "sent")
    (tmp_path / "file").write_text("x")
    with pytest.raises(PublishError, match="cannot be written"):
        deliver(release, str(tmp_path / "file"), tmp_path / "sent")
    with pytest.raises(PublishError, match="is within the release"):
        deliver(release, str(release.public / "x"), tmp_path / "sent")


def test_file_where_a_folder_was(release, tmp_path):
    """In a folder, a file may take the place of a folder that is ours, in two runs at most."""
    there = tmp_path / "there"
    deliver(release, str(there), tmp_path / "sent")
    shutil.rmtree(release.public / "stories")
    deliver(release, str(there), tmp_path / "sent")
    assert not (there / "stories").exists()
    assert Path(there / "index.html").read_text() == "<p>1"
