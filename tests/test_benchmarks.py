"""The benchmarks run in their short form; their times are not asserted here."""

from __future__ import annotations

import hashlib
import shutil
import sys

import pytest

from audit.leaks import find_leaks
from audit.tools import CHROMIUM, NGINX
from benchmarks import approve, build, desk, lint, pictures, restore, service, write
from benchmarks.parts import table
from benchmarks.parts.bench import Group
from benchmarks.parts.builders import GONE, Ours, remove_gone
from benchmarks.parts.peers import PeerMissingError, installed
from benchmarks.parts.photos import SMALL, TWELVE_MEGAPIXELS, link, make_photo, make_photos
from benchmarks.parts.runs import Run, RunFailedError, in_turn, run
from benchmarks.parts.table import Question, known, section, write_section
from theme.illustrations.camera import CameraNotes

QUICK = Question(what="how quick", limit=2, unit=" s")


def test_approve(capsys):
    """The short form judges counts only: as many files on a site ten times as large, the pieces of
    one message and no more, nothing loaded that an approval has no use for.
    """
    before = table.RESULTS.read_bytes() if table.RESULTS.is_file() else b""
    missed = approve.main(quick=True)
    told = capsys.readouterr().out
    assert not missed, told
    assert told.count("  met\n") == 3
    assert "5 approvals" in told
    assert before == (table.RESULTS.read_bytes() if table.RESULTS.is_file() else b"")


def test_build(capsys):
    """The short form judges counts and bytes: ours and stock Pelican's files, edited and clean
    sites', and how many files are written.
    """
    before = table.RESULTS.read_bytes() if table.RESULTS.is_file() else b""
    missed = build.main(quick=True)
    told = capsys.readouterr().out
    assert not missed, told
    assert told.count("  met\n") == 8
    assert before == (table.RESULTS.read_bytes() if table.RESULTS.is_file() else b"")


def test_lint(capsys):
    """The short form judges counts only: no story is read again that did not change."""
    before = table.RESULTS.read_bytes() if table.RESULTS.is_file() else b""
    missed = lint.main(quick=True)
    told = capsys.readouterr().out
    assert not missed, told
    assert told.count("  met\n") == 2
    assert before == (table.RESULTS.read_bytes() if table.RESULTS.is_file() else b"")


def test_restore(capsys):
    """The short form judges counts only: after the loss of each database every approved message is
    on the pages again, and no erased one.
    """
    before = table.RESULTS.read_bytes() if table.RESULTS.is_file() else b""
    missed = restore.main(quick=True)
    told = capsys.readouterr().out
    assert not missed, told
    assert told.count("  met\n") == 4
    assert before == (table.RESULTS.read_bytes() if table.RESULTS.is_file() else b"")


def test_desk(capsys):
    """The short form judges counts only: no row skipped or counted, no plan that scans or sorts,
    results equal to LIKE's, all of a hundred decided, counts that are true; on both databases.
    """
    before = table.RESULTS.read_bytes() if table.RESULTS.is_file() else b""
    missed = desk.main(quick=True)
    told = capsys.readouterr().out
    assert not missed, told
    assert told.count("  met\n") == 10
    assert before == (table.RESULTS.read_bytes() if table.RESULTS.is_file() else b"")


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM.find() is None, reason="needs Chromium")
def test_write(capsys):
    """The short form judges counts only: each save comes to the browser, as one page."""
    before = table.RESULTS.read_bytes() if table.RESULTS.is_file() else b""
    missed = write.main(quick=True)
    told = capsys.readouterr().out
    assert not missed, told
    assert told.count("  met\n") == 2
    assert before == (table.RESULTS.read_bytes() if table.RESULTS.is_file() else b"")


@pytest.mark.browser
@pytest.mark.skipif(
    CHROMIUM.find() is None or NGINX.find() is None, reason="needs Chromium and nginx"
)
def test_pictures(capsys):
    """The short form asks only for what does not depend on the machine, and all of that holds."""
    before = table.RESULTS.read_bytes() if table.RESULTS.is_file() else b""
    missed = pictures.main(quick=True)
    told = capsys.readouterr().out
    assert not missed, told
    assert told.count("  met\n") == 5
    assert before == (table.RESULTS.read_bytes() if table.RESULTS.is_file() else b"")


def test_limits():
    """A largest value is met up to the limit, a smallest one from it on."""
    smallest = Question(what="how many", limit=2, is_smallest=True)
    assert [QUICK.answered(value).is_met for value in (1.9, 2, 2.1)] == [True, True, False]
    assert [smallest.answered(value).is_met for value in (1.9, 2, 2.1)] == [False, True, True]
    assert (QUICK.asked, smallest.asked) == ("≤ 2 s", "≥ 2")


