"""How fast are pictures made from nothing, and how fast is nothing made?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol

from benchmarks.parts.album import AlbumSite
from benchmarks.parts.bench import PEERS, PHOTOS, Bench, Group
from benchmarks.parts.peers import HUGO, IMAGE_PROCESS, SIGAL, Hugo, ImageProcess, Sigal, installed
from benchmarks.parts.photos import SMALL, make_photos
from benchmarks.parts.recipes import BY_NAME
from benchmarks.parts.runs import Run, RunFailedError, cpu_of, in_turn, seconds_of
from benchmarks.parts.stage import Stage, run_stage
from benchmarks.parts.table import Question, Row, figure, known

TWO, FOUR = BY_NAME["two"].formats[0], BY_NAME["four"].formats[0]
FEW = 8
"""Different photos where nobody looks at them."""
PER = 1000
"""Photos that the time for nothing is told of."""

TWICE = Question(
    what="photos a second, JPEG of 320 and 1280 px, against Sigal",
    limit=2,
    unit="×",
    is_smallest=True,
)
SIX_TIMES = Question(
    what="photos a second, four JPEG widths, against image-process",
    limit=6,
    unit="×",
    is_smallest=True,
)
NINE_TIMES = Question(
    what="photos a second, four JPEG widths, against Hugo", limit=9, unit="×", is_smallest=True
)
NOTHING = Question(what=f"nothing changed: picture stage, per {PER:,} photos", limit=50, unit=" ms")


class Peer(Protocol):
    """Somebody else who makes pictures."""

    def make(self) -> Run:
        """Make all pictures from nothing."""

    def made(self) -> list[Path]:
        """Give the pictures that it made."""


def against_sigal(bench: Bench) -> Iterator[Row]:
    """Make a picture and a thumbnail of each photo."""
    photos = bench.photos[: bench.form.two_widths]
    count = len(photos)
    ours = partial(made_by_us, bench.site("two", count), "two")
    if bench.form.is_short:
        yield TWICE.noted(speed(count, [ours()]))
        return
    sigal = _sigal(bench.folder / "sigal")
    sigal.prepare(photos)
    theirs = partial(_made_by, sigal, count * len(TWO.widths))
    runs = in_turn({"ours": ours, "Sigal": theirs}, bench.form.times)
    yield _compared(TWICE, count, runs["ours"], "Sigal 2.6", runs["Sigal"])


def against_more(bench: Bench) -> Iterator[Row]:
    """Make four widths of each photo."""
    photos = bench.photos[: bench.form.four_widths]
    count = len(photos)
    ours = partial(made_by_us, bench.site("four", count), "four")
    if bench.form.is_short:
        run = speed(count, [ours()])
        yield SIX_TIMES.noted(run)
        yield NINE_TIMES.noted(run)
        return
    peers = _more_peers(bench.folder)
    for peer in peers.values():
        peer.prepare(photos)
    files = count * len(FOUR.widths)
    programs = {name: partial(_made_by, peer, files) for name, peer in peers.items()}
    runs = in_turn({"ours": ours, **programs}, bench.form.times)
    process, hugo, copies = (runs[name] for name in peers)
    yield _compared(SIX_TIMES, count, runs["ours"], "image-process 3.4", process)
    yield _compared(NINE_TIMES, count, runs["ours"], "Hugo 0.168", hugo)
    ratio = figure(seconds_of(copies) / seconds_of(runs["ours"]), "×")
    what = "the same, where Hugo makes each width of the next wider copy"
    yield known(what, ratio, f"Hugo 0.168: {speed(count, copies)}")


def nothing_changed(bench: Bench) -> Iterator[Row]:
    """Run the picture stage again and again."""
    count = bench.form.unchanged
    photos = make_photos(FEW, SMALL, PHOTOS)
    site = bench.site("unchanged", count, photos)
    made_by_us(site, "two")
    if bench.form.is_short:
        yield NOTHING.noted(f"{_per_thousand([_unchanged(site)], count):.0f} ms")
        return
    sigal = _sigal(bench.folder / "sigal-unchanged")
    sigal.prepare([photos[number % len(photos)] for number in range(count)])
    _made_by(sigal, count * len(TWO.widths))
    ours = partial(_unchanged, site)
    runs = in_turn({"ours": ours, "Sigal": sigal.make_again}, bench.form.times)
    times = {name: _per_thousand(each, count) for name, each in runs.items()}
    peers = f"Sigal 2.6, whole run: {times['Sigal']:.0f} ms"
    yield NOTHING.answered(times["ours"], peers=peers)


SPEED = (
    Group((TWICE,), against_sigal),
    Group((SIX_TIMES, NINE_TIMES), against_more),
)
NO_WORK = Group((NOTHING,), nothing_changed)


def staged(site: AlbumSite, recipe: str, *, expected: int, watch_memory: bool = False) -> Stage:
    """Run our picture stage for a site; raises RunFailedError when a photo was not made."""
    stage = run_stage(recipe, site.content, site.cache, watch_memory=watch_memory)
    if stage.failures or stage.photos != expected:
        raise RunFailedError(f"{stage.photos} of {expected} photos were made: {stage.failures}")
    return stage


def made_by_us(site: AlbumSite, recipe: str) -> Run:
    """Make all pictures of a site from nothing."""
    site.forget()
    return staged(site, recipe, expected=site.count).run


def speed(count: int, runs: Sequence[Run]) -> str:
    """Say how fast *count* photos were made, and what each took of the processor."""
    each = cpu_of(runs) / count
    return f"{figure(count / seconds_of(runs))} a second, {1000 * each:.0f} ms of processor each"


def _more_peers(folder: Path) -> Mapping[str, ImageProcess | Hugo]:
    process = ImageProcess(
        venv=installed(IMAGE_PROCESS, PEERS), folder=folder / "image-process", widths=FOUR.widths
    )
    hugo, copies = (
        Hugo(
            venv=installed(HUGO, PEERS),
            folder=folder / name,
            widths=FOUR.widths,
            quality=FOUR.quality,
            is_chained=name == "hugo-copies",
        )
        for name in ("hugo", "hugo-copies")
    )
    return {"image-process": process, "hugo": hugo, "hugo-copies": copies}


def _sigal(folder: Path) -> Sigal:
    small, large = TWO.widths
    venv = installed(SIGAL, PEERS)
    return Sigal(venv=venv, folder=folder, widths=(small, large), quality=TWO.quality)


def _made_by(peer: Peer, files: int) -> Run:
    """Let a peer make *files* pictures; raises RunFailedError when it made another number."""
    run = peer.make()
    if (made := len(peer.made())) != files:
        raise RunFailedError(
            f"{type(peer).__name__} made {made} of {files} pictures:\n{run.output}"
        )
    return run


def _compared(
    question: Question, count: int, ours: Sequence[Run], name: str, theirs: Sequence[Run]
) -> Row:
    """Answer how many times as fast as a peer ours is."""
    ratio = seconds_of(theirs) / seconds_of(ours)
    return question.answered(
        ratio, note=speed(count, ours), peers=f"{name}: {speed(count, theirs)}"
    )


def _unchanged(site: AlbumSite) -> Run:
    """Run the picture stage again; its seconds are those without the start of Python."""
    stage = staged(site, "two", expected=site.count)
    return replace(stage.run, seconds=stage.seconds)


def _per_thousand(runs: Sequence[Run], count: int) -> float:
    """Give the milliseconds of PER photos."""
    return 1000 * seconds_of(runs) * PER / count
