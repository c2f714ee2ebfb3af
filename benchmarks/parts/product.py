"""What does the whole product cost beside the bare image library, and what does a reader get?"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path

from audit.browser import chromium
from audit.leaks import find_leaks
from benchmarks.parts.album import ADDRESS, AlbumSite
from benchmarks.parts.bench import Bench, Group
from benchmarks.parts.runs import Run, RunFailedError, cpu_of, in_turn, run
from benchmarks.parts.speed import speed
from benchmarks.parts.stage import ALBUM
from benchmarks.parts.table import Question, Row, figure, known
from benchmarks.parts.wall import published, visit
from theme.illustrations.camera import CameraNotes

MADE = {".avif", ".jpg"}
PIXELS = (1, 2, 3)
"""Pixels of the screen to a CSS pixel, each way; the weight is asked for the first."""

COST = Question(
    what="processor time of a whole build, against a bare libvips loop", limit=1.15, unit="×"
)
OTHERWISE = Question(what="pictures that are other bytes than the bare loop's", limit=0)
LEAKS = Question(what="GPS, serial, maker notes in any byte of the output", limit=0)
SHIFT = Question(what="wall at 390 px: CLS, to the end of the page", limit=0)
WEIGHT = Question(what="wall at 390 px: before scrolling", limit=150, unit=" kB")


def whole_product(bench: Bench) -> Iterator[Row]:
    """Build a site from nothing, in turn with a bare loop over the same photos; then look at it."""
    count = bench.form.product
    site, bare = bench.site("product", count), bench.folder / "bare"
    programs = {
        "build": partial(_built_anew, site),
        "bare": partial(_made_barely, site, bare),
    }
    runs = in_turn(programs, bench.form.times)
    cpu = {name: cpu_of(each) for name, each in runs.items()}
    notes = {name: speed(count, each) for name, each in runs.items()}
    peers = f"libvips: {notes['bare']}"
    ratio = cpu["build"] / cpu["bare"]
    if bench.form.is_short:
        yield COST.noted(f"{figure(ratio, '×')} ({notes['build']})", peers=peers)
    else:
        yield COST.answered(ratio, note=notes["build"], peers=peers)
    yield OTHERWISE.answered(_difference(site.public / "pictures", bare))
    yield _discretion(site)
    yield from _wall(site, bench.folder)


PRODUCT = Group((COST, OTHERWISE, LEAKS, SHIFT, WEIGHT), whole_product)


def _built_anew(site: AlbumSite) -> Run:
    site.forget()
    return site.build()


def _made_barely(site: AlbumSite, target: Path) -> Run:
    command = [sys.executable, "-m", "benchmarks.parts.bare"]
    return run([*command, "standard", site.content / ALBUM, target])


def _difference(ours: Path, bare: Path) -> int:
    """Count the contents that only one of two folders has, whatever its pictures are called."""
    found = [
        {sha256(path.read_bytes()).digest() for path in folder.iterdir() if path.suffix in MADE}
        for folder in (ours, bare)
    ]
    return len(found[0] ^ found[1])


def _discretion(site: AlbumSite) -> Row:
    """Look for what the camera noted in every file of a built site."""
    files = sum(path.is_file() for path in site.public.rglob("*"))
    if files < site.count:
        raise RunFailedError(f"Only {files} files were published")
    leaks = find_leaks(site.public, CameraNotes().secrets())
    return LEAKS.answered(len(leaks), note=", ".join([f"{files} files", *leaks[:3]]))


def _wall(site: AlbumSite, folder: Path) -> Iterator[Row]:
    """Open the album on a phone."""
    with published(site.public, folder) as address, chromium() as browser:
        visits = {pixels: visit(browser, address + ADDRESS, pixels) for pixels in PIXELS}
    first, *others = PIXELS
    moved = dict.fromkeys(name for each in visits.values() for name in each.moved)
    worst = max(each.shift for each in visits.values())
    yield SHIFT.answered(worst, note=", ".join([f"{site.count} photos", *moved]))
    note = f"{visits[first].pictures} pictures"
    yield WEIGHT.answered(visits[first].kilobytes, note=note)
    for pixels in others:
        weight = f"{visits[pixels].kilobytes:.0f} kB ({visits[pixels].pictures} pictures)"
        yield known(f"the same on a screen of {pixels} pixels to each", weight)