def test_not_measured_is_missed(capsys):
    """A question without an answer counts as missed; a row for the record never does."""
    rows = [known("more", "3"), QUICK.noted("1 s")]
    assert table.report("nothing", rows, {}, keep=False) == 0
    assert table.report("nothing", [*rows, QUICK.not_measured("no time")], {}, keep=False) == 1
    assert "not measured: no time  " in capsys.readouterr().out


def test_failed_group(capsys):
    """What fails leaves the answers before it, names the questions left open, and says why."""
    other = Question(what="how small", limit=1)

    def measure(bench):
        yield QUICK.answered(1)
        raise RunFailedError("it broke\nsomewhere")

    rows = list(Group((QUICK, other), measure).rows(None))
    assert [(row.what, row.is_met) for row in rows] == [("how quick", True), ("how small", False)]
    assert rows[1].measured == "not measured: it broke"
    assert "RunFailedError" in capsys.readouterr().err


def test_sections(tmp_path):
    """A benchmark replaces its own section and leaves the others, in the order of their names."""
    path = tmp_path / "RESULTS.md"
    write_section(path, "pictures", section([QUICK.answered(1)], {"Python": "3.11"}))
    write_section(path, "approve", section([known("first", "1")], {}))
    write_section(path, "pictures", section([QUICK.answered(3)], {}, ["It rained."]))
    text = path.read_text("utf-8")
    assert text.index("## approve") < text.index("## pictures")
    assert "| first |" in text
    assert "| how quick | ≤ 2 s | 3 s |  | MISSED |\n\n- It rained.\n" in text
    assert "| 1 s |" not in text
    assert str(tmp_path) not in text


def test_photo():
    """A photo weighs what a camera's does, and has all that a camera notes."""
    photo = make_photo(0, TWELVE_MEGAPIXELS)
    assert 2_500_000 < len(photo) < 5_000_000
    assert all(secret in photo for secret in CameraNotes().secrets())


def test_photos(tmp_path):
    """Photos differ, are made once, and appear under as many names as are wanted."""
    photos = make_photos(2, SMALL, tmp_path / "kept")
    made = [path.stat().st_mtime_ns for path in photos]
    assert [path.stat().st_mtime_ns for path in make_photos(2, SMALL, tmp_path / "kept")] == made
    names = link(photos, 3, tmp_path / "album")
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in names]
    assert digests[0] == digests[2] != digests[1]
    assert find_leaks(tmp_path / "album", CameraNotes().secrets())


def test_run_is_watched():
    """A run tells what it wrote, its time, and the memory of all its processes."""
    code = (
        "import subprocess, sys; kept = bytearray(30_000_000); "
        "subprocess.run([sys.executable, '-c', "
        "'import time; kept = bytearray(40_000_000); time.sleep(0.5)']); print('done')"
    )
    done = run([sys.executable, "-c", code], watch_memory=True)
    assert done.output == "done\n"
    assert done.seconds > 0
    assert done.cpu > 0
    if sys.platform == "linux":
        assert 70 < done.memory < 200


def test_failed_run():
    """A program that fails is told of with what it wrote last."""
    with pytest.raises(RunFailedError, match=r"ended with 3:\nwhat a pity"):
        run([sys.executable, "-c", "print('what a pity'); raise SystemExit(3)"])


def test_runs_in_turn():
    """Programs run one after the other, and all again."""
    order = []

    def program(name):
        def made():
            order.append(name)
            return Run(seconds=1, cpu=1)

        return made

    runs = in_turn({"a": program("a"), "b": program("b")}, 2)
    assert order == ["a", "b", "a", "b"]
    assert {name: len(each) for name, each in runs.items()} == {"a": 2, "b": 2}


def test_peer_that_cannot_be_installed(tmp_path, monkeypatch, capsys):
    """A peer that pip does not find is told of, with what to do."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(PeerMissingError, match=r"sigal==2\.6 could not be installed: connect"):
        installed(("sigal==2.6",), tmp_path / "peers")
    assert "sigal" in capsys.readouterr().err


def test_forgetting(tmp_path):
    """What a builder made goes out of its way at once, and from the disk when all is measured."""
    site = tmp_path / "site"
    for name in ("content/a.md", "releases/1/a.html", "output/a.html", "cache/cards/a", "cache/b"):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(name)
    Ours(folder=site).forget()
    left = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    assert left == {"content/a.md", "output/a.html", "cache/cards/a"}
    moved = {path.name for path in (tmp_path / GONE).rglob("*") if path.is_file()}
    assert moved == {"a.html", "b"}
    remove_gone(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
def test_service(capsys):
    """The short form judges counts only: every message gets its receipt, at most one wait for the
    disk each, far fewer where many come together, and a page of messages that needs no service.
    """
    before = table.RESULTS.read_bytes() if table.RESULTS.is_file() else b""
    missed = service.main(quick=True)
    told = capsys.readouterr().out
    assert not missed, told
    assert told.count("  met\n") == 4
    assert before == (table.RESULTS.read_bytes() if table.RESULTS.is_file() else b"")
