"""Changes of a release in place: only what differs, and whole whatever interrupts them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from publishing.changeset import STAGE, Link, apply, finish
from publishing.release import Release
from tests.living_site import ROOT, read_tree


@pytest.fixture
def release(tmp_path):
    """Give a release with a few pages, all an hour old."""
    release = Release(tmp_path / "000001")
    release.public.mkdir(parents=True)
    release.records.mkdir()
    apply(release, {"index.html": b"home", "a/b/index.html": b"b", "a/c.html": b"c"})
    for path in release.public.rglob("*.html"):
        os.utime(path, (1e9, 1e9))
    return release


def times(release):
    """Give the time of every file."""
    return {path.name: path.stat().st_mtime for path in release.public.rglob("*.html")}


def test_only_what_differs_is_written(release):
    """Files that are as they should be keep their time and are not named."""
    before = times(release)
    changed = apply(
        release, {"index.html": b"home", "a/c.html": b"d", "new/x.html": b"x", "gone.html": None}
    )
    assert changed == ["a/c.html", "new/x.html"]
    after = times(release)
    assert {name for name in after if after[name] == before.get(name)} == {"index.html"}
    assert read_tree(release.folder) == {
        "public/index.html": b"home",
        "public/a/b/index.html": b"b",
        "public/a/c.html": b"d",
        "public/new/x.html": b"x",
    }
    assert (release.public / "a" / "c.html").stat().st_mode & 0o777 == 0o644


def test_emptied_folders_go(release):
    """The last file of a folder takes the folder along, and those above that are empty then."""
    assert apply(release, {"a/b/index.html": None}) == ["a/b/index.html"]
    assert not (release.public / "a" / "b").exists()
    assert apply(release, {"a/c.html": None, "index.html": None}) == ["a/c.html", "index.html"]
    assert list(release.public.rglob("*")) == []


def test_file_becomes_folder_and_back(release):
    """A name may be a file before and a folder after, or the other way round."""
    apply(release, {"a/b/index.html": None, "a/c.html": None, "a": b"file"})
    assert (release.public / "a").read_bytes() == b"file"
    apply(release, {"a": None, "a/b/index.html": b"b"})
    assert (release.public / "a" / "b" / "index.html").read_bytes() == b"b"


def test_linked_folder_is_written_through_and_stays(release, tmp_path):
    """Pages below a linked folder change where they are; the link outlasts the last of them."""
    (tmp_path / "pages").mkdir()
    (release.public / "linked").symlink_to(tmp_path / "pages")
    apply(release, {"linked/1/index.html": b"1"})
    assert read_tree(tmp_path / "pages") == {"1/index.html": b"1"}
    apply(release, {"linked/1/index.html": None})
    assert (release.public / "linked").is_symlink()
    assert list((tmp_path / "pages").iterdir()) == []


def test_stage_without_intent_is_thrown_away(release):
    """What was staged only in part never reaches readers."""
    stage = release.records / STAGE
    (stage / "0").write_bytes(b"half")
    assert finish(release) == []
    assert list(stage.iterdir()) == []
    assert (release.public / "index.html").read_bytes() == b"home"


def test_recorded_change_is_carried_out(release):
    """A change with an intent is rolled forward by whoever comes next, even where half is done."""
    stage = release.records / STAGE
    (stage / "1").write_bytes(b"second")
    intent = {"put": ["done/before.html", "index.html"], "drop": ["a/c.html", "gone/before.html"]}
    (stage / "intent.json").write_text(json.dumps(intent), "utf-8")
    assert apply(release, {"a/b/index.html": b"third"}) == ["a/b/index.html"]
    assert read_tree(release.folder) == {
        "public/index.html": b"second",
        "public/a/b/index.html": b"third",
    }
    assert finish(release) == []


def test_quick_form_gives_the_same(release, tmp_path):
    """Without waiting for the disk the same files come out."""
    other = Release(tmp_path / "other")
    shutil.copytree(release.folder, other.folder)
    change = {"index.html": b"new", "a/b/index.html": None, "x/y.html": b"y"}
    assert apply(release, change) == apply(other, change, durable=False)
    assert read_tree(release.folder) == read_tree(other.folder)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills processes that it forks")
def test_killed_at_any_moment(tmp_path):
    """A process killed at each thing it does, or at random, leaves the old tree or the new one."""
    command = [sys.executable, "-m", "tests.publishing.kills", str(tmp_path / "000001"), "40"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["kills"] > 30
    assert 0 < told["done"] < told["kills"]
    assert Path(tmp_path / "000001" / "public").is_dir()


def test_links_to_folders(release):
    """A link comes, changes and goes in one step with files, and what it leads to stays."""
    for name in ("one", "two"):
        (release.folder / name).mkdir()
        (release.folder / name / "index.html").write_text(name, "utf-8")
    link = release.public / "a" / "messages"
    for target in ("../../one", "../../two"):
        assert apply(release, {"a/messages": Link(target), "a/c.html": target.encode()}) == [
            "a/c.html",
            "a/messages",
        ]
        assert (link.readlink(), (link / "index.html").read_text("utf-8")) == (
            Path(target),
            target[-3:],
        )
    assert apply(release, {"a/messages": Link("../../two")}) == []
    assert apply(release, {"a/messages/index.html": b"through"}) == ["a/messages/index.html"]
    assert apply(release, {"a/messages": None}) == ["a/messages"]
    assert not link.is_symlink()
    assert (release.folder / "two" / "index.html").read_bytes() == b"through"


def test_interrupted_change_brings_its_links(release, monkeypatch):
    """A link that was staged is put there by whoever comes next."""
    (release.folder / "one").mkdir()
    monkeypatch.setattr("publishing.changeset._carry_out", _interrupted)
    with pytest.raises(KeyboardInterrupt):
        apply(release, {"new/messages": Link("../../one")})
    monkeypatch.undo()
    assert finish(release) == ["new/messages"]
    assert (release.public / "new" / "messages").readlink() == Path("../../one")


def _interrupted(*arguments):
    raise KeyboardInterrupt
