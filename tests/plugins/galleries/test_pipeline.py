from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

import pytest

from plugins.galleries.executors import local
from plugins.galleries.pipeline import LostFileError, WorkersError, link, place
from plugins.galleries.worker import Job, carry_out, errors_naming
from tests.plugins.galleries.bad_pictures import jpeg
from tests.plugins.galleries.workers import COARSE, SMALL, Album, die

SOURCE = "galleries/album/{}".format


@pytest.fixture
def album(tmp_path):
    """Give an album of three good pictures."""
    album = Album(tmp_path)
    album.add("01.jpg", "02.jpg", "03.jpg")
    return album


@contextmanager
def nobody(count):
    """Open no executor: there must be nothing to do."""
    raise AssertionError(f"{count} jobs for nobody")
    yield


@contextmanager
def interrupted(title, total):
    """Interrupt the run after the second picture, as Ctrl-C does."""
    steps = iter(range(1, total))

    def step():
        if next(steps) == 2:
            raise KeyboardInterrupt

    yield step


def test_pictures_are_made_by_worker_processes(album):
    """Each picture gets its files in every width, made in other processes."""
    catalogue = album.make(executor=local, work=carry_out)
    assert list(catalogue.photos) == album.sources()
    assert len(album.files()) == 6
    photo = catalogue.photos[SOURCE("01.jpg")]
    assert [(name in album.files(), width) for name, width in photo.files("jpg")] == [
        (True, 60),
        (True, 120),
    ]


def test_nothing_changed_starts_nobody(album):
    """A second run opens no picture, starts no worker and writes nothing."""
    first = album.make()
    before = (album.cache / "manifest.json").stat().st_mtime_ns
    assert album.make(executor=nobody) == first
    assert (album.cache / "manifest.json").stat().st_mtime_ns == before


def test_added_picture_is_the_only_job(album):
    """One picture more costs one job."""
    album.make()
    album.add("04.jpg")
    album.make()
    assert [(done.source, done.written) for done in album.done] == [(SOURCE("04.jpg"), 2)]


def test_touched_picture_is_read_and_not_made(album):
    """Another time and the same bytes cost no encoding, and are known from then on."""
    first = album.make()
    os.utime(album.folder / "01.jpg", ns=(1, 1))
    assert album.make() == first
    assert [(done.source, done.written) for done in album.done] == [(SOURCE("01.jpg"), 0)]
    album.make(executor=nobody)


def test_replaced_picture_leaves_no_old_files(album):
    """Other bytes give other names, and the files of the old ones go."""
    old = set(album.make().photos[SOURCE("01.jpg")].files("jpg"))
    (album.folder / "01.jpg").write_bytes(jpeg((200, 100)))
    new = album.make().photos[SOURCE("01.jpg")].files("jpg")
    assert not old.intersection(new)
    assert len(album.files()) == 6


def test_removed_picture_is_forgotten(album):
    """Its files and its entry go; what is not ours stays."""
    album.make()
    (album.cache / "notes.txt").write_text("mine")
    (album.folder / "01.jpg").unlink()
    album.make(executor=nobody)
    assert len(album.files()) == 4
    assert "01.jpg" not in (album.cache / "manifest.json").read_text("utf-8")
    assert (album.cache / "notes.txt").is_file()


def test_lost_file_is_made_again(album):
    """A file that vanished from the cache is made anew, and it alone."""
    before = album.make() and album.files()
    next(album.cache.glob("02-*-60.jpg")).unlink()
    album.make()
    assert [(done.source, done.written) for done in album.done] == [(SOURCE("02.jpg"), 1)]
    assert album.files() == before


def test_a_file_does_not_depend_on_which_others_were_there(album):
    """Whichever file of a picture is lost, it comes back byte for byte."""
    first = album.make()
    before = album.files()
    for name in before:
        (album.cache / name).unlink()
        assert album.make() == first
        assert album.files() == before


def test_other_recipe_makes_all_anew(album):
    """A changed quality makes every file, and the old ones go."""
    old = set(album.make() and album.files())
    album.make(COARSE)
    assert sum(done.written for done in album.done) == 6
    assert not old.intersection(album.files())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b"\xff\xfe",
        b"[1]",
        b'{"version": 0, "pictures": {}}',
        b'{"version": 1, "pictures": {"galleries/album/01.jpg": {"size": 1}}}',
        b'{"version": 1, "pictures": {"galleries/album/01.jpg": 7}}',
    ],
    ids=["empty", "cut", "deep", "no text", "a list", "old", "other fields", "a number"],
)
def test_broken_manifest_costs_no_encoding(album, content):
    """What was made is found by its names."""
    first = album.make()
    (album.cache / "manifest.json").write_bytes(content)
    assert album.make() == first
    assert [done.written for done in album.done] == [0, 0, 0]
    album.make(executor=nobody)


def test_bad_picture_is_told_and_not_tried_again(album):
    """The others are made; the second run knows the bad one without opening it."""
    (album.folder / "bad.jpg").write_bytes(b"")
    first = album.make()
    failure = first.failures[0]
    assert (failure.source, failure.what, failure.is_shown) == (
        SOURCE("bad.jpg"),
        "文件是空的（0字节）",
        False,
    )
    assert len(first.photos) == 3
    assert album.make(executor=nobody) == first


def test_bad_picture_is_tried_again_by_another_recipe(album):
    """What could not be read before may be read by newer code."""
    (album.folder / "bad.jpg").write_bytes(b"")
    album.make()
    assert [failure.source for failure in album.make(COARSE).failures] == [SOURCE("bad.jpg")]
    assert len(album.done) == 4


def test_picture_that_went_bad_is_shown_as_it_was(album):
    """The last good files stay, also in the run after, until the picture is mended."""
    good = album.make()
    whole = (album.folder / "01.jpg").read_bytes()
    (album.folder / "01.jpg").write_bytes(whole[: len(whole) // 2])
    for _ in range(2):
        spoilt = album.make()
        assert spoilt.photos == good.photos
        assert [(each.source, each.is_shown) for each in spoilt.failures] == [
            (SOURCE("01.jpg"), True)
        ]
    (album.folder / "01.jpg").write_bytes(whole)
    assert album.make() == good


def test_unreadable_picture_is_tried_again(album):
    """What the content is not to blame for is not remembered."""
    (album.folder / "folder.jpg").mkdir()
    assert [each.what for each in album.make().failures] == ["文件读不出来（不是文件）"]
    album.make()
    assert [done.source for done in album.done] == [SOURCE("folder.jpg")]


def test_crash_is_told_and_all_others_are_made(album):
    """A picture that kills its worker is found out; the run ends, and ends well for the rest."""
    album.add("crash.jpg", "05.jpg", "06.jpg")
    catalogue = album.make(executor=local, work=die)
    assert [(each.source, each.what) for each in catalogue.failures] == [
        (SOURCE("crash.jpg"), "解码时程序崩溃了")
    ]
    assert len(catalogue.photos) == 5
    assert len(album.files()) == 10


def test_crash_keeps_the_last_good_files(album):
    """A picture that only now kills its worker is shown as it was."""
    album.add("crash.jpg")
    good = album.make()
    os.utime(album.folder / "crash.jpg", ns=(1, 1))
    crashed = album.make(executor=local, work=die)
    assert crashed.photos == good.photos
    assert [each.is_shown for each in crashed.failures] == [True]


def test_workers_that_cannot_start_are_no_picture_s_fault(album):
    """When even an idle worker ends at once, the build is told so, and no picture blamed."""

    def broken(count):
        return ProcessPoolExecutor(1, get_context("spawn"), os._exit, (1,))

    with pytest.raises(WorkersError, match="ends as soon as it starts"):
        album.make(executor=broken, work=carry_out)


def test_interruption_keeps_what_was_done(album):
    """Two pictures were done when the run was interrupted: they are not done again."""
    with pytest.raises(KeyboardInterrupt):
        album.make(progress=interrupted)
    noted = json.loads((album.cache / "manifest.json").read_bytes())["pictures"]
    assert len(noted) == 2
    album.make()
    assert len(album.done) == 1


def test_interruption_keeps_what_is_known_of_the_rest(album):
    """A picture that waited to be done anew when the run was interrupted keeps its last files."""
    good = album.make()
    for name in ("01.jpg", "02.jpg", "03.jpg"):
        (album.folder / name).write_bytes(b"")
    with pytest.raises(KeyboardInterrupt):
        album.make(progress=interrupted)
    assert album.make().photos == good.photos


INTERRUPTED = """
import os, signal, sys
from contextlib import contextmanager
from pathlib import Path
from plugins.galleries.pipeline import make_pictures
from tests.plugins.galleries.workers import SMALL

@contextmanager
def once(title, total):
    yield lambda: os.killpg(os.getpgrp(), signal.SIGINT)

content, cache = map(Path, sys.argv[1:])
sources = [str(path.relative_to(content)) for path in content.rglob("*.jpg")]
try:
    make_pictures(content, sources, cache, SMALL, progress=once)
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.mark.skipif(os.name != "posix", reason="groups of processes get signals on POSIX")
def test_ctrl_c_in_a_terminal_ends_quietly(album):
    """The signal reaches workers too: they say nothing, and what was done is kept."""
    ended = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, album.content, album.cache],
        start_new_session=True,
        capture_output=True,
        timeout=60,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, b"", b"")
    assert json.loads((album.cache / "manifest.json").read_bytes())["pictures"]


def test_largest_files_come_first(album):
    """So that workers end at nearly the same time."""
    (album.folder / "04.jpg").write_bytes(jpeg((800, 800)))
    album.make(executor=lambda count: ThreadPoolExecutor(1))
    sizes = [(album.content / done.source).stat().st_size for done in album.done]
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        ("IMG_1234.JPG", "img-1234"),
        ("深圳 湾 #1 100%.jpg", "shen-zhen-wan-1-100"),
        ('"quoted".jpg', "quoted"),
        ("☂.jpg", "photo"),
        ("a" * 100 + ".jpg", "a" * 60),
    ],
)
def test_file_names_are_ascii(album, name, beginning):
    """Whatever a picture is called, its files have names that stand in addresses as they are."""
    album.add(name)
    photo = album.make().photos[SOURCE(name)]
    assert [made.rpartition("-")[0][:-11] for made, _ in photo.files("jpg")] == [beginning] * 2


def test_same_picture_twice_shares_its_files(album):
    """Two albums may hold the same file."""
    other = album.content / "galleries" / "other"
    other.mkdir()
    (other / "01.jpg").write_bytes((album.folder / "01.jpg").read_bytes())
    album.folder = album.content / "galleries"
    sources = [SOURCE("01.jpg"), "galleries/other/01.jpg"]
    album.sources = lambda: sources
    photos = album.make().photos
    assert photos[sources[0]].made == photos[sources[1]].made
    assert len(album.files()) == 2


def test_cache_that_cannot_be_written_stops_the_run(album):
    """That is the machine's fault, not a picture's; the error names the file."""
    job = Job(
        source="01.jpg",
        path=str(album.folder / "01.jpg"),
        name="01",
        folder=str(album.cache / "nowhere"),
        recipe=SMALL,
    )
    with pytest.raises(FileNotFoundError, match="nowhere"):
        carry_out(job)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device is always full")
def test_error_of_a_full_disk_names_the_file(tmp_path):
    """The system does not say which file it was."""
    with (
        pytest.raises(OSError, match="No space left on device") as told,
        errors_naming(tmp_path / "01.jpg"),
        Path("/dev/full").open("wb", 0) as full,
    ):
        full.write(b"picture")
    assert told.value.filename == str(tmp_path / "01.jpg")


def test_empty_file_left_by_a_power_failure_is_made_again(album):
    """A file that is there and empty does not count."""
    before = album.make() and album.files()
    (album.cache / "manifest.json").unlink()
    next(album.cache.glob("02-*-60.jpg")).write_bytes(b"")
    album.make()
    assert album.files() == before


def test_unfinished_files_of_a_killed_worker_go(album):
    """What was written aside and never finished is removed by the next run."""
    album.make()
    (album.cache / ".aside-abc").write_bytes(b"half")
    album.make(executor=nobody)
    assert not list(album.cache.glob(".aside-*"))


def test_placed_files_are_links(album, tmp_path):
    """Publishing copies no picture; a second time changes nothing."""
    catalogue = album.make()
    for _ in range(2):
        place(catalogue, album.cache, tmp_path / "site" / "pictures")
    placed = sorted((tmp_path / "site" / "pictures").iterdir())
    assert [path.name for path in placed] == sorted(album.files())
    assert all(path.samefile(album.cache / path.name) for path in placed)


def test_file_that_vanished_cannot_be_placed(album, tmp_path):
    """The error says which one, and what to do."""
    catalogue = album.make()
    lost = next(album.cache.glob("02-*-60.jpg"))
    lost.unlink()
    with pytest.raises(LostFileError, match=f"{lost.name} was made and is gone: build again"):
        place(catalogue, album.cache, tmp_path / "site")


@pytest.mark.parametrize("number", [errno.EXDEV, errno.EPERM, errno.EMLINK])
def test_where_links_are_impossible_files_are_copied(tmp_path, monkeypatch, number):
    """Across file systems, for instance."""

    def refuse(source, target):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "link", refuse)
    (tmp_path / "a.jpg").write_bytes(b"picture")
    link(tmp_path / "a.jpg", tmp_path / "b.jpg")
    assert (tmp_path / "b.jpg").read_bytes() == b"picture"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jpg", "b.jpg"]


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="there is no second file system")
def test_files_go_to_another_file_system(album):
    """A release may lie on another disk than the cache."""
    catalogue = album.make()
    folder = Path(tempfile.mkdtemp(dir="/dev/shm"))
    try:
        place(catalogue, album.cache, folder)
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == album.files()
    finally:
        shutil.rmtree(folder)
